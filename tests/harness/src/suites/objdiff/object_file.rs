//! An object file in memory, in which one thing can be changed at a time.
//!
//! Everything is changed in place, so that nothing else moves.

use anyhow::{Context as _, Result, bail, ensure};
use gimli::{DwAt, DwTag, EndianSlice, LittleEndian};
use object::read::elf::{ElfFile64, ElfSection64, SectionHeader as _};
use object::{
    Endianness, Object as _, ObjectSection as _, ObjectSymbol as _, RelocationTarget, SymbolIndex, elf,
};

/// The sizes of an entry of the symbol table, and of relocations with addends (System V gABI).
const SYMBOL_BYTES: usize = 24;
const RELOCATION_BYTES: usize = 24;
const SECTION_HEADER_BYTES: usize = 64;

/// An object file.
#[derive(Clone)]
pub struct ObjectFile {
    pub bytes: Vec<u8>,
}

type File<'d> = ElfFile64<'d, Endianness, &'d [u8]>;

/// A field of a section header (System V gABI, "Section header"): its offset and size.
#[derive(Clone, Copy)]
pub struct Field(usize, usize);

pub const SECTION_TYPE: Field = Field(4, 4);
pub const SECTION_FLAGS: Field = Field(8, 8);
pub const SECTION_SIZE: Field = Field(32, 8);
pub const SECTION_ALIGNMENT: Field = Field(48, 8);
pub const SECTION_ENTRY_SIZE: Field = Field(56, 8);

/// Fields of a symbol.
pub const SYMBOL_INFO: Field = Field(4, 1);
pub const SYMBOL_OTHER: Field = Field(5, 1);
pub const SYMBOL_SIZE: Field = Field(16, 8);

/// Fields of a relocation with an addend.
pub const RELOCATION_OFFSET: Field = Field(0, 8);
pub const RELOCATION_TYPE: Field = Field(8, 4);
pub const RELOCATION_SYMBOL: Field = Field(12, 4);
pub const RELOCATION_ADDEND: Field = Field(16, 8);

/// Fields of the file header.
pub const HEADER_OS_ABI: Field = Field(7, 1);
pub const HEADER_TYPE: Field = Field(16, 2);
pub const HEADER_FLAGS: Field = Field(48, 4);

