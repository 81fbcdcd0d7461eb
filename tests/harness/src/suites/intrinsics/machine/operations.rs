//! Executes instructions as operations: an operation's text is the mnemonic with the texts of everything that
//! it reads, and the values that it writes are named after this text.

use anyhow::{Result, ensure};
use iced_x86::{
    Code, Instruction, InstructionInfoFactory, OpAccess, OpCodeOperandKind, OpKind, Register, RoundingControl,
};

use super::{Machine, full_register, mnemonic};
use crate::suites::intrinsics::normal::{normalise, normalise_operation};
use crate::suites::intrinsics::values::{named, resized, show};

impl Machine<'_> {
    /// Executes any other instruction. The values that it writes are named after those that it reads.
    pub(super) fn operation(&mut self, instruction: &Instruction) -> Result<()> {
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

    /// Returns the mnemonic with all values that the instruction reads.
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

    /// Returns the text of an operand that is read.
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
                ensure!(displacement == 0, "the address has an offset: {:?}", instruction.code());
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

/// Whether only the lowest lane of the first operand is read (where its mask bit is clear). The other lanes
/// are the first source's.
fn is_scalar_arithmetic(name: &str) -> bool {
    let operation =
        name.strip_suffix("ss").or_else(|| name.strip_suffix("sd")).or_else(|| name.strip_suffix("sh"));
    operation.is_some_and(|operation| matches!(operation, "add" | "sub" | "mul" | "div"))
}

/// Returns how many bytes of a mask are used, with one bit per lane.
fn bytes_of_mask(instruction: &Instruction) -> usize {
    instruction.memory_size().element_count().div_ceil(8).max(1)
}

/// Returns how many bytes of the first register are used.
fn result_size(instruction: &Instruction) -> usize {
    let register = instruction.op0_register();
    if register.is_k() && instruction.op1_register().is_vector_register() {
        return bytes_of_mask(instruction);
    }
    register.size()
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

/// Whether an operand is a register that could also be memory. Then only the size of the memory is read.
fn may_be_memory(code: Code, operand: u32) -> bool {
    let kind = code.op_code().op_kind(operand);
    format!("{kind:?}").ends_with("_or_mem") && kind != OpCodeOperandKind::None
}
