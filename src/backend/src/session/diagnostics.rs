//! What the backend tells the user: every message names the thing and, where there is one, the place in the source.

use std::fmt::Display;

use rustc_middle::span_bug;
use rustc_middle::ty::layout::{FnAbiError, FnAbiRequest, LayoutError};
use rustc_middle::ty::{Ty, TyCtxt};
use rustc_span::Span;

use crate::cgu::context::CodegenCx;

impl<'tcx> CodegenCx<'tcx> {
    /// Reports something that the backend cannot compile. Lowering goes on, but the compilation will fail.
    pub fn unsupported(&self, span: Span, what: impl Display) {
        self.tcx
            .dcx()
            .struct_span_err(span, format!("the Cranelift backend does not support {what} yet"))
            .with_help("compile this crate with LLVM (`cargo build` in place of `cargo-clif build`)")
            .emit();
    }

    /// [`CodegenCx::unsupported`] at the code that is being lowered.
    pub fn unsupported_here(&self, what: impl Display) {
        self.unsupported(self.current_span.get(), what);
    }
}

/// Ends the compilation because a type has no layout.
pub fn layout_error<'tcx>(tcx: TyCtxt<'tcx>, error: LayoutError<'tcx>, span: Span, ty: Ty<'tcx>) -> ! {
    match error {
        LayoutError::SizeOverflow(_) | LayoutError::InvalidSimd { .. } | LayoutError::ReferencesError(_) => {
            tcx.dcx().span_fatal(span, error.to_string())
        }
        other => span_bug!(span, "no layout for `{ty}`: {other:?}"),
    }
}

/// Ends the compilation because the ABI of a function cannot be known; that is an error of the compiler.
pub fn fn_abi_error<'tcx>(span: Span, error: FnAbiError<'tcx>, request: FnAbiRequest<'tcx>) -> ! {
    match request {
        FnAbiRequest::OfFnPtr { sig, .. } => span_bug!(span, "no ABI for the pointer to `{sig}`: {error:?}"),
        FnAbiRequest::OfInstance { instance, .. } => span_bug!(span, "no ABI for `{instance}`: {error:?}"),
    }
}