impl ObjectFile {
    pub fn parse(&self) -> Result<File<'_>> {
        File::parse(&*self.bytes).context("the object")
    }

    fn get(&self, start: usize, Field(offset, size): Field) -> u64 {
        let mut number = [0; 8];
        number[..size].copy_from_slice(&self.bytes[start + offset..][..size]);
        u64::from_le_bytes(number)
    }

    fn set(&mut self, start: usize, Field(offset, size): Field, number: u64) {
        self.bytes[start + offset..][..size].copy_from_slice(&number.to_le_bytes()[..size]);
    }

    /// Changes a number. The change must be one.
    fn change(&mut self, start: usize, field: Field, change: impl FnOnce(u64) -> u64) -> Result<()> {
        let old = self.get(start, field);
        self.set(start, field, change(old));
        ensure!(self.get(start, field) != old, "nothing changed");
        Ok(())
    }

    pub fn header(&mut self, field: Field, change: impl FnOnce(u64) -> u64) -> Result<()> {
        self.change(0, field, change)
    }

    pub fn section_header(
        &mut self,
        section: &str,
        field: Field,
        change: impl FnOnce(u64) -> u64,
    ) -> Result<()> {
        let index = self.section_index(section)?;
        let table = self.parse()?.elf_header().e_shoff.get(Endianness::Little) as usize;
        self.change(table + index * SECTION_HEADER_BYTES, field, change)
    }

    pub fn symbol(&mut self, name: &str, field: Field, change: impl FnOnce(u64) -> u64) -> Result<()> {
        let index = self.symbol_index(name)?;
        let table = self.start_of(&self.sections_of_type(elf::SHT_SYMTAB)?)?;
        self.change(table + index * SYMBOL_BYTES, field, change)
    }

    /// Changes the relocation number `index` of the section of a symbol.
    pub fn relocation(
        &mut self,
        symbol: &str,
        index: usize,
        field: Field,
        change: impl FnOnce(u64) -> u64,
    ) -> Result<()> {
        let section = self.section_of(symbol)?;
        self.relocation_of_section(&section, index, field, change)
    }

    pub fn relocation_of_section(
        &mut self,
        section: &str,
        index: usize,
        field: Field,
        change: impl FnOnce(u64) -> u64,
    ) -> Result<()> {
        let start = self.start_of(&format!(".rela{section}"))?;
        self.change(start + index * RELOCATION_BYTES, field, change)
    }

    /// Changes a byte of the contents of a symbol.
    pub fn byte_of(&mut self, symbol: &str, offset: usize, change: impl FnOnce(u8) -> u8) -> Result<()> {
        let file = self.parse()?;
        let index = self.symbol_index(symbol)?;
        let value = file.symbol_by_index(SymbolIndex(index))?.address() as usize;
        let section = self.section_of(symbol)?;
        self.byte_of_section(&section, value + offset, change)
    }

    pub fn byte_of_section(
        &mut self,
        section: &str,
        offset: usize,
        change: impl FnOnce(u8) -> u8,
    ) -> Result<()> {
        let place = self.start_of(section)? + offset;
        let old = self.bytes[place];
        self.bytes[place] = change(old);
        ensure!(self.bytes[place] != old, "nothing changed");
        Ok(())
    }

    /// Changes the case of the first letter of a text that occurs once in a section.
    pub fn text(&mut self, section: &str, text: &str) -> Result<()> {
        let start = self.start_of(section)?;
        let data = self.parse()?.section_by_name(section).context("the section")?.data()?;
        let places: Vec<usize> = data
            .windows(text.len())
            .enumerate()
            .filter(|(_, window)| *window == text.as_bytes())
            .map(|(place, _)| place)
            .collect();
        let [place] = places[..] else { bail!("`{text}` occurs {} times in {section}", places.len()) };
        let letter = text.find(|letter: char| letter.is_ascii_alphabetic()).context("a letter")?;
        self.bytes[start + place + letter] ^= 0x20;
        Ok(())
    }

    /// Changes an attribute of the debug entry with this tag and name. Its form has a fixed size.
    pub fn attribute(
        &mut self,
        tag: DwTag,
        name: &str,
        attribute: DwAt,
        change: impl FnOnce(u64) -> u64,
    ) -> Result<()> {
        let (offset, size) = self.find_attribute(tag, name, attribute)?;
        let start = self.start_of(".debug_info")?;
        self.change(start, Field(offset, size), change)
    }

    fn find_attribute(&self, tag: DwTag, name: &str, attribute: DwAt) -> Result<(usize, usize)> {
        let file = self.parse()?;
        let load = |id: gimli::SectionId| -> Result<Vec<u8>> {
            let section = file.section_by_name(id.name());
            Ok(section.map(|section| relocated(&file, &section)).transpose()?.unwrap_or_default())
        };
        let sections = gimli::DwarfSections::load(load)?;
        let dwarf = sections.borrow(|section| EndianSlice::new(section, LittleEndian));
        let mut units = dwarf.units();
        while let Some(header) = units.next()? {
            let start = header.debug_info_offset().context("an offset")?.0;
            let unit = dwarf.unit(header)?;
            let mut entries = unit.entries_raw(None)?;
            while !entries.is_empty() {
                let Some(abbreviation) = entries.read_abbreviation()? else { continue };
                let mut is_named = false;
                let mut place = None;
                for &specification in abbreviation.attributes() {
                    let before = entries.next_offset().0;
                    let value = entries.read_attribute(specification)?;
                    let after = entries.next_offset().0;
                    if value.name() == gimli::DW_AT_name {
                        let text = dwarf.attr_string(&unit, value.value())?;
                        is_named = text.slice() == name.as_bytes();
                    }
                    if value.name() == attribute {
                        place = Some((start + before, after - before));
                    }
                }
                if let (true, true, Some(place)) = (is_named, abbreviation.tag() == tag, place) {
                    return Ok(place);
                }
            }
        }
        bail!("no entry {tag} `{name}` with {attribute}")
    }

    fn section_index(&self, name: &str) -> Result<usize> {
        let file = self.parse()?;
        Ok(file.section_by_name(name).with_context(|| format!("section {name}"))?.index().0)
    }

    /// The name of a symbol's section.
    pub fn section_of(&self, symbol: &str) -> Result<String> {
        let file = self.parse()?;
        let index = SymbolIndex(self.symbol_index(symbol)?);
        let section = file.symbol_by_index(index)?.section_index().context("a section")?;
        Ok(file.section_by_index(section)?.name()?.to_owned())
    }

    pub fn symbol_index(&self, name: &str) -> Result<usize> {
        let file = self.parse()?;
        let mut symbols = file.symbols().filter(|symbol| symbol.name() == Ok(name));
        Ok(symbols.next().with_context(|| format!("symbol {name}"))?.index().0)
    }

    fn sections_of_type(&self, kind: u32) -> Result<String> {
        let file = self.parse()?;
        let of_type = |section: &ElfSection64<'_, '_, Endianness, &[u8]>| {
            section.elf_section_header().sh_type(Endianness::Little) == kind
        };
        Ok(file.sections().find(of_type).context("a section")?.name()?.to_owned())
    }

    /// Where the contents of a section begin in the file.
    fn start_of(&self, section: &str) -> Result<usize> {
        let file = self.parse()?;
        let found = file.section_by_name(section).with_context(|| format!("section {section}"))?;
        Ok(found.elf_section_header().sh_offset.get(Endianness::Little) as usize)
    }

    /// The index of the first relocation of a symbol's section whose target is `target`.
    pub fn relocation_to(&self, symbol: &str, target: &str) -> Result<usize> {
        let file = self.parse()?;
        let target = RelocationTarget::Symbol(SymbolIndex(self.symbol_index(target)?));
        let section = self.section_of(symbol)?;
        let section = file.section_by_name(&section).context("the section")?;
        let mut relocations = section.relocations();
        relocations.position(|(_, relocation)| relocation.target() == target).context("a relocation")
    }
}

/// Returns the contents of a debug section, with what its relocations add.
fn relocated<'d>(file: &File<'d>, section: &ElfSection64<'d, '_, Endianness, &'d [u8]>) -> Result<Vec<u8>> {
    let mut data = section.data()?.to_vec();
    for (offset, relocation) in section.relocations() {
        let symbol = match relocation.target() {
            RelocationTarget::Symbol(symbol) => file.symbol_by_index(symbol)?.address(),
            _ => 0,
        };
        let value = symbol.wrapping_add(relocation.addend() as u64);
        let size = usize::from(relocation.size()) / 8;
        let place = data.get_mut(offset as usize..offset as usize + size);
        place.context("a relocation within its section")?.copy_from_slice(&value.to_le_bytes()[..size]);
    }
    Ok(data)
}
