//! Checks the types in a call of an intrinsic on vectors. The signatures of these intrinsics are generic, so
//! rustc accepts any types; a wrong type is an error only during codegen (`E0511`).
//!
//! [`check`] calls one small function per kind of operation. Each reports the first requirement that is not
//! met, in the order and with the errors of the LLVM backend (`generic_simd_intrinsic` in
//! `rustc_codegen_llvm/src/intrinsic.rs`), so that users see the same errors with both backends. A call that
//! passes can be lowered.

/// A function that makes the error `$variant` for a type that is not a vector type.
macro_rules! no_vector {
    ($variant:ident) => {
        |span, name, ty| InvalidMonomorphization::$variant { span, name, ty }
    };
}

mod arithmetic;
mod casts;
mod lanes;
mod memory;

use rustc_codegen_ssa::errors::InvalidMonomorphization;
use rustc_middle::ty::layout::HasTypingEnv;
use rustc_middle::ty::{self, Ty, TyCtxt, TypingEnv};
use rustc_span::{Span, Symbol};

use super::VectorOperation;
use crate::builder::Builder;
use crate::intrinsics::Call;

/// The result of a check.
type Checked<'tcx, T = ()> = Result<T, InvalidMonomorphization<'tcx>>;

/// A function that makes the error for a type that is not a vector type.
type NoVector<'tcx> = fn(Span, Symbol, Ty<'tcx>) -> InvalidMonomorphization<'tcx>;

/// A vector type.
#[derive(Clone, Copy)]
struct Vector<'tcx> {
    ty: Ty<'tcx>,
    lanes: u64,
    element: Ty<'tcx>,
}

/// A call that is checked.
struct Checks<'c, 'tcx> {
    tcx: TyCtxt<'tcx>,
    typing_env: TypingEnv<'tcx>,
    call: &'c Call<'c, 'tcx>,
    span: Span,
    name: Symbol,
}

/// Checks a call before it is lowered.
pub fn check<'tcx>(
    builder: &Builder<'_, 'tcx>,
    call: &Call<'_, 'tcx>,
    operation: VectorOperation,
) -> Checked<'tcx> {
    let (span, name) = (call.span, call.name);
    let checks = Checks { tcx: builder.cx.tcx, typing_env: builder.cx.typing_env(), call, span, name };
    match operation {
        VectorOperation::SelectBitmask => return checks.select_bitmask(),
        VectorOperation::Splat => return checks.splat(),
        _ => {}
    }
    let input = checks.vector(call.argument_type(0), no_vector!(SimdInput))?;
    match operation {
        VectorOperation::Splat | VectorOperation::SelectBitmask => Ok(()),
        VectorOperation::Compare(_) => checks.comparison(input),
        VectorOperation::ShuffleConstGeneric => checks.shuffle_const_generic(input),
        VectorOperation::Shuffle => checks.shuffle(input),
        VectorOperation::Insert => checks.insertion(input),
        VectorOperation::Extract => checks.extraction(input),
        VectorOperation::Select => checks.selection(input),
        VectorOperation::Bitmask => checks.bitmask(input),
        VectorOperation::Float(function) => checks.float_function(input, function),
        VectorOperation::Gather => checks.gather(input),
        VectorOperation::Scatter => checks.scatter(input),
        VectorOperation::MaskedLoad => checks.masked_load(input),
        VectorOperation::MaskedStore => checks.masked_store(input),
        VectorOperation::Reduce(reduction) => checks.reduction(input, reduction),
        VectorOperation::Reinterpret => checks.reinterpretation(input),
        VectorOperation::Cast => checks.cast(input),
        VectorOperation::ArithmeticOffset => checks.arithmetic_offset(input),
        VectorOperation::Saturating(_) => checks.saturating(input),
        VectorOperation::Binary(operation) => checks.binary(input, operation),
        VectorOperation::Negate => {
            checks.supported(input, matches!(input.element.kind(), ty::Int(_) | ty::Float(_)))
        }
        VectorOperation::Bits(_) | VectorOperation::Funnel(_) | VectorOperation::CarrylessMultiply => {
            checks.supported(input, input.element.is_integral())
        }
    }
}

