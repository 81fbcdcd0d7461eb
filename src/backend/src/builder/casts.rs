//! Conversions between integers, floats and addresses.
//!
//! Conversions that Cranelift does not have call compiler-builtins: all of `f16` and `f128`, and those
//! between floats and integers of 128 bits. Saturating conversions to 8 and 16 bits go through 32 bits and
//! are clamped.

use clif_engine::clif::conditions;
use cranelift_codegen::ir;
use cranelift_codegen::ir::InstBuilder;
use cranelift_codegen::ir::condcodes::IntCC;

use crate::builder::floats::name_in_runtime;
use crate::builder::{Builder, bitcast};
use crate::clif::operations::Signedness;
use crate::clif::types::{FloatFormat, Type};
use crate::clif::values::{Value, sign_extend};

impl<'a, 'tcx> Builder<'a, 'tcx> {
    pub fn truncate_integer(&mut self, value: Value, ty: Type) -> Value {
        let from = value.ty();
        if from == ty {
            return value;
        }
        if let Some(bits) = value.as_constant() {
            return Value::constant(ty, bits);
        }
        let value = self.clif(value);
        let target = ty.clif_or_bug();
        let narrow = if from.clif_or_bug() == target { value } else { self.narrow(value, target) };
        if ty != Type::Bool {
            return Value::Instruction { value: narrow, ty };
        }
        self.emit_value(ty, |c| {
            let one = c.ins().iconst(ir::types::I8, 1);
            c.ins().band(narrow, one)
        })
    }

    /// Returns the low bits of `value`.
    fn narrow(&mut self, value: ir::Value, target: ir::Type) -> ir::Value {
        let narrow = self.emit(|c| c.ins().ireduce(target, value));
        if !self.location.is_default() {
            self.with_function(|state| {
                let inst = state.clif.dfg.value_def(narrow).unwrap_inst();
                state.narrowings.push(inst);
            });
        }
        narrow
    }

    pub fn zero_extend(&mut self, value: Value, ty: Type) -> Value {
        let from = value.ty();
        if let Some(bits) = value.as_constant() {
            return Value::constant(ty, bits);
        }
        let value = self.clif(value);
        if from.clif_or_bug() == ty.clif_or_bug() {
            return Value::Instruction { value, ty };
        }
        let target = ty.clif_or_bug();
        self.emit_value(ty, |c| match conditions::zero_extended(&c.func.dfg, value) {
            Some(whole) if target == ir::types::I64 => whole,
            Some(whole) if target == ir::types::I32 => c.ins().ireduce(target, whole),
            _ => c.ins().uextend(target, value),
        })
    }

    pub fn sign_extend(&mut self, value: Value, ty: Type) -> Value {
        let from = value.ty();
        if let Some(bits) = value.as_constant() {
            return Value::constant(ty, sign_extend(bits, from) as u128);
        }
        if from == Type::Bool {
            // `true` is a set bit, so all bits are set.
            let wide = self.zero_extend(value, ty);
            return self.negate(wide);
        }
        let value = self.clif(value);
        if from.clif_or_bug() == ty.clif_or_bug() {
            return Value::Instruction { value, ty };
        }
        self.emit_value(ty, |c| c.ins().sextend(ty.clif_or_bug(), value))
    }

    pub fn cast_integer(&mut self, value: Value, ty: Type, signedness: Signedness) -> Value {
        let (from, to) = (width(value.ty()), width(ty));
        if to < from {
            return self.truncate_integer(value, ty);
        }
        match signedness {
            Signedness::Signed => self.sign_extend(value, ty),
            Signedness::Unsigned => self.zero_extend(value, ty),
        }
    }

