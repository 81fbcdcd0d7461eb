//! Lowers inline and global assembly.
//!
//! 1. [`inline`] turns an `asm!` block into a function in LLVM's IR, which `clif_engine::llvm` writes,
//!    and a call of that function with a buffer on the stack for the operands. [`crate::machines`] has LLVM's
//!    names for the machine's registers.
//! 2. [`global`] copies `global_asm!` and naked functions, with their constants and symbol names filled in.
//! 3. Both become part of the CGU's [`clif_engine::llvm::Module`]. A worker has LLVM compile it when the CGU
//!    is finished.

pub mod global;
pub mod inline;

use clif_engine::cgu::SymbolId;
use clif_engine::llvm::Origin;
use rustc_codegen_ssa::back::symbol_export::escape_symbol_name;
use rustc_codegen_ssa::traits::MiscCodegenMethods;
use rustc_hir::def_id::DefId;
use rustc_middle::ty::Instance;
use rustc_span::Span;

use crate::cgu::context::CodegenCx;

impl<'tcx> CodegenCx<'tcx> {
    /// Returns a symbol name for the next `asm!` block that is unique in the crate.
    fn next_asm_name(&self) -> String {
        let number = self.next_asm_block.replace(self.next_asm_block.get() + 1);
        let cgu = self.cgu_name_in_symbols();
        format!("inline_asm.{cgu}.{number}")
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

/// Returns where line `line` of a template comes from. `line_spans` has one span for each line, or one for
/// all.
fn origin_of_line(line_spans: &[Span], line: usize) -> Option<Origin> {
    let span = line_spans.get(line).or(line_spans.first()).filter(|span| !span.is_dummy())?;
    Some(Origin { start: span.lo().0, end: span.hi().0 })
}
