//! Writes one compile unit. Holds the state and helpers that all entries share.
//!
//! [`describe_unit`] first plans the tree of entries. Then it writes the line table, and then the entries. It
//! collects the strings, addresses and lists that entries refer to, and writes them at the end.

use gimli::write::Result;
use gimli::{DW_LANG_Rust, DwAt, SectionId};

use super::addresses::{ADDRESSES_BASE, Addresses};
use super::entries::{Attributes, Children, EntryWriter, UnitHeader, Value};
use super::lines::{LineTable, Row, file_number};
use super::location_lists::{LocationLists, WithoutLists};
use super::locations::LocationWriter;
use super::ranges::{LISTS_BASE, ListOffsets, RangeLists};
use super::strings::{OFFSETS_BASE, OffsetsTable, Strings};
use super::tree::{Entry, Tree};
use super::{
    DebugOutput, DebugSections, PlacedStatic, RelocatedSection, SymbolIndex, UnitCode, aranges, split,
};
use crate::cgu::{DebugEmission, FileId, PositionResolver, SourceFiles, SourceLocation, UnitDebugInfo};

/// The properties that decide the forms of entries.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Dialect {
    pub(super) version: u16,
    /// Whether the entries are in sections that the linker does not process. Then they must not need
    /// relocations.
    pub(super) is_split: bool,
}

impl Dialect {
    /// Returns whether entries refer to addresses and strings by number.
    pub(super) fn has_address_table(self) -> bool {
        self.version >= 5 || self.is_split
    }

    pub(super) fn list_offsets(self) -> ListOffsets {
        if self.is_split { ListOffsets::FromBase } else { ListOffsets::Linked }
    }
}

/// Returns the debug sections of a unit. Without a `resolver`, positions are unknown, and no line table is
/// written.
///
/// # Errors
///
/// Fails if a section exceeds the limits of 32-bit DWARF.
pub fn describe_unit(
    unit: &UnitDebugInfo,
    resolver: Option<&dyn PositionResolver>,
    code: UnitCode<'_>,
) -> Result<DebugOutput> {
    let (dialect, entries, tree) = plan(unit, &code)?;
    let mut writer = UnitWriter {
        unit,
        dialect,
        resolver,
        code,
        tree,
        files: SourceFiles::default(),
        lines: LineTable::default(),
        entries,
        strings: Strings::default(),
        addresses: Addresses::default(),
        range_lists: RangeLists::new(unit.version),
        location_lists: LocationLists::new(dialect),
        rows: Vec::new(),
        location: LocationWriter::default(),
    };
    for index in 0..writer.code.functions.len() {
        let function = writer.code.functions[index];
        writer.write_rows(&function)?;
    }
    if unit.emission == DebugEmission::LineDirectives {
        return writer.finish_lines_only();
    }
    let unit_ranges = writer.unit_ranges()?;
    writer.open_cgu(&unit_ranges)?;
    let top = std::mem::take(&mut writer.tree.of_unit);
    writer.write_all(&top)?;
    writer.write_bound_type()?;
    writer.entries.close()?;
    if dialect.is_split { split::finish(writer, unit_ranges) } else { writer.finish() }
}

/// Plans the entries and their form. A unit without entries is not split even if it should be, as with LLVM:
/// gdb 13 aborts with a failed assertion on a skeleton without a split unit.
fn plan<'a>(unit: &'a UnitDebugInfo, code: &UnitCode<'a>) -> Result<(Dialect, EntryWriter, Tree<'a>)> {
    let plan_as = |header: UnitHeader| {
        let mut entries = EntryWriter::new(unit.version, header)?;
        let tree = Tree::plant(&unit.description, code, unit.emission, &mut entries);
        let dialect = Dialect { version: unit.version, is_split: header == UnitHeader::Split };
        Ok((dialect, entries, tree))
    };
    let planned = plan_as(if unit.split.is_some() { UnitHeader::Split } else { UnitHeader::Compile })?;
    let (dialect, _, tree) = &planned;
    if dialect.is_split && tree.of_unit.is_empty() { plan_as(UnitHeader::Compile) } else { Ok(planned) }
}

/// The state of writing a unit.
pub(super) struct UnitWriter<'a> {
    pub(super) unit: &'a UnitDebugInfo,
    pub(super) dialect: Dialect,
    pub(super) resolver: Option<&'a dyn PositionResolver>,
    pub(super) code: UnitCode<'a>,
    pub(super) tree: Tree<'a>,
    /// The files of all positions so far.
    pub(super) files: SourceFiles,
    pub(super) lines: LineTable,
    pub(super) entries: EntryWriter,
    pub(super) strings: Strings,
    pub(super) addresses: Addresses,
    /// The lists of scopes, and that of the unit unless a skeleton has it.
    pub(super) range_lists: RangeLists,
    pub(super) location_lists: LocationLists,
    /// The rows of the current function; reused for its capacity.
    pub(super) rows: Vec<Row>,
    /// The location of the current variable; reused for its capacity.
    pub(super) location: LocationWriter,
}

