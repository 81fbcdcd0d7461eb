//! The table of rules.

use std::fmt;

use super::tree::{File, Tree};
use super::{commands, imports, paths, shape, variables, words};

/// The maximal number of lines of a function.
pub const LONGEST_FUNCTION: usize = 60;
/// The maximal number of lines of a file.
pub const LONGEST_FILE: usize = 600;
/// The maximal number of characters of a comment line.
pub const WIDEST_COMMENT: usize = 110;

/// A rule.
pub struct Rule {
    /// The name of the case and of the list of exceptions.
    pub name: &'static str,
    /// The rule in words.
    pub says: &'static str,
    /// Finds violations.
    pub find: fn(&Tree) -> Vec<Finding>,
    /// A path, and a text that violates the rule exactly once.
    pub violation: (&'static str, &'static str),
}

/// A violation of a rule.
#[derive(Debug, PartialEq, Eq)]
pub struct Finding {
    /// The file.
    pub path: String,
    /// The line, from 1.
    pub line: usize,
    /// The description.
    pub text: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}: {}", self.path, self.line, self.text)
    }
}

impl File {
    /// Creates a finding in this file.
    pub fn finding(&self, line: usize, text: String) -> Finding {
        Finding { path: self.path.clone(), line, text }
    }
}

/// All rules.
pub const RULES: &[Rule] = &[
    Rule {
        name: "function-length",
        says: "functions have at most 60 lines",
        find: shape::long_functions,
        violation: ("src/engine/src/x.rs", LONG_FUNCTION),
    },
    Rule {
        name: "file-length",
        says: "files have at most 600 lines",
        find: shape::long_files,
        violation: ("src/engine/src/x.rs", LONG_FILE),
    },
    Rule {
        name: "module-docs",
        says: "a Rust file begins with a description (`//! ...`)",
        find: shape::missing_module_docs,
        violation: ("tests/run-pass/x.rs", "fn main() {}\n"),
    },
    Rule {
        name: "module-style",
        says: "a module with submodules is a folder with a `mod.rs`",
        find: shape::module_styles,
        violation: ("src/engine/src/x.rs", "//! X.\npub(crate) mod y;\n"),
    },
    Rule {
        name: "comment-width",
        says: "comment lines have at most 110 characters",
        find: shape::wide_comments,
        violation: (
            "build_system/src/x.rs",
            "// 01234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789\n",
        ),
    },
    Rule {
        name: "no-compiler-in-the-engine",
        says: "src/engine does not use the compiler's crates (only the backend may)",
        find: words::compiler_crates,
        violation: ("src/engine/src/x.rs", "use rustc_span::Span;\n"),
    },
    Rule {
        name: "machines",
        says: "code for one machine is in the machines' folders",
        find: words::machines,
        violation: ("src/engine/src/x.rs", "let x = Architecture::X86_64;\n"),
    },
    Rule {
        name: "words",
        says: "comments and documents use rustc's terms and plain words",
        find: words::old_words,
        violation: ("docs/x.md", "It is used in the place\nof another.\n"),
    },
    Rule {
        name: "imports",
        says: "folders only import what the table allows (tests/harness/src/suites/tidy/imports.rs)",
        find: imports::forbidden,
        violation: ("src/engine/src/cgu.rs", "use crate::{coordinator::Report, cgu::Symbol};\n"),
    },
    Rule {
        name: "paths",
        says: "files and folders named in documents and comments exist",
        find: paths::missing,
        violation: ("docs/x.md", "See [there](there.md).\n"),
    },
    Rule {
        name: "commands",
        says: "commands, suites and tests named in documents and comments exist",
        find: commands::missing,
        violation: ("docs/x.md", "Use `./y.sh tset`.\n"),
    },
    Rule {
        name: "variables",
        says: "a document names each environment variable of the project",
        find: variables::undocumented,
        violation: ("src/engine/src/x.rs", "let x = \"CLIF_NO_DOCUMENT_NAMES_IT\";\n"),
    },
];

/// A text with one line too many for a file.
const LONG_FILE: &str = text(&[b'\n'; LONGEST_FILE + 1]);

/// A function with one line too many.
const LONG_FUNCTION: &str = text(&long_function());

/// The bytes of [`LONG_FUNCTION`].
const fn long_function() -> [u8; 10 + LONGEST_FUNCTION] {
    let mut function = [b'\n'; 10 + LONGEST_FUNCTION];
    let (start, _) = function.split_at_mut(8);
    start.copy_from_slice(b"fn f() {");
    function[9 + LONGEST_FUNCTION] = b'}';
    function
}

/// Converts ASCII to text.
const fn text(ascii: &[u8]) -> &str {
    match std::str::from_utf8(ascii) {
        Ok(text) => text,
        Err(_) => "",
    }
}
