//! One object, parsed without copying it: what all layers read.
//!
//! A [`Definition`] is a function or static with a symbol. Its extent is the symbol's size; if the symbol is
//! alone in its section, as in objects of rustc, it is the whole section. Everything else in a section, such
//! as private constants, is known by its section and offset.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::OnceLock;

use object::read::elf::{ElfFile64, FileHeader as _, SectionHeader as _};
use object::{
    Endianness, Object as _, ObjectComdat as _, ObjectSection as _, ObjectSymbol as _, RelocationFlags,
    RelocationTarget, SectionIndex, SymbolIndex, SymbolSection, elf,
};

use crate::error::Error;
use crate::layers::debug::lines::Lines;
use crate::layers::unwinding::Unwinding;
use crate::layout::Layout;
use crate::model::{Backend, Kind};
use crate::names;

/// The machine of an object (`e_machine`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Machine {
    X86_64,
    Aarch64,
    Riscv64,
}

impl Machine {
    fn of(e_machine: u16) -> Option<Self> {
        match e_machine {
            elf::EM_X86_64 => Some(Machine::X86_64),
            elf::EM_AARCH64 => Some(Machine::Aarch64),
            elf::EM_RISCV => Some(Machine::Riscv64),
            _ => None,
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Machine::X86_64 => "x86_64",
            Machine::Aarch64 => "aarch64",
            Machine::Riscv64 => "riscv64",
        }
    }
}

/// The parser of the supported objects.
pub type Elf<'d> = ElfFile64<'d, Endianness, &'d [u8]>;

/// A parsed object.
pub struct View<'d> {
    /// The path, with the member of an archive in parentheses.
    pub label: String,
    /// The name without hashes by which members of archives are paired ([`names::unit`]).
    pub unit: String,
    pub machine: Machine,
    pub backend: Backend,
    pub elf: Elf<'d>,
    /// All sections, by their index in the file. The first is the null section.
    pub sections: Vec<Section<'d>>,
    /// All symbols, by their index in the file. The first is the null symbol.
    pub symbols: Vec<Symbol<'d>>,
    /// All functions and statics with a symbol, by section and offset.
    pub definitions: Vec<Definition>,
    /// The definition of each symbol that has one.
    by_symbol: HashMap<SymbolIndex, usize>,
    /// What is computed when it is first needed.
    layout: OnceLock<Layout>,
    unwinding: OnceLock<Unwinding>,
    lines: OnceLock<Lines>,
}

/// A section.
#[derive(Clone, Debug)]
pub struct Section<'d> {
    pub name: &'d str,
    /// `sh_type`.
    pub kind: u32,
    /// `sh_flags`.
    pub flags: u64,
    pub address: u64,
    pub size: u64,
    pub alignment: u64,
    pub entry_size: u64,
    /// The signature of the group that it is in, and the group's flags.
    pub group: Option<(String, u32)>,
    /// The contents, as in the file; empty for `SHT_NOBITS`.
    pub data: &'d [u8],
    /// The relocations of the contents, by offset.
    pub relocations: Vec<Relocation>,
    /// The only function or static in it, if it has just one.
    pub sole: Option<usize>,
}

impl Section<'_> {
    pub fn is_allocated(&self) -> bool {
        self.flags & u64::from(elf::SHF_ALLOC) != 0
    }

    pub fn is_code(&self) -> bool {
        self.flags & u64::from(elf::SHF_EXECINSTR) != 0
    }

    /// Whether each thread has a copy of it.
    pub fn is_thread_local(&self) -> bool {
        self.flags & u64::from(elf::SHF_TLS) != 0
    }

    /// Whether it has debug information.
    pub fn is_debug(&self) -> bool {
        !self.is_allocated() && (self.name.starts_with(".debug_") || self.name.starts_with(".zdebug_"))
    }
}

/// A relocation of a section.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Relocation {
    /// From the start of the section. In bytes, as all offsets.
    pub offset: u64,
    /// `r_type` of the machine.
    pub kind: u32,
    pub target: Target,
    pub addend: i64,
}

/// What a relocation refers to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Target {
    Symbol(SymbolIndex),
    /// No symbol (`R_*_RELATIVE` and markers).
    Nothing,
}

/// A symbol.
#[derive(Clone, Debug)]
pub struct Symbol<'d> {
    pub name: &'d str,
    /// `STB_*`.
    pub binding: u8,
    /// `STT_*`.
    pub kind: u8,
    /// `STV_*`.
    pub visibility: u8,
    /// The section that defines it.
    pub section: SymbolSection,
    /// From the start of its section.
    pub offset: u64,
    pub size: u64,
}

