//! The relocations of aarch64 (ELF for the Arm 64-bit Architecture, "Relocation types").

use object::elf;

use super::Kind;

/// Names what a relocation of a type computes.
pub(super) fn kind(number: u32) -> Kind {
    Kind::Named(match number {
        elf::R_AARCH64_ABS64 => "address",
        elf::R_AARCH64_PREL32 => "relative",
        elf::R_AARCH64_CALL26 => "call",
        elf::R_AARCH64_JUMP26 => "jump",
        elf::R_AARCH64_ADR_PREL_PG_HI21 => "page",
        elf::R_AARCH64_ADD_ABS_LO12_NC => "low part",
        elf::R_AARCH64_ADR_GOT_PAGE => "GOT page",
        elf::R_AARCH64_LD64_GOT_LO12_NC => "GOT low part",
        elf::R_AARCH64_NONE => return Kind::Marker,
        _ => return Kind::Unknown,
    })
}
