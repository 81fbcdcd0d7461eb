//! Stubs: functions of a few bytes that execute one instruction which CLIF does not have.
//!
//! In order:
//! 1. [`call`] takes the arguments that must be constants apart: they are part of the code. A stub is a local symbol,
//!    made once per unit, instruction and constants;
//! 2. vectors of 128 bits are passed and returned in `xmm` registers, as CLIF's System V convention has it. Where there
//!    are larger ones, all vectors are passed by address, and so is the result, whose address comes first;
//! 3. [`Stub`] gives each argument the place in the instruction that its role says, and makes the code:
//!    load what is not in a register yet, execute, store the result or move it to where it is returned.

use clif_engine::unit::{Binding, Contents, DataDefinition, Placement, SymbolId, SymbolKind, Visibility};

use super::LlvmCall;
use super::encoding::{self, Length, Offset, Operands, Rm};
use super::instruction::{
    Condition, Encoding, Form, Instruction, Lengths, Map, Output, Prefix, Role, StringResult, avx, wide,
};
use crate::builder::Builder;
use crate::context::CodegenCx;
use crate::types::Type;
use crate::values::Value;

const RETURN: u8 = 0xc3;
const VZEROUPPER: [u8; 3] = [0xc5, 0xf8, 0x77];
/// Comparison predicates from here on exist only with VEX (SDM, `CMPPS`).
const VEX_PREDICATES: u128 = 8;
const COMPARE_OPCODE: u8 = 0xc2;
/// The registers of integers and addresses in the System V convention: `rdi`, `rsi`, `rdx`, `rcx`, `r8`, `r9`.
const GENERAL_REGISTERS: [u8; 6] = [7, 6, 2, 1, 8, 9];
const VECTOR_REGISTERS: u8 = 8;
/// The register of the mask that an instruction works under; with `k0` there would be none.
const MASK_REGISTER: u8 = 1;
/// `_MM_FROUND_CUR_DIRECTION`
const CURRENT_ROUNDING: u128 = 4;
/// `_MM_FROUND_NO_EXC`
const NO_EXCEPTIONS: u128 = 8;

/// Calls the stub of `instruction`. `None` if there is no such instruction, e.g. if an immediate is no constant.
pub fn call(builder: &mut Builder<'_, '_>, instruction: &Instruction, call: &LlvmCall<'_>) -> Option<Value> {
    let instruction = with_one_encoding(builder, *instruction, call);
    let Some(roles) = instruction.form.roles(instruction.encoding) else {
        return call_code(builder, &instruction, call);
    };
    let mut constants = vec![];
    let mut variables = vec![];
    // The last role is about rounding, which the variants with shorter vectors lack.
    for (&role, &argument) in roles.iter().zip(call.arguments) {
        if role.is_constant() {
            constants.push((role, argument.as_constant()?));
        } else {
            variables.push((role, argument));
        }
    }
    let instruction = with_vex_if_needed(instruction, &constants);
    let types: Vec<Type> = variables.iter().map(|(_, argument)| argument.ty()).collect();
    let by_address = types.iter().chain([&call.result]).any(|ty| is_vector(*ty) && ty.clif().is_none());
    let mut stub = Stub::new(&instruction, call.result, by_address, &types)?;
    for (role, constant) in &constants {
        stub.constant(*role, *constant)?;
    }
    for (role, argument) in &variables {
        stub.argument(*role, argument.ty())?;
    }
    let suffix: Vec<u128> = constants.iter().map(|(_, constant)| *constant).collect();
    let code = stub.finish()?;
    let symbol = builder.cx.instruction_stub(call.name, &suffix, instruction.encoding, code);
    let arguments: Vec<Value> = variables.iter().map(|(_, argument)| *argument).collect();
    Some(if by_address {
        call_by_address(builder, symbol, &arguments, call.result)
    } else {
        call_stub(builder, symbol, &arguments, call.result)
    })
}

