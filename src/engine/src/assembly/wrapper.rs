//! One `asm!` block as a function `fn(buffer: *mut u8) -> u32`; the result is the number of the label that was jumped to,
//! 0 if none was.
//!
//! The frame is addressed by `rbp`, which no operand can be in and which a template has to leave as it was; so has the
//! stack pointer. `rdi`, the buffer, is kept in the frame:
//!
//! ```text
//! [rbp - 8]          the buffer
//! [rbp - 16] ...     callee-saved registers that an operand is in
//! rsp                a multiple of 16, as the calling convention wants it
//! ```
//!
//! CFI describes all of that, so debuggers, `may_unwind` and templates with CFI directives of their own work.

use std::fmt::Write as _;

use super::allocate::allocate;
use super::registers::{CALLEE_SAVED, Class, PREFERENCE, RDI, Register};
use super::source::{Origin, Syntax, UnitAssembly};

/// One `asm!` block.
#[derive(Debug)]
pub struct Block<'a> {
    /// The symbol of the function; letters, digits, `_` and `.` only.
    pub name: &'a str,
    pub syntax: Syntax,
    pub pieces: Vec<Piece>,
    pub operands: Vec<Operand>,
    /// Whether control never leaves at the end of the template (`noreturn`).
    pub falls_through: Direction,
}

/// What comes after the template.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Direction {
    Returns,
    NeverReturns,
}

/// A part of a template.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Piece {
    Text(String),
    Operand { index: usize, modifier: Option<char> },
}

/// An operand. Sizes are in bytes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Operand {
    Register {
        choice: RegisterChoice,
        /// Ignored for clobbers.
        class: Class,
        /// The size of the value at entry.
        input: Option<u32>,
        output: Option<Output>,
    },
    /// A constant or the name of a symbol, as it goes into the template.
    Text(String),
    /// A place outside of the block that the template can jump to.
    Label,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RegisterChoice {
    Fixed(Register),
    /// Any of the class.
    Any,
}

/// A register that the template writes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Output {
    /// The size of the value at exit, if it is wanted.
    pub size: Option<u32>,
    /// Whether it is written only after all inputs were read.
    pub late: bool,
}

/// Where the caller puts inputs and finds outputs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Layout {
    /// For each operand its place in the buffer; no meaning for operands without a value.
    pub offsets: Vec<u32>,
    /// In bytes; 0 if no operand has a value.
    pub size: u32,
}

/// Why there is no code for a block; the fault of the block.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Failure {
    #[error("inline assembly requires more registers than available")]
    NoRegister { operand: usize },
}

/// Appends the function of `block` to `assembly`. `origin` tells where line `n` of the template, counted from 0, is from.
pub fn write(
    block: &Block<'_>,
    assembly: &mut UnitAssembly,
    origin: impl Fn(usize) -> Option<Origin>,
) -> Result<Layout, Failure> {
    let registers = allocate(&block.operands)?;
    let layout = lay_out(&block.operands);
    let writer = Writer { block, registers: &registers, layout: &layout };
    if let (Some(operand), None) = (writer.first_output(), writer.buffer_pointer_at_exit()) {
        return Err(Failure::NoRegister { operand });
    }
    let saved = writer.saved_registers();
    let around = origin(0);
    let mut before = String::new();
    writer.prologue(&mut before, &saved);
    writer.load_inputs(&mut before);
    before.push_str(block.syntax.directive());
    assembly.push(&before, around);
    for (index, line) in writer.template().split('\n').enumerate() {
        assembly.push(line, origin(index));
    }
    let mut after = format!("{}\n", Syntax::Intel.directive());
    writer.leave(&mut after, &saved);
    assembly.push(after.trim_end(), around);
    Ok(layout)
}

/// Gives every operand with a value a place, wide enough for the instructions that move it.
fn lay_out(operands: &[Operand]) -> Layout {
    let mut size = 0;
    let mut offsets = Vec::with_capacity(operands.len());
    for operand in operands {
        offsets.push(size);
        if let Operand::Register { input, output, .. } = operand {
            let written = output.and_then(|output| output.size);
            let bytes = input.unwrap_or(0).max(written.unwrap_or(0));
            size += bytes.next_multiple_of(16);
        }
    }
    Layout { offsets, size }
}

