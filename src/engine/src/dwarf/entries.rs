//! Writes debugging information entries (DWARF 5 section 7.5), front to back.
//!
//! [`EntryWriter`] writes a unit header, then the entries in the order in which they are opened, with their
//! children between `open` and `close`, and finally the length in the header. It makes the abbreviation of an
//! entry from its tag, its attributes and their forms; entries with equal abbreviations share a code. An
//! entry that others refer to has a [`Label`], which may be used before the entry is written.
//!
//! Numbers have a variable length (`DW_FORM_udata`) in all attributes, so that there are few abbreviations.
//!
//! DWARF 2 and 3 lack `DW_FORM_sec_offset`, `DW_FORM_exprloc` and `DW_FORM_flag_present` (DWARF 4 section
//! 1.4): the attribute decides the class of the value. Split units before DWARF 5 use GNU's forms in all
//! versions.

use super::FastMap;
use gimli::write::{Result, Writer};
use gimli::{DwAt, DwForm, DwTag, DwUt, Format, SectionId};

use super::{RelocatedSection, SymbolIndex};

/// Size of an address in bytes on all targets.
pub const ADDRESS_SIZE: u8 = 8;

/// A reference to an entry, before or after the entry is written.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Label(u32);

/// The value of an attribute. The variant decides the form.
#[derive(Clone, Copy, Debug)]
pub enum Value<'a> {
    /// `DW_FORM_addr`: an address, in bytes from a symbol.
    Address(SymbolIndex, i64),
    /// `DW_FORM_addr`: an address without a relocation (the base of range lists).
    FixedAddress(u64),
    /// `DW_FORM_addrx` or `DW_FORM_GNU_addr_index`.
    AddressIndex(u32),
    /// `DW_FORM_data2`.
    Data2(u16),
    /// `DW_FORM_data8`.
    Data8(u64),
    /// `DW_FORM_block1` with 16 bytes, in all versions, as LLVM writes it.
    Data16(u128),
    /// `DW_FORM_udata`.
    Unsigned(u64),
    /// `DW_FORM_sdata`.
    Signed(i64),
    /// `DW_FORM_flag_present` or `DW_FORM_flag`.
    Present,
    /// `DW_FORM_strp`: an offset in `.debug_str`.
    StringOffset(u32),
    /// `DW_FORM_strx` or `DW_FORM_GNU_str_index`.
    StringIndex(u32),
    /// `DW_FORM_rnglistx`.
    RangeListIndex(u32),
    /// `DW_FORM_loclistx`.
    LocationListIndex(u32),
    /// `DW_FORM_sec_offset` or `DW_FORM_data4`, with a relocation.
    SectionOffset(SectionId, u32),
    /// `DW_FORM_sec_offset` or `DW_FORM_data4`, relative to a base in another attribute.
    FixedOffset(u32),
    /// `DW_FORM_exprloc` or `DW_FORM_block`.
    Expression(&'a [u8]),
    /// `DW_FORM_exprloc` or `DW_FORM_block`, with the address of a symbol between two parts.
    AddressExpression(&'a [u8], SymbolIndex, &'a [u8]),
    /// `DW_FORM_block1`.
    Block(&'a [u8]),
    /// `DW_FORM_ref4`.
    Reference(Label),
}

impl Value<'_> {
    fn form(self, version: u16) -> DwForm {
        match self {
            Value::Address(..) | Value::FixedAddress(_) => gimli::DW_FORM_addr,
            Value::AddressIndex(_) if version >= 5 => gimli::DW_FORM_addrx,
            Value::AddressIndex(_) => gimli::DW_FORM_GNU_addr_index,
            Value::Data2(_) => gimli::DW_FORM_data2,
            Value::Data8(_) => gimli::DW_FORM_data8,
            Value::Data16(_) | Value::Block(_) => gimli::DW_FORM_block1,
            Value::Unsigned(_) => gimli::DW_FORM_udata,
            Value::Signed(_) => gimli::DW_FORM_sdata,
            Value::Present if version >= 4 => gimli::DW_FORM_flag_present,
            Value::Present => gimli::DW_FORM_flag,
            Value::StringOffset(_) => gimli::DW_FORM_strp,
            Value::StringIndex(_) if version >= 5 => gimli::DW_FORM_strx,
            Value::StringIndex(_) => gimli::DW_FORM_GNU_str_index,
            Value::RangeListIndex(_) => gimli::DW_FORM_rnglistx,
            Value::LocationListIndex(_) => gimli::DW_FORM_loclistx,
            Value::SectionOffset(..) | Value::FixedOffset(_) if version >= 4 => gimli::DW_FORM_sec_offset,
            Value::SectionOffset(..) | Value::FixedOffset(_) => gimli::DW_FORM_data4,
            Value::Expression(_) | Value::AddressExpression(..) if version >= 4 => gimli::DW_FORM_exprloc,
            Value::Expression(_) | Value::AddressExpression(..) => gimli::DW_FORM_block,
            Value::Reference(_) => gimli::DW_FORM_ref4,
        }
    }
}

