//! Lowers float mathematics.
//!
//! 1. [`lower`] splits an intrinsic's symbol into an operation and a type.
//! 2. Each operation becomes CLIF instructions if they are exact on every CPU of the target, or else a call
//!    of libm. `f16` is computed in `f32` (for the fused operations in `f64`), `f128` by compiler-builtins or
//!    the C library, and so are all floats on targets that do not use registers for floats.

use cranelift_codegen::ir;
use cranelift_codegen::ir::InstBuilder;
use cranelift_codegen::ir::condcodes::FloatCC;
use rustc_codegen_ssa::common::RealPredicate;
use rustc_span::{Symbol, sym};

use super::{Call, Outcome};
use crate::builder::{Builder, bitcast};
use crate::clif::operations::FloatFunction;
use crate::clif::operations::{FloatOperation, SignChange};
use crate::clif::types::{FloatFormat, Type};
use crate::clif::values::Value;

/// The four names of a float intrinsic that exists for every type.
macro_rules! float_intrinsics {
    ($name:expr; $($function:ident: $half:ident, $single:ident, $double:ident, $quad:ident;)*) => {
        match $name {
            $(
                sym::$half | sym::$single | sym::$double | sym::$quad => Some(FloatFunction::$function),
            )*
            _ => None,
        }
    };
}

fn function_of(name: Symbol) -> Option<FloatFunction> {
    float_intrinsics! { name;
        SquareRoot: sqrtf16, sqrtf32, sqrtf64, sqrtf128;
        Floor: floorf16, floorf32, floorf64, floorf128;
        Ceiling: ceilf16, ceilf32, ceilf64, ceilf128;
        Truncate: truncf16, truncf32, truncf64, truncf128;
        Round: roundf16, roundf32, roundf64, roundf128;
        RoundTiesEven: round_ties_even_f16, round_ties_even_f32, round_ties_even_f64, round_ties_even_f128;
        IntegerPower: powif16, powif32, powif64, powif128;
        Power: powf16, powf32, powf64, powf128;
        Sine: sinf16, sinf32, sinf64, sinf128;
        Cosine: cosf16, cosf32, cosf64, cosf128;
        Exponential: expf16, expf32, expf64, expf128;
        Exponential2: exp2f16, exp2f32, exp2f64, exp2f128;
        Logarithm: logf16, logf32, logf64, logf128;
        Logarithm10: log10f16, log10f32, log10f64, log10f128;
        Logarithm2: log2f16, log2f32, log2f64, log2f128;
        FusedMultiplyAdd: fmaf16, fmaf32, fmaf64, fmaf128;
        RelaxedMultiplyAdd: fmuladdf16, fmuladdf32, fmuladdf64, fmuladdf128;
        Minimum: minimumf16, minimumf32, minimumf64, minimumf128;
        Maximum: maximumf16, maximumf32, maximumf64, maximumf128;
        MinimumNumber: minimum_number_nsz_f16, minimum_number_nsz_f32, minimum_number_nsz_f64,
            minimum_number_nsz_f128;
        MaximumNumber: maximum_number_nsz_f16, maximum_number_nsz_f32, maximum_number_nsz_f64,
            maximum_number_nsz_f128;
        CopySign: copysignf16, copysignf32, copysignf64, copysignf128;
    }
}

pub fn lower<'tcx>(builder: &mut Builder<'_, 'tcx>, call: &Call<'_, 'tcx>) -> Option<Outcome> {
    if call.name == sym::fabs {
        let value = builder.float_function(FloatFunction::Absolute, &[call.value(0)]);
        return Some(Outcome::Result(value));
    }
    let function = function_of(call.name)?;
    let mut operands = [Value::Undefined(Type::Void); 3];
    let operands = &mut operands[..call.arguments.len()];
    for (operand, argument) in operands.iter_mut().zip(call.arguments) {
        *operand = argument.immediate();
    }
    Some(Outcome::Result(builder.float_function(function, operands)))
}

