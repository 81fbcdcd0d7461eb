//! The module-level assembly of one CGU, and where its lines are from.

/// A range in the compiler's opaque positions, both ends inclusive-exclusive; the same meaning as in
/// [`crate::cgu::PositionResolver`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Origin {
    pub start: u32,
    pub end: u32,
}

/// Which syntax a template is written in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Syntax {
    /// One of the two of x86.
    Intel,
    /// The other one of x86, which LLVM begins with.
    Att,
    /// The syntax of a machine that has only one.
    Only,
}

/// The directive that LLVM needs in front of assembly in Intel's syntax.
const INTEL: &str = ".intel_syntax";
/// The directive that ends it.
const ATT: &str = ".att_syntax";

/// All module-level assembly of a CGU. The text is the same, line by line, as what rustc's LLVM backend makes
/// of the same items, so that messages name the same lines. The syntax between blocks is the one that LLVM
/// begins with.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct CguAssembly {
    text: String,
    /// One for each line of `text`.
    origins: Vec<Option<Origin>>,
}

impl CguAssembly {
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
        match syntax {
            Syntax::Intel => self.push(INTEL, origin(0)),
            Syntax::Att => self.push(ATT, origin(0)),
            Syntax::Only => {}
        }
        // LLVM ends each text that is appended with a new line only if it does not end with one.
        let text = if syntax == Syntax::Intel { text } else { text.strip_suffix('\n').unwrap_or(text) };
        for (index, line) in text.split('\n').enumerate() {
            self.push(line, origin(index));
        }
        if syntax == Syntax::Intel {
            self.push(ATT, None);
        }
    }

    /// Whether there is nothing to assemble.
    pub fn is_empty(&self) -> bool {
        self.origins.is_empty()
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    /// All lines of the text, and where they are from.
    pub fn lines(&self) -> impl Iterator<Item = (&str, Option<Origin>)> {
        self.text.lines().zip(self.origins.iter().copied())
    }

    /// Where line `number` of the text, counted from 1 as assemblers do, is from.
    pub fn origin(&self, number: usize) -> Option<Origin> {
        self.origins.get(number.checked_sub(1)?).copied().flatten()
    }
}