/// Hand-made code and the string comparisons, with everything in registers.
fn call_code(builder: &mut Builder<'_, '_>, instruction: &Instruction, call: &LlvmCall<'_>) -> Option<Value> {
    let mut arguments = call.arguments;
    let mut constants = vec![];
    if !matches!(instruction.form, Form::Code(_)) {
        let (immediate, rest) = arguments.split_last()?;
        arguments = rest;
        constants.push(immediate.as_constant()?);
    }
    let immediate = constants.first().map(|constant| *constant as u8);
    let mut code = match (instruction.form, immediate) {
        (Form::Code(bytes), _) => bytes.to_vec(),
        (Form::CodeImmediate(bytes), Some(immediate)) => [bytes, &[immediate]].concat(),
        (Form::Strings(lengths, result), Some(immediate)) => {
            string_comparison(instruction, lengths, result, immediate)
        }
        _ => return None,
    };
    code.push(RETURN);
    let symbol = builder.cx.instruction_stub(call.name, &constants, instruction.encoding, code);
    Some(call_stub(builder, symbol, arguments, call.result))
}

fn call_stub(builder: &mut Builder<'_, '_>, symbol: SymbolId, arguments: &[Value], result: Type) -> Value {
    let types: Vec<Type> = arguments.iter().map(|argument| argument.ty()).collect();
    let signature = builder.cx.plain_signature(&types, result);
    builder.call_with_signature(signature, Value::Symbol { symbol, offset: 0 }, arguments)
}

fn call_by_address(
    builder: &mut Builder<'_, '_>,
    symbol: SymbolId,
    arguments: &[Value],
    result: Type,
) -> Value {
    let mut passed: Vec<Value> = arguments
        .iter()
        .map(|&argument| if is_vector(argument.ty()) { builder.vector_address(argument) } else { argument })
        .collect();
    if !is_vector(result) {
        return call_stub(builder, symbol, &passed, result);
    }
    let slot = builder.with_function(|state| state.stack_slot(result.size(), 16));
    passed.insert(0, Value::Stack { slot, offset: 0 });
    call_stub(builder, symbol, &passed, Type::Void);
    builder.vector_in_slot(slot, result)
}

/// Chooses between the two encodings of extensions that AVX-512 brought first, by what the calling function may use.
fn with_one_encoding(
    builder: &Builder<'_, '_>,
    instruction: Instruction,
    call: &LlvmCall<'_>,
) -> Instruction {
    if instruction.encoding != Encoding::EvexOrVex {
        return instruction;
    }
    let largest = call.arguments.iter().map(|argument| argument.ty().size()).max().unwrap_or(0);
    let encoding =
        if largest == 64 || builder.calls_with_feature("avx512vl") { Encoding::Evex } else { Encoding::Vex };
    Instruction { encoding, ..instruction }
}

/// The comparisons of AVX share their names with those of SSE.
fn with_vex_if_needed(instruction: Instruction, constants: &[(Role, u128)]) -> Instruction {
    let is_comparison = instruction.map == Map::M0F && instruction.opcode == COMPARE_OPCODE;
    match (instruction.encoding, constants) {
        (Encoding::Legacy, [(_, VEX_PREDICATES..)]) if is_comparison => {
            Instruction { encoding: Encoding::Vex, ..instruction }
        }
        _ => instruction,
    }
}

fn is_vector(ty: Type) -> bool {
    matches!(ty, Type::Vector { .. })
}

/// The stub of hand-made code, to which a return is added.
pub fn stub_of(cx: &CodegenCx<'_>, name: &str, code: &[u8]) -> SymbolId {
    let mut code = code.to_vec();
    code.push(RETURN);
    cx.instruction_stub(name, &[], Encoding::Legacy, code)
}