/// A function or static with a symbol.
#[derive(Clone, Debug)]
pub struct Definition {
    pub symbol: SymbolIndex,
    pub kind: Kind,
    /// [`names::symbol`] of the symbol.
    pub name: String,
    pub section: SectionIndex,
    /// Where its contents begin in the section, and how many bytes they have.
    pub offset: u64,
    pub size: u64,
}

impl<'d> View<'d> {
    /// Parses an object.
    ///
    /// # Errors
    ///
    /// Fails if the file is not an ELF file of a supported machine, or contradicts itself.
    pub fn parse(data: &'d [u8], label: &str, member: &str) -> Result<Self, Error> {
        let unsupported = |reason: String| Error::Unsupported { path: label.into(), reason };
        let elf = Elf::parse(data).map_err(|error| unsupported(format!("it is not an ELF file: {error}")))?;
        let e_machine = elf.elf_header().e_machine(elf.endian());
        let machine = Machine::of(e_machine)
            .ok_or_else(|| unsupported(format!("machine {e_machine} (`e_machine`) is not known")))?;
        if elf.endian() != Endianness::Little {
            return Err(unsupported("it is big-endian".into()));
        }
        let mut view = View {
            label: label.into(),
            unit: names::unit(member),
            machine,
            backend: Backend::Other,
            elf,
            sections: Vec::new(),
            symbols: Vec::new(),
            definitions: Vec::new(),
            by_symbol: HashMap::new(),
            layout: OnceLock::new(),
            unwinding: OnceLock::new(),
            lines: OnceLock::new(),
        };
        view.read_sections()?;
        view.read_groups()?;
        view.read_symbols()?;
        view.find_definitions();
        view.backend = view.find_backend();
        Ok(view)
    }

