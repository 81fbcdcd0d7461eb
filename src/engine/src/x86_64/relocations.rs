//! Converts Cranelift's relocations of x86_64 to ELF's.
//!
//! To add a kind, add a line to [`code_relocation`] and one to `tests/relocations.rs`.

use cranelift_codegen::binemit::Reloc;
use object::elf;

use crate::machine::{CodeReference, CodeRelocation, Direct};
use crate::symbols::GotLoads;

/// Returns the ELF relocation (x86-64 psABI section 4.4.1).
pub(super) fn code_relocation(reference: CodeReference<'_>, got_loads: GotLoads) -> Option<CodeRelocation> {
    Some(match reference.kind {
        Reloc::Abs4 => CodeRelocation::address(elf::R_X86_64_32),
        Reloc::Abs8 => CodeRelocation::address(elf::R_X86_64_64),
        Reloc::X86PCRel4 => CodeRelocation::address(elf::R_X86_64_PC32),
        // The linker uses a direct call if it can: in the psABI, PLT32 does not demand a PLT entry.
        Reloc::X86CallPCRel4 | Reloc::X86CallPLTRel4 => CodeRelocation::entry(elf::R_X86_64_PLT32),
        Reloc::X86GOTPCRel4 => CodeRelocation::entry(match got_loads {
            GotLoads::Relaxable => got(reference),
            GotLoads::Fixed => elf::R_X86_64_GOTPCREL,
        }),
        Reloc::ElfX86_64TlsGd => CodeRelocation::entry(elf::R_X86_64_TLSGD),
        _ => return None,
    })
}

/// Returns the type of a GOT reference. Some types allow the linker to rewrite the instruction (psABI section
/// B.2, "Optimize GOTPCRELX Relocations").
fn got(reference: CodeReference<'_>) -> u32 {
    let before = reference.offset.checked_sub(3).map(|start| &reference.code[start..reference.offset]);
    match before {
        Some(&[prefix, 0x8b, mode]) if is_rex(prefix) && is_rip_relative(mode) => elf::R_X86_64_REX_GOTPCRELX,
        // `call` and `jmp` through the GOT.
        Some([_, 0xff, 0x15 | 0x25]) => elf::R_X86_64_GOTPCRELX,
        _ => elf::R_X86_64_GOTPCREL,
    }
}

/// Returns whether `byte` is a REX prefix with 64-bit operand size (Intel SDM volume 2, section 2.2.1).
fn is_rex(byte: u8) -> bool {
    byte & 0xf8 == 0x48
}

/// Returns whether `byte` is a ModRM byte with mode 00 and r/m 101: a displacement from the next instruction.
fn is_rip_relative(byte: u8) -> bool {
    byte & 0xc7 == 0x05
}

/// Makes a GOT reference direct: `mov r, [rip + entry]` (8b) becomes `lea r, [rip + symbol]` (8d).
pub(super) fn direct(reference: CodeReference<'_>) -> Option<Direct> {
    let is_load = reference.kind == Reloc::X86GOTPCRel4 && got(reference) == elf::R_X86_64_REX_GOTPCRELX;
    is_load.then(|| Direct {
        elf_type: elf::R_X86_64_PC32,
        at: reference.offset - 2,
        bytes: [0x8d, 0, 0, 0],
        length: 1,
    })
}
