//! Writes the line table (section 6.2 of all versions of DWARF).
//!
//! [`LineTable::sequence`] encodes the rows of one function. [`LineTable::finish`] adds the header, with the
//! files that rows mention, before all sequences. File numbers are the same in all versions: [`FileId`] plus
//! one (in DWARF 5, file 0 is the unit itself).

use std::collections::HashMap;

use gimli::write::{Result, Writer};
use gimli::{DwForm, DwLnct, Format, LineEncoding};

use super::entries::ADDRESS_SIZE;
use super::strings::Strings;
use super::{RelocatedSection, SymbolIndex};
use crate::cgu::{FileId, SourceFile, SourceFiles, UnitDebugInfo};
use cranelift_codegen::entity::EntityRef;

/// The parameters of special opcodes; LLVM and gcc use the same values. Addresses count single bytes on all
/// targets.
const ENCODING: LineEncoding = LineEncoding {
    minimum_instruction_length: 1,
    maximum_operations_per_instruction: 1,
    default_is_stmt: true,
    line_base: -5,
    line_range: 14,
};

/// The number of the first special opcode.
const OPCODE_BASE: u8 = 13;

/// Operand counts of the standard opcodes 1 to 12 (DWARF 5 section 6.2.5.2).
const STANDARD_OPCODE_LENGTHS: [u8; OPCODE_BASE as usize - 1] = [0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1];

/// What begins at a row. Debuggers put breakpoints on rows that begin a statement.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Begins {
    Nothing,
    Statement,
    /// The first statement after the prologue.
    Body,
}

/// A row: the source location of code from an offset on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Row {
    /// In bytes from the start of the function.
    pub offset: u32,
    pub file: FileId,
    /// 1-based; 0 for code without source.
    pub line: u32,
    /// 1-based; 0 when unknown.
    pub column: u32,
    pub begins: Begins,
}

/// A unit's line table under construction.
#[derive(Default)]
pub struct LineTable {
    program: RelocatedSection,
}

/// Returns the number of `file` in the line table and in `DW_AT_decl_file`.
pub fn file_number(file: FileId) -> u64 {
    file.index() as u64 + 1
}

/// The registers of the line-number state machine that rows change.
struct LineState {
    offset: u32,
    file: u64,
    line: u32,
    column: u32,
    is_statement: bool,
}

impl LineTable {
    /// Appends the rows of one function, sorted by offset. Its code has `size` bytes.
    pub fn sequence(&mut self, symbol: SymbolIndex, size: u32, rows: &[Row]) -> Result<()> {
        self.program.write_u8(0)?;
        self.program.write_uleb128(1 + u64::from(ADDRESS_SIZE))?;
        self.program.write_u8(gimli::DW_LNE_set_address.0)?;
        self.program.write_address(symbol.address(0), ADDRESS_SIZE)?;
        // The file register starts as 1, but binutils before 2.42 starts with 0 in DWARF 5 (its bug 30783).
        // So the first row always sets it.
        let (file, is_statement) = (0, ENCODING.default_is_stmt);
        let mut state = LineState { offset: 0, file, line: 1, column: 0, is_statement };
        for row in rows {
            self.row(&mut state, row)?;
        }
        if size > state.offset {
            self.program.write_u8(gimli::DW_LNS_advance_pc.0)?;
            self.program.write_uleb128(u64::from(size - state.offset))?;
        }
        self.program.write(&[0, 1, gimli::DW_LNE_end_sequence.0])
    }

    fn row(&mut self, state: &mut LineState, row: &Row) -> Result<()> {
        let program = &mut self.program;
        let file = file_number(row.file);
        if file != state.file {
            program.write_u8(gimli::DW_LNS_set_file.0)?;
            program.write_uleb128(file)?;
            state.file = file;
        }
        if row.column != state.column {
            program.write_u8(gimli::DW_LNS_set_column.0)?;
            program.write_uleb128(u64::from(row.column))?;
            state.column = row.column;
        }
        let is_statement = row.begins != Begins::Nothing;
        if is_statement != state.is_statement {
            program.write_u8(gimli::DW_LNS_negate_stmt.0)?;
            state.is_statement = is_statement;
        }
        if row.begins == Begins::Body {
            program.write_u8(gimli::DW_LNS_set_prologue_end.0)?;
        }
        let line_advance = i64::from(row.line) - i64::from(state.line);
        let address_advance = u64::from(row.offset - state.offset);
        (state.line, state.offset) = (row.line, row.offset);
        advance(program, line_advance, address_advance)
    }

