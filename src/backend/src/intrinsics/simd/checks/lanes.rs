//! Checks operations that create, select, extract or insert lanes.

use rustc_codegen_ssa::errors::InvalidMonomorphization;
use rustc_middle::ty::{self, Ty};
use rustc_span::sym;

use super::{Checked, Checks, Vector};

/// Returns the width of an integer that is a bitmask for this many lanes.
fn bitmask_bits(lanes: u64) -> u64 {
    lanes.max(8).next_power_of_two()
}

fn bitmask_bytes(lanes: u64) -> u64 {
    lanes.div_ceil(8)
}

impl<'tcx> Checks<'_, 'tcx> {
    /// Whether `ty` is a bitmask for this many lanes: an integer that `is_integer` accepts, or an array of
    /// bytes.
    pub(super) fn is_bitmask(
        &self,
        ty: Ty<'tcx>,
        lanes: u64,
        is_integer: impl Fn(Ty<'tcx>) -> Option<u64>,
    ) -> bool {
        match ty.kind() {
            ty::Array(element, length) => {
                let is_bytes = matches!(element.kind(), ty::Uint(ty::UintTy::U8));
                is_bytes && length.try_to_target_usize(self.tcx) == Some(bitmask_bytes(lanes))
            }
            _ => is_integer(ty) == Some(bitmask_bits(lanes)),
        }
    }

    pub(super) fn select_bitmask(&self) -> Checked<'tcx> {
        let values = self.vector(self.argument(1), no_vector!(SimdArgument))?;
        let mask = self.argument(0);
        // `usize` is not accepted: it has no fixed width.
        let width = |ty: Ty<'tcx>| match ty.kind() {
            ty::Int(kind) => kind.bit_width(),
            ty::Uint(kind) => kind.bit_width(),
            _ => None,
        };
        if self.is_bitmask(mask, values.lanes, width) {
            return Ok(());
        }
        Err(InvalidMonomorphization::InvalidBitmask {
            span: self.span,
            name: self.name,
            mask_ty: mask,
            expected_int_bits: bitmask_bits(values.lanes),
            expected_bytes: bitmask_bytes(values.lanes),
        })
    }

    pub(super) fn bitmask(&self, input: Vector<'tcx>) -> Checked<'tcx> {
        self.mask_of_integers(input)?;
        let width = |ty: Ty<'tcx>| match ty.kind() {
            ty::Uint(kind) => kind.bit_width(),
            _ => None,
        };
        if self.is_bitmask(self.result(), input.lanes, width) {
            return Ok(());
        }
        Err(InvalidMonomorphization::CannotReturn {
            span: self.span,
            name: self.name,
            ret_ty: self.result(),
            expected_int_bits: bitmask_bits(input.lanes),
            expected_bytes: bitmask_bytes(input.lanes),
        })
    }

    pub(super) fn splat(&self) -> Checked<'tcx> {
        let result = self.result_vector()?;
        if self.argument(0) == result.element {
            return Ok(());
        }
        Err(self.wrong_elements(result, result.element))
    }

    pub(super) fn comparison(&self, input: Vector<'tcx>) -> Checked<'tcx> {
        let result = self.result_as_long(input)?;
        if result.element.is_integral() {
            return Ok(());
        }
        Err(InvalidMonomorphization::ReturnIntegerType {
            span: self.span,
            name: self.name,
            ret_ty: result.ty,
            out_ty: result.element,
        })
    }

    pub(super) fn shuffle_const_generic(&self, input: Vector<'tcx>) -> Checked<'tcx> {
        let indices = self.call.instance.args[2].expect_const().to_branch();
        self.shuffled(input, indices.len() as u64)?;
        let limit = u128::from(input.lanes) * 2;
        let is_outside = |index: &ty::Const<'tcx>| u128::from(index.to_leaf().to_u32()) >= limit;
        match indices.iter().position(is_outside) {
            Some(position) => Err(self.index_out_of_bounds(position as u64, limit)),
            None => Ok(()),
        }
    }

    /// Checks the types; the indices themselves are checked when the call is lowered.
    pub(super) fn shuffle(&self, input: Vector<'tcx>) -> Checked<'tcx> {
        let (span, name, ty) = (self.span, self.name, self.argument(2));
        let indices = self.vector(ty, no_vector!(SimdShuffle))?;
        if !matches!(indices.element.kind(), ty::Uint(ty::UintTy::U32)) {
            return Err(InvalidMonomorphization::SimdShuffle { span, name, ty });
        }
        self.shuffled(input, indices.lanes)
    }

    /// Requires that the result of a shuffle has as many lanes as there are indices, and the input's
    /// elements.
    pub(super) fn shuffled(&self, input: Vector<'tcx>, indices: u64) -> Checked<'tcx> {
        let (span, name) = (self.span, self.name);
        let Vector { ty: ret_ty, lanes: out_len, element: out_ty } = self.result_vector()?;
        if out_len != indices {
            return Err(InvalidMonomorphization::ReturnLength {
                span,
                name,
                in_len: indices,
                ret_ty,
                out_len,
            });
        }
        if out_ty == input.element {
            return Ok(());
        }
        let Vector { ty: in_ty, element: in_elem, .. } = input;
        Err(InvalidMonomorphization::ReturnElement { span, name, in_elem, in_ty, ret_ty, out_ty })
    }

    pub(super) fn insertion(&self, input: Vector<'tcx>) -> Checked<'tcx> {
        let (span, name, out_ty) = (self.span, self.name, self.argument(2));
        if out_ty != input.element {
            let Vector { ty: in_ty, element: in_elem, .. } = input;
            return Err(InvalidMonomorphization::InsertedType { span, name, in_elem, in_ty, out_ty });
        }
        if name == sym::simd_insert { self.constant_index(input.lanes) } else { Ok(()) }
    }

    pub(super) fn extraction(&self, input: Vector<'tcx>) -> Checked<'tcx> {
        self.result_is_element(input)?;
        if self.name == sym::simd_extract { self.constant_index(input.lanes) } else { Ok(()) }
    }

    pub(super) fn selection(&self, mask: Vector<'tcx>) -> Checked<'tcx> {
        let values = self.vector(self.argument(1), no_vector!(SimdArgument))?;
        if mask.lanes != values.lanes {
            return Err(InvalidMonomorphization::MismatchedLengths {
                span: self.span,
                name: self.name,
                m_len: mask.lanes,
                v_len: values.lanes,
            });
        }
        self.mask_of_integers(mask)
    }
}
