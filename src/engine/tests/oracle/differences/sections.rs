//! Intended differences in sections and the file header.

use clif_engine::cgu::{Contents, DataDefinition, Placement, SymbolKind};
use clif_engine::compile::OptimizeLevel;
use object::elf;

use super::{definition, function, symbol};
use crate::case::Case;
use crate::compare::{Discrepancy, Pair, What};
use crate::handmade;
use crate::reading::{Home, Target};

/// `cranelift-object`'s suffix for the sections of single symbols.
const ITS_NAME: &str = ".subsection";

pub fn name(_: &Case, discrepancy: &Discrepancy<'_>) -> bool {
    let What::SectionName(Pair { ours, theirs }) = discrepancy.what else { return false };
    let base = theirs.strip_suffix(ITS_NAME).unwrap_or(theirs);
    ours == base || ours.strip_prefix(base) == Some(&*format!(".{}", discrepancy.name))
}

/// Returns whether `name` is `base` or `base.<anything>`.
fn is_below(name: &str, base: &str) -> bool {
    name.strip_prefix(base).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

pub fn zero_bytes(case: &Case, discrepancy: &Discrepancy<'_>) -> bool {
    let Some(definition) = definition(case, discrepancy.name) else { return false };
    let is_zero =
        matches!(&definition.contents, Contents::Bytes(bytes) if bytes.iter().all(|&byte| byte == 0));
    if !is_zero || !definition.relocations.is_empty() {
        return false;
    }
    match discrepancy.what {
        What::SectionName(Pair { ours, theirs }) => {
            is_below(ours, ".bss") && is_below(theirs, ".data")
                || is_below(ours, ".tbss") && is_below(theirs, ".tdata")
        }
        What::SectionKind(Pair { ours, theirs }) => (ours, theirs) == (elf::SHT_NOBITS, elf::SHT_PROGBITS),
        What::Length(Pair { ours, .. }) => ours == 0,
        _ => false,
    }
}

pub fn zeroed_constant(case: &Case, discrepancy: &Discrepancy<'_>) -> bool {
    let Some(definition) = definition(case, discrepancy.name) else { return false };
    let is_zeroed = matches!(definition.contents, Contents::Zeroed(_));
    if !is_zeroed || definition.placement != Placement::ReadOnly {
        return false;
    }
    match discrepancy.what {
        What::SectionName(Pair { ours, theirs }) => is_below(ours, ".rodata") && is_below(theirs, ".bss"),
        What::SectionKind(Pair { ours, theirs }) => (ours, theirs) == (elf::SHT_PROGBITS, elf::SHT_NOBITS),
        What::SectionFlags(Pair { ours, theirs }) => ours | u64::from(elf::SHF_WRITE) == theirs,
        What::Length(Pair { theirs, .. }) => theirs == 0,
        _ => false,
    }
}

fn section_name<'c>(case: &'c Case, symbol: &str) -> Option<&'c str> {
    match &definition(case, symbol)?.placement {
        Placement::Section { name, .. } => Some(name),
        _ => None,
    }
}

pub fn kind(case: &Case, discrepancy: &Discrepancy<'_>) -> bool {
    let What::SectionKind(Pair { ours, theirs: elf::SHT_PROGBITS }) = discrepancy.what else { return false };
    let Some(name) = section_name(case, discrepancy.name) else { return false };
    match ours {
        elf::SHT_INIT_ARRAY => is_below(name, ".init_array"),
        elf::SHT_FINI_ARRAY => is_below(name, ".fini_array"),
        elf::SHT_NOTE => name.starts_with(".note"),
        _ => false,
    }
}

pub fn retained(case: &Case, discrepancy: &Discrepancy<'_>) -> bool {
    let What::SectionFlags(Pair { ours, theirs }) = discrepancy.what else { return false };
    let is_code = |definition: &&DataDefinition| definition.placement == Placement::Code && definition.retain;
    definition(case, discrepancy.name).as_ref().is_some_and(is_code)
        && ours == theirs | u64::from(elf::SHF_GNU_RETAIN)
}

