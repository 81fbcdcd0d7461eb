//! Line tables: the source position of each instruction. Files are known by their names without folders,
//! which depend on where the source is.

use std::collections::HashMap;

use gimli::ColumnType;
use object::SectionIndex;

use super::sections::{Sections, Unit};
use super::{LINES, ROW, base_name};
use crate::error::Error;
use crate::layers::unwinding::Attribute;
use crate::model::Fact;
use crate::view::{Definition, View};

/// The line tables of an object.
#[derive(Default)]
pub struct Lines {
    /// The rows by section and offset.
    rows: Vec<Row>,
    /// The names of files.
    files: Vec<String>,
}

/// The position of a range of code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Row {
    section: usize,
    /// From the start of the section.
    start: u64,
    end: u64,
    /// The number of the file's name.
    file: u32,
    line: u64,
    column: u64,
    is_statement: bool,
}

impl Lines {
    /// Reads the tables of all units.
    ///
    /// # Errors
    ///
    /// Fails if they are damaged.
    pub fn read(view: &View<'_>) -> Result<Self, Error> {
        let at = |error: gimli::Error| view.damaged(".debug_line", error);
        let sections = Sections::load(view)?;
        let dwarf = sections.main();
        let mut reader = Reader { view, lines: Lines::default(), names: HashMap::new() };
        let mut headers = dwarf.units();
        while let Some(header) = headers.next().map_err(|error| view.damaged(".debug_info", error))? {
            let unit = dwarf.unit(header).map_err(|error| view.damaged(".debug_info", error))?;
            reader.unit(&dwarf, &unit).map_err(at)?;
        }
        let mut lines = reader.lines;
        lines.rows.sort_by_key(|row| (row.section, row.start));
        Ok(lines)
    }

    /// Returns the rows of a function.
    fn of(&self, definition: &Definition) -> &[Row] {
        let section = definition.section.0;
        let end = definition.offset.saturating_add(definition.size);
        let first = self.rows.partition_point(|row| (row.section, row.start) < (section, definition.offset));
        let last = self.rows.partition_point(|row| (row.section, row.start) < (section, end));
        self.rows.get(first..last).unwrap_or_default()
    }

    /// Returns the lines of a function with their files. Line 0 says that there is not one.
    pub fn facts(&self, definition: &Definition) -> Vec<Fact> {
        let mut positions: Vec<(u32, u64)> =
            self.of(definition).iter().filter(|row| row.line != 0).map(|row| (row.file, row.line)).collect();
        positions.sort_unstable();
        positions.dedup();
        let fact = |(file, line)| Fact {
            property: LINES,
            of: String::new(),
            value: format!("{}:{line}", self.file(file)),
        };
        positions.into_iter().map(fact).collect()
    }

    fn file(&self, number: u32) -> &str {
        self.files.get(number as usize).map_or("", String::as_str)
    }
}

/// Returns the positions of a function's instructions, by range.
///
/// # Errors
///
/// Fails if the line tables are damaged.
pub fn attributes(view: &View<'_>, definition: &Definition) -> Result<Vec<Attribute>, Error> {
    let lines = view.lines()?;
    let attribute = |row: &Row| {
        let statement = if row.is_statement { "" } else { " (no statement)" };
        let value = format!("{}:{}:{}{statement}", lines.file(row.file), row.line, row.column);
        Attribute {
            start: row.start.saturating_sub(definition.offset),
            end: row.end.saturating_sub(definition.offset),
            fact: Fact { property: ROW, of: String::new(), value },
        }
    };
    Ok(lines.of(definition).iter().map(attribute).collect())
}

/// The state of reading.
struct Reader<'v, 'd> {
    view: &'v View<'d>,
    lines: Lines,
    /// The number of each file's name.
    names: HashMap<String, u32>,
}

impl Reader<'_, '_> {
    fn unit(
        &mut self,
        dwarf: &gimli::Dwarf<super::sections::Bytes<'_>>,
        unit: &Unit<'_>,
    ) -> gimli::Result<()> {
        let Some(program) = unit.line_program.clone() else { return Ok(()) };
        // Numbers of files in the unit, and of their names.
        let mut files: HashMap<u64, u32> = HashMap::new();
        let mut open: Option<Row> = None;
        let mut rows = program.rows();
        while let Some((header, row)) = rows.next_row()? {
            let place = self.view.layout().place(row.address());
            if let Some(mut previous) = open.take() {
                let start = self.view.layout().address(SectionIndex(previous.section));
                previous.end = row.address().saturating_sub(start);
                if previous.start < previous.end {
                    self.lines.rows.push(previous);
                }
            }
            let Some((section, offset)) = place.filter(|_| !row.end_sequence()) else { continue };
            let file = match files.get(&row.file_index()) {
                Some(file) => *file,
                None => {
                    let path = row.file(header).map(|file| dwarf.attr_string(unit, file.path_name()));
                    let path = path.transpose()?.map(|path| path.to_string_lossy()).unwrap_or_default();
                    let number = self.number(base_name(&path));
                    files.insert(row.file_index(), number);
                    number
                }
            };
            let column = match row.column() {
                ColumnType::LeftEdge => 0,
                ColumnType::Column(column) => column.get(),
            };
            let line = row.line().map_or(0, std::num::NonZero::get);
            let is_statement = row.is_stmt();
            open = Some(Row {
                section: section.0,
                start: offset,
                end: offset,
                file,
                line,
                column,
                is_statement,
            });
        }
        Ok(())
    }

    /// Returns the number of a file's name.
    fn number(&mut self, name: &str) -> u32 {
        if let Some(number) = self.names.get(name) {
            return *number;
        }
        let number = u32::try_from(self.lines.files.len()).unwrap_or(u32::MAX);
        self.lines.files.push(name.to_owned());
        self.names.insert(name.to_owned(), number);
        number
    }
}
