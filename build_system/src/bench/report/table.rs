//! Writes Markdown tables with aligned columns, which are also readable as plain text.

/// A table. The first column is text, the others are numbers.
#[derive(Debug, Default)]
pub struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    /// Creates a table with these columns.
    pub fn new<Text: Into<String>>(columns: impl IntoIterator<Item = Text>) -> Table {
        Table { rows: vec![columns.into_iter().map(Into::into).collect()] }
    }

    /// Adds a row, which may be shorter than the others.
    pub fn row<Text: Into<String>>(&mut self, cells: impl IntoIterator<Item = Text>) {
        self.rows.push(cells.into_iter().map(Into::into).collect());
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.rows.len() < 2
    }

    /// Returns the text, with a line end after each line.
    pub fn text(&self) -> String {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let width = |column: usize| {
            let widths = self.rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count());
            widths.max().unwrap_or(0).max(3)
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        let mut text = String::new();
        for (number, row) in self.rows.iter().enumerate() {
            for (column, width) in widths.iter().enumerate() {
                let cell = row.get(column).map_or("", String::as_str);
                let cell =
                    if column == 0 { format!("| {cell:<width$} ") } else { format!("| {cell:>width$} ") };
                text.push_str(&cell);
            }
            text.push_str("|\n");
            if number == 0 {
                for (column, width) in widths.iter().enumerate() {
                    let dashes = "-".repeat(width + 1);
                    text.push_str(&if column == 0 { format!("|{dashes}-") } else { format!("|{dashes}:") });
                }
                text.push_str("|\n");
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned() {
        let mut table = Table::new(["name", "s"]);
        assert!(table.is_empty());
        table.row(["ä", "1.5"]);
        table.row(["longer"]);
        let expected = "| name   |   s |\n|--------|----:|\n| ä      | 1.5 |\n| longer |     |\n";
        assert_eq!(table.text(), expected);
        assert!(!table.is_empty());
    }
}
