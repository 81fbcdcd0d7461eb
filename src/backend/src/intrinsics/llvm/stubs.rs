//! Stubs: functions of a few bytes that execute one instruction which CLIF does not have.
//!
//! Vectors of 128 bits are passed and returned in `xmm` registers, as CLIF's System V convention has it. Where there are
//! larger ones, all vectors are passed by address: the result's in `rdi`, if it is a vector, then those of the
//! arguments. A stub is a local symbol, made once per unit, instruction and immediate.

use clif_engine::unit::{Binding, Contents, DataDefinition, Placement, SymbolId, SymbolKind, Visibility};

use super::LlvmCall;
use super::table::{Condition, Encoding, Form, Instruction, Length, Lengths, Map, Prefix, StringResult};
use crate::builder::Builder;
use crate::context::CodegenCx;
use crate::types::Type;
use crate::values::Value;

const RETURN: u8 = 0xc3;
const VZEROUPPER: [u8; 3] = [0xc5, 0xf8, 0x77];
/// `xmm0, xmm0` and so on as register operands (ModR/M).
const FIRST_FIRST: u8 = 0xc0;
const FIRST_SECOND: u8 = 0xc1;
const FIRST_THIRD: u8 = 0xc2;
/// Comparison predicates from here on exist only with VEX (SDM, `CMPPS`).
const VEX_PREDICATES: u8 = 8;
const COMPARE_OPCODE: u8 = 0xc2;

/// Calls the stub of `instruction`. `None` if the immediate is no constant.
pub fn call(builder: &mut Builder<'_, '_>, instruction: &Instruction, call: &LlvmCall<'_>) -> Option<Value> {
    let (immediate, arguments) = match instruction.form {
        Form::UnaryImmediate | Form::BinaryImmediate | Form::TernaryImmediate | Form::Strings(..) => {
            let (immediate, rest) = call.arguments.split_last()?;
            (Some(immediate.as_constant()? as u8), rest)
        }
        _ => (None, call.arguments),
    };
    let instruction = with_vex_if_needed(*instruction, immediate);
    if !matches!(
        instruction.encoding,
        Encoding::Legacy | Encoding::Vex(Length::L128) | Encoding::Evex(Length::L128)
    ) {
        return call_by_address(builder, &instruction, immediate, arguments, call);
    }
    let code = register_code(&instruction, immediate);
    let stub = builder.cx.instruction_stub(call.name, immediate, code);
    let types: Vec<Type> = arguments.iter().map(|argument| argument.ty()).collect();
    let signature = builder.cx.plain_signature(&types, call.result);
    Some(builder.call_with_signature(signature, Value::Symbol { symbol: stub, offset: 0 }, arguments))
}

/// The comparisons of AVX share their names with those of SSE.
fn with_vex_if_needed(instruction: Instruction, immediate: Option<u8>) -> Instruction {
    let is_comparison = instruction.map == Map::M0F && instruction.opcode == COMPARE_OPCODE;
    match (instruction.encoding, immediate) {
        (Encoding::Legacy, Some(VEX_PREDICATES..)) if is_comparison => {
            Instruction { encoding: Encoding::Vex(Length::L128), ..instruction }
        }
        _ => instruction,
    }
}

fn call_by_address(
    builder: &mut Builder<'_, '_>,
    instruction: &Instruction,
    immediate: Option<u8>,
    arguments: &[Value],
    call: &LlvmCall<'_>,
) -> Option<Value> {
    let sizes: Vec<u64> = arguments.iter().map(|argument| argument.ty().size()).collect();
    let is_vector = matches!(call.result, Type::Vector { .. });
    let result_size = if is_vector { Some(call.result.size()) } else { None };
    let code = memory_code(instruction, immediate, &sizes, result_size)?;
    let stub = builder.cx.instruction_stub(call.name, immediate, code);
    let stub = Value::Symbol { symbol: stub, offset: 0 };
    let mut addresses: Vec<Value> =
        arguments.iter().map(|&argument| builder.vector_address(argument)).collect();
    let Some(size) = result_size else {
        let signature = builder.cx.plain_signature(&[Type::Pointer, Type::Pointer], call.result);
        return Some(builder.call_with_signature(signature, stub, &addresses));
    };
    let slot = builder.with_function(|state| state.stack_slot(size, 16));
    addresses.insert(0, Value::Stack { slot, offset: 0 });
    let signature = builder.cx.plain_signature(&vec![Type::Pointer; addresses.len()], Type::Void);
    builder.call_with_signature(signature, stub, &addresses);
    Some(builder.vector_in_slot(slot, call.result))
}

/// The stub of hand-made code, to which a return is added.
pub fn stub_of(cx: &CodegenCx<'_>, name: &str, code: &[u8]) -> SymbolId {
    let mut code = code.to_vec();
    code.push(RETURN);
    cx.instruction_stub(name, None, code)
}

impl<'tcx> CodegenCx<'tcx> {
    fn instruction_stub(&self, name: &str, immediate: Option<u8>, code: Vec<u8>) -> SymbolId {
        let symbol_name = match immediate {
            Some(immediate) => format!(".Linstruction.{name}.{immediate}"),
            None => format!(".Linstruction.{name}"),
        };
        if let Some(symbol) = self.symbols.borrow().lookup(&symbol_name) {
            return symbol;
        }
        let symbol =
            self.define_symbol(&symbol_name, SymbolKind::Function, Binding::Local, Visibility::Default);
        self.data.borrow_mut().push(DataDefinition {
            symbol,
            contents: Contents::Bytes(code.into()),
            alignment: 16,
            placement: Placement::Code,
            relocations: vec![],
            retain: false,
        });
        symbol
    }
}

