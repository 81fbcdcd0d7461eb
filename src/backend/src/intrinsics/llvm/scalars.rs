//! Intrinsics of x86-64 that are CLIF instructions, and those that return pairs.

use clif_engine::unit::SymbolId;
use cranelift_codegen::ir;
use cranelift_codegen::ir::InstBuilder;
use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};

use super::LlvmCall;
use crate::builder::arithmetic::{IntegerOperation, Signedness};
use crate::builder::{Builder, plain_memory};
use crate::intrinsics::simd::lanes::vector_parts;
use crate::types::{Element, Type};
use crate::values::Value;

/// `name` is without `llvm.x86.`.
pub fn lower(builder: &mut Builder<'_, '_>, name: &str, call: &LlvmCall<'_>) -> Option<Value> {
    if let Some(comparison) = name.strip_prefix("sse.").or_else(|| name.strip_prefix("sse2."))
        && let Some(condition) = scalar_comparison(comparison)
    {
        return Some(compare_first_lanes(builder, condition, call));
    }
    if name.starts_with("avx2.gather.") {
        return gather(builder, call);
    }
    Some(match name {
        "addcarry.32" | "addcarry.64" => add_with_carry(builder, call),
        "subborrow.32" | "subborrow.64" => subtract_with_borrow(builder, call),
        "sse3.ldu.dq" | "avx.ldu.dq.256" => {
            builder.load_value(call.result, call.arguments[0], plain_memory())
        }
        // The time stamp, and the processor's identity in `ecx`: `rdtscp; shl rdx, 32; or rax, rdx; mov [rdi], ecx`.
        "rdtscp" => {
            let code = &[0x0f, 0x01, 0xf9, 0x48, 0xc1, 0xe2, 0x20, 0x48, 0x09, 0xd0, 0x89, 0x0f];
            value_and_word(builder, call, code, Type::I64)
        }
        // `rdrand ax; setc cl; movzx ecx, cl; mov [rdi], ecx`, and the other widths.
        "rdrand.16" => random(builder, call, &[0x66, 0x0f, 0xc7, 0xf0], Type::I16),
        "rdrand.32" => random(builder, call, &[0x0f, 0xc7, 0xf0], Type::I32),
        "rdrand.64" => random(builder, call, &[0x48, 0x0f, 0xc7, 0xf0], Type::I64),
        "rdseed.16" => random(builder, call, &[0x66, 0x0f, 0xc7, 0xf8], Type::I16),
        "rdseed.32" => random(builder, call, &[0x0f, 0xc7, 0xf8], Type::I32),
        "rdseed.64" => random(builder, call, &[0x48, 0x0f, 0xc7, 0xf8], Type::I64),
        _ => return None,
    })
}

/// `comieq.ss`, `ucomilt.sd` and so on: false with NaN, but for "not equal".
fn scalar_comparison(name: &str) -> Option<FloatCC> {
    let name = name.strip_prefix('u').unwrap_or(name).strip_prefix("comi")?;
    Some(match name.strip_suffix(".ss").or_else(|| name.strip_suffix(".sd"))? {
        "eq" => FloatCC::Equal,
        "neq" => FloatCC::NotEqual,
        "lt" => FloatCC::LessThan,
        "le" => FloatCC::LessThanOrEqual,
        "gt" => FloatCC::GreaterThan,
        "ge" => FloatCC::GreaterThanOrEqual,
        _ => return None,
    })
}

fn compare_first_lanes(builder: &mut Builder<'_, '_>, condition: FloatCC, call: &LlvmCall<'_>) -> Value {
    let [left, right] = [0, 1].map(|index| {
        let zero = Value::constant(Type::I32, 0);
        let lane = builder.extract_lane(call.arguments[index], zero);
        builder.clif(lane)
    });
    builder.emit_value(call.result, |c| {
        let truth = c.ins().fcmp(condition, left, right);
        c.ins().uextend(ir::types::I32, truth)
    })
}

/// `(carry, left, right)`: any carry that is not 0 counts as 1.
fn add_with_carry(builder: &mut Builder<'_, '_>, call: &LlvmCall<'_>) -> Value {
    carrying(builder, call, |c, left, right, carry| {
        let sum = c.ins().iadd(left, right);
        let total = c.ins().iadd(sum, carry);
        let first = c.ins().icmp(IntCC::UnsignedLessThan, sum, left);
        let second = c.ins().icmp(IntCC::UnsignedLessThan, total, sum);
        (c.ins().bor(first, second), total)
    })
}

