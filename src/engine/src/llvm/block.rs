//! Writes an `asm!` block as a function in LLVM's IR, `fn(buffer: *mut u8) -> u32`.
//!
//! The function loads the inputs from the buffer, runs the template and stores the outputs. It returns the
//! number of the label that the template jumped to, or 0 if it did not jump. LLVM allocates the registers,
//! writes the operands into the template and saves the registers that the calling convention requires.
//!
//! This file depends on no machine. The caller supplies LLVM's constraint codes, modifiers and types.

use std::fmt::Write as _;

use super::module_assembly::{Origin, Syntax};

/// The alignment of the buffer and of each operand in it, in bytes. The space of each operand is a multiple
/// of it. It is the alignment of the stack on every machine, and the size of the vectors that represent
/// smaller values.
pub const PLACE_ALIGNMENT: u32 = 16;

/// One `asm!` block.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Block {
    /// The symbol of the function, local to the object.
    pub name: String,
    pub syntax: Syntax,
    pub pieces: Vec<Piece>,
    pub operands: Vec<Operand>,
    /// Constraint codes of everything that the template changes besides its outputs: `{cc}`, `{st}`.
    pub clobbers: Vec<String>,
    pub end: End,
    /// Whether the template may use the stack, which must then be aligned as for a call.
    pub stack: StackUse,
    pub unwinding: Unwinding,
    /// Further attributes of the function, as LLVM's IR writes them.
    pub attributes: String,
    /// The origins of the template's lines: one for each line, or one for all.
    pub origins: Vec<Option<Origin>>,
}

/// A part of a template.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Piece {
    /// Text, including constants and names of symbols.
    Text(String),
    Operand {
        /// An operand in a register, or a label.
        index: usize,
        /// LLVM's, not rustc's.
        modifier: Option<char>,
    },
}

/// An operand.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Operand {
    Register(Register),
    /// A label outside the block that the template can jump to.
    Label,
    /// An operand that is not passed: a constant, a symbol, a register that is only clobbered.
    None,
}

/// A value in a register.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Register {
    /// The code of a class (`r`), or a register (`{ax}`).
    pub constraint: String,
    /// An LLVM type that such registers can hold. It is at least as wide as the value, and not wider than the
    /// operand's space in the buffer.
    pub ty: &'static str,
    /// The size of the value in bytes.
    pub size: u32,
    /// What is above an integer that is narrower than its type.
    pub extension: Extension,
    pub has_input: bool,
    pub output: Option<Output>,
}

/// How an integer fills a register that is wider. Rust does not say, so it is what programs compiled by LLVM
/// have: what the machine's loads do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Extension {
    Zeros,
    Sign,
}

/// A register that the template writes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Output {
    pub use_of_value: UseOfValue,
    pub time: OutputTime,
}

/// Whether an output is read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum UseOfValue {
    Stored,
    Discarded,
}

/// When an output is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OutputTime {
    /// Possibly before all inputs are read. The output then shares no register with an input.
    Early,
    /// After all inputs are read.
    Late,
}

/// What comes after the template.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum End {
    Returns,
    /// `noreturn`
    NeverReached,
}

/// What the template does with the stack.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StackUse {
    MayPush,
    /// `nostack`
    None,
}

/// Whether the template unwinds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unwinding {
    Never,
    MayUnwind,
}

/// Where inputs and outputs are in the buffer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Layout {
    /// The offset of each operand in bytes; meaningless for operands without a value.
    pub offsets: Vec<u32>,
    /// In bytes; 0 if no operand has a value.
    pub size: u32,
}

impl Block {
    /// Assigns an offset to each operand that has a value.
    pub fn layout(&self) -> Layout {
        let mut size = 0;
        let mut offsets = Vec::with_capacity(self.operands.len());
        for operand in &self.operands {
            offsets.push(size);
            if let Operand::Register(register) = operand
                && (register.has_input || register.is_stored())
            {
                size += register.size.max(1).next_multiple_of(PLACE_ALIGNMENT);
            }
        }
        Layout { offsets, size }
    }

