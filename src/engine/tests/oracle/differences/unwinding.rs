//! Intended differences in unwind tables, and in what they refer to.

use gimli::{DW_EH_PE_absptr, DW_EH_PE_indirect, DW_EH_PE_pcrel, DW_EH_PE_sdata4};
use object::elf;

use super::function;
use crate::case::{Case, Function, Machine};
use crate::compare::{Discrepancy, Pair, What};
use crate::reading::{
    AddressForm, Entry, Home, Pointer, RelocationFacts, SectionFacts, SymbolFacts, Target, UnwindFacts,
    UnwindRow,
};

const PERSONALITY: &str = "rust_eh_personality";
/// The pointer to the personality routine.
const POINTER: &str = "DW.ref.rust_eh_personality";
const LSDA_SECTION: &str = ".gcc_except_table";

/// Returns the relocation type of an address of 64 bits.
fn absolute(machine: Machine) -> u32 {
    match machine {
        Machine::X86_64 => elf::R_X86_64_64,
        Machine::Aarch64 => elf::R_AARCH64_ABS64,
        Machine::Riscv64 => elf::R_RISCV_64,
    }
}

/// Returns the form of a distance of 32 bits.
fn relative(machine: Machine) -> AddressForm {
    let kind = match machine {
        Machine::X86_64 => elf::R_X86_64_PC32,
        Machine::Aarch64 => elf::R_AARCH64_PREL32,
        Machine::Riscv64 => elf::R_RISCV_32_PCREL,
    };
    AddressForm { encoding: DW_EH_PE_pcrel.0 | DW_EH_PE_sdata4.0, kind }
}

pub fn address(case: &Case, discrepancy: &Discrepancy<'_>) -> bool {
    let What::UnwindAddress(Pair { ours, theirs }) = discrepancy.what else { return false };
    let expected = AddressForm { encoding: DW_EH_PE_absptr.0, kind: absolute(case.machine) };
    (ours, theirs) == (relative(case.machine), expected)
}

pub fn landing_pads(case: &Case, discrepancy: &Discrepancy<'_>) -> bool {
    let has_landing_pads = |function: &Function| function.personality.is_some();
    match discrepancy.what {
        What::Section(Pair { ours: Some(ours), theirs: None }) => {
            ours.name == LSDA_SECTION && case.functions.iter().any(has_landing_pads)
        }
        What::LandingPads(Pair { ours, theirs: UnwindFacts { lsda: None, personality: None, .. } }) => {
            function(case, discrepancy.name).is_some_and(has_landing_pads)
                && refers_to_landing_pads(case.machine, ours)
        }
        _ => false,
    }
}

/// Returns whether the entry refers to an LSDA and to the pointer to the personality routine.
fn refers_to_landing_pads(machine: Machine, facts: &UnwindFacts) -> bool {
    let form = relative(machine);
    let indirect = AddressForm { encoding: form.encoding | DW_EH_PE_indirect.0, ..form };
    let personality = Pointer { form: indirect, target: POINTER.to_owned(), addend: 0 };
    let is_lsda = |pointer: &Pointer| (pointer.form, &*pointer.target) == (form, LSDA_SECTION);
    facts.personality.as_ref() == Some(&personality) && facts.lsda.as_ref().is_some_and(is_lsda)
}

pub fn personality(case: &Case, discrepancy: &Discrepancy<'_>) -> bool {
    let is_it =
        discrepancy.name == POINTER && case.functions.iter().any(|function| function.personality.is_some());
    match discrepancy.what {
        What::Symbol(Pair { ours: Some(ours), theirs: None }) => is_it && is_pointer(case.machine, ours),
        What::Group(Pair { ours: true, theirs: false }) => is_it,
        _ => false,
    }
}