/// The attributes of an entry, in the order in which they are written.
pub type Attributes<'a> = Vec<(DwAt, Value<'a>)>;

/// Whether an entry has children. It is a part of the abbreviation.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Children {
    No,
    Yes,
}

impl Children {
    pub fn if_any(any: bool) -> Children {
        if any { Children::Yes } else { Children::No }
    }
}

/// The kind of a unit header (DWARF 5 section 7.5.1).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum UnitHeader {
    /// A whole unit.
    Compile,
    /// The part of a split unit that the linker processes.
    Skeleton,
    /// The other part of a split unit.
    Split,
}

impl UnitHeader {
    fn unit_type(self) -> DwUt {
        match self {
            UnitHeader::Compile => gimli::DW_UT_compile,
            UnitHeader::Skeleton => gimli::DW_UT_skeleton,
            UnitHeader::Split => gimli::DW_UT_split_compile,
        }
    }
}

/// The properties that entries with the same abbreviation code share.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Abbreviation {
    tag: DwTag,
    children: Children,
    attributes: Vec<(DwAt, DwForm)>,
}

/// A unit's entries under construction.
pub struct EntryWriter {
    version: u16,
    info: RelocatedSection,
    abbreviations: RelocatedSection,
    codes: FastMap<Abbreviation, u64>,
    /// The abbreviation of the entry that is being opened; reused for its capacity.
    scratch: Abbreviation,
    /// The number of open entries.
    depth: usize,
    /// The offset of the unit's identifier in `info`, if it has one.
    identifier: Option<usize>,
    /// The offset of each label's entry in `info`; 0 until it is written.
    offsets: Vec<u32>,
    /// References to entries that were not written yet: their offset in `info`, and the label.
    forward: Vec<(u32, Label)>,
}

/// Size of the length field in bytes. The length does not include it.
const AFTER_LENGTH: usize = 4;

impl EntryWriter {
    /// Begins a unit of the given DWARF version (2 to 5).
    pub fn new(version: u16, header: UnitHeader) -> Result<Self> {
        let mut info = RelocatedSection::default();
        info.write_initial_length(Format::Dwarf32)?;
        info.write_u16(version)?;
        let mut identifier = None;
        // A `.dwo` file has one table of abbreviations, and no linker moves it.
        let write_table_offset = |info: &mut RelocatedSection| match header {
            UnitHeader::Split => info.write_u32(0),
            _ => info.write_offset(0, SectionId::DebugAbbrev, 4),
        };
        if version >= 5 {
            info.write_u8(header.unit_type().0)?;
            info.write_u8(ADDRESS_SIZE)?;
            write_table_offset(&mut info)?;
            if header != UnitHeader::Compile {
                identifier = Some(info.len());
                info.write_u64(0)?;
            }
        } else {
            write_table_offset(&mut info)?;
            info.write_u8(ADDRESS_SIZE)?;
        }
        Ok(EntryWriter {
            version,
            info,
            abbreviations: RelocatedSection::default(),
            codes: FastMap::default(),
            scratch: Abbreviation { tag: DwTag(0), children: Children::No, attributes: Vec::new() },
            depth: 0,
            identifier,
            offsets: Vec::new(),
            forward: Vec::new(),
        })
    }

    /// Returns a label for an entry that is written later.
    pub fn label(&mut self) -> Label {
        self.offsets.push(0);
        Label(self.offsets.len() as u32 - 1)
    }

