//! The assembler source of one unit, and where its lines are from.

/// A range in the compiler's opaque positions, both ends inclusive-exclusive; the same meaning as in
/// [`crate::unit::PositionResolver`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Origin {
    pub start: u32,
    pub end: u32,
}

/// Which of the two syntaxes of x86 a template is written in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Syntax {
    Intel,
    Att,
}

impl Syntax {
    /// The directive that switches to it.
    pub fn directive(self) -> &'static str {
        match self {
            Syntax::Intel => ".intel_syntax noprefix",
            Syntax::Att => ".att_syntax prefix",
        }
    }
}

/// All assembly of a unit. The syntax between blocks is Intel's.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UnitAssembly {
    text: String,
    /// One for each line of `text`.
    origins: Vec<Option<Origin>>,
}

impl Default for UnitAssembly {
    fn default() -> Self {
        let mut assembly = UnitAssembly { text: String::new(), origins: Vec::new() };
        assembly.push(Syntax::Intel.directive(), None);
        assembly
    }
}

impl UnitAssembly {
    /// Appends one line, or several with the same origin.
    pub fn push(&mut self, lines: &str, origin: Option<Origin>) {
        for line in lines.split('\n') {
            self.text.push_str(line);
            self.text.push('\n');
            self.origins.push(origin);
        }
    }

    /// Appends a block of global assembly; `origin` tells where its line `n`, counted from 0, is from.
    pub fn push_global(&mut self, text: &str, syntax: Syntax, origin: impl Fn(usize) -> Option<Origin>) {
        if syntax != Syntax::Intel {
            self.push(syntax.directive(), origin(0));
        }
        for (index, line) in without_line_comments(text).split('\n').enumerate() {
            self.push(line, origin(index));
        }
        if syntax != Syntax::Intel {
            self.push(Syntax::Intel.directive(), None);
        }
    }

    /// Whether there is nothing to assemble.
    pub fn is_empty(&self) -> bool {
        self.origins.len() == 1
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    /// Line `number` of the text, counted from 1 as assemblers do.
    pub fn line(&self, number: usize) -> Option<(&str, Option<Origin>)> {
        let index = number.checked_sub(1)?;
        Some((self.text.lines().nth(index)?, *self.origins.get(index)?))
    }
}

/// `text` without comments from `//` to the end of the line, which LLVM's assembler knows and GNU's for x86 does not.
pub fn without_line_comments(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    for (index, line) in text.split('\n').enumerate() {
        if index > 0 {
            result.push('\n');
        }
        result.push_str(&line[..comment_start(line).unwrap_or(line.len())]);
    }
    result
}

/// Where a `//` comment begins that is not within a string.
fn comment_start(line: &str) -> Option<usize> {
    if !line.contains("//") {
        return None;
    }
    let bytes = line.as_bytes();
    let (mut in_string, mut index) = (false, 0);
    while index < bytes.len() {
        match bytes[index] {
            b'\\' if in_string => index += 1,
            b'"' => in_string = !in_string,
            b'/' if !in_string && bytes.get(index + 1) == Some(&b'/') => return Some(index),
            _ => {}
        }
        index += 1;
    }
    None
}
