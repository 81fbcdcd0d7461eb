//! The instructions of functions, disassembled when they are compared.

use capstone::prelude::*;

use crate::error::Error;
use crate::model::{Layer, Property};
use crate::view::{Definition, Machine, View};

/// Instructions that differ, by their offset.
pub const INSTRUCTIONS: Property = Property::new(Layer::Code, "instructions");

/// One instruction. Bytes that cannot be decoded are `.byte`.
#[derive(Debug)]
pub struct Instruction {
    pub offset: u64,
    pub size: u64,
    pub bytes: Vec<u8>,
    /// The text without where a branch goes.
    pub compared: String,
    pub shown: String,
    /// Where a branch goes, from the start of the function.
    pub target: Option<u64>,
}

/// Disassembles a function.
///
/// # Errors
///
/// Fails if the disassembler does.
pub fn disassemble(view: &View<'_>, definition: &Definition) -> Result<Vec<Instruction>, Error> {
    let at = |error: capstone::Error| view.damaged(&definition.name, error);
    let mut disassembler = disassembler(view.machine).map_err(at)?;
    disassembler.set_skipdata(true).map_err(at)?;
    let instructions = disassembler.disasm_all(view.contents(definition), 0).map_err(at)?;
    let read = instructions.iter().map(|instruction| {
        let [name, operands] = [instruction.mnemonic(), instruction.op_str()].map(Option::unwrap_or_default);
        let shown = format!("{name} {operands}").trim_end().to_owned();
        let offset = instruction.address();
        let (kept, last) = operands.rsplit_once(", ").unwrap_or(("", operands));
        let target = is_branch(view.machine, name).then(|| number(last)).flatten();
        let compared = if target.is_some() { format!("{name} {kept} label") } else { shown.clone() };
        // Those of riscv64 are relative.
        let start = if view.machine == Machine::Riscv64 { offset } else { 0 };
        let target = target.map(|target| start.wrapping_add_signed(target));
        let bytes = instruction.bytes().to_vec();
        Instruction { offset, size: bytes.len() as u64, bytes, compared, shown, target }
    });
    Ok(read.collect())
}

fn disassembler(machine: Machine) -> CsResult<Capstone> {
    match machine {
        Machine::X86_64 => Capstone::new().x86().mode(arch::x86::ArchMode::Mode64).build(),
        Machine::Aarch64 => Capstone::new().arm64().mode(arch::arm64::ArchMode::Arm).build(),
        Machine::Riscv64 => {
            let compressed = [arch::riscv::ArchExtraMode::RiscVC];
            let builder = Capstone::new().riscv().mode(arch::riscv::ArchMode::RiscV64);
            builder.extra_mode(compressed.into_iter()).build()
        }
    }
}

fn is_branch(machine: Machine, name: &str) -> bool {
    match machine {
        Machine::X86_64 => name.starts_with('j') || name == "call" || name.starts_with("loop"),
        Machine::Aarch64 => {
            ["b", "bl", "cbz", "cbnz", "tbz", "tbnz"].contains(&name) || name.starts_with("b.")
        }
        Machine::Riscv64 => {
            let name = name.strip_prefix("c.").unwrap_or(name);
            ["j", "jal"].contains(&name) || (name.starts_with('b') && !name.starts_with("bs"))
        }
    }
}

/// Reads an operand: `0x10`, `#0x10`, `-4`.
fn number(operand: &str) -> Option<i64> {
    let operand = operand.trim_start_matches('#');
    let (sign, digits) = operand.strip_prefix('-').map_or((1, operand), |digits| (-1, digits));
    let number = match digits.strip_prefix("0x") {
        Some(digits) => u64::from_str_radix(digits, 16).ok()?.cast_signed(),
        None => digits.parse().ok()?,
    };
    Some(number.wrapping_mul(sign))
}
