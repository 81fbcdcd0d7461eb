//! Converts Cranelift's relocations of riscv64 to ELF's.
//!
//! To add a kind, add a line to [`code_relocation`] and one to `tests.rs`.

use cranelift_codegen::binemit::Reloc;
use object::elf;

use crate::machine::{CodeReference, CodeRelocation, Direct};
use crate::symbols::GotLoads;

/// Returns the ELF relocation (RISC-V ELF psABI, "Relocations").
pub(super) fn code_relocation(reference: CodeReference<'_>, _: GotLoads) -> Option<CodeRelocation> {
    Some(match reference.kind {
        Reloc::Abs4 => CodeRelocation::address(elf::R_RISCV_32),
        Reloc::Abs8 => CodeRelocation::address(elf::R_RISCV_64),
        Reloc::RiscvCallPlt => CodeRelocation::entry(elf::R_RISCV_CALL_PLT),
        Reloc::RiscvTlsGdHi20 => CodeRelocation::entry(elf::R_RISCV_TLS_GD_HI20),
        Reloc::RiscvGotHi20 => CodeRelocation::entry(elf::R_RISCV_GOT_HI20),
        Reloc::RiscvPCRelHi20 => CodeRelocation::address(elf::R_RISCV_PCREL_HI20),
        Reloc::RiscvPCRelLo12I => CodeRelocation::entry(elf::R_RISCV_PCREL_LO12_I),
        _ => return None,
    })
}

/// The bits that distinguish the I-type instructions of RV64I: opcode and funct3 (RISC-V ISA manual, chapter
/// "RV32/64G Instruction Set Listings").
const OPCODE: u32 = 0x707f;
const LD: u32 = 0x3003;
const ADDI: u32 = 0x0013;

/// Makes a GOT reference direct: `auipc x, high bits of entry; ld x, low bits(x)` becomes `auipc x, high bits
/// of symbol; addi x, x, low bits`. The second instruction's relocation refers to the first one and does not
/// change.
pub(super) fn direct(reference: CodeReference<'_>) -> Option<Direct> {
    if reference.kind != Reloc::RiscvGotHi20 {
        return None;
    }
    let load = reference.instruction(4).filter(|load| load & OPCODE == LD)?;
    let bytes = (load & !OPCODE | ADDI).to_le_bytes();
    Some(Direct { elf_type: elf::R_RISCV_PCREL_HI20, at: reference.offset + 4, bytes, length: 4 })
}
