//! Symbolic execution of straight-line x86-64 code: which instructions work on which values.
//!
//! In this order:
//! 1. [`Machine::run`] decodes and executes from a function's start to its return;
//! 2. moves of bytes ([`Machine::moves`]) and computed addresses ([`Machine::addresses`]) leave no trace;
//! 3. any other instruction is an operation ([`Machine::operation`]): its text is the mnemonic with the
//!    texts of all it reads, and what it writes is named after that.
//!
//! Free choices of compilers are undone: legacy or VEX form here, the rest in [`super::normal`].

use std::collections::{BTreeMap, HashMap};

use anyhow::{Context as _, Result, bail, ensure};
use iced_x86::{
    Code, Decoder, DecoderOptions, EncodingKind, Instruction, InstructionInfoFactory, Mnemonic, OpAccess,
    OpCodeOperandKind, OpKind, Register, RoundingControl,
};

use super::normal::{normalise, normalise_operation};
use super::values::{Byte, Value, address, as_address, as_constant, constant, named, resized, show};

/// More instructions than any of the functions has.
const LIMIT: usize = 5000;
/// Where a return from the function itself leads.
const RETURN: &str = "return";

/// The code, and where it is loaded.
pub struct Image {
    /// Loaded parts: address and bytes.
    pub segments: Vec<(u64, Vec<u8>)>,
}

impl Image {
    /// The bytes from an address to the end of its segment.
    pub fn bytes(&self, start: u64) -> Option<&[u8]> {
        self.segments.iter().find_map(|(base, bytes)| bytes.get(start.checked_sub(*base)? as usize..))
    }
}

/// Registers and memory.
pub struct Machine<'i> {
    image: &'i Image,
    /// By the full register; masks and vectors, too.
    registers: HashMap<Register, Value>,
    flags: Value,
    memory: BTreeMap<(String, i64), Byte>,
    /// Operations that do something else than writing registers.
    pub effects: Vec<String>,
    /// The first address that was called.
    pub called: Option<u64>,
    /// Whether there was an instruction that only AVX-512 has.
    pub evex: bool,
}

impl<'i> Machine<'i> {
    /// A machine whose stack has only the address to return to.
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

