//! Checks accesses to memory.

use rustc_codegen_ssa::errors::{ExpectedPointerMutability, InvalidMonomorphization};
use rustc_middle::ty::{self, Ty};

use super::{Checked, Checks, Vector};

/// Whether `ty` is `*const element` or `*mut element`; with [`ExpectedPointerMutability::Mut`], only the
/// latter.
fn points_to<'tcx>(ty: Ty<'tcx>, element: Ty<'tcx>, mutability: &ExpectedPointerMutability) -> bool {
    let ty::RawPtr(pointee, found) = *ty.kind() else { return false };
    pointee == element && (matches!(mutability, ExpectedPointerMutability::Not) || found.is_mut())
}

impl<'tcx> Checks<'_, 'tcx> {
    pub(super) fn gather(&self, values: Vector<'tcx>) -> Checked<'tcx> {
        let (addresses, mask) = self.addresses_and_mask()?;
        self.result_vector()?;
        self.second_as_long(values, addresses)?;
        self.third_as_long(values, mask)?;
        self.result_is(values.ty)?;
        self.addresses_of_elements(values, addresses, ExpectedPointerMutability::Not)?;
        self.mask_of_integers(mask)
    }

    pub(super) fn scatter(&self, values: Vector<'tcx>) -> Checked<'tcx> {
        let (addresses, mask) = self.addresses_and_mask()?;
        self.second_as_long(values, addresses)?;
        self.third_as_long(values, mask)?;
        self.addresses_of_elements(values, addresses, ExpectedPointerMutability::Mut)?;
        self.mask_of_integers(mask)
    }

    pub(super) fn addresses_and_mask(&self) -> Checked<'tcx, (Vector<'tcx>, Vector<'tcx>)> {
        let addresses = self.vector(self.argument(1), no_vector!(SimdSecond))?;
        Ok((addresses, self.vector(self.argument(2), no_vector!(SimdThird))?))
    }

    pub(super) fn addresses_of_elements(
        &self,
        values: Vector<'tcx>,
        addresses: Vector<'tcx>,
        mutability: ExpectedPointerMutability,
    ) -> Checked<'tcx> {
        if points_to(addresses.element, values.element, &mutability) {
            return Ok(());
        }
        Err(InvalidMonomorphization::ExpectedElementType {
            span: self.span,
            name: self.name,
            expected_element: addresses.element,
            second_arg: addresses.ty,
            in_elem: values.element,
            in_ty: values.ty,
            mutability,
        })
    }

    pub(super) fn masked_load(&self, mask: Vector<'tcx>) -> Checked<'tcx> {
        let values = self.vector(self.argument(2), no_vector!(SimdThird))?;
        self.result_vector()?;
        self.third_as_long(mask, values)?;
        self.result_is(values.ty)?;
        self.address_of_elements(values, ExpectedPointerMutability::Not)?;
        self.mask_of_integers(mask)
    }

    pub(super) fn masked_store(&self, mask: Vector<'tcx>) -> Checked<'tcx> {
        let values = self.vector(self.argument(2), no_vector!(SimdThird))?;
        self.third_as_long(mask, values)?;
        self.address_of_elements(values, ExpectedPointerMutability::Mut)?;
        self.mask_of_integers(mask)
    }

    /// Requires that the second argument points to an element: the first lane.
    pub(super) fn address_of_elements(
        &self,
        values: Vector<'tcx>,
        mutability: ExpectedPointerMutability,
    ) -> Checked<'tcx> {
        let address = self.argument(1);
        if points_to(address, values.element, &mutability) {
            return Ok(());
        }
        Err(InvalidMonomorphization::ExpectedElementType {
            span: self.span,
            name: self.name,
            expected_element: values.element,
            second_arg: address,
            in_elem: values.element,
            in_ty: values.ty,
            mutability,
        })
    }

    /// Checks offsets of addresses. The LLVM backend stops with an internal error if these requirements are
    /// not met.
    pub(super) fn arithmetic_offset(&self, addresses: Vector<'tcx>) -> Checked<'tcx> {
        self.pointer(addresses.element)?;
        let offsets = self.vector(self.argument(1), no_vector!(SimdSecond))?;
        self.second_as_long(addresses, offsets)?;
        let is_offset =
            matches!(offsets.element.kind(), ty::Int(ty::IntTy::Isize) | ty::Uint(ty::UintTy::Usize));
        if is_offset { Ok(()) } else { self.usize(offsets.element) }
    }
}
