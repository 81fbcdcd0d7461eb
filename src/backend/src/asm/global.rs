//! Lowers `global_asm!` and naked functions. `rustc_codegen_ssa` turns the latter into global assembly, with
//! the directives of a function around it.

use rustc_ast::{InlineAsmOptions, InlineAsmTemplatePiece};
use rustc_codegen_ssa::traits::{AsmCodegenMethods, GlobalAsmOperandRef};
use rustc_middle::ty::Instance;
use rustc_span::Span;

use super::origin_of_line;
use crate::cgu::context::CodegenCx;

impl<'tcx> AsmCodegenMethods<'tcx> for CodegenCx<'tcx> {
    fn codegen_global_asm(
        &mut self,
        template: &[InlineAsmTemplatePiece],
        operands: &[GlobalAsmOperandRef<'tcx>],
        options: InlineAsmOptions,
        line_spans: &[Span],
    ) {
        let mut text = String::new();
        for piece in template {
            match piece {
                InlineAsmTemplatePiece::String(piece) => text.push_str(piece),
                InlineAsmTemplatePiece::Placeholder { operand_idx, span, .. } => {
                    text.push_str(&self.global_operand(&operands[*operand_idx], *span));
                }
            }
        }
        let first_line = lines_before_template(template);
        self.llvm.get_mut().assembly.push_global(
            &text,
            self.machine.names.registers.syntax(options),
            |line| origin_of_line(line_spans, line.saturating_sub(first_line)),
        );
    }

    fn mangled_name(&self, instance: Instance<'tcx>) -> String {
        // Also makes the symbol known to the CGU, so that its definition is found.
        let symbol = rustc_codegen_ssa::traits::MiscCodegenMethods::get_fn(self, instance).0;
        self.symbols.borrow().get(symbol).name.to_string()
    }
}

impl<'tcx> CodegenCx<'tcx> {
    fn global_operand(&self, operand: &GlobalAsmOperandRef<'tcx>, span: Span) -> String {
        match operand {
            GlobalAsmOperandRef::Const { string } => string.clone(),
            GlobalAsmOperandRef::SymFn { instance } => self.function_name_in_assembly(*instance, span),
            GlobalAsmOperandRef::SymStatic { def_id } => self.static_name_in_assembly(*def_id, span),
        }
    }
}

/// Returns the number of lines of directives that `rustc_codegen_ssa` puts before a naked function's
/// template, as one piece.
fn lines_before_template(template: &[InlineAsmTemplatePiece]) -> usize {
    match template {
        [InlineAsmTemplatePiece::String(first), _, ..]
            if first.starts_with(".pushsection ") && first.ends_with(":\n") =>
        {
            first.matches('\n').count()
        }
        _ => 0,
    }
}
