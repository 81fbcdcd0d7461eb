//! The module-level assembly of one CGU, with the origin of each line in the source.

/// A range of the compiler's opaque positions ([`crate::cgu::PositionResolver`]), without `end`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Origin {
    pub start: u32,
    pub end: u32,
}

/// The syntax of a template.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Syntax {
    /// Intel's, on x86.
    Intel,
    /// AT&T's, on x86. It is LLVM's default.
    Att,
    /// The syntax of a machine that has only one.
    Only,
}

/// The directive that switches to Intel's syntax.
const INTEL: &str = ".intel_syntax";
/// The directive that switches back.
const ATT: &str = ".att_syntax";

/// All module-level assembly of a CGU.
///
/// The text has the same lines as the one that rustc's LLVM backend writes for the same items, so messages
/// name the same line numbers. Between blocks, the syntax is LLVM's default.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct CguAssembly {
    text: String,
    /// The origin of each line of `text`.
    origins: Vec<Option<Origin>>,
}

impl CguAssembly {
    /// Appends one or more lines that have the same origin.
    pub fn push(&mut self, lines: &str, origin: Option<Origin>) {
        for line in lines.split('\n') {
            self.text.push_str(line);
            self.text.push('\n');
            self.origins.push(origin);
        }
    }

    /// Appends a block of global assembly. `origin` returns the origin of each line, counted from 0.
    pub fn push_global(&mut self, text: &str, syntax: Syntax, origin: impl Fn(usize) -> Option<Origin>) {
        match syntax {
            Syntax::Intel => self.push(INTEL, origin(0)),
            Syntax::Att => self.push(ATT, origin(0)),
            Syntax::Only => {}
        }
        // LLVM adds a line end to each appended text only if the text does not already end with one.
        let text = if syntax == Syntax::Intel { text } else { text.strip_suffix('\n').unwrap_or(text) };
        for (index, line) in text.split('\n').enumerate() {
            self.push(line, origin(index));
        }
        if syntax == Syntax::Intel {
            self.push(ATT, None);
        }
    }

    /// Whether there is no assembly.
    pub fn is_empty(&self) -> bool {
        self.origins.is_empty()
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns all lines of the text with their origins.
    pub fn lines(&self) -> impl Iterator<Item = (&str, Option<Origin>)> {
        self.text.lines().zip(self.origins.iter().copied())
    }

    /// Returns the origin of line `number`, counted from 1 as assemblers do.
    pub fn origin(&self, number: usize) -> Option<Origin> {
        self.origins.get(number.checked_sub(1)?).copied().flatten()
    }
}