/// The attributes with the code ranges of the unit; empty without code.
pub(super) type UnitRanges = Vec<(DwAt, Value<'static>)>;

impl<'a> UnitWriter<'a> {
    /// Returns the code ranges of the unit; none if the skeleton of a split unit has them.
    fn unit_ranges(&mut self) -> Result<UnitRanges> {
        if self.dialect.is_split && self.unit.version >= 5 {
            return Ok(Vec::new());
        }
        ranges_attributes(&self.code, &mut self.range_lists, &mut self.addresses)
    }

    fn open_cgu(&mut self, unit_ranges: &UnitRanges) -> Result<()> {
        let unit = self.unit;
        let mut attributes = vec![
            (gimli::DW_AT_producer, self.string(&unit.producer)?),
            (gimli::DW_AT_language, Value::Data2(DW_LANG_Rust.0)),
            (gimli::DW_AT_name, self.string(&unit.name)?),
        ];
        if let Some(split) = unit.split.as_ref().filter(|_| self.dialect.is_split) {
            split::push_identity(&mut attributes, self.string(&split.name)?, unit.version);
        } else {
            self.push_bases(&mut attributes);
            attributes.push((gimli::DW_AT_comp_dir, self.string(&unit.compilation_directory)?));
            attributes.extend_from_slice(unit_ranges);
        }
        self.entries.open(gimli::DW_TAG_compile_unit, Children::Yes, &attributes)
    }

    /// Adds the offset of the line table, and the bases of the tables that numbers refer to.
    fn push_bases(&self, attributes: &mut Attributes<'_>) {
        if self.resolver.is_some() {
            attributes.push((gimli::DW_AT_stmt_list, Value::SectionOffset(SectionId::DebugLine, 0)));
        }
        if self.unit.version >= 5 {
            let bases = [
                (gimli::DW_AT_str_offsets_base, SectionId::DebugStrOffsets, OFFSETS_BASE),
                (gimli::DW_AT_addr_base, SectionId::DebugAddr, ADDRESSES_BASE),
                (gimli::DW_AT_rnglists_base, SectionId::DebugRngLists, LISTS_BASE),
                (gimli::DW_AT_loclists_base, SectionId::DebugLocLists, LISTS_BASE),
            ];
            let bases = bases.into_iter().filter(|(_, section, _)| self.will_have(*section));
            attributes.extend(bases.map(|(name, section, base)| (name, Value::SectionOffset(section, base))));
        }
    }

    /// Returns whether a section that the unit's entry refers to will have contents.
    fn will_have(&self, section: SectionId) -> bool {
        let is_numbered =
            |variable: &PlacedStatic<'_>| variable.symbol.is_some() && !variable.description.is_thread_local;
        let has_functions = !self.code.functions.is_empty();
        match section {
            SectionId::DebugAddr => has_functions || self.code.statics.iter().any(is_numbered),
            SectionId::DebugRngLists => has_functions,
            SectionId::DebugLocLists => {
                self.code.functions.iter().any(|function| !function.values.is_empty())
            }
            _ => true,
        }
    }

    /// Writes entries with their children.
    pub(super) fn write_all(&mut self, entries: &[Entry]) -> Result<()> {
        for &entry in entries {
            match entry {
                Entry::Namespace(id) => {
                    let name = self.string(&self.unit.description.namespaces[id].name)?;
                    let inner = std::mem::take(&mut self.tree.of_namespace[id]);
                    let attributes = [(gimli::DW_AT_name, name)];
                    self.entries.open(gimli::DW_TAG_namespace, Children::Yes, &attributes)?;
                    self.write_all(&inner)?;
                    self.entries.close()?;
                }
                Entry::Type(id) => self.write_type(id)?,
                Entry::Method(index) => self.write_method(index)?,
                Entry::Inlined(id) => self.write_inlined(id)?,
                Entry::Function(index) => self.write_function(index)?,
                Entry::Static(index) => self.write_static(index)?,
            }
        }
        Ok(())
    }

    /// Returns an attribute value for `text`.
    pub(super) fn string(&mut self, text: &str) -> Result<Value<'static>> {
        Ok(if self.dialect.has_address_table() {
            Value::StringIndex(self.strings.number(text)?)
        } else {
            Value::StringOffset(self.strings.offset(text)?)
        })
    }

    /// Returns an attribute value for the address `addend` bytes after `symbol`.
    pub(super) fn address(&mut self, symbol: SymbolIndex, addend: i64) -> Value<'static> {
        if self.dialect.has_address_table() {
            Value::AddressIndex(self.addresses.number(symbol, addend))
        } else {
            Value::Address(symbol, addend)
        }
    }

    /// Adds `DW_AT_name`, unless the name is empty.
    pub(super) fn push_name(&mut self, attributes: &mut Attributes<'_>, name: &str) -> Result<()> {
        if !name.is_empty() {
            attributes.push((gimli::DW_AT_name, self.string(name)?));
        }
        Ok(())
    }

    /// Returns `DW_AT_linkage_name`; before DWARF 4, the extension that all compilers use instead.
    pub(super) fn linkage_name(&self) -> DwAt {
        if self.unit.version >= 4 { gimli::DW_AT_linkage_name } else { gimli::DW_AT_MIPS_linkage_name }
    }

    /// Adds `DW_AT_decl_file` and `DW_AT_decl_line`, if the position is known.
    pub(super) fn push_declaration(&mut self, attributes: &mut Attributes<'_>, position: Option<u32>) {
        if let Some(location) = position.and_then(|position| self.resolve(position)) {
            attributes.push((gimli::DW_AT_decl_file, self.file(location.file)));
            attributes.push((gimli::DW_AT_decl_line, Value::Unsigned(u64::from(location.line))));
        }
    }

    /// Returns the number of a file in the line table.
    pub(super) fn file(&self, file: FileId) -> Value<'static> {
        Value::Unsigned(file_number(file))
    }

    /// Returns the location of `position`; `None` for positions without source.
    pub(super) fn resolve(&mut self, position: u32) -> Option<SourceLocation> {
        self.resolver?.resolve(position, &mut self.files)
    }

    fn finish_lines_only(self) -> Result<DebugOutput> {
        let mut object = DebugSections::new();
        finish_lines(self.unit, self.resolver, self.lines, &self.files, &mut object)?;
        Ok(DebugOutput { object: without_empty(object), split: DebugSections::new() })
    }

    fn finish(self) -> Result<DebugOutput> {
        let version = self.unit.version;
        let is_referred_to = self.will_have(SectionId::DebugLocLists);
        let without_lists = if is_referred_to { WithoutLists::Header } else { WithoutLists::Nothing };
        let entries = self.entries.finish()?;
        let mut object = vec![
            (SectionId::DebugAbbrev, entries.abbreviations),
            (SectionId::DebugInfo, entries.info),
            self.range_lists.finish()?,
            self.location_lists.finish(without_lists)?,
        ];
        if self.dialect.has_address_table() {
            let offsets = self.strings.offsets_table(version, OffsetsTable::Linked)?;
            object.push((SectionId::DebugStrOffsets, offsets));
        }
        object.push((SectionId::DebugStr, self.strings.finish()));
        object.push((SectionId::DebugAddr, self.addresses.finish(version)?));
        push_address_ranges(self.unit, &self.code, &mut object)?;
        finish_lines(self.unit, self.resolver, self.lines, &self.files, &mut object)?;
        Ok(DebugOutput { object: without_empty(object), split: DebugSections::new() })
    }
}

