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
        for (index, line) in text.split('\n').enumerate() {
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

    /// All lines of the text, and where they are from.
    pub fn lines(&self) -> impl Iterator<Item = (&str, Option<Origin>)> {
        self.text.lines().zip(self.origins.iter().copied())
    }

    /// Line `number` of the text, counted from 1 as assemblers do.
    pub fn line(&self, number: usize) -> Option<(&str, Option<Origin>)> {
        self.lines().nth(number.checked_sub(1)?)
    }
}