    /// Executes until the function returns. `Ok(false)` if an instruction is not known to the decoder.
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
        bail!("there is no end of it")
    }

    fn step(&mut self, instruction: &Instruction) -> Result<()> {
        ensure!(
            instruction.op0_kind() != OpKind::NearBranch64,
            "there is a branch: {:?}",
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

    /// Whether what is called is elsewhere: nothing but `memcpy` is.
    fn is_imported(&self, call: &Instruction) -> bool {
        let bytes = self.image.bytes(call.near_branch_target()).unwrap_or_default();
        let first = Decoder::new(64, bytes, DecoderOptions::NONE).decode();
        call.op0_kind() == OpKind::Memory
            || first.mnemonic() == Mnemonic::Jmp && first.op0_kind() == OpKind::Memory
    }

    fn copy_memory(&mut self) -> Result<()> {
        let address_in = |register| as_address(&self.get(register)).context("memcpy of unknown memory");
        let (to, from) = (address_in(Register::RDI)?, address_in(Register::RSI)?);
        let size = as_constant(&self.get(Register::RDX)).context("memcpy of unknown size")?;
        let value = self.load(&from, size as usize);
        self.store(&to, value);
        Ok(())
    }

    /// The value of a register, as long as the register.
    pub fn get(&self, register: Register) -> Value {
        let (full, skipped) = full_register(register);
        let value = self.registers.get(&full).cloned().unwrap_or_else(|| vec![Byte::Undefined; full.size()]);
        value[skipped..].iter().take(register.size()).cloned().collect()
    }

    /// Sets a register, and what the CPU sets with it.
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

    /// What is at an address; memory that nothing wrote is named after its address.
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

    /// Puts an argument above the address to return to.
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

    /// The address of a memory operand, if it is one name and an offset.
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

    /// Moves of all bytes, with zeros above them. Returns whether it was one.
    fn moves(&mut self, instruction: &Instruction) -> bool {
        let name = mnemonic(instruction);
        let plain = matches!(
            name.as_str(),
            "mov"
                | "lddqu"
                | "movzx"
                | "movaps"
                | "movups"
                | "movapd"
                | "movupd"
                | "movdqa"
                | "movdqu"
                | "movd"
                | "movq"
                | "movdqu8"
                | "movdqu16"
                | "movdqu32"
                | "movdqu64"
                | "movdqa32"
                | "movdqa64"
                | "kmovb"
                | "kmovw"
                | "kmovd"
                | "kmovq"
        );
        // Of two registers these keep the upper lanes.
        let from_memory = matches!(name.as_str(), "movss" | "movsd" | "movsh" | "movw");
        let memory = instruction.op0_kind() == OpKind::Memory || instruction.op1_kind() == OpKind::Memory;
        if name == "push" {
            let value = self.read(instruction, 0);
            self.push(resized(value, 8));
            return true;
        }
        if name == "pop" {
            let value = self.pop();
            self.set(instruction.op0_register(), value);
            return true;
        }
        if matches!(name.as_str(), "pinsrw" | "pextrw") {
            return self.moves_word(instruction, &name);
        }
        if instruction.op_count() != 2 || instruction.op_mask() != Register::None {
            return false;
        }
        if !(plain || from_memory && (memory || name == "movw")) {
            return false;
        }
        let value = self.read(instruction, 1);
        if instruction.op0_kind() == OpKind::Memory {
            let Some(place) = self.place(instruction) else { return false };
            let size = instruction.memory_size().size();
            self.store(&place, resized(value, size));
        } else {
            let register = instruction.op0_register();
            // Of masks and lowest lanes only so many bytes are moved.
            let moved = match name.as_str() {
                "kmovb" => 1,
                "kmovw" | "movw" => 2,
                "kmovd" | "movd" => 4,
                "movq" => 8,
                _ => register.size(),
            };
            let value = value.into_iter().take(moved).collect();
            self.set(register, resized(value, register.size()));
        }
        true
    }

    /// The lowest 16 bits into a vector or out of it.
    fn moves_word(&mut self, instruction: &Instruction, name: &str) -> bool {
        let last = instruction.op_count() - 1;
        if as_constant(&self.read(instruction, last)) != Some(0) {
            return false;
        }
        let mut word = self.read(instruction, last - 1);
        word.truncate(2);
        match (name, instruction.op0_kind()) {
            ("pinsrw", _) => {
                let mut value = self.read(instruction, last.saturating_sub(2));
                value.splice(..2, word);
                self.set(instruction.op0_register(), value);
            }
            (_, OpKind::Memory) => {
                let Some(place) = self.place(instruction) else { return false };
                self.store(&place, word);
            }
            _ => self.set(instruction.op0_register(), resized(word, 4)),
        }
        true
    }

    /// Computations of addresses, and zeros. Returns whether it was one.
    fn addresses(&mut self, instruction: &Instruction) -> bool {
        let same = instruction.op_count() >= 2 && instruction.op1_kind() == OpKind::Register && {
            let last = instruction.op_register(instruction.op_count() - 1);
            last != Register::None && last == instruction.op_register(instruction.op_count() - 2)
        };
        let register = instruction.op0_register();
        let name = mnemonic(instruction);
        match name.as_str() {
            "xor" | "xorps" | "xorpd" | "pxor" | "pxord" | "pxorq" if same => {
                self.set(register, constant(0, register.size()));
                true
            }
            "lea" => match self.place(instruction) {
                Some((base, offset)) => {
                    self.set(register, address(&base, offset));
                    true
                }
                None => false,
            },
            "add" | "sub" | "and" if register.size() == 8 && instruction.op0_kind() == OpKind::Register => {
                let Some((base, offset)) = as_address(&self.get(register)) else { return false };
                let Some(number) = as_constant(&self.read(instruction, 1)) else { return false };
                let offset = match name.as_str() {
                    "add" => offset.wrapping_add(number as i64),
                    "sub" => offset.wrapping_sub(number as i64),
                    _ if base == "stack" => offset & number as i64,
                    _ => return false,
                };
                self.set(register, address(&base, offset));
                true
            }
            _ => false,
        }
    }

    /// The value of an operand.
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

    /// Anything else: what it writes is named after what it reads.
    fn operation(&mut self, instruction: &Instruction) -> Result<()> {
        let text = self.text(instruction)?;
        let mut factory = InstructionInfoFactory::new();
        let info = factory.info(instruction);
        let mut wrote = false;
        let written: Vec<Register> = info
            .used_registers()
            .iter()
            .filter(|used| is_write(used.access()))
            .map(iced_x86::UsedRegister::register)
            .collect();
        if instruction.op_count() > 0
            && instruction.op0_kind() == OpKind::Memory
            && is_write(info.op0_access())
        {
            self.write_memory(instruction, &text);
            wrote = true;
        }
        let target = match instruction.op0_kind() {
            OpKind::Register => full_register(instruction.op0_register()).0,
            _ => Register::None,
        };
        for register in written {
            if !(register.is_gpr() || register.is_vector_register() || register.is_k()) {
                continue;
            }
            let (full, _) = full_register(register);
            let name = if full == target { text.clone() } else { format!("{text}.{full:?}") };
            if full == target {
                let register = instruction.op0_register();
                self.set(register, named(&name, result_size(instruction)));
            } else if !(register.is_k() && instruction.op_mask() == register) {
                self.set(register, named(&name, register.size()));
            }
            wrote = true;
        }
        if instruction.rflags_written() != 0 {
            self.flags = named(&text, 1);
        }
        if !wrote && instruction.rflags_written() == 0 {
            self.effects.push(text);
        }
        Ok(())
    }

    fn write_memory(&mut self, instruction: &Instruction, text: &str) {
        let size = instruction.memory_size().size();
        match self.place(instruction) {
            Some(place) if size != 0 && instruction.op_mask() == Register::None => {
                self.store(&place, named(text, size));
            }
            place => self.effects.push(format!("{text} to {place:?}")),
        }
    }

    /// The mnemonic with all that is read.
    fn text(&self, instruction: &Instruction) -> Result<String> {
        let mut factory = InstructionInfoFactory::new();
        let info = factory.info(instruction);
        let mut inputs = vec![];
        let mut explicit = vec![];
        for operand in 0..instruction.op_count() {
            if instruction.op_kind(operand) == OpKind::Register {
                explicit.push(full_register(instruction.op_register(operand)).0);
            }
            if is_read(info.op_access(operand)) {
                inputs.push(self.input(instruction, operand)?);
            }
        }
        let mut implicit: Vec<String> = vec![];
        for used in info.used_registers() {
            let (full, _) = full_register(used.register());
            let is_address = full == instruction.memory_base().full_register()
                || full == instruction.memory_index().full_register()
                || full == instruction.op_mask();
            if is_read(used.access()) && !explicit.contains(&full) && !is_address && full != Register::RSP {
                let value = self.get(used.register());
                implicit.push(format!("{full:?}={}", show(&value)));
            }
        }
        implicit.sort();
        implicit.dedup();
        let name = normalise(&mnemonic(instruction), &mut inputs);
        inputs.extend(implicit);
        if instruction.rflags_read() != 0 {
            inputs.push(format!("flags={}", show(&self.flags)));
        }
        if instruction.op_mask() != Register::None {
            let mask = resized(self.get(instruction.op_mask()), bytes_of_mask(instruction));
            inputs.push(format!("mask={}", show(&mask)));
        }
        if instruction.zeroing_masking() {
            inputs.push("zeroing".to_owned());
        }
        if instruction.rounding_control() != RoundingControl::None {
            inputs.push(format!("{:?}", instruction.rounding_control()));
        }
        if instruction.suppress_all_exceptions() {
            inputs.push("without exceptions".to_owned());
        }
        Ok(normalise_operation(&name, &inputs).unwrap_or_else(|| format!("{name}({})", inputs.join(", "))))
    }

    /// An operand that is read, as text.
    fn input(&self, instruction: &Instruction, operand: u32) -> Result<String> {
        match instruction.op_kind(operand) {
            OpKind::Register => {
                let register = instruction.op_register(operand);
                if register.is_tmm() {
                    return Ok(format!("{register:?}"));
                }
                let mut value = self.get(register);
                let size = instruction.memory_size().size();
                let lowest = operand == 0 && is_scalar_arithmetic(&mnemonic(instruction));
                if (lowest || may_be_memory(instruction.code(), operand)) && size != 0 && size < value.len() {
                    value.truncate(size);
                }
                Ok(show(&value))
            }
            OpKind::Memory if instruction.is_vsib() || self.place(instruction).is_none() => {
                let base = self.get(instruction.memory_base());
                let index = self.get(instruction.memory_index());
                let scale = instruction.memory_index_scale();
                let displacement = instruction.memory_displacement64();
                ensure!(displacement == 0, "an offset in {:?}", instruction.code());
                Ok(format!("[{} + {} * {scale}]", show(&base), show(&index)))
            }
            OpKind::Memory if instruction.memory_size().size() == 0 => {
                Ok(format!("[{:?}]", self.place(instruction)))
            }
            OpKind::MemorySegRDI => Ok(format!("[{}]", show(&self.get(Register::RDI)))),
            _ => Ok(show(&self.read(instruction, operand))),
        }
    }
}

/// Whether, without a mask bit, only the lowest lane is read: the others are the first source's.
fn is_scalar_arithmetic(name: &str) -> bool {
    let operation =
        name.strip_suffix("ss").or_else(|| name.strip_suffix("sd")).or_else(|| name.strip_suffix("sh"));
    operation.is_some_and(|operation| matches!(operation, "add" | "sub" | "mul" | "div"))
}

/// The mnemonic without the `v` of VEX.
fn mnemonic(instruction: &Instruction) -> String {
    let name = format!("{:?}", instruction.mnemonic()).to_lowercase();
    match name.strip_prefix('v') {
        Some(rest) if name != "verr" => rest.to_owned(),
        _ => name,
    }
}

/// How many bytes of a mask mean something: one bit per lane.
fn bytes_of_mask(instruction: &Instruction) -> usize {
    instruction.memory_size().element_count().div_ceil(8).max(1)
}

/// How many bytes of the first register mean something.
fn result_size(instruction: &Instruction) -> usize {
    let register = instruction.op0_register();
    if register.is_k() && instruction.op1_register().is_vector_register() {
        return bytes_of_mask(instruction);
    }
    register.size()
}

/// The full register, and at which byte the given one begins.
fn full_register(register: Register) -> (Register, usize) {
    let skipped = usize::from(matches!(register, Register::AH | Register::BH | Register::CH | Register::DH));
    if register.is_vector_register() {
        return (Register::ZMM0 + register.number() as u32, 0);
    }
    (register.full_register(), skipped)
}

fn is_read(access: OpAccess) -> bool {
    matches!(
        access,
        OpAccess::Read
            | OpAccess::CondRead
            | OpAccess::ReadWrite
            | OpAccess::ReadCondWrite
            | OpAccess::CondWrite
    )
}

fn is_write(access: OpAccess) -> bool {
    matches!(access, OpAccess::Write | OpAccess::CondWrite | OpAccess::ReadWrite | OpAccess::ReadCondWrite)
}

/// Whether an operand is a register where memory could be, of which only so much is read.
fn may_be_memory(code: Code, operand: u32) -> bool {
    let kind = code.op_code().op_kind(operand);
    format!("{kind:?}").ends_with("_or_mem") && kind != OpCodeOperandKind::None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a function does that stores at `rdi` what it makes of the memory at `rsi` and `rdx`.
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
    fn the_way_of_operands_does_not_count_but_the_operation_does() {
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
