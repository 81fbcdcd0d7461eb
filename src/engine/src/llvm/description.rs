//! Parses the diagnostics of LLVM's assembler, which the C interface only returns as text.
//!
//! ```text
//! <inline asm>:2:12: unexpected token in operand     (the message may have more lines)
//!         mov eax, [rbx                               (the line of assembly, with blanks instead of tabs)
//!            ^~~                                      (the position; missing if the line is not ASCII)
//! ```
//!
//! Two kinds of marks are missing in the text: all marks of a line that is not ASCII, and a mark of one
//! character at the position of the caret.

use std::ops::Range;

use super::emit::{Diagnostic, Input, InputPlace, Severity};

/// The assembler's name for the text that it was given.
const INLINE_ASSEMBLY: &str = "<inline asm>";
/// LLVM's `TabStop` (`SourceMgr.cpp`).
const TAB_STOP: usize = 8;

/// The prefixes of diagnostics without a position.
const NO_PLACE: [&str; 2] = ["<unknown>:0:0: ", "<unknown>:0: "];

/// Parses the text of a diagnostic.
pub(super) fn read(severity: Severity, text: &str) -> Diagnostic {
    let text = NO_PLACE.iter().find_map(|place| text.strip_prefix(place)).unwrap_or(text);
    match header(text) {
        Some((place, rest)) => {
            let (message, source_line, marks) = body(rest);
            Diagnostic { severity, message, place: Some(place), source_line, marks }
        }
        None => {
            Diagnostic { severity, message: text.to_owned(), place: None, source_line: None, marks: None }
        }
    }
}

/// Returns the position at the beginning of `text`, and the rest.
fn header(text: &str) -> Option<(InputPlace, &str)> {
    let first_line = text.lines().next()?;
    for (end, _) in first_line.match_indices(':') {
        let mut parts = text[end + 1..].splitn(3, ':');
        let mut number = || parts.next().and_then(|part| part.parse().ok());
        let (Some(line), Some(column)) = (number(), number()) else { continue };
        let rest = parts.next()?.strip_prefix(' ')?;
        if line == 0 {
            return None;
        }
        let input = if &text[..end] == INLINE_ASSEMBLY { Input::Assembly } else { Input::Other };
        return Some((InputPlace { input, line, column }, rest));
    }
    None
}

/// Returns the message, the line of assembly, and the marks below it.
fn body(text: &str) -> (String, Option<String>, Option<String>) {
    let mut lines: Vec<&str> = text.split('\n').collect();
    let are_marks = |line: &&str| line.contains('^') && line.chars().all(|mark| " ^~".contains(mark));
    let marks = if lines.len() > 2 { lines.pop_if(|line| are_marks(line)) } else { None };
    let source_line = if lines.len() > 1 { lines.pop() } else { None };
    (lines.join("\n"), source_line.map(str::to_owned), marks.map(str::to_owned))
}

impl Diagnostic {
    /// Returns the ranges of `line` that are marked with `~`, in bytes. `line` is the line of assembly with
    /// its tabs.
    pub fn marked_ranges(&self, line: &str) -> Vec<Range<usize>> {
        let Some(marks) = &self.marks else { return Vec::new() };
        let marks: Vec<char> = marks.chars().collect();
        let mut ranges: Vec<(Range<usize>, bool)> = Vec::new();
        let mut shown_at = 0;
        for (column, character) in line.bytes().chain(std::iter::repeat_n(b' ', 1)).enumerate() {
            let shown = marks.get(shown_at).copied().unwrap_or(' ');
            shown_at = if character == b'\t' { (shown_at / TAB_STOP + 1) * TAB_STOP } else { shown_at + 1 };
            match ranges.last_mut() {
                _ if shown == ' ' => {}
                // The caret replaces the mark at its position.
                Some((last, is_marked)) if last.end == column => {
                    last.end = column + 1;
                    *is_marked |= shown == '~';
                }
                _ => ranges.push((column..column + 1, shown == '~')),
            }
        }
        // A caret alone marks nothing.
        ranges.into_iter().filter_map(|(range, is_marked)| is_marked.then_some(range)).collect()
    }

    /// Whether the diagnostic is about `line`, which may have tabs.
    pub fn is_about(&self, line: &str) -> bool {
        self.source_line.as_deref() == Some(&*with_blanks(line))
    }
}

/// Returns `line` as LLVM prints it, with blanks instead of tabs.
fn with_blanks(line: &str) -> String {
    let mut shown = String::with_capacity(line.len());
    let mut width = 0;
    for character in line.chars() {
        let next = if character == '\t' { (width / TAB_STOP + 1) * TAB_STOP } else { width + 1 };
        if character == '\t' {
            shown.extend(std::iter::repeat_n(' ', next - width));
        } else {
            shown.push(character);
        }
        width = next;
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptions_are_parsed() {
        let text =
            "<inline asm>:2:12: unexpected token: in operand\n        mov eax, [rbx\n                   ^~~";
        let diagnostic = read(Severity::Error, text);
        assert_eq!(diagnostic.place, Some(InputPlace { input: Input::Assembly, line: 2, column: 12 }));
        assert_eq!(diagnostic.message, "unexpected token: in operand");
        assert_eq!(diagnostic.source_line.as_deref(), Some("        mov eax, [rbx"));
        assert!(diagnostic.is_about("\tmov eax, [rbx"));
        assert_eq!(format!("{:?}", diagnostic.marked_ranges("\tmov eax, [rbx")), "[12..15]");
        for place in ["<unknown>:0: ", "<unknown>:0:0: "] {
            let diagnostic = read(Severity::Error, &format!("{place}in function f: no"));
            assert_eq!((diagnostic.place, diagnostic.message.as_str()), (None, "in function f: no"));
        }
        assert_eq!(read(Severity::Error, "file.c:0:0: no").place, None);
        let other = read(Severity::Warning, "something else: 3:4");
        assert_eq!((other.place, other.message.as_str()), (None, "something else: 3:4"));
    }

    #[test]
    fn messages_keep_their_own_blanks_lines_and_colons() {
        let diagnostic =
            read(Severity::Error, "<instantiation>:1:7:  a: b\nc\n.error \" a: b\\nc\"\n      ^");
        assert_eq!(diagnostic.place, Some(InputPlace { input: Input::Other, line: 1, column: 7 }));
        assert_eq!(diagnostic.message, " a: b\nc");
        assert_eq!(diagnostic.source_line.as_deref(), Some(".error \" a: b\\nc\""));
        assert_eq!(diagnostic.marked_ranges(".error \" a: b\\nc\""), []);
    }

    #[test]
    fn a_line_that_is_not_ascii_has_no_marks() {
        let diagnostic = read(Severity::Error, "<inline asm>:1:1: unknown\nä foo");
        assert_eq!((diagnostic.source_line.as_deref(), diagnostic.marks), (Some("ä foo"), None));
    }
}
