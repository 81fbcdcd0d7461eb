//! Leaves out the unit tests of a source, because some rules are only about the product's code.

use std::ops::Range;

use super::lexer::Parts;

/// The attribute of a test module.
const ATTRIBUTE: &str = "#[cfg(test)]";

/// Returns the parts with blanks instead of inline test modules (`#[cfg(test)] mod x { ... }`). A declaration
/// (`mod x;`) stays.
pub fn without_test_modules(parts: &Parts) -> Parts {
    // Only the number of characters is the same in all parts.
    let characters = |end: usize| parts.code[..end].chars().count();
    let modules: Vec<Range<usize>> = test_modules(&parts.code)
        .into_iter()
        .map(|module| characters(module.start)..characters(module.end))
        .collect();
    let blank = |part: &str| {
        let keep = |index: usize| !modules.iter().any(|module| module.contains(&index));
        let choose = |(index, next)| if next == '\n' || keep(index) { next } else { ' ' };
        part.chars().enumerate().map(choose).collect()
    };
    Parts { code: blank(&parts.code), quoted: blank(&parts.quoted), comments: blank(&parts.comments) }
}

/// Returns the bytes of each inline test module, from its attribute to its closing brace.
fn test_modules(code: &str) -> Vec<Range<usize>> {
    let mut modules: Vec<Range<usize>> = Vec::new();
    for (start, _) in code.match_indices(ATTRIBUTE) {
        let Some(body) = module_body(&code[start + ATTRIBUTE.len()..]) else { continue };
        modules.push(start..code.len() - body.len() + block_length(body));
    }
    modules
}

/// Returns the text from the `{` of the inline module that begins `text`. Other attributes may come first.
fn module_body(text: &str) -> Option<&str> {
    let mut text = text.trim_start();
    while let Some(attribute) = text.strip_prefix('#') {
        text = attribute.get(block_length(attribute)..)?.trim_start();
    }
    let text = match text.strip_prefix("pub") {
        Some(rest) if rest.starts_with('(') => rest.split_once(')')?.1.trim_start(),
        Some(rest) => rest.trim_start(),
        None => text,
    };
    let name = text.strip_prefix("mod ")?;
    let body = name.trim_start_matches(|next: char| next.is_alphanumeric() || next == '_').trim_start();
    body.starts_with('{').then_some(body)
}

/// Returns the length of the `{...}` or `[...]` that begins `text`.
pub fn block_length(text: &str) -> usize {
    let mut depth = 0_usize;
    for (index, character) in text.char_indices() {
        match character {
            '{' | '[' => depth += 1,
            '}' | ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return index + 1;
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::super::lexer;
    use super::*;

    fn product(source: &str) -> Parts {
        without_test_modules(&lexer::parts(source))
    }

    #[test]
    fn code_after_the_declaration_of_a_test_module_stays() {
        let source = "#[cfg(test)]\nmod tests;\nuse crate::a;\n";
        assert_eq!(product(source), lexer::parts(source));
    }

    #[test]
    fn an_inline_test_module_is_left_out_up_to_its_brace() {
        let found = product(
            "f(\"ä\");\n#[cfg(test)]\n#[allow(x)]\npub(crate) mod tests {\n    fn g() { h(\"}\") } // i\n}\nj(\"k\"); // l\n",
        );
        assert_eq!(found.code.split_whitespace().collect::<Vec<_>>(), ["f(\"", "\");", "j(\"", "\");"]);
        assert_eq!(found.quoted.split_whitespace().collect::<Vec<_>>(), ["ä", "k"]);
        assert_eq!(found.comments.trim(), "// l");
        assert_eq!(found.code.lines().count(), 7);
    }

    #[test]
    fn other_test_items_stay() {
        let source =
            "#[cfg(test)] #[allow(x)] fn f() { g() }\n#[derive(A)]\nmod h {}\n#[cfg(test)]\nuse a::b;\n";
        assert_eq!(product(source), lexer::parts(source));
    }
}
