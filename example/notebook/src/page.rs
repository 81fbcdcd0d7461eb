//! A page of text: a title, headings, paragraphs and tables.

use std::fmt;

#[derive(Debug, Clone, Copy)]
pub enum Align {
    Left,
    Right,
}

#[derive(Debug)]
enum Block {
    Heading(String),
    Text(String),
    Table { alignments: Vec<Align>, rows: Vec<Vec<String>> },
}

#[derive(Debug)]
pub struct Page {
    title: String,
    blocks: Vec<Block>,
}

impl Page {
    pub fn new(title: &str) -> Page {
        Page { title: title.to_string(), blocks: Vec::new() }
    }

    pub fn heading(&mut self, text: &str) {
        self.blocks.push(Block::Heading(text.to_string()));
    }

    pub fn text(&mut self, text: &str) {
        self.blocks.push(Block::Text(text.to_string()));
    }

    pub fn table<const N: usize>(
        &mut self,
        header: [&str; N],
        alignments: [Align; N],
        rows: impl IntoIterator<Item = [String; N]>,
    ) {
        let header = header.map(str::to_string).to_vec();
        let rows = std::iter::once(header).chain(rows.into_iter().map(Vec::from)).collect();
        self.blocks.push(Block::Table { alignments: alignments.to_vec(), rows });
    }
}

impl fmt::Display for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:=^60}", format!(" {} ", self.title))?;
        for block in &self.blocks {
            match block {
                Block::Heading(text) => writeln!(f, "\n{text}\n{:-<1$}", "", text.chars().count())?,
                Block::Text(text) => writeln!(f, "{text}")?,
                Block::Table { alignments, rows } => write_table(f, alignments, rows)?,
            }
        }
        Ok(())
    }
}

fn write_table(f: &mut fmt::Formatter<'_>, alignments: &[Align], rows: &[Vec<String>]) -> fmt::Result {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..alignments.len()).map(width).collect();
    for row in rows {
        let mut line = String::new();
        for ((cell, width), alignment) in row.iter().zip(&widths).zip(alignments) {
            line += &match alignment {
                Align::Left => format!("{cell:<width$}  "),
                Align::Right => format!("{cell:>width$}  "),
            };
        }
        writeln!(f, "{}", line.trim_end())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let mut page = Page::new("T");
        page.heading("é");
        page.table(
            ["a", "b"],
            [Align::Left, Align::Right],
            [["long".into(), "1".into()], ["ß".into(), "22".into()]],
        );
        let text = page.to_string();
        let lines: Vec<&str> = text.lines().skip(1).collect();
        assert_eq!(lines, ["", "é", "-", "a      b", "long   1", "ß     22"]);
    }
}
