//! Lowers `asm!` blocks.
//!
//! 1. The block is described to the engine, which writes its function in LLVM's IR and lays out the buffer
//!    for its operands.
//! 2. Inputs are stored to the buffer, the function is called, and outputs are copied from the buffer.
//! 3. With labels, the function's result selects the block that comes next. A block that may unwind is called
//!    by an invoke.
//!
//! A block without instructions is not called. It is the classical compiler barrier, `asm!("")`: unless it is
//! `nomem`, a sequence point keeps Cranelift from removing or merging accesses across it. The call of a block
//! with instructions is a barrier already (`has_memory_fence_semantics` in Cranelift's alias analysis).

use clif_engine::cgu::{Binding, SymbolKind, Visibility};
use clif_engine::clif::memory::plain_memory;
use clif_engine::llvm::{
    Block, End, Layout, Operand, Output, OutputTime, PLACE_ALIGNMENT, Piece, Register, StackUse, Unwinding,
    UseOfValue,
};
use rustc_abi::{Align, Size};
use rustc_ast::{InlineAsmOptions, InlineAsmTemplatePiece};
use rustc_codegen_ssa::mir::place::PlaceRef;
use rustc_codegen_ssa::traits::{AsmBuilderMethods, InlineAsmOperandRef};
use rustc_data_structures::fx::FxIndexSet;
use rustc_hir::def_id::DefId;
use rustc_middle::ty::Instance;
use rustc_span::{Span, Symbol};
use rustc_target::asm::{InlineAsmArch, InlineAsmRegClass, InlineAsmRegOrRegClass};

use super::origin_of_line;
use crate::builder::Builder;
use crate::builder::calls::InvokeTargets;
use crate::cgu::context::CodegenCx;
use crate::clif::function::BasicBlock;
use crate::clif::types::Type;
use crate::clif::values::Value;
use crate::machines::RegisterNames;
use crate::session::llvm_features;

impl<'a, 'tcx> AsmBuilderMethods<'tcx> for Builder<'a, 'tcx> {
    fn codegen_inline_asm(
        &mut self,
        template: &[InlineAsmTemplatePiece],
        operands: &[InlineAsmOperandRef<'tcx, Self>],
        options: InlineAsmOptions,
        line_spans: &[Span],
        instance: Instance<'_>,
        destination: Option<BasicBlock>,
        catch_funclet: Option<(BasicBlock, Option<&()>)>,
    ) {
        let span = line_spans.first().copied().unwrap_or(self.cx.current_span.get());
        if is_without_instructions(template) && self.pass_values_through(operands, options) {
            if let Some(destination) = destination {
                self.jump(destination);
            }
            return;
        }
        let called = Called { destination, unwind: catch_funclet.map(|(block, _)| block) };
        let source = Source { template, options, line_spans, span, function: instance.def_id() };
        match self.describe_block(&source, operands) {
            Some(block) => {
                let (name, layout) = (block.name.clone(), block.layout());
                self.cx.llvm.borrow_mut().blocks.push(block);
                self.call_block(&name, &layout, operands, called);
            }
            // The error has been reported; lowering continues.
            None => {
                if let Some(destination) = destination {
                    self.jump(destination);
                }
            }
        }
    }
}

/// A block as rustc passes it, without the operands.
struct Source<'s> {
    template: &'s [InlineAsmTemplatePiece],
    options: InlineAsmOptions,
    line_spans: &'s [Span],
    span: Span,
    /// The function that the block is in.
    function: DefId,
}

/// How control leaves an `asm!` block.
#[derive(Clone, Copy)]
struct Called {
    /// Where it continues; `None` means after the block.
    destination: Option<BasicBlock>,
    /// Where it continues if the block unwinds.
    unwind: Option<BasicBlock>,
}

/// What the block's function uses the frame pointer's register for.
#[derive(Clone, Copy)]
enum FramePointer {
    /// The frame is found whatever the template pushes.
    Kept,
    /// The operands need the register.
    IsOperand,
}

/// Whether an operand has a value before the block.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Input {
    Stored,
    None,
}