impl<'a, 'tcx> Builder<'a, 'tcx> {
    /// Computes `function` in the precision of the first operand's type.
    pub fn float_function(&mut self, function: FloatFunction, operands: &[Value]) -> Value {
        let ty = operands[0].ty();
        match function {
            FloatFunction::CopySign => self.copy_sign(operands[0], operands[1]),
            FloatFunction::Absolute => self.absolute_float(operands[0]),
            FloatFunction::MinimumNumber => {
                self.number_of_two(RealPredicate::RealOLE, operands[0], operands[1])
            }
            FloatFunction::MaximumNumber => {
                self.number_of_two(RealPredicate::RealOGE, operands[0], operands[1])
            }
            FloatFunction::RelaxedMultiplyAdd if !ty.is_half() => {
                let product = self.float_operation(FloatOperation::Multiply, operands[0], operands[1]);
                self.float_operation(FloatOperation::Add, product, operands[2])
            }
            FloatFunction::FusedMultiplyAdd | FloatFunction::RelaxedMultiplyAdd if ty.is_half() => {
                self.half_multiply_add(operands)
            }
            _ if ty.is_half() => self.half_function(function, operands),
            _ if !ty.has_float_instructions() => self.call_library(function, operands),
            FloatFunction::Minimum | FloatFunction::Maximum => {
                self.ordered_extremum(function, operands[0], operands[1])
            }
            FloatFunction::SquareRoot => {
                let value = self.clif(operands[0]);
                self.emit_value(ty, |c| c.ins().sqrt(value))
            }
            _ if self.has_instruction(function) => self.float_instruction(function, operands),
            _ => self.call_library(function, operands),
        }
    }

    fn call_library(&mut self, function: FloatFunction, operands: &[Value]) -> Value {
        let ty = operands[0].ty();
        self.call_runtime(library_function(function, ty), operands, ty)
    }

    fn half_function(&mut self, function: FloatFunction, operands: &[Value]) -> Value {
        let wide: Vec<Value> = operands
            .iter()
            .map(|&operand| if operand.ty().is_half() { self.widen_half(operand) } else { operand })
            .collect();
        let result = self.float_function(function, &wide);
        self.narrow_to_half(result)
    }

    /// Multiplies and adds halves in `f64`. The product of two halves is exact there. The sum is exact enough
    /// to round to the right half: both addends are multiples of 2^-48, and no addend that is lost is near a
    /// tie of the other.
    fn half_multiply_add(&mut self, operands: &[Value]) -> Value {
        let double = operands[0].ty().with_format(FloatFormat::Double);
        let mut wide = [Value::Undefined(double); 3];
        for (wide, &operand) in wide.iter_mut().zip(operands) {
            *wide = self.widen_float(operand, double);
        }
        let product = self.float_operation(FloatOperation::Multiply, wide[0], wide[1]);
        let sum = self.float_operation(FloatOperation::Add, product, wide[2]);
        self.narrow_to_half(sum)
    }

    /// Whether CLIF's instruction for `f32` and `f64` is one of the CPU's, and not a library call that
    /// Cranelift would make.
    fn has_instruction(&self, function: FloatFunction) -> bool {
        let rounding = matches!(
            function,
            FloatFunction::Floor
                | FloatFunction::Ceiling
                | FloatFunction::Truncate
                | FloatFunction::RoundTiesEven
        );
        let fused = function == FloatFunction::FusedMultiplyAdd;
        self.cx.machine.facts.instructions.float_rounding && (rounding || fused)
    }

    fn float_instruction(&mut self, function: FloatFunction, operands: &[Value]) -> Value {
        let ty = operands[0].ty();
        let values: Vec<ir::Value> = operands.iter().map(|&operand| self.clif(operand)).collect();
        self.emit_value(ty, |c| match function {
            FloatFunction::Floor => c.ins().floor(values[0]),
            FloatFunction::Ceiling => c.ins().ceil(values[0]),
            FloatFunction::Truncate => c.ins().trunc(values[0]),
            FloatFunction::RoundTiesEven => c.ins().nearest(values[0]),
            FloatFunction::FusedMultiplyAdd => c.ins().fma(values[0], values[1], values[2]),
            other => rustc_middle::bug!("{other:?} is not an instruction"),
        })
    }

    /// Computes IEEE 754-2019 `minimum` or `maximum`, which are CLIF's instructions.
    fn ordered_extremum(&mut self, function: FloatFunction, left: Value, right: Value) -> Value {
        let ty = left.ty();
        let (left, right) = (self.clif(left), self.clif(right));
        self.emit_value(ty, |c| match function {
            FloatFunction::Minimum => c.ins().fmin(left, right),
            _ => c.ins().fmax(left, right),
        })
    }

