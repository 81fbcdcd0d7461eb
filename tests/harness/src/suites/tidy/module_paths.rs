//! Finds the modules of its own crate that a source names.
//!
//! It follows all forms of paths: `crate::a::b`, `$crate::a`, `super::super::a`, `self::super::a`, and
//! groups such as `super::{super::a, b}`.

/// The name that [`imports`] returns for the crate itself, as in `use crate as x`.
pub const WHOLE_CRATE: &str = "crate";

/// A piece of code, with its line from 1: a name, `::`, or another character.
type Token<'a> = (usize, &'a str);

/// Returns the modules at the crate's root that code in the module `module` names, each with its line.
pub fn imports(code: &str, module: &[&str]) -> Vec<(usize, String)> {
    let mut reader = Reader { tokens: tokens(code), found: Vec::new() };
    let mut inline = InlineModules { module: module.to_vec(), depth: 0, depths: Vec::new() };
    let mut index = 0;
    while index < reader.tokens.len() {
        inline.step(&reader, index);
        let previous = index.checked_sub(1).map_or("", |previous| reader.text(previous));
        index = match (previous, reader.text(index), reader.text(index + 1)) {
            ("extern", "crate", "self") => {
                reader.note(index, WHOLE_CRATE);
                index + 1
            }
            (_, "crate" | "self" | "super", "::" | "as") if previous != "::" => {
                reader.read(index, inline.module.clone())
            }
            _ => index + 1,
        };
    }
    reader.found
}

/// Reads paths.
struct Reader<'a> {
    /// The code.
    tokens: Vec<Token<'a>>,
    /// The modules that were found, with their lines.
    found: Vec<(usize, String)>,
}

impl<'a> Reader<'a> {
    /// Returns a token, or an empty text after the last.
    fn text(&self, index: usize) -> &'a str {
        self.tokens.get(index).map_or("", |token| token.1)
    }

    /// Notes that the token names this module.
    fn note(&mut self, index: usize, module: &str) {
        self.found.push((self.tokens[index].0, module.to_owned()));
    }

    /// Reads a path, up to the first module that decides, and returns the index after it. `module` is the
    /// module where the path begins.
    fn read(&mut self, mut index: usize, mut module: Vec<&'a str>) -> usize {
        loop {
            match self.text(index) {
                "" => return index,
                "{" => return self.read_group(index, &module),
                "crate" => module.clear(),
                "self" => {}
                "super" => _ = module.pop(),
                name => {
                    self.note(index, module.first().unwrap_or(&name));
                    return index + 1;
                }
            }
            if self.text(index + 1) != "::" {
                self.note(index, module.first().unwrap_or(&WHOLE_CRATE));
                return index + 1;
            }
            index += 2;
        }
    }

    /// Reads the paths of a group (`{a, b::c}`), and returns the index after it.
    fn read_group(&mut self, mut index: usize, module: &[&'a str]) -> usize {
        index += 1;
        while !matches!(self.text(index), "" | "}") {
            index = self.read(index, module.to_vec());
            let mut depth = 0_usize;
            while !(depth == 0 && matches!(self.text(index), "," | "}")) {
                match self.text(index) {
                    "" => return index,
                    "{" => depth += 1,
                    "}" => depth -= 1,
                    _ => {}
                }
                index += 1;
            }
            if self.text(index) == "," {
                index += 1;
            }
        }
        index + 1
    }
}

/// The modules around the current token.
struct InlineModules<'a> {
    /// The path from the crate's root.
    module: Vec<&'a str>,
    /// The number of open braces.
    depth: usize,
    /// The numbers of open braces in the inline modules (`mod a { ... }`).
    depths: Vec<usize>,
}

impl<'a> InlineModules<'a> {
    /// Enters or leaves a module at a brace.
    fn step(&mut self, reader: &Reader<'a>, index: usize) {
        match reader.text(index) {
            "{" => {
                self.depth += 1;
                if index >= 2 && reader.text(index - 2) == "mod" {
                    self.module.push(reader.text(index - 1));
                    self.depths.push(self.depth);
                }
            }
            "}" => {
                if self.depths.last() == Some(&self.depth) {
                    self.module.pop();
                    self.depths.pop();
                }
                self.depth = self.depth.saturating_sub(1);
            }
            _ => {}
        }
    }
}

/// Splits code.
fn tokens(code: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    for (index, line) in code.lines().enumerate() {
        let mut rest = line.trim_start();
        while let Some(first) = rest.chars().next() {
            let name_end = rest.find(|next: char| !next.is_alphanumeric() && next != '_');
            let length = match name_end.unwrap_or(rest.len()) {
                0 if rest.starts_with("::") => 2,
                0 => first.len_utf8(),
                length => length,
            };
            let (token, after) = rest.split_at(length);
            tokens.push((index + 1, token));
            rest = after.trim_start();
        }
    }
    tokens
}