/// The registers of a block, while its operands are described.
struct Registers<'m, 'tcx> {
    names: &'m dyn RegisterNames,
    arch: InlineAsmArch,
    features: &'m FxIndexSet<Symbol>,
    cx: &'m CodegenCx<'tcx>,
    span: Span,
    /// Registers that the block changes without an output.
    clobbers: Vec<String>,
    /// The number of operands in general-purpose registers.
    general: usize,
}

impl<'a, 'tcx> Builder<'a, 'tcx> {
    fn describe_block(
        &self,
        source: &Source<'_>,
        operands: &[InlineAsmOperandRef<'tcx, Self>],
    ) -> Option<Block> {
        let names = self.cx.machine.names.registers;
        let mut registers = Registers {
            names,
            arch: self.cx.tcx.sess.asm_arch?,
            features: self.cx.tcx.asm_target_features(source.function),
            cx: self.cx,
            span: source.span,
            clobbers: Vec::new(),
            general: 0,
        };
        let described = operands.iter().map(|operand| registers.describe(operand));
        let described: Vec<Operand> = described.collect::<Option<_>>()?;
        let has = |option| source.options.contains(option);
        let mut clobbers = std::mem::take(&mut registers.clobbers);
        if !has(InlineAsmOptions::PRESERVES_FLAGS) {
            clobbers.extend(names.flags().iter().map(|&flag| flag.to_owned()));
        }
        clobbers.push("{memory}".to_owned());
        let unwinding =
            if has(InlineAsmOptions::MAY_UNWIND) { Unwinding::MayUnwind } else { Unwinding::Never };
        let frame_pointer = if registers.general <= names.operands_with_frame_pointer() {
            FramePointer::Kept
        } else {
            FramePointer::IsOperand
        };
        let lines = 0..source.line_spans.len().max(1);
        Some(Block {
            name: self.cx.next_asm_name(),
            syntax: names.syntax(source.options),
            pieces: self.pieces(names, source.template, operands),
            operands: described,
            clobbers,
            end: if has(InlineAsmOptions::NORETURN) { End::NeverReached } else { End::Returns },
            stack: if has(InlineAsmOptions::NOSTACK) { StackUse::None } else { StackUse::MayPush },
            unwinding,
            attributes: self.attributes(source.function, unwinding, frame_pointer),
            origins: lines.map(|line| origin_of_line(source.line_spans, line)).collect(),
        })
    }

    /// Returns the template with constants and the names of symbols filled in.
    fn pieces(
        &self,
        names: &dyn RegisterNames,
        template: &[InlineAsmTemplatePiece],
        operands: &[InlineAsmOperandRef<'tcx, Self>],
    ) -> Vec<Piece> {
        let piece = |piece: &InlineAsmTemplatePiece| match piece {
            InlineAsmTemplatePiece::String(text) => Piece::Text(text.to_string()),
            &InlineAsmTemplatePiece::Placeholder { operand_idx: index, modifier, span } => {
                match &operands[index] {
                    InlineAsmOperandRef::In { reg, .. }
                    | InlineAsmOperandRef::Out { reg, .. }
                    | InlineAsmOperandRef::InOut { reg, .. } => {
                        Piece::Operand { index, modifier: names.modifier(reg.reg_class(), modifier) }
                    }
                    InlineAsmOperandRef::Const { string } => Piece::Text(string.clone()),
                    InlineAsmOperandRef::SymFn { instance } => {
                        Piece::Text(self.cx.function_name_in_assembly(*instance, span))
                    }
                    InlineAsmOperandRef::SymStatic { def_id } => {
                        Piece::Text(self.cx.static_name_in_assembly(*def_id, span))
                    }
                    InlineAsmOperandRef::Label { .. } => Piece::Operand { index, modifier: Some('l') },
                }
            }
        };
        template.iter().map(piece).collect()
    }

    /// Returns the attributes of the block's function.
    fn attributes(&self, function: DefId, unwinding: Unwinding, frame_pointer: FramePointer) -> String {
        // Values that the template pushes must not overwrite values that the function keeps in a red zone.
        let mut attributes = "noredzone".to_owned();
        if unwinding == Unwinding::MayUnwind || self.cx.tcx.sess.must_emit_unwind_tables() {
            attributes.push_str(" uwtable");
        }
        let frame_pointer = match frame_pointer {
            FramePointer::Kept => "all",
            FramePointer::IsOperand => "none",
        };
        attributes.push_str(&format!(" \"frame-pointer\"=\"{frame_pointer}\""));
        if let Some(features) = llvm_features::of_function(self.cx.tcx, function) {
            attributes.push_str(&format!(" \"target-features\"=\"{features}\""));
        }
        attributes
    }

    /// Stores the inputs, calls the block's function, and copies the outputs.
    fn call_block(
        &mut self,
        name: &str,
        layout: &Layout,
        operands: &[InlineAsmOperandRef<'tcx, Self>],
        called: Called,
    ) {
        let buffer = self.allocate(
            Size::from_bytes(layout.size.max(1)),
            Align::from_bytes(u64::from(PLACE_ALIGNMENT)).unwrap_or(Align::ONE),
        );
        for (operand, &offset) in operands.iter().zip(&layout.offsets) {
            if let InlineAsmOperandRef::In { reg, value }
            | InlineAsmOperandRef::InOut { reg, in_value: value, .. } = operand
            {
                let address = self.offset_by(buffer, i64::from(offset));
                let size = value.layout.size.bytes();
                if self.cx.machine.names.registers.is_boxed(reg.reg_class(), size) {
                    let ones = Value::constant(Type::I64, u64::MAX.into());
                    self.store_scalar(ones, address, plain_memory());
                }
                value.val.store(self, PlaceRef::new_sized(address, value.layout));
            }
        }
        let result = self.call_wrapper(name, buffer, called.unwind);
        for (operand, &offset) in operands.iter().zip(&layout.offsets) {
            if let InlineAsmOperandRef::Out { place: Some(place), .. }
            | InlineAsmOperandRef::InOut { out_place: Some(place), .. } = operand
            {
                let address = self.offset_by(buffer, i64::from(offset));
                self.copy_bytes(place.val.llval, address, place.layout.size.bytes());
            }
        }
        let Some(destination) = called.destination else { return };
        let labels = operands.iter().filter_map(|operand| match operand {
            InlineAsmOperandRef::Label { label } => Some(*label),
            _ => None,
        });
        let cases: Vec<(u128, BasicBlock)> = (1..).zip(labels).collect();
        if cases.is_empty() {
            self.jump(destination);
        } else {
            self.switch_on(result, destination, cases.into_iter());
        }
    }

    /// Calls the function `name` with the address of the buffer. Afterwards, the builder is in the block to
    /// which the function returns.
    fn call_wrapper(&mut self, name: &str, buffer: Value, unwind: Option<BasicBlock>) -> Value {
        let symbol = self.cx.define_symbol(name, SymbolKind::Function, Binding::Local, Visibility::Default);
        let callee = Value::Symbol { symbol, offset: 0 };
        let signature = self.cx.plain_signature(&[Type::Pointer], Type::I32);
        match unwind {
            None => self.call_with_signature(signature, callee, &[buffer]),
            Some(unwind) => {
                let normal = Builder::new_block(self.cx, self.block.function);
                let targets = InvokeTargets { normal, unwind };
                let result = self.invoke_with_signature(signature, callee, &[buffer], targets);
                self.block = normal;
                result
            }
        }
    }

    /// Lowers a block without instructions: outputs get the values of the inputs that they are tied to.
    /// Returns `false` if that is not enough, because an output shares its register with another operand.
    fn pass_values_through(
        &mut self,
        operands: &[InlineAsmOperandRef<'tcx, Self>],
        options: InlineAsmOptions,
    ) -> bool {
        let is_simple = operands.iter().all(|operand| match operand {
            InlineAsmOperandRef::Out { place, .. } => place.is_none(),
            InlineAsmOperandRef::InOut { in_value, out_place, .. } => {
                out_place.is_none_or(|place| place.layout.size == in_value.layout.size)
            }
            InlineAsmOperandRef::Label { .. } => false,
            _ => true,
        });
        if !is_simple || options.contains(InlineAsmOptions::NORETURN) {
            return false;
        }
        if !options.contains(InlineAsmOptions::NOMEM) {
            self.sequence_point();
        }
        for operand in operands {
            if let InlineAsmOperandRef::InOut { in_value, out_place: Some(place), .. } = operand {
                let target = PlaceRef::new_sized_aligned(place.val.llval, in_value.layout, place.val.align);
                in_value.val.store(self, target);
            }
        }
        true
    }
}

impl<'tcx> Registers<'_, 'tcx> {
    /// Describes an operand; `None` after an error.
    fn describe<'a>(&mut self, operand: &InlineAsmOperandRef<'tcx, Builder<'a, 'tcx>>) -> Option<Operand> {
        match operand {
            InlineAsmOperandRef::In { reg, value } => {
                self.value(*reg, Some(value.layout.size), Input::Stored, None)
            }
            InlineAsmOperandRef::Out { reg, late, place: Some(place) } => {
                let output = Output { use_of_value: UseOfValue::Stored, time: output_time(*late) };
                self.value(*reg, Some(place.layout.size), Input::None, Some(output))
            }
            InlineAsmOperandRef::Out { reg, late, place: None } => self.discarded(*reg, output_time(*late)),
            InlineAsmOperandRef::InOut { reg, late, in_value, out_place } => {
                let (layout, use_of_value) = match out_place {
                    Some(place) => (place.layout, UseOfValue::Stored),
                    None => (in_value.layout, UseOfValue::Discarded),
                };
                let output = Output { use_of_value, time: output_time(*late) };
                self.value(*reg, Some(layout.size), Input::Stored, Some(output))
            }
            InlineAsmOperandRef::Label { .. } => Some(Operand::Label),
            InlineAsmOperandRef::Const { .. }
            | InlineAsmOperandRef::SymFn { .. }
            | InlineAsmOperandRef::SymStatic { .. } => Some(Operand::None),
        }
    }

    fn value(
        &mut self,
        register: InlineAsmRegOrRegClass,
        size: Option<Size>,
        input: Input,
        output: Option<Output>,
    ) -> Option<Operand> {
        let size = size.map(Size::bytes);
        let Some(place) = self.names.place(register, size) else {
            self.cx.unsupported(self.span, format!("operands in the register or class `{register}`"));
            return None;
        };
        self.general += usize::from(self.names.is_general(register.reg_class()));
        let size = size.unwrap_or(0) as u32;
        Some(Operand::Register(Register {
            constraint: place.constraint,
            ty: place.ty,
            size,
            extension: self.names.extension(),
            has_input: input == Input::Stored,
            output,
        }))
    }

    /// Describes an output that is discarded. LLVM gives its register to no other operand. A register that
    /// cannot hold a value, or not with the features of the function, becomes a clobber.
    fn discarded(&mut self, register: InlineAsmRegOrRegClass, time: OutputTime) -> Option<Operand> {
        match register {
            InlineAsmRegOrRegClass::Reg(fixed) if !self.holds_values(register.reg_class()) => {
                self.names.clobber(fixed, &mut self.clobbers);
                Some(Operand::None)
            }
            _ => {
                let output = Output { use_of_value: UseOfValue::Discarded, time };
                self.value(register, None, Input::None, Some(output))
            }
        }
    }

    /// Whether registers of `class` can hold a value with the features of the function.
    fn holds_values(&self, class: InlineAsmRegClass) -> bool {
        let types = class.supported_types(self.arch, true);
        types.iter().any(|(_, feature)| feature.is_none_or(|feature| self.features.contains(&feature)))
    }
}

/// Returns when an output is written: a late one may share its register with an input.
fn output_time(late: bool) -> OutputTime {
    if late { OutputTime::Late } else { OutputTime::Early }
}

/// Whether the template contains only white space and comments like `/* {0} */`.
fn is_without_instructions(template: &[InlineAsmTemplatePiece]) -> bool {
    let text: String = template
        .iter()
        .map(|piece| match piece {
            InlineAsmTemplatePiece::String(text) => text,
            // Any text except white space will do.
            InlineAsmTemplatePiece::Placeholder { .. } => "operand",
        })
        .collect();
    let mut rest = text.trim_start();
    while let Some((_, after)) = rest.strip_prefix("/*").and_then(|comment| comment.split_once("*/")) {
        rest = after.trim_start();
    }
    rest.is_empty()
}
