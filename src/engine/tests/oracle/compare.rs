//! Finds the discrepancies between two readings.

use std::fmt;

use crate::reading::{
    AddressForm, Entry, Home, Reading, RelocationFacts, SectionFacts, SymbolFacts, Target, UnwindFacts,
    UnwindRow,
};

/// A discrepancy between the objects.
pub struct Discrepancy<'r> {
    /// The symbol or section; empty if the discrepancy is in the file header.
    pub name: &'r str,
    /// The symbol in both objects, if both have it.
    pub symbols: Option<Pair<&'r SymbolFacts>>,
    /// The whole of our object.
    pub ours: &'r Reading,
    pub what: What<'r>,
}

#[derive(Clone, Copy, Debug)]
pub struct Pair<T> {
    pub ours: T,
    pub theirs: T,
}

#[derive(Debug)]
#[expect(dead_code, reason = "some values are only shown in messages")]
pub enum What<'r> {
    FileFlags(Pair<u32>),
    OsAbi(Pair<u8>),
    Symbol(Pair<Option<&'r SymbolFacts>>),
    Entry(Pair<Option<Entry>>),
    Home(Pair<&'r Home>),
    SectionName(Pair<&'r str>),
    SectionKind(Pair<u32>),
    SectionFlags(Pair<u64>),
    EntrySize(Pair<u64>),
    Alignment(Pair<u64>),
    Length(Pair<usize>),
    /// A byte at this offset.
    Byte(usize, Pair<u8>),
    /// `same_target` says whether both refer to the same address.
    Relocation {
        relocations: Pair<Option<&'r RelocationFacts>>,
        same_target: bool,
    },
    /// A section without symbols.
    Section(Pair<Option<&'r SectionFacts>>),
    Group(Pair<bool>),
    /// A relocation outside of all symbols.
    Stray(Pair<bool>),
    /// Whether the definition is at an address that the CGU's alignment forbids.
    Misaligned(Pair<bool>),
    /// Whether there is an entry in the unwind tables.
    Unwinding(Pair<bool>),
    UnwindLength(Pair<u64>),
    UnwindRows(Pair<&'r [UnwindRow]>),
    /// The form of the function's address in its entry.
    UnwindAddress(Pair<AddressForm>),
    /// The LSDA or the personality routine differs.
    LandingPads(Pair<&'r UnwindFacts>),
}

impl fmt::Display for Discrepancy<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "`{}`: {:x?}", self.name, self.what)
    }
}

/// Returns all discrepancies between `ours` and `theirs`.
pub fn discrepancies<'r>(ours: &'r Reading, theirs: &'r Reading) -> Vec<Discrepancy<'r>> {
    let mut comparison = Comparison { ours, theirs, found: Vec::new() };
    comparison.file();
    for name in union(ours.symbols.keys(), theirs.symbols.keys()) {
        match (ours.symbols.get(name), theirs.symbols.get(name)) {
            (Some(ours), Some(theirs)) => comparison.symbol(name, Pair { ours, theirs }),
            (ours, theirs) => comparison.add(name, What::Symbol(Pair { ours, theirs })),
        }
    }
    comparison.sections();
    comparison.found
}

/// Returns the elements of both, sorted and without duplicates.
fn union<'n>(
    ours: impl Iterator<Item = &'n String>,
    theirs: impl Iterator<Item = &'n String>,
) -> impl Iterator<Item = &'n str> {
    let mut all: Vec<&str> = ours.chain(theirs).map(String::as_str).collect();
    all.sort_unstable();
    all.dedup();
    all.into_iter()
}

struct Comparison<'r> {
    ours: &'r Reading,
    theirs: &'r Reading,
    found: Vec<Discrepancy<'r>>,
}

impl<'r> Comparison<'r> {
    fn add(&mut self, name: &'r str, what: What<'r>) {
        self.found.push(Discrepancy { name, symbols: None, ours: self.ours, what });
    }

    fn file(&mut self) {
        let (ours, theirs) = (self.ours, self.theirs);
        if ours.flags != theirs.flags {
            self.add("", What::FileFlags(Pair { ours: ours.flags, theirs: theirs.flags }));
        }
        if ours.os_abi != theirs.os_abi {
            self.add("", What::OsAbi(Pair { ours: ours.os_abi, theirs: theirs.os_abi }));
        }
    }

    fn sections(&mut self) {
        let (ours, theirs) = (self.ours, self.theirs);
        for name in union(ours.sections.keys(), theirs.sections.keys()) {
            let pair = Pair { ours: ours.sections.get(name), theirs: theirs.sections.get(name) };
            if pair.ours != pair.theirs {
                self.add(name, What::Section(pair));
            }
        }
        for name in union(ours.groups.iter(), theirs.groups.iter()) {
            let pair = Pair { ours: ours.groups.contains(name), theirs: theirs.groups.contains(name) };
            if pair.ours != pair.theirs {
                self.add(name, What::Group(pair));
            }
        }
        for name in union(ours.strays.iter(), theirs.strays.iter()) {
            // It is reported even if both have it, because nothing else compares it.
            let pair = Pair { ours: ours.strays.contains(name), theirs: theirs.strays.contains(name) };
            self.add(name, What::Stray(pair));
        }
        for name in union(ours.misaligned.iter(), theirs.misaligned.iter()) {
            let pair =
                Pair { ours: ours.misaligned.contains(name), theirs: theirs.misaligned.contains(name) };
            self.add(name, What::Misaligned(pair));
        }
        for name in union(ours.unwinding.keys(), theirs.unwinding.keys()) {
            match (ours.unwinding.get(name), theirs.unwinding.get(name)) {
                (Some(ours), Some(theirs)) => self.unwinding(name, Pair { ours, theirs }),
                (ours, theirs) => {
                    let pair = Pair { ours: ours.is_some(), theirs: theirs.is_some() };
                    self.add(name, What::Unwinding(pair));
                }
            }
        }
    }

