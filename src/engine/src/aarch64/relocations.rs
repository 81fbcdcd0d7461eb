//! Converts Cranelift's relocations of aarch64 to ELF's.
//!
//! To add a kind, add a line to [`code_relocation`] and one to `tests.rs`.

use cranelift_codegen::binemit::Reloc;
use object::elf;

use crate::machine::{CodeReference, CodeRelocation, Direct};
use crate::symbols::GotLoads;

/// Returns the ELF relocation (ELF for the Arm 64-bit Architecture, section 5.7).
pub(super) fn code_relocation(reference: CodeReference<'_>, _: GotLoads) -> Option<CodeRelocation> {
    Some(match reference.kind {
        Reloc::Abs4 => CodeRelocation::address(elf::R_AARCH64_ABS32),
        Reloc::Abs8 => CodeRelocation::address(elf::R_AARCH64_ABS64),
        Reloc::Arm64Call => CodeRelocation::entry(match reference.instruction(0)? >> 31 {
            // `b` (a tail call) and `bl` differ in the top bit.
            0 => elf::R_AARCH64_JUMP26,
            _ => elf::R_AARCH64_CALL26,
        }),
        Reloc::Aarch64AdrGotPage21 => CodeRelocation::entry(elf::R_AARCH64_ADR_GOT_PAGE),
        Reloc::Aarch64Ld64GotLo12Nc => CodeRelocation::entry(elf::R_AARCH64_LD64_GOT_LO12_NC),
        Reloc::Aarch64AdrPrelPgHi21 => CodeRelocation::address(elf::R_AARCH64_ADR_PREL_PG_HI21),
        Reloc::Aarch64AddAbsLo12Nc => CodeRelocation::address(elf::R_AARCH64_ADD_ABS_LO12_NC),
        Reloc::Aarch64TlsDescAdrPage21 => CodeRelocation::entry(elf::R_AARCH64_TLSDESC_ADR_PAGE21),
        Reloc::Aarch64TlsDescLd64Lo12 => CodeRelocation::entry(elf::R_AARCH64_TLSDESC_LD64_LO12),
        Reloc::Aarch64TlsDescAddLo12 => CodeRelocation::entry(elf::R_AARCH64_TLSDESC_ADD_LO12),
        Reloc::Aarch64TlsDescCall => CodeRelocation::entry(elf::R_AARCH64_TLSDESC_CALL),
        _ => return None,
    })
}

/// Makes a GOT reference direct.
pub(super) fn direct(reference: CodeReference<'_>) -> Option<Direct> {
    match reference.kind {
        // `adrp x, page of entry` becomes `adrp x, page of symbol`: only the relocation differs.
        Reloc::Aarch64AdrGotPage21 => Some(Direct {
            elf_type: elf::R_AARCH64_ADR_PREL_PG_HI21,
            at: reference.offset,
            bytes: [0; 4],
            length: 0,
        }),
        // `ldr x, [x, low bits]` becomes `add x, x, low bits`. Both have Rn in bits 9:5 and Rt or Rd in bits
        // 4:0 (A64).
        Reloc::Aarch64Ld64GotLo12Nc => {
            let registers = reference.instruction(0)? & 0x3ff;
            Some(Direct {
                elf_type: elf::R_AARCH64_ADD_ABS_LO12_NC,
                at: reference.offset,
                bytes: (0x9100_0000 | registers).to_le_bytes(),
                length: 4,
            })
        }
        _ => None,
    }
}
