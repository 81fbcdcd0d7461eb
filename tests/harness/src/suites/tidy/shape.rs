//! Rules about the shape of files: lengths, widths, and first lines.

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
    let undocumented = tree.files.iter().filter(|file| file.is_rust() && !file.text.starts_with("//! "));
    undocumented.map(|file| file.finding(1, "the first line is not `//! ...`".to_owned())).collect()
}

/// Finds comment lines that are too wide. Code blocks, tables and links are exempt.
pub fn wide_comments(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.own_rust() {
        let mut in_code_block = false;
        for (index, line) in file.text.lines().enumerate() {
            let Some(comment) = line.trim_start().strip_prefix("//") else {
                in_code_block = false;
                continue;
            };
            let comment = comment.trim_start_matches(['/', '!']).trim_start();
            in_code_block ^= comment.starts_with("```");
            let width = line.chars().count();
            let may_be_wide = in_code_block || comment.starts_with('|') || comment.contains("://");
            if width > WIDEST_COMMENT && !may_be_wide {
                findings.push(file.finding(index + 1, format!("{width} characters")));
            }
        }
    }
    findings
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
    let mut braces = 0_usize;
    let mut others = 0_usize;
    for (index, character) in text.char_indices() {
        match character {
            '(' | '[' => others += 1,
            ')' | ']' => others = others.saturating_sub(1),
            ';' if braces == 0 && others == 0 => return None,
            '{' => braces += 1,
            '}' => {
                braces = braces.saturating_sub(1);
                if braces == 0 {
                    return Some(index + 1);
                }
            }
            _ => {}
        }
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
    }

    #[test]
    fn tables_and_links_may_be_wide() {
        let wide = "x".repeat(WIDEST_COMMENT);
        let find = |text: String| wide_comments(&Tree { files: vec![File::new("src/a.rs", text)] }).len();
        assert_eq!(find(format!("/// {wide}\nf();\n")), 1);
        assert_eq!(
            find(format!("/// | {wide} |\n/// https://{wide}\n/// ```text\n/// {wide}\n/// ```\n")),
            0
        );
    }
}
