//! Writes the rows of a function in the line table.
//!
//! The prologue has the line of the declaration. It ends at the first code with a location, after the
//! arguments are stored, because the code that stores them has no location. A row begins a statement if the
//! line changes. Rows for code without source have line 0. LLVM does the same, and debuggers rely on it.

use gimli::write::Result;

use super::DescribedFunction;
use super::lines::{Begins, Row};
use super::unit::UnitWriter;
use crate::cgu::SourceLocation;

impl<'a> UnitWriter<'a> {
    pub(super) fn write_rows(&mut self, function: &DescribedFunction<'a>) -> Result<()> {
        let declaration =
            function.description.subprogram.declaration.and_then(|position| self.resolve(position));
        let mut rows = std::mem::take(&mut self.rows);
        rows.clear();
        let first = function.source_ranges.first().map_or(u32::MAX, |range| range.start);
        if let Some(location) = declaration.filter(|_| first > 0) {
            // The declaration's column is not that of the function's first code.
            rows.push(Row { column: 0, ..row(0, location, Begins::Statement) });
        }
        // The location of the last row with a line; `None` before the body begins.
        let mut last_location: Option<SourceLocation> = None;
        for range in function.source_ranges {
            let Some(location) = self.resolve(range.position) else {
                if let Some(last) = rows.last().copied() {
                    let begins = Begins::Nothing;
                    push_row(&mut rows, Row { offset: range.start, line: 0, column: 0, begins, ..last });
                }
                continue;
            };
            let begins = match last_location {
                None => Begins::Body,
                Some(last) if (last.file, last.line) == (location.file, location.line) => Begins::Nothing,
                Some(_) => Begins::Statement,
            };
            last_location = Some(location);
            push_row(&mut rows, row(range.start, location, begins));
        }
        let result =
            if rows.is_empty() { Ok(()) } else { self.lines.sequence(function.symbol, function.size, &rows) };
        self.rows = rows;
        result
    }
}

/// Adds a row unless it has the location of the row before and begins nothing.
fn push_row(rows: &mut Vec<Row>, row: Row) {
    let same = |last: &Row| {
        (last.file, last.line, last.column) == (row.file, row.line, row.column)
            && row.begins == Begins::Nothing
    };
    if !rows.last().is_some_and(same) {
        rows.push(row);
    }
}

fn row(offset: u32, location: SourceLocation, begins: Begins) -> Row {
    Row { offset, file: location.file, line: location.line, column: location.column, begins }
}
