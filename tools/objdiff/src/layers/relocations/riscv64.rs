//! The relocations of riscv64 (RISC-V ELF psABI, "Relocations").

use object::elf;

use super::Kind;

/// Names what a relocation of a type computes.
pub(super) fn kind(number: u32) -> Kind {
    Kind::Named(match number {
        elf::R_RISCV_64 => "address",
        elf::R_RISCV_CALL | elf::R_RISCV_CALL_PLT => "call",
        elf::R_RISCV_PCREL_HI20 => "relative, high part",
        elf::R_RISCV_PCREL_LO12_I | elf::R_RISCV_PCREL_LO12_S => "relative, low part",
        elf::R_RISCV_GOT_HI20 => "GOT",
        elf::R_RISCV_TLS_GD_HI20 => "TLS general dynamic",
        elf::R_RISCV_TLS_GOT_HI20 => "TLS initial exec",
        elf::R_RISCV_TPREL_HI20 => "TLS local exec, high part",
        elf::R_RISCV_TPREL_LO12_I | elf::R_RISCV_TPREL_LO12_S => "TLS local exec, low part",
        elf::R_RISCV_NONE | elf::R_RISCV_RELAX | elf::R_RISCV_ALIGN => return Kind::Marker,
        _ => return Kind::Unknown,
    })
}
