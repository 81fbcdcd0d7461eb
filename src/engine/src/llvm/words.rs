//! Finds the words of assembly and of LLVM's IR that may be symbol names.
//!
//! The texts are not parsed. Each word that equals a symbol's name counts as a mention of that symbol.

/// Returns the words of `text` that may be symbol names, with their byte offsets. A word that begins with
/// `$`, which marks an immediate operand in AT&T's syntax, is returned with and without it.
pub fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let is_part =
        |character: char| character.is_alphanumeric() || "_.$".contains(character) || !character.is_ascii();
    let mut quoted = false;
    let mut rest = 0;
    let pieces = std::iter::from_fn(move || {
        while rest < text.len() {
            let piece = &text[rest..];
            if piece.starts_with('"') {
                quoted = !quoted;
                rest += 1;
                continue;
            }
            let end = if quoted {
                // A quoted name ends at the closing quote, or at the end of the line if there is no such
                // quote.
                piece.find(['"', '\n'])
            } else {
                piece.find(|character| !is_part(character))
            };
            let length = end.unwrap_or(piece.len());
            let start = rest;
            if length == 0 {
                quoted = quoted && !piece.starts_with('\n');
                rest += 1;
                continue;
            }
            rest += length;
            return Some((start, &piece[..length]));
        }
        None
    });
    pieces.flat_map(|(start, word)| {
        let immediate = word.strip_prefix('$').filter(|word| !word.is_empty());
        [Some((start, word)), immediate.map(|word| (start + 1, word))].into_iter().flatten()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_names_with_or_without_quotes() {
        let text =
            "movq $one, %rax\ncall two@PLT\nlea rax, [rip + _ZN3$LT$x$GT$E]\n.quad \"a name\"+8, \"next\"\n";
        let found: Vec<&str> = words(text).map(|(_, word)| word).collect();
        for name in ["one", "two", "_ZN3$LT$x$GT$E", "a name", "next"] {
            assert!(found.contains(&name), "{name}: {found:?}");
        }
        assert!(words(text).all(|(start, word)| text[start..].starts_with(word)));
    }
}