    /// Returns the whole table: header, then program. `files` are all files that rows mention.
    pub fn finish(
        self,
        unit: &UnitDebugInfo,
        files: &SourceFiles,
        line_strings: &mut Strings,
    ) -> Result<RelocatedSection> {
        let mut section = RelocatedSection::default();
        let length_offset = section.write_initial_length(Format::Dwarf32)?;
        let start = section.len();
        section.write_u16(unit.version)?;
        if unit.version >= 5 {
            section.write_u8(ADDRESS_SIZE)?;
            // No segment selectors.
            section.write_u8(0)?;
        }
        let header_length_offset = section.len();
        section.write_u32(0)?;
        let header_start = section.len();
        section.write_u8(ENCODING.minimum_instruction_length)?;
        if unit.version >= 4 {
            section.write_u8(ENCODING.maximum_operations_per_instruction)?;
        }
        section.write_u8(u8::from(ENCODING.default_is_stmt))?;
        section.write_u8(ENCODING.line_base as u8)?;
        section.write_u8(ENCODING.line_range)?;
        section.write_u8(OPCODE_BASE)?;
        section.write(&STANDARD_OPCODE_LENGTHS)?;
        let directories = Directories::of(files);
        if unit.version >= 5 {
            write_files_version_5(&mut section, unit, files, &directories, line_strings)?;
        } else {
            write_files_version_4(&mut section, files, &directories)?;
        }
        let header_length = (section.len() - header_start) as u64;
        section.write_udata_at(header_length_offset, header_length, 4)?;
        append(&mut section, self.program)?;
        let length = (section.len() - start) as u64;
        section.write_initial_length_at(length_offset, length, Format::Dwarf32)?;
        Ok(section)
    }
}

/// Advances line and address and emits the row, by one special opcode if possible (DWARF 5 section 6.2.5.1).
fn advance(program: &mut RelocatedSection, mut line: i64, mut address: u64) -> Result<()> {
    let (line_base, line_range) = (i64::from(ENCODING.line_base), i64::from(ENCODING.line_range));
    if line < line_base || line >= line_base + line_range {
        program.write_u8(gimli::DW_LNS_advance_line.0)?;
        program.write_sleb128(line)?;
        line = 0;
    }
    let opcode_of_line = (line - line_base) as u64 + u64::from(OPCODE_BASE);
    let largest = |opcode: u64| (u64::from(u8::MAX) - opcode) / line_range as u64;
    // `DW_LNS_const_add_pc` adds this: the address advance of special opcode 255.
    let constant = largest(u64::from(OPCODE_BASE));
    if address > largest(opcode_of_line) {
        if address >= constant && address - constant <= largest(opcode_of_line) {
            program.write_u8(gimli::DW_LNS_const_add_pc.0)?;
            address -= constant;
        } else {
            program.write_u8(gimli::DW_LNS_advance_pc.0)?;
            program.write_uleb128(address)?;
            address = 0;
        }
    }
    program.write_u8((opcode_of_line + address * line_range as u64) as u8)
}

/// The directories of the files, in order of first use. Number 0 is the compilation directory.
struct Directories<'a> {
    names: Vec<&'a str>,
    numbers: HashMap<&'a str, u64>,
}

impl<'a> Directories<'a> {
    fn of(files: &'a SourceFiles) -> Self {
        let mut directories = Directories { names: Vec::new(), numbers: HashMap::from([("", 0)]) };
        for (_, file) in files.iter() {
            let next = directories.names.len() as u64 + 1;
            directories.numbers.entry(&file.directory).or_insert_with(|| {
                directories.names.push(&file.directory);
                next
            });
        }
        directories
    }

