//! Rules about the shape of files: lengths, widths, and first lines.

use super::product::block_length;
use super::rules::{Finding, LONGEST_FILE, LONGEST_FUNCTION, WIDEST_COMMENT};
use super::tree::{File, Tree};

/// Finds functions that are too long.
pub fn long_functions(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.own_rust() {
        for (line, lines, name) in functions(&file.parts.code) {
            if lines > LONGEST_FUNCTION {
                findings.push(file.finding(line, format!("`{name}` has {lines} lines")));
            }
        }
    }
    findings
}

/// Finds files that are too long.
pub fn long_files(tree: &Tree) -> Vec<Finding> {
    let length = |file: &File| file.text.lines().count();
    let long = tree.own_rust().filter(|file| length(file) > LONGEST_FILE);
    long.map(|file| file.finding(1, format!("{} lines", length(file)))).collect()
}

/// Finds Rust files, including the programs that the tests compile, that do not begin with a description.
pub fn missing_module_docs(tree: &Tree) -> Vec<Finding> {
    let is_documented = |file: &File| {
        let first = file.text.lines().next().unwrap_or_default();
        first.strip_prefix("//! ").is_some_and(|text| text.contains(char::is_alphanumeric))
    };
    let undocumented = tree.files.iter().filter(|file| file.is_rust() && !is_documented(file));
    undocumented.map(|file| file.finding(1, "the first line is not `//! ...`".to_owned())).collect()
}

/// Finds modules with submodules whose file is not `mod.rs`. Roots of crates are exempt.
pub fn module_styles(tree: &Tree) -> Vec<Finding> {
    let is_module = |file: &&File| {
        let name = file.path.rsplit('/').next().unwrap_or_default();
        !["mod.rs", "lib.rs", "main.rs"].contains(&name) && !file.path.contains("/bin/")
    };
    let mut findings = Vec::new();
    for file in tree.own_rust().filter(is_module) {
        let lines = file.parts.code.lines().enumerate();
        let declarations = lines.filter(|(_, line)| is_module_declaration(line));
        findings
            .extend(declarations.map(|(index, line)| file.finding(index + 1, format!("`{}`", line.trim()))));
    }
    findings
}

/// Whether a line declares a module whose text is in another file.
fn is_module_declaration(line: &str) -> bool {
    let mut words = line.split_whitespace().skip_while(|word| word.starts_with("pub"));
    words.next() == Some("mod") && words.next().is_some_and(|name| name.ends_with(';'))
}

/// Finds comment lines that are too wide, also after code. Code blocks, tables and links are exempt.
pub fn wide_comments(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.own_rust() {
        let mut in_code_block = false;
        for (index, (line, comment)) in file.text.lines().zip(file.parts.comments.lines()).enumerate() {
            let is_alone = line.trim_start().starts_with("//");
            let comment = comment.trim().trim_start_matches(['/', '!']).trim_start();
            in_code_block = is_alone && in_code_block ^ comment.starts_with("```");
            let width = line.chars().count();
            let margin = if is_alone { width - comment.chars().count() } else { 0 };
            let may_be_wide = in_code_block || comment.starts_with('|') || has_wide_link(comment, margin);
            if width > WIDEST_COMMENT && !comment.is_empty() && !may_be_wide {
                findings.push(file.finding(index + 1, format!("{width} characters")));
            }
        }
    }
    findings
}

/// Whether a comment has a link that is too wide even alone on a line with this margin.
fn has_wide_link(comment: &str, margin: usize) -> bool {
    let mut words = comment.split_whitespace();
    words.any(|word| word.contains("://") && margin + word.chars().count() > WIDEST_COMMENT)
}

/// Returns the first line, the number of lines and the name of each function with a body.
fn functions(code: &str) -> Vec<(usize, usize, &str)> {
    let mut found = Vec::new();
    for (position, _) in code.match_indices("fn ") {
        let before = code[..position].chars().next_back();
        if before.is_some_and(|before| before.is_alphanumeric() || before == '_') {
            continue;
        }
        let rest = &code[position + 3..];
        let name_end = rest.find(|next: char| !next.is_alphanumeric() && next != '_').unwrap_or(rest.len());
        // The type of a function pointer has no name.
        if name_end == 0 {
            continue;
        }
        if let Some(end) = body_end(rest) {
            let line = code[..position].lines().count().max(1);
            found.push((line, rest[..end].lines().count(), &rest[..name_end]));
        }
    }
    found
}

/// Returns the end of the body of the function whose name begins the text. `None` for a declaration.
fn body_end(text: &str) -> Option<usize> {
    let start = body_start(text)?;
    Some(start + block_length(&text[start..]))
}

/// Returns the position of the `{` of the body. Blocks between brackets are constants of the signature, as in
/// `-> [u8; { N }]`.
fn body_start(text: &str) -> Option<usize> {
    let mut blocks = 0_usize;
    let mut brackets = 0_usize;
    let mut generics = 0_usize;
    let mut before = ' ';
    for (index, character) in text.char_indices() {
        match character {
            '{' if brackets + generics + blocks == 0 => return Some(index),
            ';' if brackets + generics + blocks == 0 => return None,
            '{' => blocks += 1,
            '}' => blocks = blocks.saturating_sub(1),
            _ if blocks > 0 => {}
            '(' | '[' => brackets += 1,
            ')' | ']' => brackets = brackets.saturating_sub(1),
            // Between brackets, these are also operators. They do not matter there.
            '<' if brackets == 0 => generics += 1,
            '>' if brackets == 0 && before != '-' => generics = generics.saturating_sub(1),
            _ => {}
        }
        before = character;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_measured() {
        let code =
            "trait T {\n    fn a(x: [u8; 4]) -> fn();\n    fn b() {\n        if x {\n        }\n    }\n}\n";
        assert_eq!(functions(code), [(3, 4, "b")]);
        for signature in [
            "-> [u8; { N }]",
            "-> A<{ N + { 1 } }>",
            "<const N: usize = { 1 }>(x: [u8; 1 << 2])",
            "<T: Fn() -> A>() -> impl B<C>\nwhere\n    T: D,",
        ] {
            let code = format!("fn a{signature} {{\n\n}}\n");
            assert_eq!(functions(&code), [(1, code.lines().count(), "a")], "{signature}");
        }
    }

    #[test]
    fn an_empty_module_doc_does_not_count() {
        let find = |text: &str| missing_module_docs(&Tree { files: vec![File::new("src/a.rs", text)] }).len();
        assert_eq!(find("//! \n//! A.\n") + find("//! -\n") + find("//!\n") + find(""), 4);
        assert_eq!(find("//! A.\n"), 0);
    }

    #[test]
    fn tables_and_links_may_be_wide() {
        let wide = "x".repeat(WIDEST_COMMENT);
        let find = |text: String| wide_comments(&Tree { files: vec![File::new("src/a.rs", text)] }).len();
        assert_eq!(find(format!("/// {wide}\nf();\n")), 1);
        assert_eq!(find(format!("f(); // {wide}\ng(\"// {wide}\");\n")), 1);
        assert_eq!(find(format!("/// https://a {wide}\n")), 1);
        assert_eq!(
            find(format!("/// | {wide} |\n/// https://{wide}\n/// ```text\n/// {wide}\n/// ```\n")),
            0
        );
    }
}
