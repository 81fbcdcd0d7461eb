//! Reads an object into a form that can be compared, symbol by symbol.
//!
//! A symbol's facts are its entry in the symbol table, its section, its bytes and their relocations. The
//! engine omits private symbols (`.L`) from the symbol table; they are found by the name of their section or
//! by their bytes.

use std::collections::{BTreeMap, BTreeSet};

use clif_engine::cgu::{Contents, DataDefinition};
use object::elf;
use object::read::elf::{ElfFile64, ElfSection64, ElfSymbol64};
use object::read::{
    Object as _, ObjectComdat as _, ObjectSection as _, ObjectSymbol as _, RelocationTarget, SymbolSection,
};
use object::{FileFlags, RelocationFlags, SectionFlags, SectionIndex, SymbolFlags};

use crate::case::Case;

type File<'d> = ElfFile64<'d>;
type Section<'d, 'f> = ElfSection64<'d, 'f>;

#[derive(Debug)]
pub struct Reading {
    /// `e_flags`.
    pub flags: u32,
    /// `e_ident[EI_OSABI]`.
    pub os_abi: u8,
    pub symbols: BTreeMap<String, SymbolFacts>,
    /// The sections without symbols.
    pub sections: BTreeMap<String, SectionFacts>,
    /// The signatures of section groups (COMDAT).
    pub groups: BTreeSet<String>,
    /// Relocations of loaded sections that are outside of all symbols.
    pub strays: BTreeSet<String>,
    /// Definitions that are not aligned as the CGU requires.
    pub misaligned: BTreeSet<String>,
    /// The entries of `.eh_frame`, by function.
    pub unwinding: BTreeMap<String, UnwindFacts>,
}

#[derive(Debug)]
pub struct SymbolFacts {
    /// Absent for private symbols.
    pub entry: Option<Entry>,
    pub home: Home,
    /// Empty for symbols that take no space in the file.
    pub contents: Vec<u8>,
    pub relocations: Vec<RelocationFacts>,
}

/// An entry of the symbol table.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Entry {
    /// `STB_*`.
    pub binding: u8,
    /// `STT_*`.
    pub kind: u8,
    /// `STV_*`.
    pub visibility: u8,
    pub size: u64,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Home {
    Undefined,
    Common { alignment: u64 },
    Section { section: SectionFacts, place: Place },
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Place {
    section: SectionIndex,
    /// In bytes from the start of the section.
    offset: u64,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SectionFacts {
    pub name: String,
    /// `SHT_*`.
    pub kind: u32,
    /// `SHF_*`.
    pub flags: u64,
    /// Known if the section contains no other symbol.
    pub alignment: Option<u64>,
    pub entry_size: u64,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RelocationFacts {
    /// In bytes from the start of the symbol.
    pub offset: u64,
    /// `R_*`.
    pub kind: u32,
    pub target: Target,
    pub addend: i64,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Target {
    Symbol(String),
    Section(SectionIndex),
    /// A label of RISC-V's pairs, at this offset from the start of the symbol.
    Label(u64),
}

/// The entry of a function in `.eh_frame`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UnwindFacts {
    /// The form of the function's address.
    pub address: AddressForm,
    pub length: u64,
    pub rows: Vec<UnwindRow>,
    pub lsda: Option<Pointer>,
    pub personality: Option<Pointer>,
}

/// How an address in `.eh_frame` is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AddressForm {
    /// `DW_EH_PE_*`.
    pub encoding: u8,
    /// `R_*`.
    pub kind: u32,
}

/// A pointer in `.eh_frame`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pointer {
    pub form: AddressForm,
    /// The name of a symbol or section.
    pub target: String,
    pub addend: i64,
}

/// The unwind rules of a part of a function.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UnwindRow {
    /// In bytes from the start of the function; `end` is exclusive.
    pub start: u64,
    pub end: u64,
    pub rules: String,
}

