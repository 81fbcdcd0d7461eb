//! `asm!` blocks.
//!
//! In order:
//! 1. Operands are described to the engine, which writes the block's function and lays out the buffer.
//! 2. Inputs are stored to the buffer, the function is called, outputs are copied to their places.
//! 3. With labels, the result says which of them comes next. A block that may unwind is called by an invoke.
//!
//! A block without instructions is no call at all: what it keeps LLVM from optimising, nobody optimises here.

use clif_engine::assembly::{
    Block, Class, Direction, Layout, Operand, Output, Piece, Register, RegisterChoice, write,
};
use clif_engine::unit::{Binding, SymbolKind, Visibility};
use rustc_abi::{Align, Size};
use rustc_ast::{InlineAsmOptions, InlineAsmTemplatePiece};
use rustc_codegen_ssa::mir::place::PlaceRef;
use rustc_codegen_ssa::traits::{AsmBuilderMethods, InlineAsmOperandRef};
use rustc_middle::ty::Instance;
use rustc_span::Span;
use rustc_target::asm::InlineAsmRegOrRegClass;

use super::{origin_of_line, syntax_of};
use crate::builder::Builder;
use crate::builder::calls::InvokeTargets;
use crate::function::BasicBlock;
use crate::types::Type;
use crate::values::Value;

/// Alignment of the operands' buffer in bytes.
const BUFFER_ALIGNMENT: u64 = 16;

impl<'a, 'tcx> AsmBuilderMethods<'tcx> for Builder<'a, 'tcx> {
    fn codegen_inline_asm(
        &mut self,
        template: &[InlineAsmTemplatePiece],
        operands: &[InlineAsmOperandRef<'tcx, Self>],
        options: InlineAsmOptions,
        line_spans: &[Span],
        _instance: Instance<'_>,
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
        let block = self.describe_block(template, operands, options, span);
        let layout = block.and_then(|block| self.write_block(&block, line_spans, span));
        match layout {
            Some((name, layout)) => self.call_block(&name, &layout, operands, called),
            // The error has been reported; lowering goes on.
            None => {
                if let Some(destination) = destination {
                    self.jump(destination);
                }
            }
        }
    }
}

/// How control leaves an `asm!` block.
#[derive(Clone, Copy)]
struct Called {
    /// Where it goes afterwards; goes on in the same block if there is none.
    destination: Option<BasicBlock>,
    /// Where it goes when the block unwinds.
    unwind: Option<BasicBlock>,
}

/// A block as the engine wants it, with the name of its function.
struct Described {
    name: String,
    pieces: Vec<Piece>,
    operands: Vec<Operand>,
    options: InlineAsmOptions,
}