fn subtract_with_borrow(builder: &mut Builder<'_, '_>, call: &LlvmCall<'_>) -> Value {
    carrying(builder, call, |c, left, right, borrow| {
        let difference = c.ins().isub(left, right);
        let total = c.ins().isub(difference, borrow);
        let first = c.ins().icmp(IntCC::UnsignedLessThan, left, right);
        let second = c.ins().icmp(IntCC::UnsignedLessThan, difference, borrow);
        (c.ins().bor(first, second), total)
    })
}

fn carrying(
    builder: &mut Builder<'_, '_>,
    call: &LlvmCall<'_>,
    f: impl FnOnce(
        &mut cranelift_codegen::cursor::FuncCursor<'_>,
        ir::Value,
        ir::Value,
        ir::Value,
    ) -> (ir::Value, ir::Value),
) -> Value {
    let ty = call.arguments[1].ty();
    let [carry, left, right] = [0, 1, 2].map(|index| builder.clif(call.arguments[index]));
    let (carry, value) = builder.emit(|c| {
        let zero = c.ins().iconst(ir::types::I8, 0);
        let carry = c.ins().icmp(IntCC::NotEqual, carry, zero);
        let carry = c.ins().uextend(ty.clif_or_bug(), carry);
        f(c, left, right, carry)
    });
    let carry = Value::Instruction { value: carry, ty: Type::I8 };
    builder.pair_aggregate(carry, Value::Instruction { value, ty })
}

/// A value, and whether there was one.
fn random(builder: &mut Builder<'_, '_>, call: &LlvmCall<'_>, instruction: &[u8], ty: Type) -> Value {
    let mut code = instruction.to_vec();
    code.extend_from_slice(&[0x0f, 0x92, 0xc1, 0x0f, 0xb6, 0xc9, 0x89, 0x0f]);
    value_and_word(builder, call, &code, ty)
}

/// Calls code that returns a value and stores a word at an address.
fn value_and_word(builder: &mut Builder<'_, '_>, call: &LlvmCall<'_>, code: &[u8], ty: Type) -> Value {
    let stub: SymbolId = super::stubs::stub_of(builder.cx, call.name, code);
    let slot = builder.with_function(|state| state.stack_slot(4, 4));
    let address = Value::Stack { slot, offset: 0 };
    let signature = builder.cx.plain_signature(&[Type::Pointer], ty);
    let stub = Value::Symbol { symbol: stub, offset: 0 };
    let value = builder.call_with_signature(signature, stub, &[address]);
    let word = builder.load_scalar(Type::I32, address, plain_memory());
    builder.pair_aggregate(value, word)
}

/// `(source, base, offsets, mask, scale)`. With fewer offsets than lanes, the remaining lanes become zero.
fn gather(builder: &mut Builder<'_, '_>, call: &LlvmCall<'_>) -> Option<Value> {
    let [source, base, offsets, mask, scale] = *call.arguments else { return None };
    let scale = scale.as_constant()?;
    let (element, lanes) = vector_parts(source.ty());
    let offsets = builder.lanes_of(offsets);
    let mask: Vec<Value> = builder
        .lanes_of(mask)
        .into_iter()
        .map(|lane| builder.cast_bits(lane, Type::integer(element.size() * 8)))
        .collect();
    let scale = Value::constant(Type::I64, scale);
    let addresses: Vec<Value> = offsets
        .into_iter()
        .take(lanes as usize)
        .map(|offset| {
            let offset = builder.cast_integer(offset, Type::I64, Signedness::Signed);
            let offset = builder.integer_operation(IntegerOperation::Multiply, offset, scale);
            builder.element_address(Type::I8, base, &[offset])
        })
        .collect();
    let gathered = builder.gather_lanes(source, &addresses, &mask);
    let mut gathered = builder.lanes_of(gathered);
    gathered.resize(lanes as usize, zero_of(element));
    Some(builder.vector_from_lanes(source.ty(), gathered))
}

fn zero_of(element: Element) -> Value {
    Value::constant(element.scalar_type(), 0)
}
