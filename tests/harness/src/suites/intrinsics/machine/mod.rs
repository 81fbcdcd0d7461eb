//! Executes straight-line x86_64 code symbolically: shows which instructions work on which values.
//!
//! [`Machine::run`] decodes and executes a function from its start to its return. Moves of bytes and computed
//! addresses leave no trace ([`moves`]). Any other instruction is an operation ([`operations`]).
//!
//! Compilers may choose between equivalent instructions. This module ignores whether they use the legacy or
//! the VEX form, [`super::normal`] undoes the other choices.

mod moves;
mod operations;

use std::collections::{BTreeMap, HashMap};

use anyhow::{Context as _, Result, bail, ensure};
use iced_x86::{Decoder, DecoderOptions, EncodingKind, Instruction, Mnemonic, OpKind, Register};

use super::values::{Byte, Value, address, as_address, as_constant, constant, named, resized};

/// The most instructions to execute. No function has as many.
const LIMIT: usize = 5000;
/// The name of the function's return address.
const RETURN: &str = "return";

/// The code and its addresses.
pub struct Image {
    /// Loaded parts: address and bytes.
    pub segments: Vec<(u64, Vec<u8>)>,
}

impl Image {
    /// Returns the bytes from an address to the end of its segment.
    pub fn bytes(&self, start: u64) -> Option<&[u8]> {
        self.segments.iter().find_map(|(base, bytes)| bytes.get(start.checked_sub(*base)? as usize..))
    }
}

/// The state of the execution: registers and memory.
pub struct Machine<'i> {
    image: &'i Image,
    /// The values of registers, also of masks and vectors, by the full register.
    registers: HashMap<Register, Value>,
    flags: Value,
    memory: BTreeMap<(String, i64), Byte>,
    /// Operations with other effects than writing registers or memory at a known address.
    pub effects: Vec<String>,
    /// The first address that was called.
    pub called: Option<u64>,
    /// Whether an instruction needs AVX-512.
    pub evex: bool,
}

