//! Inline and global assembly.
//!
//! In order:
//! 1. [`inline`]: an `asm!` block becomes a function of assembly text, made by `clif_engine::assembly`, and a call of it
//!    with a buffer on the stack for its operands.
//! 2. [`global`]: `global_asm!` and naked functions are copied with their constants and symbol names filled in.
//! 3. Both become part of the CGU's [`clif_engine::llvm::Module`], which a worker has LLVM compile when the CGU is
//!    finished.

pub mod global;
pub mod inline;

use clif_engine::assembly::{Origin, Syntax};
use clif_engine::unit::SymbolId;
use rustc_ast::InlineAsmOptions;
use rustc_codegen_ssa::back::symbol_export::escape_symbol_name;
use rustc_codegen_ssa::traits::MiscCodegenMethods;
use rustc_hir::def_id::DefId;
use rustc_middle::ty::Instance;
use rustc_span::Span;
use rustc_target::spec::Arch;

use crate::context::CodegenCx;

impl<'tcx> CodegenCx<'tcx> {
    /// A symbol for the next `asm!` block that is unique in the crate.
    fn next_asm_name(&self) -> String {
        let number = self.next_asm_block.replace(self.next_asm_block.get() + 1);
        let unit = self.unit_name.as_str().chars();
        let unit: String = unit.map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
        format!("inline_asm.{unit}.{number}")
    }

    /// Whether there is assembly for the target; a diagnostic if not.
    fn supports_assembly(&self, span: Span) -> bool {
        let supported = self.sess().target.arch == Arch::X86_64;
        if !supported {
            self.unsupported(span, "inline assembly for this target");
        }
        supported
    }

    fn function_name_in_assembly(&self, instance: Instance<'tcx>, span: Span) -> String {
        self.name_in_assembly(self.get_fn(instance).0, span)
    }

    fn static_name_in_assembly(&self, def_id: DefId, span: Span) -> String {
        self.name_in_assembly(self.static_symbol(def_id), span)
    }

    fn name_in_assembly(&self, symbol: SymbolId, span: Span) -> String {
        let symbols = self.symbols.borrow();
        escape_symbol_name(self.tcx, &symbols.get(symbol).name, span)
    }
}

fn syntax_of(options: InlineAsmOptions) -> Syntax {
    if options.contains(InlineAsmOptions::ATT_SYNTAX) { Syntax::Att } else { Syntax::Intel }
}

/// Where line `line` of a template is from. There is one span for each line, or one for all.
fn origin_of_line(line_spans: &[Span], line: usize) -> Option<Origin> {
    let span = line_spans.get(line).or(line_spans.first()).filter(|span| !span.is_dummy())?;
    Some(Origin { start: span.lo().0, end: span.hi().0 })
}