    /// Computes IEEE 754-2019 `minimumNumber` or `maximumNumber`, except for the order of zeros: returns
    /// `right` if it compares so with `left`, or if `left` is NaN.
    fn number_of_two(&mut self, predicate: RealPredicate, left: Value, right: Value) -> Value {
        let ty = left.ty();
        if !ty.has_float_instructions() {
            let chosen = self.compare_floats(predicate, right, left);
            let unordered = self.compare_floats(RealPredicate::RealUNO, left, left);
            let (chosen, unordered) = (self.clif(chosen), self.clif(unordered));
            let condition = self.emit_value(Type::Bool, |c| c.ins().bor(chosen, unordered));
            return self.choose(condition, right, left);
        }
        let condition = match predicate {
            RealPredicate::RealOLE => FloatCC::LessThanOrEqual,
            _ => FloatCC::GreaterThanOrEqual,
        };
        let (left, right) = (self.clif(left), self.clif(right));
        self.emit_value(ty, |c| {
            let chosen = c.ins().fcmp(condition, right, left);
            let unordered = c.ins().fcmp(FloatCC::Unordered, left, left);
            let either = c.ins().bor(chosen, unordered);
            c.ins().select(either, right, left)
        })
    }

    fn absolute_float(&mut self, value: Value) -> Value {
        let ty = value.ty();
        if !ty.has_float_instructions() {
            return self.change_sign(value, SignChange::Clear);
        }
        let value = self.clif(value);
        self.emit_value(ty, |c| c.ins().fabs(value))
    }

    fn copy_sign(&mut self, magnitude: Value, sign: Value) -> Value {
        let ty = magnitude.ty();
        if ty.has_float_instructions() {
            let (magnitude, sign) = (self.clif(magnitude), self.clif(sign));
            return self.emit_value(ty, |c| c.ins().fcopysign(magnitude, sign));
        }
        let bits = Type::integer(ty.size() * 8);
        let magnitude = self.change_sign(magnitude, SignChange::Clear);
        let mask = self.clif(Value::constant(bits, 1 << (bits.size() * 8 - 1)));
        let (magnitude, sign) = (self.clif(magnitude), self.clif(sign));
        self.emit_value(ty, |c| {
            let magnitude = bitcast(c, bits.clif_or_bug(), magnitude);
            let sign = bitcast(c, bits.clif_or_bug(), sign);
            let sign = c.ins().band(sign, mask);
            let joined = c.ins().bor(magnitude, sign);
            bitcast(c, ty.clif_or_bug(), joined)
        })
    }
}

/// Returns the name of a function of libm. For `f32` and `f64`, it is the C library's, or compiler-builtins'
/// on targets without a C library. For `f128`, it has the suffix of ISO/IEC TS 18661-3. `powi` is
/// compiler-builtins'.
fn library_function(function: FloatFunction, ty: Type) -> &'static str {
    use FloatFunction as F;
    let [single, double, quad] = match function {
        F::SquareRoot => ["sqrtf", "sqrt", "sqrtf128"],
        F::Floor => ["floorf", "floor", "floorf128"],
        F::Ceiling => ["ceilf", "ceil", "ceilf128"],
        F::Truncate => ["truncf", "trunc", "truncf128"],
        F::Round => ["roundf", "round", "roundf128"],
        F::RoundTiesEven => ["rintf", "rint", "rintf128"],
        F::IntegerPower => ["__powisf2", "__powidf2", "__powitf2"],
        F::Power => ["powf", "pow", "powf128"],
        F::Sine => ["sinf", "sin", "sinf128"],
        F::Cosine => ["cosf", "cos", "cosf128"],
        F::Exponential => ["expf", "exp", "expf128"],
        F::Exponential2 => ["exp2f", "exp2", "exp2f128"],
        F::Logarithm => ["logf", "log", "logf128"],
        F::Logarithm10 => ["log10f", "log10", "log10f128"],
        F::Logarithm2 => ["log2f", "log2", "log2f128"],
        F::FusedMultiplyAdd => ["fmaf", "fma", "fmaf128"],
        F::Minimum => ["fminimumf", "fminimum", "fminimumf128"],
        F::Maximum => ["fmaximumf", "fmaximum", "fmaximumf128"],
        F::RelaxedMultiplyAdd | F::MinimumNumber | F::MaximumNumber | F::CopySign | F::Absolute => {
            rustc_middle::bug!("{function:?} is made of instructions")
        }
    };
    match ty.float_format() {
        Some(FloatFormat::Single) => single,
        Some(FloatFormat::Double) => double,
        _ => quad,
    }
}