    /// Returns the template, with the text that `operand` returns for each operand and modifier.
    pub fn template(&self, mut operand: impl FnMut(usize, Option<char>) -> String) -> String {
        let mut text = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(piece) => text.push_str(piece),
                Piece::Operand { index, modifier } => text.push_str(&operand(*index, *modifier)),
            }
        }
        text
    }

    /// Returns the function's definition in LLVM's IR.
    pub fn definition(&self) -> String {
        let constraints = Constraints::of(self);
        let mut text = String::new();
        for piece in &self.pieces {
            match piece {
                // A dollar sign begins a reference to an operand.
                Piece::Text(piece) => push_escaped(&mut text, &piece.replace('$', "$$")),
                Piece::Operand { index, modifier } => {
                    text.push_str(&constraints.reference(*index, *modifier));
                }
            }
        }
        self.definition_with(&constraints, &text)
    }

    /// Returns the function with a template that is a `.warning` directive. The warning's message is the text
    /// of the operands of [`Block::operands_used`], in that order, separated by [`OPERAND_SEPARATOR`].
    pub(crate) fn telling_definition(&self) -> String {
        let constraints = Constraints::of(self);
        let used = self.operands_used();
        let references: Vec<String> =
            used.iter().map(|&(index, modifier)| constraints.reference(index, modifier)).collect();
        let text = format!(".warning \\22{}\\22", references.join(OPERAND_SEPARATOR));
        self.definition_with(&constraints, &text)
    }

    /// Returns the operands of the template with their modifiers, each pair once.
    pub(crate) fn operands_used(&self) -> Vec<(usize, Option<char>)> {
        let mut used = Vec::new();
        for piece in &self.pieces {
            if let &Piece::Operand { index, modifier } = piece
                && !used.contains(&(index, modifier))
            {
                used.push((index, modifier));
            }
        }
        used
    }

    /// Returns the function with another template, which must already be escaped.
    fn definition_with(&self, constraints: &Constraints, template: &str) -> String {
        let layout = self.layout();
        let mut body = FunctionText { block: self, layout: &layout, text: String::new() };
        let name = &self.name;
        let nounwind = if self.unwinding == Unwinding::Never { "nounwind " } else { "" };
        body.line(format_args!(
            "define internal i32 @\"{name}\"(ptr %buffer) {nounwind}{} section \".text.{name}\" {{",
            self.attributes
        ));
        let inputs = body.load_inputs(constraints);
        let alignment = if self.stack == StackUse::MayPush { " alignstack" } else { "" };
        let dialect = if self.syntax == Syntax::Intel { " inteldialect" } else { "" };
        let unwind = if self.unwinding == Unwinding::MayUnwind { " unwind" } else { "" };
        let result = constraints.result_type();
        let assignment = if result == "void" { "" } else { "%result = " };
        let codes = constraints.codes.join(",");
        let asm = format!("asm sideeffect{alignment}{dialect}{unwind} \"{template}\", \"{codes}\"({inputs})");
        let labels = self.operands.iter().filter(|operand| **operand == Operand::Label).count();
        if labels == 0 {
            body.line(format_args!("{assignment}call {result} {asm}"));
            body.finish(constraints, "end", 0);
        } else {
            let targets: Vec<String> = (1..=labels).map(|label| format!("label %label{label}")).collect();
            body.line(format_args!(
                "{assignment}callbr {result} {asm} to label %end [{}]\nend:",
                targets.join(", ")
            ));
            body.finish(constraints, "end", 0);
            for label in 1..=labels {
                let block = format!("label{label}");
                body.line(format_args!("{block}:"));
                body.finish(constraints, &block, label);
            }
        }
        body.text.push('}');
        body.text
    }
}

impl Register {
    /// The type of an integer that is narrower than its register's, and the operation that widens it.
    fn widening(&self) -> Option<(String, &'static str)> {
        let width: u32 = self.ty.strip_prefix('i')?.parse().ok()?;
        let bits = self.size * 8;
        let operation = match self.extension {
            Extension::Zeros => "zext",
            Extension::Sign => "sext",
        };
        (0 < bits && bits < width).then(|| (format!("i{bits}"), operation))
    }

    fn is_stored(&self) -> bool {
        self.output.is_some_and(|output| output.use_of_value == UseOfValue::Stored)
    }
}

/// Separates operands in the warning of [`Block::telling_definition`]. No operand contains it.
pub(crate) const OPERAND_SEPARATOR: &str = "|";

/// The declarations that the definitions of blocks need.
pub const DECLARATIONS: [&str; 1] = ["declare void @llvm.trap()"];

/// The constraint codes of a block: outputs, inputs, labels, clobbers.
struct Constraints {
    codes: Vec<String>,
    /// The types of the outputs.
    outputs: Vec<&'static str>,
    /// The number by which the template refers to each operand.
    numbers: Vec<usize>,
}