/// A stub with everything in registers.
fn register_code(instruction: &Instruction, immediate: Option<u8>) -> Vec<u8> {
    let mut code = Vec::with_capacity(16);
    match instruction.form {
        Form::Code(bytes) => code.extend_from_slice(bytes),
        Form::Strings(lengths, result) => {
            if lengths == Lengths::Explicit {
                // mov eax, edi; mov edx, esi
                code.extend_from_slice(&[0x89, 0xf8, 0x89, 0xf2]);
            }
            push_instruction(&mut code, instruction, immediate);
            match result {
                StringResult::Mask => {}
                // mov eax, ecx
                StringResult::Index => code.extend_from_slice(&[0x89, 0xc8]),
                StringResult::Flag(condition) => push_condition(&mut code, condition),
            }
        }
        Form::Test(condition) => {
            push_instruction(&mut code, instruction, immediate);
            push_condition(&mut code, condition);
        }
        _ => push_instruction(&mut code, instruction, immediate),
    }
    code.push(RETURN);
    code
}

/// A stub with vectors of the given sizes in memory.
fn memory_code(
    instruction: &Instruction,
    immediate: Option<u8>,
    sizes: &[u64],
    result: Option<u64>,
) -> Option<Vec<u8>> {
    // ModR/M of `[rdi]`, `[rsi]`, `[rdx]`, `[rcx]`.
    const ADDRESSES: [u8; 4] = [0x07, 0x06, 0x02, 0x01];
    let mut code = Vec::with_capacity(32);
    let first_argument = if result.is_some() { 1 } else { 0 };
    for (register, &size) in sizes.iter().enumerate() {
        let address = ADDRESSES.get(first_argument + register)?;
        code.extend_from_slice(vmovdqu_prefix(size)?);
        code.extend_from_slice(&[0x6f, address | (register as u8) << 3]);
    }
    push_instruction(&mut code, instruction, immediate);
    match (result, instruction.form) {
        (Some(size), _) => {
            code.extend_from_slice(vmovdqu_prefix(size)?);
            code.extend_from_slice(&[0x7f, ADDRESSES[0]]);
        }
        (None, Form::Test(condition)) => push_condition(&mut code, condition),
        (None, _) => return None,
    }
    code.extend_from_slice(&VZEROUPPER);
    code.push(RETURN);
    Some(code)
}

/// What comes before the opcode of `vmovdqu` (`vmovdqu64`) for a vector of `size` bytes.
fn vmovdqu_prefix(size: u64) -> Option<&'static [u8]> {
    match size {
        16 => Some(&[0xc5, 0xfa]),
        32 => Some(&[0xc5, 0xfe]),
        64 => Some(&[0x62, 0xf1, 0xfe, 0x48]),
        _ => None,
    }
}

/// The instruction on `xmm0` and `xmm1` (or `ymm`), result in `xmm0` or `eax`.
fn push_instruction(code: &mut Vec<u8>, instruction: &Instruction, immediate: Option<u8>) {
    let operands = match instruction.form {
        Form::Unary | Form::UnaryImmediate | Form::ToInteger | Form::Reversed => FIRST_FIRST,
        Form::Ternary | Form::TernaryImmediate => FIRST_THIRD,
        _ => FIRST_SECOND,
    };
    match instruction.encoding {
        Encoding::Legacy => push_legacy(code, instruction),
        Encoding::Vex(length) => push_vex(code, instruction, length),
        Encoding::Evex(length) => push_evex(code, instruction, length),
    }
    code.push(instruction.opcode);
    code.push(operands);
    code.extend(immediate);
}

fn push_legacy(code: &mut Vec<u8>, instruction: &Instruction) {
    match instruction.prefix {
        Prefix::None => {}
        Prefix::P66 => code.push(0x66),
        Prefix::PF3 => code.push(0xf3),
        Prefix::PF2 => code.push(0xf2),
    }
    if instruction.wide {
        code.push(0x48);
    }
    code.push(0x0f);
    match instruction.map {
        Map::M0F => {}
        Map::M0F38 => code.push(0x38),
        Map::M0F3A => code.push(0x3a),
    }
}

/// The field `vvvv` of VEX and EVEX, which is inverted: the first source of two, or no register.
fn first_source(instruction: &Instruction) -> u8 {
    match instruction.form {
        Form::Reversed | Form::Ternary | Form::TernaryImmediate => !1 & 0xf,
        _ => !0 & 0xf,
    }
}

/// Three bytes (SDM, 2.3.5).
fn push_vex(code: &mut Vec<u8>, instruction: &Instruction, length: Length) {
    let rest = (length as u8) << 2 | instruction.prefix as u8;
    let last = u8::from(instruction.wide) << 7 | first_source(instruction) << 3 | rest;
    code.extend_from_slice(&[0xc4, 0xe0 | instruction.map as u8, last]);
}

/// Four bytes (SDM, 2.7.1), without mask and broadcast.
fn push_evex(code: &mut Vec<u8>, instruction: &Instruction, length: Length) {
    let middle =
        u8::from(instruction.wide) << 7 | first_source(instruction) << 3 | 4 | instruction.prefix as u8;
    code.extend_from_slice(&[0x62, 0xf0 | instruction.map as u8, middle, (length as u8) << 5 | 8]);
}

/// `setCC al; movzx eax, al`.
fn push_condition(code: &mut Vec<u8>, condition: Condition) {
    code.extend_from_slice(&[0x0f, 0x90 | condition as u8, 0xc0, 0x0f, 0xb6, 0xc0]);
}