impl<'a, 'tcx> Builder<'a, 'tcx> {
    fn describe_block(
        &self,
        template: &[InlineAsmTemplatePiece],
        operands: &[InlineAsmOperandRef<'tcx, Self>],
        options: InlineAsmOptions,
        span: Span,
    ) -> Option<Described> {
        if !self.cx.supports_assembly(span) {
            return None;
        }
        let operands = operands.iter().map(|operand| self.describe_operand(operand, span));
        let operands: Vec<Operand> = operands.collect::<Option<_>>()?;
        let pieces = template
            .iter()
            .map(|piece| match piece {
                InlineAsmTemplatePiece::String(text) => Piece::Text(text.to_string()),
                InlineAsmTemplatePiece::Placeholder { operand_idx, modifier, .. } => {
                    Piece::Operand { index: *operand_idx, modifier: *modifier }
                }
            })
            .collect();
        let name = self.cx.next_asm_name();
        Some(Described { name, pieces, operands, options })
    }

    fn describe_operand(&self, operand: &InlineAsmOperandRef<'tcx, Self>, span: Span) -> Option<Operand> {
        let bytes = |size: Size| size.bytes() as u32;
        let (register, input, output) = match operand {
            InlineAsmOperandRef::In { reg, value } => (reg, Some(bytes(value.layout.size)), None),
            InlineAsmOperandRef::Out { reg, late, place } => {
                let size = place.map(|place| bytes(place.layout.size));
                (reg, None, Some(Output { size, late: *late }))
            }
            InlineAsmOperandRef::InOut { reg, late, in_value, out_place } => {
                let size = out_place.map(|place| bytes(place.layout.size));
                (reg, Some(bytes(in_value.layout.size)), Some(Output { size, late: *late }))
            }
            InlineAsmOperandRef::Const { string } => return Some(Operand::Text(string.clone())),
            InlineAsmOperandRef::SymFn { instance } => {
                return Some(Operand::Text(self.cx.function_name_in_assembly(*instance, span)));
            }
            InlineAsmOperandRef::SymStatic { def_id } => {
                return Some(Operand::Text(self.cx.static_name_in_assembly(*def_id, span)));
            }
            InlineAsmOperandRef::Label { .. } => return Some(Operand::Label),
        };
        let Some((choice, class)) = register_of(register) else {
            self.cx.unsupported(span, format!("operands in the register or class `{register}`"));
            return None;
        };
        Some(Operand::Register { choice, class, input, output })
    }

    /// Adds the function to the unit's assembly.
    fn write_block(&self, block: &Described, line_spans: &[Span], span: Span) -> Option<(String, Layout)> {
        let falls_through = if block.options.contains(InlineAsmOptions::NORETURN) {
            Direction::NeverReturns
        } else {
            Direction::Returns
        };
        let engine_block = Block {
            name: &block.name,
            syntax: syntax_of(block.options),
            pieces: block.pieces.clone(),
            operands: block.operands.clone(),
            falls_through,
        };
        let assembly = &mut self.cx.llvm.borrow_mut().assembly;
        let written = write(&engine_block, assembly, |line| origin_of_line(line_spans, line));
        match written {
            Ok(layout) => Some((block.name.clone(), layout)),
            Err(failure) => {
                self.cx.tcx.dcx().span_err(span, failure.to_string());
                None
            }
        }
    }

    /// Stores the inputs, calls the block's function, copies the outputs.
    fn call_block(
        &mut self,
        name: &str,
        layout: &Layout,
        operands: &[InlineAsmOperandRef<'tcx, Self>],
        called: Called,
    ) {
        let buffer = self.allocate(
            Size::from_bytes(layout.size.max(1)),
            Align::from_bytes(BUFFER_ALIGNMENT).unwrap_or(Align::ONE),
        );
        for (operand, &offset) in operands.iter().zip(&layout.offsets) {
            if let InlineAsmOperandRef::In { value, .. }
            | InlineAsmOperandRef::InOut { in_value: value, .. } = operand
            {
                let address = self.offset_by(buffer, i64::from(offset));
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

    /// Calls the function `name` with the address of the buffer. This builder goes on where it has returned.
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

    /// Does what a block without instructions does: outputs get the values of the inputs they are tied to. `false` if
    /// that is not all, because an output shares its register with another operand.
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
        for operand in operands {
            if let InlineAsmOperandRef::InOut { in_value, out_place: Some(place), .. } = operand {
                let target = PlaceRef::new_sized_aligned(place.val.llval, in_value.layout, place.val.align);
                in_value.val.store(self, target);
            }
        }
        true
    }
}

/// Whether nothing but white space is in the template.
fn is_without_instructions(template: &[InlineAsmTemplatePiece]) -> bool {
    let text: String = template
        .iter()
        .map(|piece| match piece {
            InlineAsmTemplatePiece::String(text) => text,
            // Any text will do that is not white space.
            InlineAsmTemplatePiece::Placeholder { .. } => "operand",
        })
        .collect();
    text.trim().is_empty()
}

/// The engine's names for a register or class; `None` for those that cannot hold values.
fn register_of(register: &InlineAsmRegOrRegClass) -> Option<(RegisterChoice, Class)> {
    match register {
        InlineAsmRegOrRegClass::Reg(fixed) => {
            let class = Class::parse(fixed.reg_class().name().as_str()).unwrap_or(Class::General);
            Some((RegisterChoice::Fixed(Register::parse(fixed.name())?), class))
        }
        InlineAsmRegOrRegClass::RegClass(class) => {
            Some((RegisterChoice::Any, Class::parse(class.name().as_str())?))
        }
    }
}
