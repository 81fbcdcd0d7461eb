//! The relocations of x86_64 (System V psABI for AMD64, "Relocation").

use object::elf;

use super::Kind;

/// Names what a relocation of a type computes.
pub(super) fn kind(number: u32) -> Kind {
    Kind::Named(match number {
        elf::R_X86_64_64 => "address",
        elf::R_X86_64_32 | elf::R_X86_64_32S => "address of 32 bits",
        elf::R_X86_64_PC32 => "relative",
        elf::R_X86_64_PC64 => "relative of 64 bits",
        elf::R_X86_64_PLT32 => "call",
        elf::R_X86_64_GOTPCREL | elf::R_X86_64_GOTPCRELX | elf::R_X86_64_REX_GOTPCRELX => "GOT",
        elf::R_X86_64_TLSGD => "TLS general dynamic",
        elf::R_X86_64_TLSLD => "TLS local dynamic",
        elf::R_X86_64_DTPOFF32 | elf::R_X86_64_DTPOFF64 => "TLS offset in module",
        elf::R_X86_64_GOTTPOFF => "TLS initial exec",
        elf::R_X86_64_TPOFF32 | elf::R_X86_64_TPOFF64 => "TLS local exec",
        elf::R_X86_64_GOTPC32_TLSDESC => "TLS descriptor",
        elf::R_X86_64_TLSDESC_CALL => "TLS descriptor call",
        elf::R_X86_64_NONE => return Kind::Marker,
        _ => return Kind::Unknown,
    })
}