/// Returns `DW_AT_low_pc` and `DW_AT_ranges` with all functions of the unit.
pub(super) fn ranges_attributes(
    code: &UnitCode<'_>,
    range_lists: &mut RangeLists,
    addresses: &mut Addresses,
) -> Result<UnitRanges> {
    if code.functions.is_empty() {
        return Ok(Vec::new());
    }
    let functions = code.functions.iter().map(|function| (function.symbol, function.size));
    let list = range_lists.functions(functions, addresses)?;
    // The base of the addresses in the list.
    Ok(vec![(gimli::DW_AT_low_pc, Value::FixedAddress(0)), (gimli::DW_AT_ranges, list)])
}

/// Adds `.debug_aranges` if it is needed and enabled.
pub(super) fn push_address_ranges(
    unit: &UnitDebugInfo,
    code: &UnitCode<'_>,
    sections: &mut DebugSections,
) -> Result<()> {
    if unit.address_ranges && !code.statics.is_empty() && !code.functions.is_empty() {
        sections.push((SectionId::DebugAranges, aranges::write(code.functions)?));
    }
    Ok(())
}

/// Adds `.debug_line` and `.debug_line_str`.
pub(super) fn finish_lines(
    unit: &UnitDebugInfo,
    resolver: Option<&dyn PositionResolver>,
    lines: LineTable,
    files: &SourceFiles,
    sections: &mut DebugSections,
) -> Result<()> {
    let mut strings = Strings::default();
    let table = match resolver {
        Some(_) => lines.finish(unit, files, &mut strings)?,
        None => RelocatedSection::default(),
    };
    sections.push((SectionId::DebugLine, table));
    sections.push((SectionId::DebugLineStr, strings.finish()));
    Ok(())
}

pub(super) fn without_empty(mut sections: DebugSections) -> DebugSections {
    sections.retain(|(_, section)| !section.bytes.slice().is_empty());
    sections
}