impl Constraints {
    fn of(block: &Block) -> Constraints {
        let mut codes = Vec::new();
        let mut outputs = Vec::new();
        let mut numbers = vec![0; block.operands.len()];
        for (index, operand) in block.operands.iter().enumerate() {
            if let Operand::Register(Register { constraint, ty, output: Some(output), .. }) = operand {
                numbers[index] = codes.len();
                let prefix = if output.time == OutputTime::Late { "=" } else { "=&" };
                codes.push(format!("{prefix}{constraint}"));
                outputs.push(*ty);
            }
        }
        for (index, operand) in block.operands.iter().enumerate() {
            let Operand::Register(register) = operand else { continue };
            if !register.has_input {
                continue;
            }
            codes.push(match register.output {
                None => {
                    numbers[index] = codes.len();
                    register.constraint.clone()
                }
                // LLVM accepts the same fixed register twice. clang writes it like this, too.
                Some(output) if output.time == OutputTime::Late && register.constraint.starts_with('{') => {
                    register.constraint.clone()
                }
                Some(_) => numbers[index].to_string(),
            });
        }
        for (index, operand) in block.operands.iter().enumerate() {
            if *operand == Operand::Label {
                numbers[index] = codes.len();
                codes.push("!i".to_owned());
            }
        }
        codes.extend(block.clobbers.iter().map(|clobber| format!("~{clobber}")));
        Constraints { codes, outputs, numbers }
    }

    /// Returns the template's reference to the operand `index`.
    fn reference(&self, index: usize, modifier: Option<char>) -> String {
        let number = self.numbers[index];
        modifier.map_or_else(|| format!("${{{number}}}"), |modifier| format!("${{{number}:{modifier}}}"))
    }

    fn result_type(&self) -> String {
        match &*self.outputs {
            [] => "void".to_owned(),
            [ty] => (*ty).to_owned(),
            types => format!("{{ {} }}", types.join(", ")),
        }
    }
}

/// The lines of a function.
struct FunctionText<'b> {
    block: &'b Block,
    layout: &'b Layout,
    text: String,
}

impl FunctionText<'_> {
    fn line(&mut self, line: std::fmt::Arguments<'_>) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.text, "{line}");
    }

    /// Returns the operands in registers, each with its index and its offset in the buffer.
    fn registers(&self) -> impl Iterator<Item = (usize, &Register, u32)> {
        let all = self.block.operands.iter().zip(&self.layout.offsets).enumerate();
        all.filter_map(|(index, (operand, &offset))| match operand {
            Operand::Register(register) => Some((index, register, offset)),
            Operand::Label | Operand::None => None,
        })
    }

    /// Loads the inputs from the buffer, and returns them as the arguments of the template.
    fn load_inputs(&mut self, constraints: &Constraints) -> String {
        let inputs = self.registers().filter(|(_, register, _)| register.has_input);
        let inputs: Vec<_> =
            inputs.map(|(index, register, offset)| (index, register.clone(), offset)).collect();
        debug_assert!(inputs.len() <= constraints.codes.len());
        let mut arguments = Vec::new();
        for (index, register, offset) in inputs {
            let ty = register.ty;
            let place = format!("ptr %from{index}, align {PLACE_ALIGNMENT}");
            self.line(format_args!("%from{index} = getelementptr i8, ptr %buffer, i64 {offset}"));
            match register.widening() {
                Some((narrow, operation)) => self.line(format_args!(
                    "%narrow{index} = load {narrow}, {place}\n\
                     %in{index} = {operation} {narrow} %narrow{index} to {ty}"
                )),
                None => self.line(format_args!("%in{index} = load {ty}, {place}")),
            }
            arguments.push(format!("{ty} %in{index}"));
        }
        arguments.join(", ")
    }

    /// Writes code that stores the outputs and returns `label`. `block` makes the names of values unique.
    fn finish(&mut self, constraints: &Constraints, block: &str, label: usize) {
        if label == 0 && self.block.end == End::NeverReached {
            // If the template returns against its promise, it must not run into the next function.
            self.line(format_args!("call void @llvm.trap()\nunreachable"));
            return;
        }
        let result = constraints.result_type();
        let stored = self.registers().filter(|(_, register, _)| register.is_stored());
        let stored: Vec<_> = stored.map(|(index, register, offset)| (index, register.ty, offset)).collect();
        for (index, ty, offset) in stored {
            let value = match constraints.outputs.len() {
                1 => "%result".to_owned(),
                _ => {
                    let number = constraints.numbers[index];
                    self.line(format_args!("%{block}.out{index} = extractvalue {result} %result, {number}"));
                    format!("%{block}.out{index}")
                }
            };
            self.line(format_args!(
                "%{block}.to{index} = getelementptr i8, ptr %buffer, i64 {offset}\n\
                 store {ty} {value}, ptr %{block}.to{index}, align {PLACE_ALIGNMENT}"
            ));
        }
        self.line(format_args!("ret i32 {label}"));
    }
}

/// Appends `text`, escaped for a string of LLVM's IR.
fn push_escaped(result: &mut String, text: &str) {
    for &byte in text.as_bytes() {
        match byte {
            b'"' | b'\\' | ..b' ' | 0x7f.. => {
                let _ = write!(result, "\\{byte:02X}");
            }
            _ => result.push(char::from(byte)),
        }
    }
}