    /// Returns the same bits as another type of the same size.
    pub fn cast_bits(&mut self, value: Value, ty: Type) -> Value {
        match value {
            _ if value.ty() == ty => return value,
            Value::Undefined(_) => return Value::Undefined(ty),
            Value::Constant { bits, .. } => return Value::constant(ty, bits),
            _ => {}
        }
        if value.ty().clif().is_none() || ty.clif().is_none() {
            return self.cast_through_memory(value, ty);
        }
        let value = self.clif(value);
        let target = ty.clif_or_bug();
        self.emit_value(ty, |c| {
            if c.func.dfg.value_type(value) == target { value } else { bitcast(c, target, value) }
        })
    }

    fn cast_through_memory(&mut self, value: Value, ty: Type) -> Value {
        let size = value.ty().size().max(ty.size());
        let slot = self.with_function(|state| state.stack_slot(size, 16));
        let address = Value::Stack { slot, offset: 0 };
        let flags = clif_engine::clif::memory::plain_memory();
        self.store_value(value, address, flags);
        self.load_value(ty, address, flags)
    }

    pub fn address_to_integer(&mut self, value: Value, ty: Type) -> Value {
        let address = self.cast_bits_of_address(value);
        self.cast_integer(address, ty, Signedness::Unsigned)
    }

    fn cast_bits_of_address(&mut self, value: Value) -> Value {
        if let Some(bits) = value.as_constant() {
            return Value::constant(Type::I64, bits);
        }
        let value = self.clif(value);
        Value::Instruction { value, ty: Type::I64 }
    }

    pub fn integer_to_address(&mut self, value: Value, ty: Type) -> Value {
        let wide = self.cast_integer(value, Type::I64, Signedness::Unsigned);
        match wide {
            Value::Constant { bits, .. } => Value::constant(ty, bits),
            other => {
                let value = self.clif(other);
                Value::Instruction { value, ty }
            }
        }
    }

    /// Converts a float to an integer. The result saturates, and NaN becomes zero.
    pub fn float_to_integer(&mut self, value: Value, ty: Type, signedness: Signedness) -> Value {
        let from = value.ty();
        match ty {
            _ if from.is_half() => {
                let wide = self.widen_half(value);
                self.float_to_integer(wide, ty, signedness)
            }
            _ if ty == Type::I128 || !from.has_float_instructions() => {
                self.float_to_integer_by_call(value, ty, signedness)
            }
            Type::I8 | Type::I16 => {
                let wide = self.float_to_integer(value, Type::I32, Signedness::Signed);
                self.clamp(wide, ty, signedness)
            }
            _ => {
                let value = self.clif(value);
                self.emit_value(ty, |c| match signedness {
                    Signedness::Signed => c.ins().fcvt_to_sint_sat(ty.clif_or_bug(), value),
                    Signedness::Unsigned => c.ins().fcvt_to_uint_sat(ty.clif_or_bug(), value),
                })
            }
        }
    }

    /// Calls compiler-builtins, `float/conv.rs`: the functions `__fix...` saturate, and return zero for NaN.
    fn float_to_integer_by_call(&mut self, value: Value, ty: Type, signedness: Signedness) -> Value {
        let wide = if ty.size() <= 4 { Type::I32 } else { ty };
        let name = fix_function(value.ty(), wide, signedness);
        if ty.size() >= 4 {
            return self.call_runtime(&name, &[value], ty);
        }
        let name = fix_function(value.ty(), wide, Signedness::Signed);
        let result = self.call_runtime(&name, &[value], wide);
        self.clamp(result, ty, signedness)
    }

    /// Clamps a signed 32-bit value to the range of `ty`.
    fn clamp(&mut self, value: Value, ty: Type, signedness: Signedness) -> Value {
        let bits = ty.size() * 8;
        let (minimum, maximum) = match signedness {
            Signedness::Signed => (-(1i64 << (bits - 1)), (1i64 << (bits - 1)) - 1),
            Signedness::Unsigned => (0, (1i64 << bits) - 1),
        };
        let value = self.clif(value);
        self.emit_value(ty, |c| {
            let minimum = c.ins().iconst(ir::types::I32, minimum & 0xffff_ffff);
            let maximum = c.ins().iconst(ir::types::I32, maximum);
            let below = c.ins().icmp(IntCC::SignedLessThan, value, minimum);
            let raised = c.ins().select(below, minimum, value);
            let above = c.ins().icmp(IntCC::SignedGreaterThan, raised, maximum);
            let clamped = c.ins().select(above, maximum, raised);
            c.ins().ireduce(ty.clif_or_bug(), clamped)
        })
    }