/// Requirements of several intrinsics.
impl<'tcx> Checks<'_, 'tcx> {
    fn vector(&self, ty: Ty<'tcx>, error: NoVector<'tcx>) -> Checked<'tcx, Vector<'tcx>> {
        if !ty.is_simd() {
            return Err(error(self.span, self.name, ty));
        }
        let (lanes, element) = ty.simd_size_and_type(self.tcx);
        Ok(Vector { ty, lanes, element })
    }

    fn argument(&self, index: usize) -> Ty<'tcx> {
        self.call.argument_type(index)
    }

    fn result(&self) -> Ty<'tcx> {
        self.call.result.layout.ty
    }

    /// Returns the result's type, which has to be a vector type.
    fn result_vector(&self) -> Checked<'tcx, Vector<'tcx>> {
        self.vector(self.result(), no_vector!(SimdReturn))
    }

    /// Returns the result's type, which has to be a vector type with as many lanes.
    fn result_as_long(&self, input: Vector<'tcx>) -> Checked<'tcx, Vector<'tcx>> {
        let result = self.result_vector()?;
        if input.lanes == result.lanes {
            return Ok(result);
        }
        Err(InvalidMonomorphization::ReturnLengthInputType {
            span: self.span,
            name: self.name,
            in_len: input.lanes,
            in_ty: input.ty,
            ret_ty: result.ty,
            out_len: result.lanes,
        })
    }

    fn second_as_long(&self, first: Vector<'tcx>, second: Vector<'tcx>) -> Checked<'tcx> {
        if first.lanes == second.lanes {
            return Ok(());
        }
        Err(InvalidMonomorphization::SecondArgumentLength {
            span: self.span,
            name: self.name,
            in_len: first.lanes,
            in_ty: first.ty,
            arg_ty: second.ty,
            out_len: second.lanes,
        })
    }

    fn third_as_long(&self, first: Vector<'tcx>, third: Vector<'tcx>) -> Checked<'tcx> {
        if first.lanes == third.lanes {
            return Ok(());
        }
        Err(InvalidMonomorphization::ThirdArgumentLength {
            span: self.span,
            name: self.name,
            in_len: first.lanes,
            in_ty: first.ty,
            arg_ty: third.ty,
            out_len: third.lanes,
        })
    }

    fn result_is(&self, expected: Ty<'tcx>) -> Checked<'tcx> {
        let (span, name, in_ty, ret_ty) = (self.span, self.name, expected, self.result());
        if ret_ty == in_ty {
            return Ok(());
        }
        Err(InvalidMonomorphization::ExpectedReturnType { span, name, in_ty, ret_ty })
    }

    fn result_is_element(&self, input: Vector<'tcx>) -> Checked<'tcx> {
        let (span, name, ret_ty) = (self.span, self.name, self.result());
        if ret_ty == input.element {
            return Ok(());
        }
        let Vector { ty: in_ty, element: in_elem, .. } = input;
        Err(InvalidMonomorphization::ReturnType { span, name, in_elem, in_ty, ret_ty })
    }

    fn mask_of_integers(&self, mask: Vector<'tcx>) -> Checked<'tcx> {
        if mask.element.is_integral() {
            return Ok(());
        }
        let (span, name, ty) = (self.span, self.name, mask.element);
        Err(InvalidMonomorphization::MaskWrongElementType { span, name, ty })
    }

    /// Requires that the operation exists for the elements of `input`.
    fn supported(&self, input: Vector<'tcx>, is_supported: bool) -> Checked<'tcx> {
        if is_supported { Ok(()) } else { Err(self.unsupported(input)) }
    }

    fn unsupported(&self, input: Vector<'tcx>) -> InvalidMonomorphization<'tcx> {
        InvalidMonomorphization::UnsupportedOperation {
            span: self.span,
            name: self.name,
            in_ty: input.ty,
            in_elem: input.element,
        }
    }

    /// The error about elements of `vector` that are not of the type `expected`.
    fn wrong_elements(&self, vector: Vector<'tcx>, expected: Ty<'tcx>) -> InvalidMonomorphization<'tcx> {
        InvalidMonomorphization::ExpectedVectorElementType {
            span: self.span,
            name: self.name,
            expected_element: expected,
            vector_type: vector.ty,
        }
    }

    /// Requires that the index is less than the number of lanes. rustc has checked that it is a constant.
    fn constant_index(&self, lanes: u64) -> Checked<'tcx> {
        let index = self.call.value(1).as_constant();
        if index.is_none_or(|index| index < u128::from(lanes)) {
            return Ok(());
        }
        Err(self.index_out_of_bounds(1, u128::from(lanes)))
    }

    fn index_out_of_bounds(&self, arg_idx: u64, total_len: u128) -> InvalidMonomorphization<'tcx> {
        InvalidMonomorphization::SimdIndexOutOfBounds { span: self.span, name: self.name, arg_idx, total_len }
    }
}