    /// Returns the section at an index of the file, or the null section.
    pub fn section(&self, index: SectionIndex) -> &Section<'d> {
        self.sections.get(index.0).unwrap_or(&self.sections[0])
    }

    /// Returns the definition of a symbol, if it is one of this object's functions and statics.
    pub fn definition_of(&self, symbol: SymbolIndex) -> Option<&Definition> {
        self.by_symbol.get(&symbol).map(|&index| &self.definitions[index])
    }

    /// Returns the index of the first definition that begins at a place.
    pub fn definition_at(&self, section: SectionIndex, offset: u64) -> Option<usize> {
        let key = |definition: &Definition| (definition.section.0, definition.offset);
        let first = self.definitions.partition_point(|definition| key(definition) < (section.0, offset));
        let found = self.definitions.get(first)?;
        (key(found) == (section.0, offset)).then_some(first)
    }

    /// Returns the addresses of the sections.
    pub fn layout(&self) -> &Layout {
        self.layout.get_or_init(|| Layout::of(self))
    }

    /// Returns what happens when the object's functions unwind.
    ///
    /// # Errors
    ///
    /// Fails if `.eh_frame` or a table of call sites is damaged.
    pub fn unwinding(&self) -> Result<&Unwinding, Error> {
        if let Some(known) = self.unwinding.get() {
            return Ok(known);
        }
        let read = Unwinding::read(self)?;
        Ok(self.unwinding.get_or_init(|| read))
    }

    /// Returns the line tables.
    ///
    /// # Errors
    ///
    /// Fails if they are damaged.
    pub fn lines(&self) -> Result<&Lines, Error> {
        if let Some(known) = self.lines.get() {
            return Ok(known);
        }
        let read = Lines::read(self)?;
        Ok(self.lines.get_or_init(|| read))
    }

    /// Returns the contents of a definition; empty if it has none in the file.
    pub fn contents(&self, definition: &Definition) -> &'d [u8] {
        let data = self.section(definition.section).data;
        let start = usize::try_from(definition.offset).unwrap_or(usize::MAX).min(data.len());
        let end = start.saturating_add(definition.size as usize).min(data.len());
        &data[start..end]
    }

    /// Returns the relocations within a definition.
    pub fn relocations(&self, definition: &Definition) -> &[Relocation] {
        let relocations = &self.section(definition.section).relocations;
        let position = |offset| relocations.partition_point(|relocation| relocation.offset < offset);
        let end = definition.offset.saturating_add(definition.size);
        &relocations[position(definition.offset)..position(end)]
    }

    /// Returns the contents of a section by its name, decompressed; `None` without such a section.
    ///
    /// # Errors
    ///
    /// Fails if they cannot be decompressed.
    pub fn section_data(&self, name: &str) -> Result<Option<Cow<'d, [u8]>>, Error> {
        let Some(section) = self.elf.section_by_name(name) else { return Ok(None) };
        section.uncompressed_data().map(Some).map_err(|error| Error::damaged(&self.label, name, error))
    }

    /// An error at a place of this object.
    pub fn damaged(&self, place: impl ToString, reason: impl ToString) -> Error {
        Error::damaged(&self.label, place, reason)
    }

    fn read_sections(&mut self) -> Result<(), Error> {
        let endian = self.elf.endian();
        let table = self.elf.elf_section_table();
        let label = &self.label;
        for (index, header) in table.enumerate() {
            let at = |error| Error::damaged(label, format!("section {}", index.0), error);
            let name = table.section_name(endian, header).map_err(at)?;
            let name = std::str::from_utf8(name)
                .map_err(|error| Error::damaged(label, format!("name of section {}", index.0), error))?;
            let data = header.data(endian, self.elf.data()).map_err(at)?;
            self.sections.push(Section {
                name,
                kind: header.sh_type(endian),
                flags: header.sh_flags(endian),
                address: header.sh_addr(endian),
                size: header.sh_size(endian),
                alignment: header.sh_addralign(endian),
                entry_size: header.sh_entsize(endian),
                group: None,
                data: if header.sh_type(endian) == elf::SHT_NULL { &[] } else { data },
                relocations: Vec::new(),
                sole: None,
            });
        }
        if self.sections.is_empty() {
            return Err(Error::Unsupported { path: label.into(), reason: "it has no sections".into() });
        }
        for section in self.elf.sections() {
            let mut relocations: Vec<_> = section
                .relocations()
                .map(|(offset, relocation)| Relocation {
                    offset,
                    kind: match relocation.flags() {
                        RelocationFlags::Elf { r_type } => r_type,
                        _ => 0,
                    },
                    target: match relocation.target() {
                        RelocationTarget::Symbol(symbol) => Target::Symbol(symbol),
                        _ => Target::Nothing,
                    },
                    addend: relocation.addend(),
                })
                .collect();
            // Stable: of two relocations at one place, such as riscv64's pairs, the order matters.
            relocations.sort_by_key(|relocation| relocation.offset);
            if let Some(own) = self.sections.get_mut(section.index().0) {
                own.relocations = relocations;
            }
        }
        Ok(())
    }

    fn read_groups(&mut self) -> Result<(), Error> {
        let endian = self.elf.endian();
        for comdat in self.elf.comdats() {
            let flags = comdat
                .elf_section_header()
                .group(endian, self.elf.data())
                .map_err(|error| Error::damaged(&self.label, "section group", error))?
                .map_or(0, |(flags, _)| flags);
            let signature = comdat.name().map_err(|error| Error::damaged(&self.label, "group", error))?;
            let signature = names::symbol(signature);
            for section in comdat.sections() {
                if let Some(own) = self.sections.get_mut(section.0) {
                    own.group = Some((signature.clone(), flags));
                }
            }
        }
        Ok(())
    }

    fn read_symbols(&mut self) -> Result<(), Error> {
        // Programs without a symbol table still have dynamic symbols.
        let has_table = self.elf.symbols().next().is_some();
        let all: Vec<_> =
            if has_table { self.elf.symbols().collect() } else { self.elf.dynamic_symbols().collect() };
        let count = all.iter().map(|symbol| symbol.index().0 + 1).max().unwrap_or(1);
        let null = Symbol {
            name: "",
            binding: 0,
            kind: 0,
            visibility: 0,
            section: SymbolSection::Undefined,
            offset: 0,
            size: 0,
        };
        self.symbols = vec![null; count];
        for symbol in all {
            let place = || format!("symbol {}", symbol.index().0);
            let name = symbol.name().map_err(|error| Error::damaged(&self.label, place(), error))?;
            let (info, other) = match symbol.flags() {
                object::SymbolFlags::Elf { st_info, st_other } => (st_info, st_other),
                _ => (0, 0),
            };
            let section = symbol.section();
            let start = section.index().map_or(0, |index| self.section(index).address);
            self.symbols[symbol.index().0] = Symbol {
                name,
                binding: info >> 4,
                kind: info & 0xf,
                visibility: other & 0x3,
                section,
                offset: symbol.address().wrapping_sub(start),
                size: symbol.size(),
            };
        }
        Ok(())
    }

    fn find_definitions(&mut self) {
        let mut definitions: Vec<Definition> = Vec::new();
        for (index, symbol) in self.symbols.iter().enumerate() {
            let SymbolSection::Section(section) = symbol.section else { continue };
            // Private constants of LLVM, which other objects keep without a symbol, and its names for tables
            // of call sites, which are numbered.
            if symbol.name.starts_with(".L") || symbol.name.starts_with("GCC_except_table") {
                continue;
            }
            let kind = match symbol.kind {
                elf::STT_FUNC | elf::STT_GNU_IFUNC => Kind::Function,
                elf::STT_OBJECT | elf::STT_TLS => Kind::Static,
                // Assembly often gives its symbols no type. Names of mapping symbols begin with `$`.
                elf::STT_NOTYPE if !symbol.name.is_empty() && !symbol.name.starts_with(['$', '.']) => {
                    match self.section(section).is_code() {
                        true => Kind::Function,
                        false => Kind::Static,
                    }
                }
                _ => continue,
            };
            definitions.push(Definition {
                symbol: SymbolIndex(index),
                kind,
                name: names::symbol(symbol.name),
                section,
                offset: symbol.offset,
                size: symbol.size,
            });
        }
        definitions.sort_by_key(|definition| (definition.section.0, definition.offset, definition.symbol.0));
        let mut start = 0;
        while start < definitions.len() {
            let section = definitions[start].section;
            let count = definitions[start..].iter().take_while(|other| other.section == section).count();
            let own = &mut definitions[start];
            if let (1, Some(section)) = (count, self.sections.get_mut(section.0))
                && fills(own, self.symbols[own.symbol.0].name, section)
            {
                section.sole = Some(start);
                own.size = section.size;
            }
            start += count;
        }
        self.by_symbol =
            definitions.iter().enumerate().map(|(at, definition)| (definition.symbol, at)).collect();
        self.definitions = definitions;
    }

    /// Finds out who compiled the object: from the producers in the debug information, or else from the names
    /// of private constants. `.comment` is the same for both backends.
    fn find_backend(&self) -> Backend {
        let has = |data: &[u8], words: &[u8]| data.windows(words.len()).any(|window| window == words);
        let strings = self.section_data(".debug_str").ok().flatten();
        let split = || self.section_data(".debug_str.dwo").ok().flatten();
        let strings = strings.or_else(split).unwrap_or_default();
        // Producers are among the first strings of a unit.
        let strings = &strings[..strings.len().min(1 << 16)];
        let has_section = |words: &str| self.sections.iter().any(|section| section.name.contains(words));
        if has(strings, b"clif (rustc") || has_section("..Lalloc.") {
            Backend::Clif
        } else if has(strings, b"clang LLVM (rustc") || has_section("..Lanon.") {
            Backend::Llvm
        } else {
            Backend::Other
        }
    }
}