impl Reading {
    pub fn new(case: &Case, bytes: &[u8]) -> Reading {
        let file = File::parse(bytes).expect("an ELF object");
        let FileFlags::Elf { e_flags: flags, os_abi, .. } = file.flags() else { panic!("ELF has flags") };
        let mut symbols = BTreeMap::new();
        for symbol in file.symbols().filter(is_named) {
            let name = symbol.name().expect("a name").to_owned();
            let earlier = symbols.insert(name, symbol_facts(&file, &symbol));
            assert!(earlier.is_none(), "{:?} twice", symbol.name());
        }
        for definition in &case.cgu.data {
            let name = &*case.cgu.symbols.get(definition.symbol).name;
            if !symbols.contains_key(name)
                && let Some(facts) = private_facts(&file, name, definition)
            {
                symbols.insert(name.to_owned(), facts);
            }
        }
        let mut reading = Reading {
            flags,
            os_abi,
            sections: BTreeMap::new(),
            groups: file.comdats().map(|group| group.name().expect("a name").to_owned()).collect(),
            strays: BTreeSet::new(),
            misaligned: BTreeSet::new(),
            unwinding: BTreeMap::new(),
            symbols,
        };
        reading.add_sections(&file);
        reading.add_misaligned(&file, case);
        reading.unwinding = crate::unwinding::read(&file, |place| reading.function_at(case, place));
        reading
    }

    /// Returns the place of the definition of `name`.
    pub fn place(&self, name: &str) -> Option<Place> {
        match self.symbols.get(name)?.home {
            Home::Section { place, .. } => Some(place),
            Home::Undefined | Home::Common { .. } => None,
        }
    }

    /// Returns whether `target` + `addend` is the same address as the symbol `name` + `its_addend`.
    pub fn is_same_address(&self, target: &Target, addend: i64, name: &str, its_addend: i64) -> bool {
        match target {
            Target::Symbol(symbol) => symbol == name && addend == its_addend,
            Target::Label(_) => false,
            Target::Section(section) => self
                .place(name)
                .is_some_and(|place| place.section == *section && place.offset as i64 + its_addend == addend),
        }
    }

    fn function_at(&self, case: &Case, place: Place) -> Option<String> {
        let name = |symbol| &*case.cgu.symbols.get(symbol).name;
        let mut names = case.functions.iter().map(|function| name(function.symbol));
        names.find(|name| self.place(name) == Some(place)).map(str::to_owned)
    }

    fn add_misaligned(&mut self, file: &File<'_>, case: &Case) {
        let minimum = u64::from(case.settings.build().expect("an ISA").function_alignment().minimum);
        let data = case.cgu.data.iter().map(|definition| (definition.symbol, definition.alignment.max(1)));
        let functions = case
            .functions
            .iter()
            .map(|function| (function.symbol, minimum.max(u64::from(function.alignment))));
        for (symbol, alignment) in data.chain(functions) {
            let name = &*case.cgu.symbols.get(symbol).name;
            let Some(place) = self.place(name) else { continue };
            let section = file.section_by_index(place.section).expect("the section");
            if [section.align(), place.offset].iter().any(|value| !value.is_multiple_of(alignment)) {
                self.misaligned.insert(name.to_owned());
            }
        }
    }

    fn add_sections(&mut self, file: &File<'_>) {
        for section in file.sections() {
            let in_it: Vec<(u64, u64)> = self
                .symbols
                .values()
                .filter_map(|facts| match facts.home {
                    Home::Section { place, .. } if place.section == section.index() => {
                        Some((place.offset, facts.contents.len() as u64))
                    }
                    _ => None,
                })
                .collect();
            let name = section.name().expect("a name");
            if in_it.is_empty() && section.size() > 0 && !is_of_the_format(&section)
                || name == ".note.GNU-stack"
            {
                self.sections.insert(name.to_owned(), section_facts(file, &section));
            }
            if is_table(&section) {
                continue;
            }
            for (offset, _) in section.relocations() {
                if !in_it.iter().any(|&(start, size)| (start..start + size).contains(&offset)) {
                    self.strays.insert(format!("{name}+{offset:#x}"));
                }
            }
        }
    }
}