    pub fn integer_to_float(&mut self, value: Value, ty: Type, signedness: Signedness) -> Value {
        let from = value.ty();
        match from {
            Type::Bool | Type::I8 | Type::I16 => {
                let wide = self.cast_integer(value, Type::I32, signedness);
                self.integer_to_float(wide, ty, signedness)
            }
            Type::I128 if ty.is_half() => {
                // Every integer that is finite as an `f16` is exact as an `f32`.
                let wide = self.integer_to_float(value, ty.with_format(FloatFormat::Single), signedness);
                self.narrow_to_half(wide)
            }
            _ if ty.is_half() => {
                // Rounding twice makes no difference: `f64` is exact below 2^53, and every integer from 65520
                // up is infinite as an `f16`.
                let wide = self.integer_to_float(value, ty.with_format(FloatFormat::Double), signedness);
                self.narrow_to_half(wide)
            }
            _ if from == Type::I128 || !ty.has_float_instructions() => {
                self.call_runtime(&float_function(from, ty, signedness), &[value], ty)
            }
            _ => {
                let value = self.clif(value);
                self.emit_value(ty, |c| match signedness {
                    Signedness::Signed => c.ins().fcvt_from_sint(ty.clif_or_bug(), value),
                    Signedness::Unsigned => c.ins().fcvt_from_uint(ty.clif_or_bug(), value),
                })
            }
        }
    }

    pub fn narrow_float(&mut self, value: Value, ty: Type) -> Value {
        let from = value.ty();
        match ty {
            _ if from == ty => value,
            _ if ty.is_half() => self.narrow_to_half(value),
            _ if !from.has_float_instructions() => self.convert_by_call("trunc", value, ty),
            _ => {
                let value = self.clif(value);
                self.emit_value(ty, |c| c.ins().fdemote(ty.clif_or_bug(), value))
            }
        }
    }

    pub fn widen_float(&mut self, value: Value, ty: Type) -> Value {
        let from = value.ty();
        match ty {
            _ if from == ty => value,
            _ if from.is_half() => {
                let single = self.widen_half(value);
                self.widen_float(single, ty)
            }
            _ if !ty.has_float_instructions() => self.convert_by_call("extend", value, ty),
            _ => {
                let value = self.clif(value);
                self.emit_value(ty, |c| c.ins().fpromote(ty.clif_or_bug(), value))
            }
        }
    }

    /// Calls compiler-builtins to convert a float to another format.
    fn convert_by_call(&mut self, direction: &str, value: Value, ty: Type) -> Value {
        let name = format!("__{direction}{}{}2", name_in_runtime(value.ty()), name_in_runtime(ty));
        self.call_runtime(&name, &[value], ty)
    }
}

/// Returns the width of an integer type in bits.
fn width(ty: Type) -> u64 {
    match ty {
        Type::Bool => 1,
        _ => ty.size() * 8,
    }
}

/// Returns the function of compiler-builtins that converts a float to an integer.
fn fix_function(from: Type, to: Type, signedness: Signedness) -> String {
    let unsigned = match signedness {
        Signedness::Signed => "",
        Signedness::Unsigned => "uns",
    };
    format!("__fix{unsigned}{}{}", name_in_runtime(from), name_in_runtime(to))
}

/// Returns the function of compiler-builtins that converts an integer to a float.
fn float_function(from: Type, to: Type, signedness: Signedness) -> String {
    let unsigned = match signedness {
        Signedness::Signed => "",
        Signedness::Unsigned => "un",
    };
    format!("__float{unsigned}{}{}", name_in_runtime(from), name_in_runtime(to))
}