/// Whether a definition, which is the only one with a symbol in its section, is all of it: by the name of the
/// section, or else by its size. Private constants may follow it, which have no symbols.
fn fills(definition: &Definition, symbol: &str, section: &Section<'_>) -> bool {
    let rest = section.size.saturating_sub(definition.size);
    let is_whole = definition.size == 0 || rest < section.alignment.max(1);
    definition.offset == 0 && (is_whole || section.name.ends_with(symbol))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_definition_fills_its_section_or_shares_it() {
        let is_all = |section_name, offset, size, section_size| {
            let definition = Definition {
                symbol: SymbolIndex(1),
                kind: Kind::Function,
                name: "f".into(),
                section: SectionIndex(1),
                offset,
                size,
            };
            let section = Section {
                name: section_name,
                kind: elf::SHT_PROGBITS,
                flags: 0,
                address: 0,
                size: section_size,
                alignment: 16,
                entry_size: 0,
                group: None,
                data: &[],
                relocations: Vec::new(),
                sole: None,
            };
            fills(&definition, "f", &section)
        };
        assert!(is_all(".text", 0, 20, 32), "the rest is padding");
        assert!(is_all(".text", 0, 0, 32), "assembly, without a size");
        assert!(is_all(".text.f", 0, 20, 100), "a section for this symbol");
        assert!(!is_all(".rodata", 0, 20, 100), "other constants follow");
        assert!(!is_all(".rodata", 100, 0, 100), "other constants come first");
    }
}
