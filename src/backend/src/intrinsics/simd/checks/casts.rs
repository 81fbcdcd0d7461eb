//! Checks conversions.

use rustc_codegen_ssa::errors::InvalidMonomorphization;
use rustc_middle::ty::{self, Ty};
use rustc_span::sym;

use super::{Checked, Checks, Vector};

impl<'tcx> Checks<'_, 'tcx> {
    pub(super) fn pointer(&self, ty: Ty<'tcx>) -> Checked<'tcx> {
        if ty.is_raw_ptr() {
            return Ok(());
        }
        Err(InvalidMonomorphization::ExpectedPointer { span: self.span, name: self.name, ty })
    }

    pub(super) fn thin_pointer(&self, ty: Ty<'tcx>) -> Checked<'tcx> {
        self.pointer(ty)?;
        let ty::RawPtr(pointee, _) = ty.kind() else { return Ok(()) };
        let metadata =
            pointee.ptr_metadata_ty(self.tcx, |ty| self.tcx.normalize_erasing_regions(self.typing_env, ty));
        if metadata.is_unit() {
            return Ok(());
        }
        Err(InvalidMonomorphization::CastWidePointer { span: self.span, name: self.name, ty })
    }

    pub(super) fn usize(&self, ty: Ty<'tcx>) -> Checked<'tcx> {
        if matches!(ty.kind(), ty::Uint(ty::UintTy::Usize)) {
            return Ok(());
        }
        Err(InvalidMonomorphization::ExpectedUsize { span: self.span, name: self.name, ty })
    }

    /// Checks conversions that do not change any bits.
    pub(super) fn reinterpretation(&self, input: Vector<'tcx>) -> Checked<'tcx> {
        let result = self.result_as_long(input)?;
        match self.name {
            sym::simd_cast_ptr => {
                self.thin_pointer(input.element)?;
                self.thin_pointer(result.element)
            }
            sym::simd_expose_provenance => {
                self.pointer(input.element)?;
                self.usize(result.element)
            }
            _ => {
                self.usize(input.element)?;
                self.pointer(result.element)
            }
        }
    }

    pub(super) fn cast(&self, input: Vector<'tcx>) -> Checked<'tcx> {
        let result = self.result_as_long(input)?;
        let is_number = |ty: Ty<'tcx>| matches!(ty.kind(), ty::Int(_) | ty::Uint(_) | ty::Float(_));
        if input.element == result.element || is_number(input.element) && is_number(result.element) {
            return Ok(());
        }
        Err(InvalidMonomorphization::UnsupportedCast {
            span: self.span,
            name: self.name,
            in_ty: input.ty,
            in_elem: input.element,
            ret_ty: result.ty,
            out_elem: result.element,
        })
    }
}
