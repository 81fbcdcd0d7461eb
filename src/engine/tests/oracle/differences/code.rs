//! Intended differences in code and its relocations.

use clif_engine::cgu::{Binding, ExternalData, GotLoads, Visibility};
use object::elf::*;

use super::symbol;
use super::symbols::has_no_bytes;
use crate::case::{Case, Machine};
use crate::compare::{Discrepancy, Pair, What};
use crate::reading::{RelocationFacts, SymbolFacts, Target};

/// Two relocations at the same offset of a function.
struct Relocations<'r> {
    ours: &'r RelocationFacts,
    theirs: &'r RelocationFacts,
}

/// Returns the relocations, if they refer to the same address.
fn relocations<'r>(case: &Case, discrepancy: &Discrepancy<'r>) -> Option<Relocations<'r>> {
    let What::Relocation { relocations: Pair { ours: Some(ours), theirs: Some(theirs) }, same_target } =
        discrepancy.what
    else {
        return None;
    };
    let is_invisible = matches!(&theirs.target, Target::Symbol(name) if has_no_bytes(case, name));
    (same_target || is_invisible).then_some(Relocations { ours, theirs })
}

/// The relocation types of a reference through the GOT and of its direct form.
const DIRECT_KINDS: [(Machine, u32, u32); 4] = [
    (Machine::X86_64, R_X86_64_GOTPCREL, R_X86_64_PC32),
    (Machine::Aarch64, R_AARCH64_ADR_GOT_PAGE, R_AARCH64_ADR_PREL_PG_HI21),
    (Machine::Aarch64, R_AARCH64_LD64_GOT_LO12_NC, R_AARCH64_ADD_ABS_LO12_NC),
    (Machine::Riscv64, R_RISCV_GOT_HI20, R_RISCV_PCREL_HI20),
];

pub fn direct(case: &Case, discrepancy: &Discrepancy<'_>) -> bool {
    let machine = case.machine;
    let Some(Pair { ours, theirs }) = discrepancy.symbols else { return false };
    // The instruction at `start` has to be right, whether it differs or not.
    let is_right = |start: usize| is_direct_form(machine, &theirs.contents[start..], &ours.contents[start..]);
    match discrepancy.what {
        What::Relocation { .. } => {
            let Some(relocations) = relocations(case, discrepancy) else { return false };
            let Target::Symbol(name) = &relocations.theirs.target else { return false };
            let kinds = (machine, relocations.theirs.kind, relocations.ours.kind);
            DIRECT_KINDS.contains(&kinds)
                && is_within_link(case, name)
                && changed_instruction(machine, relocations.theirs).is_none_or(is_right)
        }
        What::Byte(offset, _) => theirs.relocations.iter().any(|relocation| {
            let start = changed_instruction(machine, relocation);
            start.is_some_and(|start| (start..start + 4).contains(&offset) && is_right(start))
        }),
        _ => false,
    }
}

/// Returns the offset of the instruction that a direct reference changes; `None` if only the relocation
/// changes.
fn changed_instruction(machine: Machine, relocation: &RelocationFacts) -> Option<usize> {
    let offset = relocation.offset as usize;
    match (machine, relocation.kind) {
        // REX prefix, opcode, ModRM.
        (Machine::X86_64, R_X86_64_GOTPCREL) => Some(offset - 3),
        (Machine::Aarch64, R_AARCH64_LD64_GOT_LO12_NC) => Some(offset),
        (Machine::Riscv64, R_RISCV_GOT_HI20) => Some(offset + 4),
        _ => None,
    }
}

/// Returns whether `ours` computes the address that `theirs` loads, in the same register.
fn is_direct_form(machine: Machine, theirs: &[u8], ours: &[u8]) -> bool {
    let word = |code: &[u8]| u32::from_le_bytes(code[..4].try_into().expect("four bytes"));
    let (loads, computes) = (word(theirs), word(ours));
    match machine {
        // `mov r64, m64` is 8b /r, `lea r64, m` is 8d /r.
        Machine::X86_64 => loads & 0xff00 == 0x8b00 && computes == loads & !0xff00 | 0x8d00,
        // `ldr x, [x, #imm]` is f94..., `add x, x, #imm` is 910..., both with an immediate of zero.
        Machine::Aarch64 => loads & !0x3ff == 0xf940_0000 && computes == 0x9100_0000 | loads & 0x3ff,
        // `ld` is 0000011 with funct3 011, `addi` is 0010011 with funct3 000; rd and rs1 are in bits 7 to 19.
        Machine::Riscv64 => loads & !0xf_8f80 == 0x3003 && computes == 0x13 | loads & 0xf_8f80,
    }
}

/// Returns whether the definition of `name` is certainly in the same executable or shared object.
fn is_within_link(case: &Case, name: &str) -> bool {
    let Some(symbol) = symbol(case, name) else { return false };
    let is_hidden = symbol.visibility == Visibility::Hidden;
    match symbol.binding {
        Binding::Local => true,
        Binding::Import => is_hidden || case.cgu.references.external_data == ExternalData::Direct,
        Binding::Global | Binding::Weak => is_hidden,
        Binding::WeakImport | Binding::Common => false,
    }
}

pub fn relaxable(case: &Case, discrepancy: &Discrepancy<'_>) -> bool {
    let Some(Relocations { ours, theirs }) = relocations(case, discrepancy) else { return false };
    let Some(Pair { theirs: SymbolFacts { contents, .. }, .. }) = discrepancy.symbols else { return false };
    let instruction = &contents[theirs.offset as usize - 3..theirs.offset as usize];
    let is_relaxable = match ours.kind {
        R_X86_64_REX_GOTPCRELX => instruction[0] & 0xf0 == 0x40 && instruction[1] == 0x8b,
        R_X86_64_GOTPCRELX => matches!(instruction[1..], [0xff, 0x15 | 0x25]),
        _ => false,
    };
    theirs.kind == R_X86_64_GOTPCREL && is_relaxable && case.cgu.references.got_loads == GotLoads::Relaxable
}

pub fn jump(case: &Case, discrepancy: &Discrepancy<'_>) -> bool {
    let Some(Relocations { ours, theirs }) = relocations(case, discrepancy) else { return false };
    let Some(Pair { ours: SymbolFacts { contents, .. }, .. }) = discrepancy.symbols else { return false };
    // `b` is 000101, `bl` is 100101, before 26 bits of distance.
    let is_jump = contents[ours.offset as usize + 3] & 0xfc == 0x14;
    (ours.kind, theirs.kind) == (R_AARCH64_JUMP26, R_AARCH64_CALL26) && is_jump
}
