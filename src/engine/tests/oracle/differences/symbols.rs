//! Intended differences in the symbol table.

use clif_engine::cgu::{Binding, Contents, Visibility};
use object::elf;

use super::{definition, symbol};
use crate::case::Case;
use crate::compare::{Discrepancy, Pair, What};
use crate::reading::{Entry, Home, Target};

pub fn private(_: &Case, discrepancy: &Discrepancy<'_>) -> bool {
    let What::Entry(Pair { ours: None, theirs: Some(theirs) }) = discrepancy.what else { return false };
    discrepancy.name.starts_with(".L") && theirs.binding == elf::STB_LOCAL
}

pub fn private_without_bytes(case: &Case, discrepancy: &Discrepancy<'_>) -> bool {
    match &discrepancy.what {
        What::Symbol(Pair { ours: None, theirs: Some(_) }) => has_no_bytes(case, discrepancy.name),
        What::Relocation { relocations: Pair { ours: Some(ours), theirs: Some(theirs) }, .. } => {
            let Target::Symbol(name) = &theirs.target else { return false };
            ours.kind == theirs.kind && matches!(ours.target, Target::Section(_)) && has_no_bytes(case, name)
        }
        _ => false,
    }
}

/// Returns whether `name` is a private symbol without bytes, which leaves no trace in our object.
pub fn has_no_bytes(case: &Case, name: &str) -> bool {
    let is_empty = |contents: &Contents| matches!(contents, Contents::Bytes(bytes) if bytes.is_empty());
    name.starts_with(".L") && definition(case, name).is_some_and(|definition| is_empty(&definition.contents))
}

pub fn unused_import(case: &Case, discrepancy: &Discrepancy<'_>) -> bool {
    let What::Symbol(Pair { ours: None, theirs: Some(theirs) }) = discrepancy.what else { return false };
    theirs.home == Home::Undefined
        && symbol(case, discrepancy.name).is_some_and(|symbol| !symbol.binding.is_definition())
}

/// Returns both entries, if they are equal after `blank` changed them.
fn entries(discrepancy: &Discrepancy<'_>, blank: fn(&mut Entry)) -> Option<Pair<Entry>> {
    let What::Entry(Pair { ours: Some(ours), theirs: Some(theirs) }) = discrepancy.what else { return None };
    let (mut a, mut b) = (ours, theirs);
    blank(&mut a);
    blank(&mut b);
    (a == b).then_some(Pair { ours, theirs })
}

pub fn weak_import(case: &Case, discrepancy: &Discrepancy<'_>) -> bool {
    let Some(symbol) = symbol(case, discrepancy.name) else { return false };
    let visibility = match symbol.visibility {
        Visibility::Hidden => elf::STV_HIDDEN,
        // The definition decides that a symbol is protected, not its users.
        Visibility::Default | Visibility::Protected => elf::STV_DEFAULT,
    };
    symbol.binding == Binding::WeakImport
        && entries(discrepancy, |entry| (entry.binding, entry.visibility) = (0, 0)).is_some_and(|entries| {
            let ours = (entries.ours.binding, entries.ours.visibility);
            let theirs = (entries.theirs.binding, entries.theirs.visibility);
            (ours, theirs) == ((elf::STB_WEAK, visibility), (elf::STB_GLOBAL, elf::STV_DEFAULT))
        })
}

/// Returns whether the only difference is that ours has the visibility `ours`, and theirs the default.
fn has_visibility(discrepancy: &Discrepancy<'_>, ours: u8) -> bool {
    entries(discrepancy, |entry| entry.visibility = 0).is_some_and(|entries| {
        (entries.ours.visibility, entries.theirs.visibility) == (ours, elf::STV_DEFAULT)
    })
}

pub fn hidden_import(case: &Case, discrepancy: &Discrepancy<'_>) -> bool {
    let is_it = |symbol: &clif_engine::cgu::Symbol| {
        symbol.binding == Binding::Import && symbol.visibility == Visibility::Hidden
    };
    symbol(case, discrepancy.name).is_some_and(is_it) && has_visibility(discrepancy, elf::STV_HIDDEN)
}

pub fn protected(case: &Case, discrepancy: &Discrepancy<'_>) -> bool {
    let is_it = |symbol: &clif_engine::cgu::Symbol| symbol.visibility == Visibility::Protected;
    symbol(case, discrepancy.name).is_some_and(is_it) && has_visibility(discrepancy, elf::STV_PROTECTED)
}

pub fn weak_visibility(case: &Case, discrepancy: &Discrepancy<'_>) -> bool {
    let is_it = |symbol: &clif_engine::cgu::Symbol| {
        symbol.binding == Binding::Weak && symbol.visibility == Visibility::Hidden
    };
    symbol(case, discrepancy.name).is_some_and(is_it) && has_visibility(discrepancy, elf::STV_HIDDEN)
}

pub fn common(case: &Case, discrepancy: &Discrepancy<'_>) -> bool {
    let What::Home(Pair { ours: Home::Common { alignment }, theirs: Home::Section { section, .. } }) =
        &discrepancy.what
    else {
        return false;
    };
    let Some(definition) = definition(case, discrepancy.name) else { return false };
    definition.alignment == *alignment && section.kind == elf::SHT_NOBITS
}

pub fn alias(case: &Case, discrepancy: &Discrepancy<'_>) -> bool {
    let symbols = &case.cgu.symbols;
    let Some(alias) = symbols.lookup(discrepancy.name) else { return false };
    let Some(&(_, target)) = symbols.aliases().iter().find(|(known, _)| *known == alias) else {
        return false;
    };
    let facts = |name: &str| discrepancy.ours.symbols.get(name);
    let (Some(ours), Some(target)) = (facts(discrepancy.name), facts(&symbols.get(target).name)) else {
        return false;
    };
    // Only the name, the binding and the visibility are the alias's own.
    let expected =
        target.entry.map(|entry| Entry { binding: elf::STB_GLOBAL, visibility: elf::STV_DEFAULT, ..entry });
    let is_global =
        (symbols.get(alias).binding, symbols.get(alias).visibility) == (Binding::Global, Visibility::Default);
    is_global
        && (ours.entry, &ours.home) == (expected, &target.home)
        && match discrepancy.what {
            What::Entry(Pair { theirs: Some(theirs), .. }) => theirs.size == 0,
            What::Home(Pair { theirs: Home::Undefined, .. }) => true,
            What::Length(Pair { theirs, .. }) => theirs == 0,
            What::Relocation { relocations, .. } => relocations.theirs.is_none(),
            _ => false,
        }
}
