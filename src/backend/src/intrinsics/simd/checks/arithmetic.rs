//! Checks arithmetic of lanes, and reductions.

use rustc_codegen_ssa::errors::InvalidMonomorphization;
use rustc_middle::ty;

use super::{Checked, Checks, Vector};
use crate::clif::operations::FloatFunction;
use crate::intrinsics::simd::arithmetic::BinaryOperation;
use crate::intrinsics::simd::reductions::Reduction;

impl<'tcx> Checks<'_, 'tcx> {
    pub(super) fn binary(&self, input: Vector<'tcx>, operation: BinaryOperation) -> Checked<'tcx> {
        let is_supported = match operation {
            BinaryOperation::Add
            | BinaryOperation::Subtract
            | BinaryOperation::Multiply
            | BinaryOperation::Divide
            | BinaryOperation::Remainder => input.element.is_integral() || input.element.is_floating_point(),
            BinaryOperation::ShiftLeft
            | BinaryOperation::ShiftRight
            | BinaryOperation::And
            | BinaryOperation::Or
            | BinaryOperation::ExclusiveOr => input.element.is_integral(),
        };
        self.supported(input, is_supported)
    }

    pub(super) fn saturating(&self, input: Vector<'tcx>) -> Checked<'tcx> {
        if input.element.is_integral() {
            return Ok(());
        }
        Err(self.wrong_elements(input, input.element))
    }

    pub(super) fn float_function(&self, input: Vector<'tcx>, function: FloatFunction) -> Checked<'tcx> {
        if input.element.is_floating_point() {
            return Ok(());
        }
        match function {
            FloatFunction::MinimumNumber | FloatFunction::MaximumNumber => Err(self.unsupported(input)),
            _ => {
                let (span, name, ty) = (self.span, self.name, input.ty);
                Err(InvalidMonomorphization::BasicFloatType { span, name, ty })
            }
        }
    }

    pub(super) fn reduction(&self, input: Vector<'tcx>, reduction: Reduction) -> Checked<'tcx> {
        match reduction {
            Reduction::AddOrdered | Reduction::MultiplyOrdered | Reduction::Minimum | Reduction::Maximum => {
                self.result_is_element(input)?;
                self.numeric_elements(input)
            }
            Reduction::Add | Reduction::Multiply => {
                self.result_is_element(input)?;
                self.float_width(input)?;
                self.numeric_elements(input)
            }
            Reduction::And | Reduction::Or | Reduction::ExclusiveOr => {
                self.result_is_element(input)?;
                self.integer_elements(input)
            }
            Reduction::All | Reduction::Any => self.integer_elements(input),
        }
    }

    /// Requires integers or floats as elements.
    fn numeric_elements(&self, input: Vector<'tcx>) -> Checked<'tcx> {
        if input.element.is_floating_point() { Ok(()) } else { self.integer_elements(input) }
    }

    fn integer_elements(&self, input: Vector<'tcx>) -> Checked<'tcx> {
        if input.element.is_integral() {
            return Ok(());
        }
        Err(InvalidMonomorphization::UnsupportedSymbol {
            span: self.span,
            name: self.name,
            symbol: self.name,
            in_ty: input.ty,
            in_elem: input.element,
            ret_ty: self.result(),
        })
    }

    /// Refuses unordered reductions of floats other than `f32` and `f64`: the LLVM backend has no identity
    /// for them.
    pub(super) fn float_width(&self, input: Vector<'tcx>) -> Checked<'tcx> {
        let ty::Float(kind) = input.element.kind() else { return Ok(()) };
        let size = kind.bit_width();
        if matches!(size, 32 | 64) {
            return Ok(());
        }
        Err(InvalidMonomorphization::UnsupportedSymbolOfSize {
            span: self.span,
            name: self.name,
            symbol: self.name,
            in_ty: input.ty,
            in_elem: input.element,
            size,
            ret_ty: self.result(),
        })
    }
}