struct Writer<'b> {
    block: &'b Block<'b>,
    registers: &'b [Option<Register>],
    layout: &'b Layout,
}

impl Writer<'_> {
    /// Callee-saved registers that operands are in, with their DWARF numbers.
    fn saved_registers(&self) -> Vec<(Register, u8)> {
        let used = |register: Register| self.registers.contains(&Some(register));
        let pointer = self.buffer_pointer_at_exit();
        CALLEE_SAVED
            .into_iter()
            .filter(|&(register, _)| used(register) || pointer == Some(register))
            .collect()
    }

    fn prologue(&self, text: &mut String, saved: &[(Register, u8)]) {
        let name = self.block.name;
        let frame = (8 + 8 * saved.len()).next_multiple_of(16);
        let lines = format!(
            ".pushsection .text.{name}, \"ax\", @progbits\n.p2align 4\n.type {name}, @function\n{name}:\n.cfi_startproc\n\
             push rbp\n.cfi_def_cfa_offset 16\n.cfi_offset 6, -16\nmov rbp, rsp\n.cfi_def_cfa_register 6\n\
             sub rsp, {frame}\nmov qword ptr [rbp - 8], rdi\n"
        );
        text.push_str(&lines);
        for (index, (register, number)) in saved.iter().enumerate() {
            // The canonical frame address is 16 bytes above rbp.
            let (below, register) = (16 + 8 * index, register.sized(8));
            let offset = below + 16;
            push_line(text, format_args!("mov qword ptr [rbp - {below}], {register}"));
            push_line(text, format_args!(".cfi_offset {number}, -{offset}"));
        }
    }

    /// Loads the inputs' registers; `rdi`, which holds the buffer's address, last.
    fn load_inputs(&self, text: &mut String) {
        let (last, first): (Vec<_>, Vec<_>) = self.inputs().partition(|&(register, ..)| register == RDI);
        for (register, class, size, offset) in first.into_iter().chain(last) {
            let place = format!("[rdi + {offset}]");
            push_line(text, format_args!("{}", load(register, class, size, &place)));
        }
    }

    fn inputs(&self) -> impl Iterator<Item = (Register, Class, u32, u32)> {
        self.operands()
            .filter_map(|(register, class, input, _, offset)| Some((register, class, input?, offset)))
    }

    fn outputs(&self) -> impl Iterator<Item = (Register, Class, u32, u32)> {
        self.operands()
            .filter_map(|(register, class, _, output, offset)| Some((register, class, output?.size?, offset)))
    }

    fn operands(&self) -> impl Iterator<Item = (Register, Class, Option<u32>, Option<Output>, u32)> {
        let all = self.block.operands.iter().zip(self.registers).zip(&self.layout.offsets);
        all.filter_map(|((operand, register), &offset)| match operand {
            Operand::Register { class, input, output, .. } => {
                Some(((*register)?, *class, *input, *output, offset))
            }
            Operand::Text(_) | Operand::Label => None,
        })
    }

    /// The template with its operands filled in.
    fn template(&self) -> String {
        let mut text = String::new();
        for piece in &self.block.pieces {
            match piece {
                Piece::Text(piece) => text.push_str(piece),
                Piece::Operand { index, modifier } => self.push_operand(&mut text, *index, *modifier),
            }
        }
        text
    }

    fn push_operand(&self, text: &mut String, index: usize, modifier: Option<char>) {
        match (&self.block.operands[index], self.registers[index]) {
            (Operand::Register { class, .. }, Some(register)) => {
                if self.block.syntax == Syntax::Att {
                    text.push('%');
                }
                text.push_str(&register.formatted(*class, modifier));
            }
            (Operand::Register { .. }, None) => {}
            (Operand::Text(value), _) => text.push_str(value),
            (Operand::Label, _) => text.push_str(&self.label(index)),
        }
    }

    fn label(&self, operand: usize) -> String {
        format!(".L{}.label{operand}", self.block.name)
    }

    fn labels(&self) -> Vec<usize> {
        let operands = self.block.operands.iter().enumerate();
        operands.filter(|(_, operand)| matches!(operand, Operand::Label)).map(|(index, _)| index).collect()
    }

    fn first_output(&self) -> Option<usize> {
        self.block.operands.iter().position(|operand| {
            matches!(operand, Operand::Register { output: Some(Output { size: Some(_), .. }), .. })
        })
    }

    /// The register for the buffer's address while outputs are stored: any that is no output. `None` if all are.
    fn buffer_pointer_at_exit(&self) -> Option<Register> {
        let outputs: Vec<Register> = self.outputs().map(|(register, ..)| register).collect();
        if outputs.is_empty() {
            return None;
        }
        // Of two registers, the one that need not be saved is better: the first in order of preference.
        PREFERENCE.into_iter().find(|register| !outputs.contains(register))
    }

    /// Stores the outputs at the end of the template and at each label, and returns.
    fn leave(&self, text: &mut String, saved: &[(Register, u8)]) {
        let (name, labels) = (self.block.name, self.labels());
        let end = format!(".L{name}.end");
        match self.block.falls_through {
            Direction::Returns => {
                self.store_outputs(text);
                if !labels.is_empty() {
                    push_line(text, format_args!("xor eax, eax\njmp {end}"));
                }
            }
            Direction::NeverReturns => push_line(text, format_args!("ud2")),
        }
        for (number, label) in labels.iter().enumerate() {
            push_line(text, format_args!("{}:", self.label(*label)));
            self.store_outputs(text);
            push_line(text, format_args!("mov eax, {}", number + 1));
            if number + 1 < labels.len() {
                push_line(text, format_args!("jmp {end}"));
            }
        }
        push_line(text, format_args!("{end}:"));
        for (index, (register, _)) in saved.iter().enumerate() {
            let below = 16 + 8 * index;
            push_line(text, format_args!("mov {}, qword ptr [rbp - {below}]", register.sized(8)));
        }
        push_line(
            text,
            format_args!(
                "leave\n.cfi_def_cfa 7, 8\nret\n.cfi_endproc\n.size {name}, . - {name}\n.popsection"
            ),
        );
    }

    fn store_outputs(&self, text: &mut String) {
        let Some(pointer) = self.buffer_pointer_at_exit() else { return };
        let pointer = pointer.sized(8);
        push_line(text, format_args!("mov {pointer}, qword ptr [rbp - 8]"));
        for (register, class, size, offset) in self.outputs() {
            let place = format!("[{pointer} + {offset}]");
            push_line(text, format_args!("{}", store(register, class, size, &place)));
        }
    }
}