impl<'tcx> CodegenCx<'tcx> {
    fn instruction_stub(
        &self,
        name: &str,
        constants: &[u128],
        encoding: Encoding,
        code: Vec<u8>,
    ) -> SymbolId {
        let mut symbol_name = format!(".Linstruction.{name}");
        for constant in constants {
            symbol_name.push_str(&format!(".{constant}"));
        }
        if encoding == Encoding::Vex {
            symbol_name.push_str(".vex");
        }
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

impl Builder<'_, '_> {
    /// Whether the function under construction may use a feature that is not the target's.
    fn calls_with_feature(&self, feature: &str) -> bool {
        let tcx = self.cx.tcx;
        let symbol = rustc_span::Symbol::intern(feature);
        if tcx.sess.unstable_target_features.contains(&symbol) {
            return true;
        }
        let function = self.with_function(|state| state.function.0);
        let instances = self.cx.instances.borrow();
        let instance = instances.iter().find(|&(_, &defined)| defined == function);
        instance.is_some_and(|(instance, _)| {
            let attributes = tcx.codegen_instance_attrs(instance.def);
            attributes.target_features.iter().any(|enabled| enabled.name == symbol)
        })
    }
}

/// A stub under construction.
struct Stub<'i> {
    instruction: &'i Instruction,
    operands: Operands,
    result: Type,
    by_address: bool,
    /// What comes before the instruction.
    code: Vec<u8>,
    /// How many registers of each kind the arguments took.
    general: usize,
    vectors: u8,
    /// The vector register of the result.
    destination: u8,
    /// What is added to the address, in its final form known only when all arguments are.
    offset: Option<u8>,
    scale: u8,
}

impl<'i> Stub<'i> {
    fn new(
        instruction: &'i Instruction,
        result: Type,
        by_address: bool,
        arguments: &[Type],
    ) -> Option<Stub<'i>> {
        let largest =
            arguments.iter().chain([&result]).filter(|ty| is_vector(**ty)).map(|ty| ty.size()).max();
        let length = match largest {
            Some(size) => Length::of_bytes(size)?,
            None => Length::L128,
        };
        let mut operands = Operands::registers(length, 0, 0);
        operands.zeroing = matches!(instruction.form, Form::Zeroing(_));
        let general = usize::from(by_address && is_vector(result));
        let code = Vec::with_capacity(64);
        Some(Stub {
            instruction,
            operands,
            result,
            by_address,
            code,
            general,
            vectors: 0,
            destination: 0,
            offset: None,
            scale: 0,
        })
    }

    /// Puts an argument where its role says.
    fn argument(&mut self, role: Role, ty: Type) -> Option<()> {
        let register = if is_vector(ty) || matches!(ty, Type::F16 | Type::F32 | Type::F64) {
            self.vector(ty)?
        } else {
            self.general_register()?
        };
        match role {
            Role::Rm => self.operands.rm = Rm::Register(register),
            Role::Reg => self.operands.reg = register,
            Role::V => self.operands.v = Some(register),
            Role::Into => {
                self.operands.reg = register;
                self.destination = register;
            }
            Role::IntoRm => {
                self.operands.rm = Rm::Register(register);
                self.destination = register;
            }
            Role::Mask => {
                self.operands.masked = true;
                let moved = Operands::registers(Length::L128, MASK_REGISTER, register);
                encoding::push(&mut self.code, &mask_move(0x92, ty)?, &moved);
            }
            Role::Address => self.operands.rm = Rm::Memory { base: register, offset: None },
            Role::Offset => self.offset = Some(register),
            _ => return None,
        }
        Some(())
    }

    fn constant(&mut self, role: Role, constant: u128) -> Option<()> {
        match role {
            Role::Immediate => self.operands.immediate.push(constant as u8),
            Role::ImmediateRounding => {
                self.operands.immediate.push((constant & !NO_EXCEPTIONS) as u8);
                if constant & NO_EXCEPTIONS != 0 && self.operands.length == Length::L512 {
                    self.operands.rounding = Some(0);
                }
            }
            Role::Immediate32 => {
                self.operands.immediate.extend_from_slice(&(constant as u32).to_le_bytes());
            }
            Role::Rounding if constant == CURRENT_ROUNDING => {}
            // The field that says how to round is that of the vector's length.
            Role::Rounding
                if self.instruction.encoding == Encoding::EvexScalar
                    || self.operands.length == Length::L512 =>
            {
                self.operands.rounding = Some(constant as u8);
            }
            Role::Scale => self.scale = constant.checked_ilog2()? as u8,
            Role::TileReg => self.operands.reg = tile(constant)?,
            Role::TileRm => self.operands.rm = Rm::Register(tile(constant)?),
            Role::TileV => self.operands.v = Some(tile(constant)?),
            _ => return None,
        }
        Some(())
    }

    fn general_register(&mut self) -> Option<u8> {
        let register = *GENERAL_REGISTERS.get(self.general)?;
        self.general += 1;
        Some(register)
    }

