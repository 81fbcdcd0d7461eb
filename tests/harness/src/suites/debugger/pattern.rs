//! Matches expected texts: `[..]` matches anything, and runs of spaces and line ends are equal to one space.

use std::fmt;

/// Matches anything.
const ANYTHING: &str = "[..]";

/// An expected text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    /// The texts between the wildcards. There is at least one.
    parts: Vec<String>,
}

impl Pattern {
    /// Parses a pattern.
    pub fn new(text: &str) -> Pattern {
        Pattern { parts: single_blanks(text).split(ANYTHING).map(str::to_owned).collect() }
    }

    /// Whether the pattern matches the whole text.
    pub fn is_all_of(&self, text: &str) -> bool {
        let (first, rest) = match self.parts.split_first() {
            Some((only, [])) => return text == only,
            Some(parts) => parts,
            None => return false,
        };
        let Some(mut left) = text.strip_prefix(first.as_str()) else { return false };
        let Some((last, middle)) = rest.split_last() else { return false };
        for part in middle {
            match left.find(part.as_str()) {
                Some(start) => left = &left[start + part.len()..],
                None => return false,
            }
        }
        left.ends_with(last.as_str())
    }

    /// Returns the end of the first match in the text.
    pub fn end_in(&self, text: &str) -> Option<usize> {
        let mut end = 0;
        for part in &self.parts {
            end += text[end..].find(part.as_str())? + part.len();
        }
        Some(end)
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.parts.join(ANYTHING))
    }
}

/// Replaces runs of blanks and line ends by single blanks.
pub fn single_blanks(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_texts_are_compared() {
        let is = |pattern: &str, text: &str| Pattern::new(pattern).is_all_of(text);
        assert!(is("a  b", "a b") && is("", "") && is("a[..]c[..]e", "a b c d e") && is("[..]", ""));
        assert!(is("a[..]a", "aa") && !is("a[..]a", "a"));
        assert!(!is("a", "a b") && !is("b[..]", "ab") && !is("[..]b", "bc") && !is("a[..]x[..]c", "abc"));
    }

    #[test]
    fn parts_are_found() {
        let end = |pattern: &str, text: &str| Pattern::new(pattern).end_in(text);
        assert_eq!(end("b", "abc"), Some(2));
        assert_eq!(end("a[..]c", "xabcd"), Some(4));
        assert_eq!(end("c[..]a", "abc"), None);
    }

    #[test]
    fn blanks_become_single() {
        assert_eq!(single_blanks(" a\n  b\t c "), "a b c");
    }
}
