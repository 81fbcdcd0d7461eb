//! Texts from objects, made safe for a terminal.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Replaces control characters by escapes: line breaks would break a report of one line for each difference,
/// and escape sequences would control the terminal. Names in objects can have any bytes.
pub fn printable(text: &str) -> Cow<'_, str> {
    if !text.contains(char::is_control) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::new();
    for character in text.chars() {
        if character.is_control() {
            // Writing to a string cannot fail.
            let _ = write!(safe, "{}", character.escape_default());
        } else {
            safe.push(character);
        }
    }
    Cow::Owned(safe)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_escaped() {
        assert_eq!(printable("a\x1b[2Jb\nc\u{9b}"), "a\\u{1b}[2Jb\\nc\\u{9b}");
        assert!(matches!(printable("<T as ä>::f"), Cow::Borrowed("<T as ä>::f")));
    }
}