    /// The next vector register, loaded if the argument is passed by address.
    fn vector(&mut self, ty: Type) -> Option<u8> {
        let register = self.vectors;
        self.vectors += 1;
        if register == VECTOR_REGISTERS {
            return None;
        }
        if self.by_address && is_vector(ty) {
            let length = Length::of_bytes(ty.size())?;
            let base = self.general_register()?;
            let operands = Operands::memory(length, register, base);
            encoding::push(&mut self.code, &vector_move(0x6f, length), &operands);
        }
        Some(register)
    }

    /// The instruction itself, and what comes after it.
    fn finish(mut self) -> Option<Vec<u8>> {
        if let (Rm::Memory { offset, .. }, Some(register)) = (&mut self.operands.rm, self.offset) {
            *offset = Some(Offset { register, scale: self.scale });
        }
        encoding::push(&mut self.code, self.instruction, &self.operands);
        match self.instruction.form.output() {
            Output::Vector => self.return_vector()?,
            Output::Mask => {
                let moved = Operands::registers(Length::L128, 0, 0);
                encoding::push(&mut self.code, &mask_move(0x93, self.result)?, &moved);
            }
            Output::Flag(condition) => push_condition(&mut self.code, condition),
            Output::General | Output::Nothing => {}
        }
        if self.by_address {
            self.code.extend_from_slice(&VZEROUPPER);
        }
        self.code.push(RETURN);
        Some(self.code)
    }

    fn return_vector(&mut self) -> Option<()> {
        if self.by_address {
            let length = Length::of_bytes(self.result.size())?;
            let operands = Operands::memory(length, self.destination, GENERAL_REGISTERS[0]);
            encoding::push(&mut self.code, &vector_move(0x7f, length), &operands);
        } else if self.destination != 0 {
            let operands = Operands::registers(Length::L128, 0, self.destination);
            encoding::push(&mut self.code, &vector_move(0x6f, Length::L128), &operands);
        }
        Some(())
    }
}

/// `vmovdqu` or `vmovdqu64`: to a register with the opcode 6f, from one with 7f.
fn vector_move(opcode: u8, length: Length) -> Instruction {
    let form = Form::Roles(&[], Output::Vector);
    let short = avx(Prefix::PF3, Map::M0F, opcode, form);
    match length {
        Length::L512 => Instruction { encoding: Encoding::Evex, ..wide(short) },
        _ => short,
    }
}

/// `kmovw`, `kmovd` or `kmovq` (masks of 8 bits: the bits above them do not count): to a mask register with the
/// opcode 92, from one with 93.
fn mask_move(opcode: u8, ty: Type) -> Option<Instruction> {
    let form = Form::Roles(&[], Output::Mask);
    Some(match ty.size() {
        1 | 2 => avx(Prefix::None, Map::M0F, opcode, form),
        4 => avx(Prefix::PF2, Map::M0F, opcode, form),
        8 => wide(avx(Prefix::PF2, Map::M0F, opcode, form)),
        _ => return None,
    })
}

fn tile(number: u128) -> Option<u8> {
    u8::try_from(number).ok().filter(|number| *number < 8)
}

/// `pcmpestri` and its kin on `xmm0` and `xmm1`.
fn string_comparison(
    instruction: &Instruction,
    lengths: Lengths,
    result: StringResult,
    immediate: u8,
) -> Vec<u8> {
    let mut code = Vec::with_capacity(16);
    if lengths == Lengths::Explicit {
        // mov eax, edi; mov edx, esi
        code.extend_from_slice(&[0x89, 0xf8, 0x89, 0xf2]);
    }
    let operands = Operands { immediate: vec![immediate], ..Operands::registers(Length::L128, 0, 1) };
    encoding::push(&mut code, instruction, &operands);
    match result {
        StringResult::Mask => {}
        // mov eax, ecx
        StringResult::Index => code.extend_from_slice(&[0x89, 0xc8]),
        StringResult::Flag(condition) => push_condition(&mut code, condition),
    }
    code
}

/// `setCC al; movzx eax, al`.
fn push_condition(code: &mut Vec<u8>, condition: Condition) {
    code.extend_from_slice(&[0x0f, 0x90 | condition as u8, 0xc0, 0x0f, 0xb6, 0xc0]);
}
