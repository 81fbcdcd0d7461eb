//! One compile unit and its functions.
//!
//! [`describe_unit`] goes through the functions once: positions are resolved to lines here, on the worker. The
//! compile unit's own entry comes first in `.debug_info` and refers to the line table and the range list, whose
//! offsets are known from the start: each object has one of either.

use gimli::write::Result;
use gimli::{DW_LANG_Rust, DwAt, Register, SectionId};

use super::entries::{Children, EntryWriter, Value};
use super::lines::{Begins, LineTable, Row, file_number};
use super::strings::Strings;
use super::{DebugSections, RelocatedSection, SymbolIndex, ranges};
use crate::compile::SourceRange;
use crate::description::FunctionDescription;
use crate::unit::{PositionResolver, SourceFiles, SourceLocation, UnitDebugInfo};

/// Where a function's variables are found from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FrameBase {
    /// The value of a register (DWARF number), which must be below 32.
    Register(Register),
}

impl FrameBase {
    /// `DW_AT_frame_base`.
    fn expression(self) -> [u8; 1] {
        match self {
            FrameBase::Register(register) => [gimli::DW_OP_reg0.0 + register.0 as u8],
        }
    }
}

/// A compiled function as debug info sees it.
#[derive(Clone, Copy, Debug)]
pub struct CompiledFunction<'a> {
    pub symbol: SymbolIndex,
    /// Of the code, in bytes.
    pub size: u32,
    pub description: &'a FunctionDescription,
    /// By start.
    pub source_ranges: &'a [SourceRange],
    pub frame_base: FrameBase,
}

/// The debug sections of a unit. Without a `resolver` no position is known and no line table is written.
pub fn describe_unit(
    unit: &UnitDebugInfo,
    resolver: Option<&dyn PositionResolver>,
    functions: &[CompiledFunction<'_>],
) -> Result<DebugSections> {
    let mut builder = UnitBuilder {
        resolver,
        files: SourceFiles::default(),
        lines: LineTable::default(),
        entries: EntryWriter::new(unit.version)?,
        strings: Strings::default(),
        rows: Vec::new(),
    };
    let ranges: Vec<_> = functions.iter().map(|function| (function.symbol, function.size)).collect();
    let (range_section, range_offset, range_list) = ranges::write(unit.version, &ranges)?;
    builder.open_unit(unit, (!ranges.is_empty()).then_some((range_section, range_offset)))?;
    for function in functions {
        builder.function(function)?;
    }
    builder.finish(unit, (range_section, range_list))
}

struct UnitBuilder<'a> {
    resolver: Option<&'a dyn PositionResolver>,
    /// The files that positions were in so far.
    files: SourceFiles,
    lines: LineTable,
    entries: EntryWriter,
    strings: Strings,
    /// The rows of the current function; kept for its memory.
    rows: Vec<Row>,
}