/// Returns whether the section is part of the format: symbols, names, relocations, groups.
fn is_of_the_format(section: &Section<'_, '_>) -> bool {
    let kind = section.elf_section_header().sh_type.get(object::Endianness::Little);
    [elf::SHT_SYMTAB, elf::SHT_STRTAB, elf::SHT_RELA, elf::SHT_GROUP].contains(&kind)
}

/// Returns whether the section is a table about functions, instead of a symbol's contents.
fn is_table(section: &Section<'_, '_>) -> bool {
    let SectionFlags::Elf { sh_flags } = section.flags() else { return true };
    let name = section.name().expect("a name");
    sh_flags & u64::from(elf::SHF_ALLOC) == 0 || [".eh_frame", ".gcc_except_table"].contains(&name)
}

/// Returns whether the symbol is not a section, the file, or a label.
fn is_named(symbol: &ElfSymbol64<'_, '_>) -> bool {
    !matches!(kind_of(symbol), elf::STT_SECTION | elf::STT_FILE)
        && !is_label(symbol)
        && symbol.name().is_ok_and(|name| !name.is_empty())
}

fn is_label(symbol: &ElfSymbol64<'_, '_>) -> bool {
    let is_in_section = matches!(symbol.section(), SymbolSection::Section(_));
    symbol.is_local() && is_in_section && kind_of(symbol) == elf::STT_NOTYPE
}

fn kind_of(symbol: &ElfSymbol64<'_, '_>) -> u8 {
    entry(symbol).kind
}

fn entry(symbol: &ElfSymbol64<'_, '_>) -> Entry {
    let SymbolFlags::Elf { st_info, st_other } = symbol.flags() else { panic!("ELF has flags") };
    Entry { binding: st_info >> 4, kind: st_info & 0xf, visibility: st_other, size: symbol.size() }
}

fn symbol_facts(file: &File<'_>, symbol: &ElfSymbol64<'_, '_>) -> SymbolFacts {
    let entry = entry(symbol);
    match symbol.section() {
        SymbolSection::Section(section) => {
            let place = Place { section, offset: symbol.address() };
            SymbolFacts { entry: Some(entry), ..defined(file, place, entry.size) }
        }
        section => {
            let home = match section {
                SymbolSection::Common => Home::Common { alignment: symbol.address() },
                _ => Home::Undefined,
            };
            SymbolFacts { entry: Some(entry), home, contents: Vec::new(), relocations: Vec::new() }
        }
    }
}

/// Returns the facts about the private symbol `name`, wherever it is; none if it has no bytes to find it by.
fn private_facts(file: &File<'_>, name: &str, definition: &DataDefinition) -> Option<SymbolFacts> {
    let Contents::Bytes(bytes) = &definition.contents else { return None };
    let own = file.sections().find(|section| {
        let section_name = section.name().expect("a name");
        section_name.strip_suffix(name).is_some_and(|base| base.ends_with('.'))
    });
    if let Some(section) = own {
        let place = Place { section: section.index(), offset: 0 };
        return Some(defined(file, place, section.size()));
    }
    let mut places = file.sections().filter(|section| !is_table(section)).flat_map(|section| {
        let data = section.data().expect("data");
        let offsets = data.windows(bytes.len().max(1)).enumerate().filter(|(_, window)| **window == **bytes);
        let place = |(offset, _)| Place { section: section.index(), offset: offset as u64 };
        offsets.map(place).collect::<Vec<_>>()
    });
    let place = places.next()?;
    assert!(places.next().is_none(), "the bytes of {name} are in two places");
    Some(defined(file, place, bytes.len() as u64))
}

