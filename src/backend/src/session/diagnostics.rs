//! Errors about types without a layout and functions without an ABI.

use rustc_middle::span_bug;
use rustc_middle::ty::layout::{FnAbiError, FnAbiRequest, LayoutError};
use rustc_middle::ty::{Ty, TyCtxt};
use rustc_span::Span;

/// Ends the compilation because a type has no layout.
pub fn layout_error<'tcx>(tcx: TyCtxt<'tcx>, error: LayoutError<'tcx>, span: Span, ty: Ty<'tcx>) -> ! {
    match error {
        LayoutError::SizeOverflow(_) | LayoutError::InvalidSimd { .. } | LayoutError::ReferencesError(_) => {
            tcx.dcx().span_fatal(span, error.to_string())
        }
        other => span_bug!(span, "no layout for `{ty}`: {other:?}"),
    }
}

/// Ends the compilation because rustc cannot compute the ABI of a function. This is a bug of the compiler.
pub fn fn_abi_error<'tcx>(span: Span, error: FnAbiError<'tcx>, request: FnAbiRequest<'tcx>) -> ! {
    match request {
        FnAbiRequest::OfFnPtr { sig, .. } => span_bug!(span, "no ABI for the pointer to `{sig}`: {error:?}"),
        FnAbiRequest::OfInstance { instance, .. } => span_bug!(span, "no ABI for `{instance}`: {error:?}"),
    }
}