    /// Writes an entry. An entry with children has to be closed.
    pub fn open(&mut self, tag: DwTag, children: Children, attributes: &[(DwAt, Value<'_>)]) -> Result<()> {
        let code = self.code(tag, children, attributes)?;
        self.info.write_uleb128(code)?;
        for &(name, value) in attributes {
            // The identifier is a hash of the finished sections, so it is set at the end.
            if name == gimli::DW_AT_GNU_dwo_id {
                self.identifier = Some(self.info.len());
            }
            self.write_value(value)?;
        }
        if children == Children::Yes {
            self.depth += 1;
        }
        Ok(())
    }

    /// Writes the entry of `label`; see [`EntryWriter::open`].
    pub fn open_labelled(
        &mut self,
        label: Label,
        tag: DwTag,
        children: Children,
        attributes: &[(DwAt, Value<'_>)],
    ) -> Result<()> {
        debug_assert_eq!(self.offsets[label.0 as usize], 0, "two entries with one label");
        self.offsets[label.0 as usize] = self.position()?;
        self.open(tag, children, attributes)
    }

    /// Ends the children of the innermost open entry.
    pub fn close(&mut self) -> Result<()> {
        debug_assert!(self.depth > 0);
        self.depth -= 1;
        self.info.write_u8(0)
    }

    /// Ends the unit: sets its length and the references to labels.
    pub fn finish(mut self) -> Result<FinishedEntries> {
        debug_assert_eq!(self.depth, 0);
        for (position, label) in std::mem::take(&mut self.forward) {
            let offset = self.offsets[label.0 as usize];
            debug_assert_ne!(offset, 0, "a reference to an entry that was not written");
            self.info.write_udata_at(position as usize, u64::from(offset), 4)?;
        }
        self.abbreviations.write_u8(0)?;
        let length = (self.info.len() - AFTER_LENGTH) as u64;
        self.info.write_udata_at(0, length, 4)?;
        Ok(FinishedEntries {
            abbreviations: self.abbreviations,
            info: self.info,
            identifier: self.identifier,
        })
    }

    fn position(&self) -> Result<u32> {
        u32::try_from(self.info.len()).map_err(|_| gimli::write::Error::ValueTooLarge)
    }

    fn write_value(&mut self, value: Value<'_>) -> Result<()> {
        let info = &mut self.info;
        match value {
            Value::Address(symbol, addend) => info.write_address(symbol.address(addend), ADDRESS_SIZE),
            Value::FixedAddress(address) => info.write_u64(address),
            Value::Data2(data) => info.write_u16(data),
            Value::Data8(data) => info.write_u64(data),
            Value::Data16(data) => write_block(info, &data.to_le_bytes()),
            Value::AddressIndex(data)
            | Value::StringIndex(data)
            | Value::RangeListIndex(data)
            | Value::LocationListIndex(data) => info.write_uleb128(u64::from(data)),
            Value::Unsigned(data) => info.write_uleb128(data),
            Value::Signed(data) => info.write_sleb128(data),
            Value::Present if self.version >= 4 => Ok(()),
            Value::Present => info.write_u8(1),
            Value::StringOffset(offset) => info.write_offset(offset as usize, SectionId::DebugStr, 4),
            Value::SectionOffset(section, offset) => info.write_offset(offset as usize, section, 4),
            Value::FixedOffset(offset) => info.write_u32(offset),
            Value::Expression(bytes) => {
                info.write_uleb128(bytes.len() as u64)?;
                info.write(bytes)
            }
            Value::AddressExpression(before, symbol, after) => {
                info.write_uleb128((before.len() + usize::from(ADDRESS_SIZE) + after.len()) as u64)?;
                info.write(before)?;
                info.write_address(symbol.address(0), ADDRESS_SIZE)?;
                info.write(after)
            }
            Value::Block(bytes) => write_block(info, bytes),
            Value::Reference(label) => self.write_reference(label),
        }
    }

    fn write_reference(&mut self, label: Label) -> Result<()> {
        let offset = self.offsets[label.0 as usize];
        if offset == 0 {
            let position = self.position()?;
            self.forward.push((position, label));
        }
        self.info.write_u32(offset)
    }

    fn code(&mut self, tag: DwTag, children: Children, attributes: &[(DwAt, Value<'_>)]) -> Result<u64> {
        let version = self.version;
        self.scratch.tag = tag;
        self.scratch.children = children;
        self.scratch.attributes.clear();
        self.scratch.attributes.extend(attributes.iter().map(|&(name, value)| (name, value.form(version))));
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

fn write_block(info: &mut RelocatedSection, bytes: &[u8]) -> Result<()> {
    info.write_u8(u8::try_from(bytes.len()).map_err(|_| gimli::write::Error::ValueTooLarge)?)?;
    info.write(bytes)
}

/// `.debug_abbrev` and `.debug_info` of a unit.
pub struct FinishedEntries {
    pub abbreviations: RelocatedSection,
    pub info: RelocatedSection,
    /// The offset of the unit's identifier in `info`.
    identifier: Option<usize>,
}

impl FinishedEntries {
    /// Sets the identifier that links a skeleton and its split unit.
    pub fn set_identifier(&mut self, identifier: u64) -> Result<()> {
        match self.identifier {
            Some(position) => self.info.write_udata_at(position, identifier, 8),
            None => Ok(()),
        }
    }
}