pub fn mergeable(case: &Case, discrepancy: &Discrepancy<'_>) -> bool {
    let is_it = section_name(case, discrepancy.name) == Some(".debug_gdb_scripts");
    let mergeable = u64::from(elf::SHF_MERGE | elf::SHF_STRINGS);
    is_it
        && match discrepancy.what {
            What::SectionFlags(Pair { ours, theirs }) => ours == theirs | mergeable,
            What::EntrySize(Pair { ours, theirs }) => (ours, theirs) == (1, 0),
            _ => false,
        }
}

pub fn of_function(case: &Case, discrepancy: &Discrepancy<'_>) -> bool {
    let What::SectionName(Pair { ours, theirs }) = discrepancy.what else { return false };
    let section = function(case, discrepancy.name).and_then(|function| function.section.as_deref());
    section == Some(ours) && is_below(theirs, ".text")
}

pub fn of_thread_local(case: &Case, discrepancy: &Discrepancy<'_>) -> bool {
    let is_thread_local =
        symbol(case, discrepancy.name).is_some_and(|symbol| symbol.kind == SymbolKind::ThreadLocal);
    let Some(name) = section_name(case, discrepancy.name).filter(|_| is_thread_local) else { return false };
    match discrepancy.what {
        What::SectionName(Pair { ours, theirs }) => {
            ours == name && (is_below(theirs, ".tdata") || is_below(theirs, ".tbss"))
        }
        _ => false,
    }
}

pub fn function_alignment(case: &Case, discrepancy: &Discrepancy<'_>) -> bool {
    let Some(function) = function(case, discrepancy.name) else { return false };
    let is_optimised = case.settings.optimize != OptimizeLevel::None;
    match discrepancy.what {
        What::Alignment(Pair { ours, theirs }) => {
            ours > theirs && (is_optimised || ours == u64::from(function.alignment))
        }
        What::Misaligned(Pair { ours, theirs }) => !ours && theirs && function.alignment > 1,
        _ => false,
    }
}

pub fn os_abi(case: &Case, discrepancy: &Discrepancy<'_>) -> bool {
    let What::OsAbi(Pair { ours, theirs }) = discrepancy.what else { return false };
    (ours, theirs) == (elf::ELFOSABI_GNU, elf::ELFOSABI_NONE)
        && case.cgu.data.iter().any(|definition| definition.retain)
}

pub fn compiled_elsewhere(case: &Case, discrepancy: &Discrepancy<'_>) -> bool {
    let is_it = case.assembled.is_some() && discrepancy.name == handmade::COMPILED_ELSEWHERE;
    is_it
        && match discrepancy.what {
            What::Entry(Pair { ours: Some(ours), theirs: Some(theirs) }) => ours.size > 0 && theirs.size == 0,
            What::Home(Pair { ours: Home::Section { .. }, theirs: Home::Undefined }) => true,
            What::Length(Pair { ours, theirs: 0 }) => ours == handmade::CODE.len(),
            What::Relocation { relocations: Pair { ours: Some(ours), theirs: None }, .. } => {
                ours.target == Target::Symbol(handmade::CALLEE.to_owned())
            }
            _ => false,
        }
}

pub fn comment(case: &Case, discrepancy: &Discrepancy<'_>) -> bool {
    let What::Section(Pair { ours: Some(ours), theirs: None }) = discrepancy.what else { return false };
    let flags = u64::from(elf::SHF_MERGE | elf::SHF_STRINGS);
    case.cgu.compiler.is_some() && (&*ours.name, ours.flags) == (".comment", flags)
}

pub fn attributes(_: &Case, discrepancy: &Discrepancy<'_>) -> bool {
    let What::Section(Pair { ours: Some(ours), theirs: None }) = discrepancy.what else { return false };
    (&*ours.name, ours.kind) == (".riscv.attributes", elf::SHT_RISCV_ATTRIBUTES)
}