impl UnitBuilder<'_> {
    fn open_unit(&mut self, unit: &UnitDebugInfo, ranges: Option<(SectionId, u32)>) -> Result<()> {
        let mut attributes = vec![
            (gimli::DW_AT_producer, Value::String(self.strings.offset(&unit.producer)?)),
            (gimli::DW_AT_language, Value::Data2(DW_LANG_Rust.0)),
            (gimli::DW_AT_name, Value::String(self.strings.offset(&unit.name)?)),
        ];
        if self.resolver.is_some() {
            attributes.push((gimli::DW_AT_stmt_list, Value::SectionOffset(SectionId::DebugLine, 0)));
        }
        let directory = self.strings.offset(&unit.compilation_directory)?;
        attributes.push((gimli::DW_AT_comp_dir, Value::String(directory)));
        if let Some((section, offset)) = ranges {
            // The base that the addresses of the range list are relative to.
            attributes.push((gimli::DW_AT_low_pc, Value::FixedAddress(0)));
            attributes.push((gimli::DW_AT_ranges, Value::SectionOffset(section, offset)));
        }
        self.entries.open(gimli::DW_TAG_compile_unit, Children::Yes, &attributes)
    }

    fn function(&mut self, function: &CompiledFunction<'_>) -> Result<()> {
        let subprogram = &function.description.subprogram;
        let declaration = subprogram.declaration.and_then(|position| self.resolve(position));
        self.write_rows(function, declaration)?;
        let frame_base = function.frame_base.expression();
        let mut attributes: Vec<(DwAt, Value<'_>)> = vec![
            (gimli::DW_AT_low_pc, Value::Address(function.symbol, 0)),
            (gimli::DW_AT_high_pc, Value::Data4(function.size)),
            (gimli::DW_AT_frame_base, Value::Expression(&frame_base)),
        ];
        if let Some(name) = subprogram.linkage_name.as_ref().filter(|&name| *name != subprogram.name) {
            let offset = self.strings.offset(name)?;
            attributes.push((gimli::DW_AT_linkage_name, Value::String(offset)));
        }
        attributes.push((gimli::DW_AT_name, Value::String(self.strings.offset(&subprogram.name)?)));
        if let Some(location) = declaration {
            attributes.push((gimli::DW_AT_decl_file, Value::Unsigned(file_number(location.file))));
            attributes.push((gimli::DW_AT_decl_line, Value::Unsigned(u64::from(location.line))));
        }
        if subprogram.is_external {
            attributes.push((gimli::DW_AT_external, Value::Present));
        }
        self.entries.open(gimli::DW_TAG_subprogram, Children::No, &attributes)
    }

    fn resolve(&mut self, position: u32) -> Option<SourceLocation> {
        self.resolver?.resolve(position, &mut self.files)
    }

    /// The prologue belongs to the declaration. A row begins a statement when the line changes; rows for code
    /// without source have line 0.
    fn write_rows(
        &mut self,
        function: &CompiledFunction<'_>,
        declaration: Option<SourceLocation>,
    ) -> Result<()> {
        self.rows.clear();
        let first = function.source_ranges.first().map_or(u32::MAX, |range| range.start);
        if let Some(location) = declaration.filter(|_| first > 0) {
            self.rows.push(row(0, location, Begins::Statement));
        }
        let mut body_has_begun = false;
        for range in function.source_ranges {
            let Some(location) = self.resolve(range.position) else {
                if let Some(last) = self.rows.last().copied() {
                    self.push_row(Row {
                        offset: range.start,
                        line: 0,
                        column: 0,
                        begins: Begins::Nothing,
                        ..last
                    });
                }
                continue;
            };
            let begins = match self.rows.last() {
                _ if !body_has_begun => Begins::Body,
                Some(last) if last.line == location.line && last.file == location.file => Begins::Nothing,
                _ => Begins::Statement,
            };
            body_has_begun = true;
            self.push_row(row(range.start, location, begins));
        }
        if self.rows.is_empty() {
            return Ok(());
        }
        self.lines.sequence(function.symbol, function.size, &self.rows)
    }

    /// Adds a row unless it says the same as the one before.
    fn push_row(&mut self, row: Row) {
        let same = |last: &Row| {
            (last.file, last.line, last.column) == (row.file, row.line, row.column)
                && row.begins == Begins::Nothing
        };
        if !self.rows.last().is_some_and(same) {
            self.rows.push(row);
        }
    }

    fn finish(
        mut self,
        unit: &UnitDebugInfo,
        (range_section, range_list): (SectionId, RelocatedSection),
    ) -> Result<DebugSections> {
        self.entries.close()?;
        let mut line_strings = Strings::default();
        let lines = match self.resolver {
            Some(_) => self.lines.finish(unit, &self.files, &mut line_strings)?,
            None => RelocatedSection::default(),
        };
        let (abbreviations, info) = self.entries.finish()?;
        let mut sections = vec![
            (SectionId::DebugAbbrev, abbreviations),
            (SectionId::DebugInfo, info),
            (range_section, range_list),
            (SectionId::DebugStr, self.strings.finish()),
            (SectionId::DebugLine, lines),
            (SectionId::DebugLineStr, line_strings.finish()),
        ];
        sections.retain(|(_, section)| !section.bytes.slice().is_empty());
        Ok(sections)
    }
}

fn row(offset: u32, location: SourceLocation, begins: Begins) -> Row {
    Row { offset, file: location.file, line: location.line, column: location.column, begins }
}