/// Returns the facts about the definition at `place`, without an entry in the symbol table.
fn defined(file: &File<'_>, place: Place, size: u64) -> SymbolFacts {
    let section = file.section_by_index(place.section).expect("the section");
    let data = section.data().expect("data");
    let range = place.offset as usize..(place.offset + size) as usize;
    let contents = data.get(range).unwrap_or_default().to_vec();
    let relocations = relocations(file, &section, place.offset, size);
    let home = Home::Section { section: section_facts(file, &section), place };
    SymbolFacts { entry: None, home, contents, relocations }
}

fn section_facts(file: &File<'_>, section: &Section<'_, '_>) -> SectionFacts {
    let SectionFlags::Elf { sh_flags } = section.flags() else { panic!("ELF has flags") };
    let header = section.elf_section_header();
    let is_in = |symbol: &ElfSymbol64<'_, '_>| symbol.section_index() == Some(section.index());
    let name = section.name().expect("a name").to_owned();
    let symbols = file.symbols().filter(is_named).filter(is_in).count();
    // Private symbols share it with others.
    let is_alone = symbols == 1 && name != ".rodata";
    SectionFacts {
        name,
        kind: header.sh_type.get(object::Endianness::Little),
        flags: sh_flags,
        alignment: is_alone.then(|| section.align()),
        entry_size: header.sh_entsize.get(object::Endianness::Little),
    }
}

fn relocations(file: &File<'_>, section: &Section<'_, '_>, start: u64, size: u64) -> Vec<RelocationFacts> {
    let mut relocations: Vec<_> = section
        .relocations()
        .filter(|(offset, _)| (start..start + size).contains(offset))
        .map(|(offset, relocation)| {
            let RelocationFlags::Elf { r_type } = relocation.flags() else { panic!("ELF has types") };
            let target = target(file, section, start, relocation.target());
            RelocationFacts { offset: offset - start, kind: r_type, target, addend: relocation.addend() }
        })
        .collect();
    relocations.sort_by_key(|relocation| (relocation.offset, relocation.kind));
    relocations
}

fn target(file: &File<'_>, section: &Section<'_, '_>, start: u64, target: RelocationTarget) -> Target {
    let RelocationTarget::Symbol(index) = target else { panic!("a relocation without a symbol") };
    let symbol = file.symbol_by_index(index).expect("the symbol");
    if kind_of(&symbol) == elf::STT_SECTION {
        return Target::Section(symbol.section_index().expect("a section"));
    }
    if is_label(&symbol) {
        assert_eq!(symbol.section_index(), Some(section.index()), "labels are of the same function");
        return Target::Label(symbol.address() - start);
    }
    Target::Symbol(symbol.name().expect("a name").to_owned())
}

/// Returns the pointer at `offset` of `.eh_frame`, if it has a relocation.
pub fn pointer(file: &File<'_>, section: &Section<'_, '_>, offset: u64, encoding: u8) -> Option<Pointer> {
    let (_, relocation) = section.relocations().find(|&(at, _)| at == offset)?;
    let RelocationFlags::Elf { r_type: kind } = relocation.flags() else { panic!("ELF has types") };
    let target = match target(file, section, 0, relocation.target()) {
        Target::Symbol(name) => name,
        Target::Section(index) => file.section_by_index(index).ok()?.name().ok()?.to_owned(),
        Target::Label(_) => return None,
    };
    Some(Pointer { form: AddressForm { encoding, kind }, target, addend: relocation.addend() })
}

/// Returns the place that the relocation at `offset` of `.eh_frame` refers to.
pub fn place_of_relocation(file: &File<'_>, section: &Section<'_, '_>, offset: u64) -> Option<Place> {
    let (_, relocation) = section.relocations().find(|&(at, _)| at == offset)?;
    let RelocationTarget::Symbol(index) = relocation.target() else { return None };
    let symbol = file.symbol_by_index(index).ok()?;
    let offset = symbol.address().checked_add_signed(relocation.addend())?;
    Some(Place { section: symbol.section_index()?, offset })
}
