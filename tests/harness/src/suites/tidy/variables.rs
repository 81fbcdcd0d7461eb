//! Checks that a document names each environment variable that the project's programs read or set.

use super::rules::Finding;
use super::tree::Tree;

/// The beginning of the names of the project's variables.
const PREFIX: &str = "CLIF_";
/// The rules' own examples are not variables.
const RULES: &str = "tests/harness/src/suites/tidy/";

/// Finds variables in strings of our code that no document names.
pub fn undocumented(tree: &Tree) -> Vec<Finding> {
    let documents: String =
        tree.files.iter().filter(|file| file.is_document()).map(|file| file.text.as_str()).collect();
    let documented: Vec<&str> = names(&documents).collect();
    let mut findings = Vec::new();
    for file in tree.own_rust().filter(|file| !file.path.starts_with(RULES)) {
        for (index, line) in file.parts.quoted.lines().enumerate() {
            let unknown = names(line).filter(|name| !documented.contains(name));
            findings.extend(
                unknown
                    .map(|name| file.finding(index + 1, format!("no document names the variable `{name}`"))),
            );
        }
    }
    findings
}

/// Returns the names of variables in a text.
fn names(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|next: char| !next.is_ascii_alphanumeric() && next != '_');
    words.filter(|word| word.starts_with(PREFIX) && word.len() > PREFIX.len())
}

#[cfg(test)]
mod tests {
    use super::super::tree::File;
    use super::*;

    #[test]
    fn variables_are_found_in_strings_and_looked_up_in_documents() {
        let code = "// CLIF_A\nconst CLIF_B: &str = \"CLIF_C\";\nlet x = format!(\"CLIF_D={x} CLIF_\");\n";
        let tree =
            Tree { files: vec![File::new("README.md", "Set `CLIF_D=1`."), File::new("src/x.rs", code)] };
        let found = undocumented(&tree);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!((found[0].line, found[0].text.contains("`CLIF_C`")), (2, true));
    }
}
