//! Inline and global assembly. Not compiled yet: each use is a diagnostic at its place in the source.

use rustc_ast::{InlineAsmOptions, InlineAsmTemplatePiece};
use rustc_codegen_ssa::traits::{
    AsmBuilderMethods, AsmCodegenMethods, GlobalAsmOperandRef, InlineAsmOperandRef,
};
use rustc_middle::ty::Instance;
use rustc_span::{DUMMY_SP, Span};

use crate::builder::Builder;
use crate::context::CodegenCx;
use crate::function::BasicBlock;

impl<'a, 'tcx> AsmBuilderMethods<'tcx> for Builder<'a, 'tcx> {
    fn codegen_inline_asm(
        &mut self,
        _template: &[InlineAsmTemplatePiece],
        operands: &[InlineAsmOperandRef<'tcx, Self>],
        _options: InlineAsmOptions,
        line_spans: &[Span],
        _instance: Instance<'_>,
        destination: Option<BasicBlock>,
        _catch_funclet: Option<(BasicBlock, Option<&()>)>,
    ) {
        let span = line_spans.first().copied().unwrap_or(self.cx.current_span.get());
        self.cx.unsupported(span, "inline assembly");
        // Lowering goes on, so every output needs some value.
        for operand in operands {
            if let InlineAsmOperandRef::Out { place: Some(place), .. }
            | InlineAsmOperandRef::InOut { out_place: Some(place), .. } = operand
            {
                let size = rustc_codegen_ssa::traits::ConstCodegenMethods::const_usize(
                    self.cx,
                    place.layout.size.bytes(),
                );
                let zero = rustc_codegen_ssa::traits::ConstCodegenMethods::const_u8(self.cx, 0);
                self.fill(place.val.llval, zero, size);
            }
        }
        if let Some(destination) = destination {
            self.jump(destination);
        }
    }
}

impl<'tcx> AsmCodegenMethods<'tcx> for CodegenCx<'tcx> {
    fn codegen_global_asm(
        &mut self,
        _template: &[InlineAsmTemplatePiece],
        _operands: &[GlobalAsmOperandRef<'tcx>],
        _options: InlineAsmOptions,
        line_spans: &[Span],
    ) {
        let span = line_spans.first().copied().unwrap_or(DUMMY_SP);
        self.unsupported(span, "global assembly and naked functions");
    }

    fn mangled_name(&self, instance: Instance<'tcx>) -> String {
        self.tcx.symbol_name(instance).name.to_string()
    }
}