fn push_line(text: &mut String, line: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{line}");
}

/// The instruction that loads an input of `size` bytes.
fn load(register: Register, class: Class, size: u32, place: &str) -> String {
    match (register, size) {
        (Register::General(_), 1 | 2) => {
            let width = if size == 1 { "byte" } else { "word" };
            format!("movzx {}, {width} ptr {place}", register.sized(4))
        }
        (Register::General(_), _) => format!("mov {}, {place}", register.sized(size)),
        (Register::Mask(_), _) => format!("{} {}, {place}", mask_move(size), register.formatted(class, None)),
        _ => {
            let (instruction, name) = vector_move(register, class, size);
            format!("{instruction} {name}, {place}")
        }
    }
}

/// The instruction that stores an output of `size` bytes.
fn store(register: Register, class: Class, size: u32, place: &str) -> String {
    match register {
        Register::General(_) => format!("mov {place}, {}", register.sized(size)),
        Register::Mask(_) => format!("{} {place}, {}", mask_move(size), register.formatted(class, None)),
        _ => {
            let (instruction, name) = vector_move(register, class, size);
            format!("{instruction} {place}, {name}")
        }
    }
}

fn mask_move(size: u32) -> &'static str {
    match size {
        1 | 2 => "kmovw",
        3..=4 => "kmovd",
        _ => "kmovq",
    }
}

/// A move of at least `size` bytes and the register's name in it. The upper half of the register is preserved by
/// nobody, so the shortest encoding will do.
fn vector_move(register: Register, class: Class, size: u32) -> (&'static str, String) {
    let high = matches!(register, Register::Vector(16..));
    match size {
        _ if high => ("vmovups", register.formatted(class, Some(if size > 32 { 'z' } else { 'x' }))),
        1..=4 => ("movd", register.formatted(class, Some('x'))),
        5..=8 => ("movq", register.formatted(class, Some('x'))),
        9..=16 => ("movups", register.formatted(class, Some('x'))),
        17..=32 => ("vmovups", register.formatted(class, Some('y'))),
        _ => ("vmovups", register.formatted(class, Some('z'))),
    }
}