impl<'i> Machine<'i> {
    /// Creates a machine whose stack contains only the return address.
    pub fn new(image: &'i Image) -> Machine<'i> {
        let mut machine = Machine {
            image,
            registers: HashMap::new(),
            flags: vec![],
            memory: BTreeMap::new(),
            effects: vec![],
            called: None,
            evex: false,
        };
        machine.set(Register::RSP, address("stack", 0));
        machine.store(&("stack".to_owned(), 0), named(RETURN, 8));
        machine
    }

    /// Executes until the function returns. `Ok(false)` if the decoder does not know an instruction.
    pub fn run(&mut self, start: u64) -> Result<bool> {
        let mut position = start;
        for _ in 0..LIMIT {
            let bytes = self.image.bytes(position).unwrap_or_default();
            let mut decoder = Decoder::with_ip(64, bytes, position, DecoderOptions::NONE);
            let instruction = decoder.decode();
            if instruction.is_invalid() {
                return Ok(false);
            }
            position = instruction.next_ip();
            self.evex |= instruction.code().encoding() == EncodingKind::EVEX;
            match instruction.mnemonic() {
                Mnemonic::Ret => match self.pop() {
                    target if target == named(RETURN, 8) => return Ok(true),
                    target => position = as_constant(&target).unwrap_or_default(),
                },
                Mnemonic::Call if self.is_imported(&instruction) => self.copy_memory()?,
                Mnemonic::Call if instruction.op0_kind() == OpKind::NearBranch64 => {
                    self.push(constant(position, 8));
                    position = instruction.near_branch_target();
                    self.called.get_or_insert(position);
                }
                Mnemonic::Jmp if instruction.op0_kind() == OpKind::NearBranch64 => {
                    position = instruction.near_branch_target();
                }
                _ => self.step(&instruction)?,
            }
        }
        bail!("the function does not return within {LIMIT} instructions")
    }

    fn step(&mut self, instruction: &Instruction) -> Result<()> {
        ensure!(
            instruction.op0_kind() != OpKind::NearBranch64,
            "the function has a branch: {:?}",
            instruction.code()
        );
        if matches!(instruction.mnemonic(), Mnemonic::Vzeroupper | Mnemonic::Nop | Mnemonic::Endbr64) {
            return Ok(());
        }
        if self.moves(instruction) || self.addresses(instruction) {
            return Ok(());
        }
        self.operation(instruction)
    }

    /// Whether the callee is in another library. Then it is `memcpy`.
    fn is_imported(&self, call: &Instruction) -> bool {
        let bytes = self.image.bytes(call.near_branch_target()).unwrap_or_default();
        let first = Decoder::new(64, bytes, DecoderOptions::NONE).decode();
        call.op0_kind() == OpKind::Memory
            || first.mnemonic() == Mnemonic::Jmp && first.op0_kind() == OpKind::Memory
    }

    fn copy_memory(&mut self) -> Result<()> {
        let address_in =
            |register| as_address(&self.get(register)).context("the memory of a memcpy is unknown");
        let (to, from) = (address_in(Register::RDI)?, address_in(Register::RSI)?);
        let size = as_constant(&self.get(Register::RDX)).context("the size of a memcpy is unknown")?;
        let value = self.load(&from, size as usize);
        self.store(&to, value);
        Ok(())
    }

    /// Returns the value of a register, with the size of the register.
    pub fn get(&self, register: Register) -> Value {
        let (full, skipped) = full_register(register);
        let value = self.registers.get(&full).cloned().unwrap_or_else(|| vec![Byte::Undefined; full.size()]);
        value[skipped..].iter().take(register.size()).cloned().collect()
    }

    /// Sets a register, and the other bytes of the full register as the CPU does.
    pub fn set(&mut self, register: Register, value: Value) {
        let (full, skipped) = full_register(register);
        let value = if register.is_gpr() && register.size() < 4 {
            let mut old = self.get(full);
            old.splice(skipped..skipped + register.size(), value);
            old
        } else {
            resized(value, full.size())
        };
        self.registers.insert(full, value);
    }

    /// Loads from an address. Memory that was not written is named after its address.
    pub fn load(&self, place: &(String, i64), size: usize) -> Value {
        let (base, offset) = place;
        (0..size)
            .map(|index| {
                let key = (base.clone(), offset + index as i64);
                if let Some(byte) = self.memory.get(&key) {
                    return byte.clone();
                }
                if base == "absolute" {
                    let byte = self.image.bytes(key.1 as u64).and_then(|bytes| bytes.first());
                    return byte.map_or(Byte::Undefined, |byte| Byte::Constant(*byte));
                }
                if base == "stack" {
                    return Byte::Undefined;
                }
                Byte::Of(format!("*{base}").into(), key.1.max(0) as usize)
            })
            .collect()
    }

    fn store(&mut self, place: &(String, i64), value: Value) {
        for (index, byte) in value.into_iter().enumerate() {
            self.memory.insert((place.0.clone(), place.1 + index as i64), byte);
        }
    }

    /// Stores an argument above the return address.
    pub fn pass_on_stack(&mut self, place: usize, value: Value) {
        self.store(&("stack".to_owned(), 8 + 8 * place as i64), value);
    }

    fn push(&mut self, value: Value) {
        let (base, offset) = self.stack();
        self.set(Register::RSP, address(&base, offset - 8));
        self.store(&(base, offset - 8), value);
    }

    fn pop(&mut self) -> Value {
        let (base, offset) = self.stack();
        self.set(Register::RSP, address(&base, offset + 8));
        self.load(&(base, offset), 8)
    }

    fn stack(&self) -> (String, i64) {
        as_address(&self.get(Register::RSP)).unwrap_or(("lost".to_owned(), 0))
    }

    /// Returns the address of a memory operand, if it is a name and an offset.
    fn place(&self, instruction: &Instruction) -> Option<(String, i64)> {
        let displacement = instruction.memory_displacement64() as i64;
        if instruction.is_ip_rel_memory_operand() {
            return Some(("absolute".to_owned(), displacement));
        }
        let index = match instruction.memory_index() {
            Register::None => 0,
            index => as_constant(&self.get(index))? as i64 * i64::from(instruction.memory_index_scale()),
        };
        let (base, offset) = match instruction.memory_base() {
            Register::None => ("absolute".to_owned(), 0),
            base => as_address(&self.get(base))?,
        };
        Some((base, offset + displacement + index))
    }

    /// Returns the value of an operand.
    fn read(&self, instruction: &Instruction, operand: u32) -> Value {
        match instruction.op_kind(operand) {
            OpKind::Register => self.get(instruction.op_register(operand)),
            OpKind::Memory => match self.place(instruction) {
                Some(place) => self.load(&place, instruction.memory_size().size()),
                None => vec![],
            },
            _ => constant(instruction.immediate(operand), 8),
        }
    }
}

/// Returns the mnemonic without the `v` of VEX.
fn mnemonic(instruction: &Instruction) -> String {
    let name = format!("{:?}", instruction.mnemonic()).to_lowercase();
    match name.strip_prefix('v') {
        Some(rest) if name != "verr" => rest.to_owned(),
        _ => name,
    }
}

/// Returns the full register, and the byte of it at which the given one begins.
fn full_register(register: Register) -> (Register, usize) {
    let skipped = usize::from(matches!(register, Register::AH | Register::BH | Register::CH | Register::DH));
    if register.is_vector_register() {
        return (Register::ZMM0 + register.number() as u32, 0);
    }
    (register.full_register(), skipped)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suites::intrinsics::values::show;

    /// Executes a function that reads memory at `rsi` and `rdx` and stores its result at `rdi`. Returns the
    /// result.
    fn result(code: &[u8]) -> String {
        let image = Image { segments: vec![(0x1000, code.to_vec())] };
        let mut machine = Machine::new(&image);
        for (register, name) in [(Register::RDI, "to"), (Register::RSI, "a"), (Register::RDX, "b")] {
            machine.set(register, address(name, 0));
        }
        assert!(machine.run(0x1000).unwrap());
        show(&machine.load(&("to".to_owned(), 0), 16))
    }

    #[test]
    fn the_form_does_not_count_but_the_operation_does() {
        // `vmovups xmm0, [rsi]; vaddps xmm0, xmm0, [rdx]; vmovups [rdi], xmm0; ret`, and `vsubps`.
        let vex = |opcode| {
            result(&[0xc5, 0xf8, 0x10, 0x06, 0xc5, 0xf8, opcode, 0x02, 0xc5, 0xf8, 0x11, 0x07, 0xc3])
        };
        // `movups xmm1, [rsi]; movups xmm0, [rdx]; addps xmm0, xmm1; movups [rdi], xmm0; ret`, and `subps`.
        let legacy = |opcode| {
            result(&[0x0f, 0x10, 0x0e, 0x0f, 0x10, 0x02, 0x0f, opcode, 0xc1, 0x0f, 0x11, 0x07, 0xc3])
        };
        assert_eq!(vex(0x58), "addps(*a[0..16], *b[0..16])[0..16]");
        assert_eq!(legacy(0x58), vex(0x58));
        assert_eq!(vex(0x5c), "subps(*a[0..16], *b[0..16])[0..16]");
        assert_eq!(legacy(0x5c), "subps(*b[0..16], *a[0..16])[0..16]");
    }

    #[test]
    fn masks_and_rounding_count() {
        // `vmovups zmm0, [rsi]; vaddps zmm0 {k1}, zmm0, zmm0 {rd-sae}; vmovups [rdi], zmm0; ret`
        let load = [0x62, 0xf1, 0x7c, 0x48, 0x10, 0x06];
        let store = [0x62, 0xf1, 0x7c, 0x48, 0x11, 0x07, 0xc3];
        let with = |last| result(&[&load, &[0x62, 0xf1, 0x7c, last, 0x58, 0xc0][..], &store].concat());
        assert_eq!(with(0x48), "addps(*a[0..64], *a[0..64])[0..16]");
        assert_eq!(with(0x39), "addps(*a[0..64], *a[0..64], *a[0..64], mask=0, RoundDown)[0..16]");
        assert_eq!(with(0xc9), "addps(*a[0..64], *a[0..64], mask=0, zeroing)[0..16]");
    }
}
