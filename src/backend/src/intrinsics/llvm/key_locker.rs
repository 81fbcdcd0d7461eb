//! AES with handles instead of keys: instructions that return a number and up to eight vectors.
//!
//! In order:
//! 1. [`code_of`] has the code for each name (`llvm.x86.NAME`), with the address of the results in `rdi`, then the
//!    arguments as the System V ABI has them;
//! 2. that is followed by stores of the number and of the vectors, from which the result is put together.

use super::LlvmCall;
use super::stubs::stub_of;
use crate::builder::{Builder, plain_memory};
use crate::types::{AggregateElement, AggregateType, Element, Type};
use crate::values::Value;

/// `sete al; movzx eax, al`: whether there was no error.
const ZERO_FLAG: [u8; 6] = [0x0f, 0x94, 0xc0, 0x0f, 0xb6, 0xc0];
const VECTOR: Type = Type::Vector { element: Element::I64, lanes: 2 };
const VECTOR_SIZE: i32 = 16;

/// Code that leaves a number in `eax` and vectors in the registers `vectors`.
struct Code {
    instruction: &'static [u8],
    number: Type,
    vectors: &'static [u8],
}

pub fn lower(builder: &mut Builder<'_, '_>, name: &str, call: &LlvmCall<'_>) -> Option<Value> {
    let code = code_of(name)?;
    let mut bytes = code.instruction.to_vec();
    if code.number == Type::I8 {
        bytes.extend_from_slice(&ZERO_FLAG);
    }
    // `mov [rdi], eax`, then `movups [rdi + 16 * n], xmm`.
    bytes.extend_from_slice(&[0x89, 0x07]);
    for (place, register) in (1..).zip(code.vectors) {
        let offset: u32 = VECTOR_SIZE as u32 * place;
        bytes.extend_from_slice(&[0x0f, 0x11, 0x87 | register << 3]);
        bytes.extend_from_slice(&offset.to_le_bytes());
    }
    let stub = Value::Symbol { symbol: stub_of(builder.cx, call.name, &bytes), offset: 0 };

    let count = code.vectors.len() as i32;
    let size = (VECTOR_SIZE * (count + 1)) as u64;
    let slot = builder.with_function(|state| state.stack_slot(size, 16));
    let mut arguments = vec![Value::Stack { slot, offset: 0 }];
    arguments.extend_from_slice(call.arguments);
    let types: Vec<Type> = arguments.iter().map(|argument| argument.ty()).collect();
    let signature = builder.cx.plain_signature(&types, Type::Void);
    builder.call_with_signature(signature, stub, &arguments);

    let mut values = vec![builder.load_scalar(code.number, Value::Stack { slot, offset: 0 }, plain_memory())];
    for place in 1..=count {
        let address = Value::Stack { slot, offset: VECTOR_SIZE * place };
        values.push(builder.load_scalar(VECTOR, address, plain_memory()));
    }
    Some(packed(builder, values))
}

/// The values one after the other, without padding.
fn packed(builder: &Builder<'_, '_>, values: Vec<Value>) -> Value {
    let mut offset = 0;
    let elements = values
        .iter()
        .map(|value| {
            let bytes = value.ty().size();
            let element = AggregateElement { ty: value.ty(), offset, bytes };
            offset += bytes;
            element
        })
        .collect();
    let ty = builder.cx.intern_aggregate(AggregateType { elements });
    builder.cx.aggregate(ty, values)
}

fn code_of(name: &str) -> Option<Code> {
    let encrypt = |instruction| Code { instruction, number: Type::I8, vectors: &[0] };
    let wide = |instruction| Code { instruction, number: Type::I8, vectors: &[0, 1, 2, 3, 4, 5, 6, 7] };
    Some(match name {
        // The handle's address is in `rsi`.
        "aesenc128kl" => encrypt(&[0xf3, 0x0f, 0x38, 0xdc, 0x06]),
        "aesdec128kl" => encrypt(&[0xf3, 0x0f, 0x38, 0xdd, 0x06]),
        "aesenc256kl" => encrypt(&[0xf3, 0x0f, 0x38, 0xde, 0x06]),
        "aesdec256kl" => encrypt(&[0xf3, 0x0f, 0x38, 0xdf, 0x06]),
        "aesencwide128kl" => wide(&[0xf3, 0x0f, 0x38, 0xd8, 0x06]),
        "aesdecwide128kl" => wide(&[0xf3, 0x0f, 0x38, 0xd8, 0x0e]),
        "aesencwide256kl" => wide(&[0xf3, 0x0f, 0x38, 0xd8, 0x16]),
        "aesdecwide256kl" => wide(&[0xf3, 0x0f, 0x38, 0xd8, 0x1e]),
        // `encodekey128 eax, esi`, and the same of 256 bits.
        "encodekey128" => Code {
            instruction: &[0xf3, 0x0f, 0x38, 0xfa, 0xc6],
            number: Type::I32,
            vectors: &[0, 1, 2, 4, 5, 6],
        },
        "encodekey256" => Code {
            instruction: &[0xf3, 0x0f, 0x38, 0xfb, 0xc6],
            number: Type::I32,
            vectors: &[0, 1, 2, 3, 4, 5, 6],
        },
        _ => return None,
    })
}