    fn unwinding(&mut self, name: &'r str, Pair { ours, theirs }: Pair<&'r UnwindFacts>) {
        let first = self.found.len();
        if ours.length != theirs.length {
            self.add(name, What::UnwindLength(Pair { ours: ours.length, theirs: theirs.length }));
        }
        if ours.rows != theirs.rows {
            self.add(name, What::UnwindRows(Pair { ours: &ours.rows, theirs: &theirs.rows }));
        }
        if ours.address != theirs.address {
            self.add(name, What::UnwindAddress(Pair { ours: ours.address, theirs: theirs.address }));
        }
        if (&ours.lsda, &ours.personality) != (&theirs.lsda, &theirs.personality) {
            self.add(name, What::LandingPads(Pair { ours, theirs }));
        }
        let symbols = (self.ours.symbols.get(name), self.theirs.symbols.get(name));
        if let (Some(ours), Some(theirs)) = symbols {
            self.found[first..].iter_mut().for_each(|found| found.symbols = Some(Pair { ours, theirs }));
        }
    }

    fn symbol(&mut self, name: &'r str, symbols: Pair<&'r SymbolFacts>) {
        let Pair { ours, theirs } = symbols;
        let first = self.found.len();
        if ours.entry != theirs.entry {
            self.add(name, What::Entry(Pair { ours: ours.entry, theirs: theirs.entry }));
        }
        match (&ours.home, &theirs.home) {
            (Home::Section { section: ours, .. }, Home::Section { section: theirs, .. }) => {
                self.section(name, Pair { ours, theirs });
            }
            (ours, theirs) if ours != theirs => self.add(name, What::Home(Pair { ours, theirs })),
            _ => {}
        }
        self.contents(name, symbols);
        self.relocations(name, symbols);
        for discrepancy in &mut self.found[first..] {
            discrepancy.symbols = Some(symbols);
        }
    }

    fn section(&mut self, name: &'r str, Pair { ours, theirs }: Pair<&'r SectionFacts>) {
        if ours.name != theirs.name {
            self.add(name, What::SectionName(Pair { ours: &ours.name, theirs: &theirs.name }));
        }
        if ours.kind != theirs.kind {
            self.add(name, What::SectionKind(Pair { ours: ours.kind, theirs: theirs.kind }));
        }
        if ours.flags != theirs.flags {
            self.add(name, What::SectionFlags(Pair { ours: ours.flags, theirs: theirs.flags }));
        }
        if ours.entry_size != theirs.entry_size {
            self.add(name, What::EntrySize(Pair { ours: ours.entry_size, theirs: theirs.entry_size }));
        }
        if let (Some(ours), Some(theirs)) = (ours.alignment, theirs.alignment)
            && ours != theirs
        {
            self.add(name, What::Alignment(Pair { ours, theirs }));
        }
    }

    fn contents(&mut self, name: &'r str, Pair { ours, theirs }: Pair<&'r SymbolFacts>) {
        let (ours, theirs) = (&ours.contents, &theirs.contents);
        if ours.len() != theirs.len() {
            self.add(name, What::Length(Pair { ours: ours.len(), theirs: theirs.len() }));
        }
        for (offset, (&ours, &theirs)) in ours.iter().zip(theirs).enumerate() {
            if ours != theirs {
                self.add(name, What::Byte(offset, Pair { ours, theirs }));
            }
        }
    }

    fn relocations(&mut self, name: &'r str, Pair { ours, theirs }: Pair<&'r SymbolFacts>) {
        let (mut ours, mut theirs) =
            (ours.relocations.iter().peekable(), theirs.relocations.iter().peekable());
        loop {
            let pair = match (ours.peek(), theirs.peek()) {
                (None, None) => return,
                (Some(a), Some(b)) if a.offset == b.offset => {
                    Pair { ours: ours.next(), theirs: theirs.next() }
                }
                (Some(a), Some(b)) if a.offset > b.offset => Pair { ours: None, theirs: theirs.next() },
                (Some(_), _) => Pair { ours: ours.next(), theirs: None },
                (None, Some(_)) => Pair { ours: None, theirs: theirs.next() },
            };
            let same_target = match pair {
                Pair { ours: Some(ours), theirs: Some(theirs) } => have_same_target(self.ours, ours, theirs),
                _ => false,
            };
            if !same_target || pair.ours.map(|ours| ours.kind) != pair.theirs.map(|theirs| theirs.kind) {
                self.add(name, What::Relocation { relocations: pair, same_target });
            }
        }
    }
}

/// Returns whether both relocations refer to the same address. `reading` is that of our object, in which a
/// relocation may refer to a section.
fn have_same_target(reading: &Reading, ours: &RelocationFacts, theirs: &RelocationFacts) -> bool {
    match &theirs.target {
        Target::Symbol(name) => reading.is_same_address(&ours.target, ours.addend, name, theirs.addend),
        // Only the engine's relocations refer to sections.
        Target::Section(_) => false,
        Target::Label(_) => ours.target == theirs.target && ours.addend == theirs.addend,
    }
}
