//! Splits Rust source into code, quoted text and comments, as precisely as the rules need.
//!
//! Each part keeps the lines and columns of the source: the other parts are blank in it.

/// The parts of a source. All have the same lines.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Parts {
    /// Code, with the quotes of strings and characters, but without their contents.
    pub code: String,
    /// The contents of strings and characters.
    pub quoted: String,
    /// Comments of all kinds, with their markers.
    pub comments: String,
}

/// The part that a piece of the source belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// [`Parts::code`]
    Code,
    /// [`Parts::quoted`]
    Quoted,
    /// [`Parts::comments`]
    Comment,
}

/// Splits a source.
pub fn parts(source: &str) -> Parts {
    let mut lexer = Lexer { rest: source, parts: Parts::default(), last: ' ' };
    while let Some(first) = lexer.rest.chars().next() {
        lexer.step(first);
    }
    lexer.parts
}

/// The state between two pieces.
struct Lexer<'a> {
    /// The unread rest.
    rest: &'a str,
    /// The parts of what has been read.
    parts: Parts,
    /// The last character of code.
    last: char,
}

impl Lexer<'_> {
    /// Reads the piece that begins with `first`.
    fn step(&mut self, first: char) {
        if self.rest.starts_with("//") {
            let end = self.rest.find('\n').unwrap_or(self.rest.len());
            self.take(end, Part::Comment);
        } else if self.rest.starts_with("/*") {
            let end = block_comment_end(self.rest);
            self.take(end, Part::Comment);
        } else if let Some(hashes) = self.raw_string() {
            let opening = self.rest.find('"').map_or(self.rest.len(), |quote| quote + 1);
            self.take(opening, Part::Code);
            let closing = format!("\"{}", "#".repeat(hashes));
            let end = self.rest.find(&closing).unwrap_or(self.rest.len());
            self.take(end, Part::Quoted);
            self.take(closing.len(), Part::Code);
        } else if first == '"' {
            self.take(1, Part::Code);
            let end = quoted_end(self.rest, '"');
            self.take(end, Part::Quoted);
            self.take(1, Part::Code);
        } else if first == '\'' && is_character(self.rest) {
            self.take(1, Part::Code);
            let end = quoted_end(self.rest, '\'');
            self.take(end, Part::Quoted);
            self.take(1, Part::Code);
        } else {
            self.take(first.len_utf8(), Part::Code);
            self.last = first;
        }
    }

    /// Moves `length` bytes into a part, and adds blanks to the others.
    fn take(&mut self, length: usize, part: Part) {
        let (piece, rest) = self.rest.split_at(length.min(self.rest.len()));
        self.rest = rest;
        for character in piece.chars() {
            let blank = if character == '\n' { '\n' } else { ' ' };
            let choose = |wanted| if part == wanted { character } else { blank };
            self.parts.code.push(choose(Part::Code));
            self.parts.quoted.push(choose(Part::Quoted));
            self.parts.comments.push(choose(Part::Comment));
        }
    }

    /// Returns the number of `#` if a raw string begins here.
    fn raw_string(&self) -> Option<usize> {
        if self.last.is_alphanumeric() || self.last == '_' {
            return None;
        }
        let start = ["r", "br", "cr"].iter().find_map(|prefix| self.rest.strip_prefix(prefix))?;
        let inner = start.trim_start_matches('#');
        inner.starts_with('"').then(|| start.len() - inner.len())
    }
}

/// Returns the end of a block comment, which may contain others.
fn block_comment_end(text: &str) -> usize {
    let mut depth = 0;
    for (index, _) in text.char_indices() {
        if text[index..].starts_with("/*") {
            depth += 1;
        } else if text[index..].starts_with("*/") {
            depth -= 1;
            if depth == 0 {
                return index + 2;
            }
        }
    }
    text.len()
}

/// Returns the end of quoted text, before the quote.
fn quoted_end(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (index, character) in text.char_indices() {
        if !escaped && character == quote {
            return index;
        }
        escaped = !escaped && character == '\\';
    }
    text.len()
}

/// Whether a `'` begins a character and not a lifetime.
fn is_character(text: &str) -> bool {
    let mut following = text.chars().skip(1);
    match following.next() {
        Some('\\') => true,
        Some(_) => following.next() == Some('\''),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_part_keeps_its_place() {
        let found = parts("let a = \"b // c\"; // d \"e\"\nf('\"', 'g);");
        assert_eq!(found.code, "let a = \"      \";         \nf(' ', 'g);");
        assert_eq!(found.quoted.trim_end(), "         b // c           \n   \"");
        assert_eq!(found.comments.trim(), "// d \"e\"");
    }

    #[test]
    fn raw_strings_and_nested_comments_end_where_they_do() {
        let found = parts("r#\"fn \"x\" {\"#; /* a /* b */ c */ g(\"\\\"\")");
        assert_eq!(found.code.split_whitespace().collect::<Vec<_>>(), ["r#\"", "\"#;", "g(\"", "\")"]);
        assert_eq!(found.quoted.split_whitespace().collect::<Vec<_>>(), ["fn", "\"x\"", "{", "\\\""]);
        assert_eq!(found.comments.trim(), "/* a /* b */ c */");
    }
}