    fn number(&self, file: &SourceFile) -> u64 {
        self.numbers[&*file.directory]
    }
}

/// Writes the directory and file tables (DWARF 5 section 6.2.4, items 11 to 18).
fn write_files_version_5(
    section: &mut RelocatedSection,
    unit: &UnitDebugInfo,
    files: &SourceFiles,
    directories: &Directories<'_>,
    strings: &mut Strings,
) -> Result<()> {
    write_formats(section, &[(gimli::DW_LNCT_path, gimli::DW_FORM_line_strp)])?;
    section.write_uleb128(directories.names.len() as u64 + 1)?;
    for name in [&*unit.compilation_directory].into_iter().chain(directories.names.iter().copied()) {
        write_line_string(section, strings, name)?;
    }
    let mut formats = vec![
        (gimli::DW_LNCT_path, gimli::DW_FORM_line_strp),
        (gimli::DW_LNCT_directory_index, gimli::DW_FORM_udata),
    ];
    // Either all entries have a checksum, or none has.
    let with_checksums = files.iter().all(|(_, file)| file.md5.is_some());
    if with_checksums {
        formats.push((gimli::DW_LNCT_MD5, gimli::DW_FORM_data16));
    }
    // The same for source texts, but an empty one stands for "unknown".
    let with_texts = files.iter().any(|(_, file)| file.text.is_some());
    if with_texts {
        formats.push((gimli::DW_LNCT_LLVM_source, gimli::DW_FORM_line_strp));
    }
    write_formats(section, &formats)?;
    section.write_uleb128(files.iter().count() as u64 + 1)?;
    // File 0 is the unit, which is not a file on disk. A checksum of zeroes stands for "no checksum".
    let entries =
        files.iter().map(|(_, file)| (&*file.name, directories.number(file), file.md5, text_of(file)));
    for (name, directory, md5, text) in [(&*unit.name, 0, None, "")].into_iter().chain(entries) {
        write_line_string(section, strings, name)?;
        section.write_uleb128(directory)?;
        if with_checksums {
            section.write(&md5.unwrap_or_default())?;
        }
        if with_texts {
            write_line_string(section, strings, text)?;
        }
    }
    Ok(())
}

/// Returns the contents of `file`, or an empty string if they are unknown.
fn text_of(file: &SourceFile) -> &str {
    file.text.as_ref().map_or("", |text| text.as_str())
}

/// Writes the directory and file tables of DWARF 2 to 4 (DWARF 4 section 6.2.4, items 11 and 12).
fn write_files_version_4(
    section: &mut RelocatedSection,
    files: &SourceFiles,
    directories: &Directories<'_>,
) -> Result<()> {
    for name in &directories.names {
        section.write(name.as_bytes())?;
        section.write_u8(0)?;
    }
    section.write_u8(0)?;
    for (_, file) in files.iter() {
        section.write(file.name.as_bytes())?;
        section.write_u8(0)?;
        section.write_uleb128(directories.number(file))?;
        // The time of modification and the size are unknown.
        section.write(&[0, 0])?;
    }
    section.write_u8(0)
}

fn write_formats(section: &mut RelocatedSection, formats: &[(DwLnct, DwForm)]) -> Result<()> {
    section.write_u8(formats.len() as u8)?;
    for (content, form) in formats {
        section.write_uleb128(u64::from(content.0))?;
        section.write_uleb128(u64::from(form.0))?;
    }
    Ok(())
}

fn write_line_string(section: &mut RelocatedSection, strings: &mut Strings, text: &str) -> Result<()> {
    let offset = strings.offset(text)?;
    section.write_offset(offset as usize, gimli::SectionId::DebugLineStr, 4)
}

/// Appends `tail` with its relocations.
fn append(section: &mut RelocatedSection, tail: RelocatedSection) -> Result<()> {
    let base = section.len();
    section.write(tail.bytes.slice())?;
    section.relocations.extend(
        tail.relocations
            .into_iter()
            .map(|relocation| gimli::write::Relocation { offset: relocation.offset + base, ..relocation }),
    );
    Ok(())
}