/// Returns whether the symbol is the pointer to the personality routine.
fn is_pointer(machine: Machine, facts: &SymbolFacts) -> bool {
    let entry = Entry { binding: elf::STB_WEAK, kind: elf::STT_OBJECT, visibility: elf::STV_HIDDEN, size: 8 };
    let expected = SectionFacts {
        name: format!(".data.{POINTER}"),
        kind: elf::SHT_PROGBITS,
        flags: u64::from(elf::SHF_ALLOC | elf::SHF_WRITE | elf::SHF_GROUP),
        alignment: Some(8),
        entry_size: 0,
    };
    let target = Target::Symbol(PERSONALITY.to_owned());
    let relocation = RelocationFacts { offset: 0, kind: absolute(machine), target, addend: 0 };
    facts.entry == Some(entry)
        && matches!(&facts.home, Home::Section { section, .. } if *section == expected)
        && (&*facts.contents, &*facts.relocations) == (&[0; 8], &[relocation])
}

/// Whether instructions have rules of their own: those after an epilogue has restored the frame pointer, up
/// to the jump out of the function, and on riscv64 also those of prologues that save registers.
fn has_own_rules(machine: Machine, code: &[u8]) -> bool {
    let (words, _) = code.as_chunks::<4>();
    let words: Vec<u32> = words.iter().map(|&word| u32::from_le_bytes(word)).collect();
    match machine {
        Machine::X86_64 => matches!(
            code,
            // `ret`, `ret $N`, `jmp FUNCTION`, `jmp *%r`
            [0xc3] | [0xc2, _, _] | [0xe9, _, _, _, _] | [0xff, 0xe0..=0xe7] | [0x41, 0xff, 0xe0..=0xe7]
            // `mov (%rsp), %r` and the other instructions that move the return address
            | [0x48 | 0x4c, 0x8b, _, 0x24, ..]
        ),
        // `ret`, `br`, `b`
        Machine::Aarch64 => words
            .last()
            .is_some_and(|&last| last & 0xffbf_fc1f == 0xd61f_0000 || last & 0xfc00_0000 == 0x1400_0000),
        // `addi sp, sp, N`; `sd ra, 8(sp)` and `sd s0, 0(sp)`; `ret`, `jr`; `auipc t6`, `jr t6`
        Machine::Riscv64 => match words[..] {
            [0x0011_3423, 0x0081_3023] | [0x0000_0f97, 0x000f_8067] => true,
            [one] => one & 0x000f_ffff == 0x0001_0113 || one & 0xfff0_7fff == 0x0000_0067,
            _ => false,
        },
    }
}

/// Returns the instruction that sets the frame pointer: `mov %rsp, %rbp`, `mov x29, sp` or `mv s0, sp`.
fn set_frame_pointer(machine: Machine) -> &'static [u8] {
    match machine {
        Machine::X86_64 => &[0x48, 0x89, 0xe5],
        Machine::Aarch64 => &[0xfd, 0x03, 0x00, 0x91],
        Machine::Riscv64 => &[0x13, 0x04, 0x01, 0x00],
    }
}

pub fn precise_unwinding(case: &Case, discrepancy: &Discrepancy<'_>) -> bool {
    let (What::UnwindRows(rows), Some(symbols)) = (&discrepancy.what, discrepancy.symbols) else {
        return false;
    };
    let code = &symbols.ours.contents;
    let mut ours: Vec<UnwindRow> = Vec::new();
    for row in rows.ours {
        let is_own = has_own_rules(case.machine, &code[row.start as usize..row.end as usize]);
        match ours.last_mut() {
            Some(last) if is_own || last.rules == row.rules => last.end = row.end,
            _ => ours.push(row.clone()),
        }
    }
    let mut theirs = rows.theirs.to_vec();
    let set_frame_pointer = set_frame_pointer(case.machine);
    if let [_, push, frame, ..] = &mut *theirs
        && code[push.start as usize..].starts_with(set_frame_pointer)
    {
        let set = push.start + set_frame_pointer.len() as u64;
        (push.end, frame.start) = (set, set);
    }
    ours == theirs
}
