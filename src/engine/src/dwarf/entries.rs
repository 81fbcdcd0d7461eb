//! Debugging information entries (DWARF 5 section 7.5), written front to back.
//!
//! [`EntryWriter`] writes a unit header, then entries in the order in which they are opened, with their children
//! between `open` and `close`, then the length into the header. The abbreviation of an entry follows from its tag,
//! its attributes and their forms; equal ones share a code.

use std::collections::HashMap;

use gimli::write::{Result, Writer};
use gimli::{DW_UT_compile, DwAt, DwForm, DwTag, Format, SectionId};

use super::{RelocatedSection, SymbolIndex};

/// Size of an address in bytes on all targets.
pub const ADDRESS_SIZE: u8 = 8;

/// The value of an attribute; the variant decides the form.
#[derive(Clone, Copy, Debug)]
pub enum Value<'a> {
    /// `DW_FORM_addr`, in bytes from a symbol.
    Address(SymbolIndex, i64),
    /// `DW_FORM_addr`: an address that no linker changes (the base of range lists).
    FixedAddress(u64),
    /// `DW_FORM_data2`.
    Data2(u16),
    /// `DW_FORM_data4`.
    Data4(u32),
    /// `DW_FORM_udata`.
    Unsigned(u64),
    /// `DW_FORM_flag_present`.
    Present,
    /// `DW_FORM_strp`: an offset in `.debug_str`.
    String(u32),
    /// `DW_FORM_sec_offset`.
    SectionOffset(SectionId, u32),
    /// `DW_FORM_exprloc`.
    Expression(&'a [u8]),
}

impl Value<'_> {
    fn form(self) -> DwForm {
        match self {
            Value::Address(..) | Value::FixedAddress(_) => gimli::DW_FORM_addr,
            Value::Data2(_) => gimli::DW_FORM_data2,
            Value::Data4(_) => gimli::DW_FORM_data4,
            Value::Unsigned(_) => gimli::DW_FORM_udata,
            Value::Present => gimli::DW_FORM_flag_present,
            Value::String(_) => gimli::DW_FORM_strp,
            Value::SectionOffset(..) => gimli::DW_FORM_sec_offset,
            Value::Expression(_) => gimli::DW_FORM_exprloc,
        }
    }
}

/// Whether an entry has children, which the abbreviation says.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Children {
    No,
    Yes,
}

/// What entries with the same code have in common.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Abbreviation {
    tag: DwTag,
    children: Children,
    attributes: Vec<(DwAt, DwForm)>,
}

/// A unit's entries under construction.
pub struct EntryWriter {
    info: RelocatedSection,
    abbreviations: RelocatedSection,
    codes: HashMap<Abbreviation, u64>,
    /// The key of the entry being opened; kept for its memory.
    scratch: Abbreviation,
    /// Entries opened and not closed.
    depth: usize,
}

/// Offset of the unit's first byte after the length field; the length counts from there.
const AFTER_LENGTH: usize = 4;

impl EntryWriter {
    /// Begins a compile unit of the given DWARF version (4 or 5).
    pub fn new(version: u16) -> Result<Self> {
        let mut info = RelocatedSection::default();
        info.write_initial_length(Format::Dwarf32)?;
        info.write_u16(version)?;
        if version >= 5 {
            info.write_u8(DW_UT_compile.0)?;
            info.write_u8(ADDRESS_SIZE)?;
            info.write_offset(0, SectionId::DebugAbbrev, 4)?;
        } else {
            info.write_offset(0, SectionId::DebugAbbrev, 4)?;
            info.write_u8(ADDRESS_SIZE)?;
        }
        let scratch = Abbreviation { tag: DwTag(0), children: Children::No, attributes: Vec::new() };
        let abbreviations = RelocatedSection::default();
        Ok(EntryWriter { info, abbreviations, codes: HashMap::new(), scratch, depth: 0 })
    }

    /// Writes an entry. One with children has to be closed.
    pub fn open(&mut self, tag: DwTag, children: Children, attributes: &[(DwAt, Value<'_>)]) -> Result<()> {
        let code = self.code(tag, children, attributes)?;
        self.info.write_uleb128(code)?;
        for &(_, value) in attributes {
            self.write_value(value)?;
        }
        if children == Children::Yes {
            self.depth += 1;
        }
        Ok(())
    }

    /// Ends the children of the entry opened last.
    pub fn close(&mut self) -> Result<()> {
        debug_assert!(self.depth > 0);
        self.depth -= 1;
        self.info.write_u8(0)
    }

    /// Ends the unit: `.debug_abbrev` and `.debug_info`.
    pub fn finish(mut self) -> Result<(RelocatedSection, RelocatedSection)> {
        debug_assert_eq!(self.depth, 0);
        self.abbreviations.write_u8(0)?;
        let length = (self.info.len() - AFTER_LENGTH) as u64;
        self.info.write_udata_at(0, length, 4)?;
        Ok((self.abbreviations, self.info))
    }

    fn write_value(&mut self, value: Value<'_>) -> Result<()> {
        match value {
            Value::Address(symbol, addend) => self.info.write_address(symbol.address(addend), ADDRESS_SIZE),
            Value::FixedAddress(address) => self.info.write_u64(address),
            Value::Data2(data) => self.info.write_u16(data),
            Value::Data4(data) => self.info.write_u32(data),
            Value::Unsigned(data) => self.info.write_uleb128(data),
            Value::Present => Ok(()),
            Value::String(offset) => self.info.write_offset(offset as usize, SectionId::DebugStr, 4),
            Value::SectionOffset(section, offset) => self.info.write_offset(offset as usize, section, 4),
            Value::Expression(bytes) => {
                self.info.write_uleb128(bytes.len() as u64)?;
                self.info.write(bytes)
            }
        }
    }

    fn code(&mut self, tag: DwTag, children: Children, attributes: &[(DwAt, Value<'_>)]) -> Result<u64> {
        self.scratch.tag = tag;
        self.scratch.children = children;
        self.scratch.attributes.clear();
        self.scratch.attributes.extend(attributes.iter().map(|&(name, value)| (name, value.form())));
        if let Some(&code) = self.codes.get(&self.scratch) {
            return Ok(code);
        }
        let code = self.codes.len() as u64 + 1;
        self.codes.insert(self.scratch.clone(), code);
        self.write_abbreviation(code)?;
        Ok(code)
    }

    /// DWARF 5 section 7.5.3.
    fn write_abbreviation(&mut self, code: u64) -> Result<()> {
        let section = &mut self.abbreviations;
        section.write_uleb128(code)?;
        section.write_uleb128(u64::from(self.scratch.tag.0))?;
        section.write_u8(match self.scratch.children {
            Children::No => gimli::DW_CHILDREN_no.0,
            Children::Yes => gimli::DW_CHILDREN_yes.0,
        })?;
        for (name, form) in &self.scratch.attributes {
            section.write_uleb128(u64::from(name.0))?;
            section.write_uleb128(u64::from(form.0))?;
        }
        section.write(&[0, 0])
    }
}
