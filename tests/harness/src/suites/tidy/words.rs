//! Rules about words: names that must not be in a folder, and words that have better ones.

use super::rules::Finding;
use super::tree::{File, Tree};

/// Words of [`OLD_WORDS`] that strings must not have either.
const OLD_IN_STRINGS: [&str; 4] = ["code generation", "code generator", "nobody", "somebody"];
/// Crates of the registry whose names look like the compiler's.
const NOT_THE_COMPILERS: [&str; 2] = ["rustc_hash", "rustc_demangle"];
/// Machines, as code and targets spell them, in lower case.
const MACHINES: [&str; 4] = ["x86_64", "x86-64", "aarch64", "riscv64"];
/// Other names of machines, where a name begins with them: Cranelift's and those of other systems.
const SHORT_MACHINES: [&str; 3] = ["x64", "arm64", "amd64"];
/// The folders where a file or folder with a machine's name may name machines.
const MACHINE_FOLDERS: [&str; 2] = ["src/engine/src/", "src/backend/src/machines/"];
/// Words in comments and documents (in lower case), and better ones.
const OLD_WORDS: [(&str, &str); 38] = [
    ("code generation", "codegen"),
    ("code generator", "codegen backend"),
    ("combined units", "combined CGUs"),
    ("in the place of", "instead of"),
    ("nobody", "no one, or what is not done"),
    ("somebody", "someone, or who it is"),
    ("whoever", "who it is"),
    ("made up", "synthetic"),
    ("makes up", "invents"),
    ("set-up", "setup"),
    ("is no", "is not a, has no"),
    ("are no", "are not, have no"),
    ("is none", "is not one"),
    ("is gone on with", "resumes"),
    ("goes on", "continues"),
    ("may go on", "may continue"),
    ("to be had", "available"),
    ("is had", "is available"),
    ("are had", "are available"),
    ("anew", "again"),
    ("comes into being", "is created"),
    ("come into being", "are created"),
    ("came into being", "was created"),
    ("becomes of", "what happens to it"),
    ("became of", "what happened to it"),
    ("what nothing", "what is unreachable, unused, unknown"),
    ("is said of", "what it says"),
    ("was said of", "what it said"),
    ("speaks of", "names"),
    ("talks about", "names, reports"),
    ("complain", "report an error"),
    ("complains", "reports an error"),
    ("complaint", "error"),
    ("complaints", "errors"),
    ("hence", "therefore, so"),
    ("so much as", "even"),
    ("in so far as", "if"),
    ("insofar", "if"),
];

/// Finds names of the compiler's crates in the engine.
pub fn compiler_crates(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.own_rust().filter(|file| file.path.starts_with("src/engine/")) {
        for (index, line) in file.parts.code.lines().enumerate() {
            let mut names = line.split(|next: char| !next.is_alphanumeric() && next != '_');
            let found = names.find(|name| name.starts_with("rustc_") && !NOT_THE_COMPILERS.contains(name));
            findings.extend(found.map(|name| file.finding(index + 1, format!("`{name}`"))));
        }
    }
    findings
}

/// Finds names of machines in the product's code and strings, outside the machines' folders. Tests may name
/// them, and so may the declaration of a machine's module.
pub fn machines(tree: &Tree) -> Vec<Finding> {
    let is_generic =
        |file: &&File| file.path.starts_with("src/") && !file.is_test() && !is_of_a_machine(&file.path);
    let mut findings = Vec::new();
    for file in tree.own_rust().filter(is_generic) {
        let product = file.product_parts();
        let lines = product.code.lines().zip(product.quoted.lines()).enumerate();
        for (index, (code, quoted)) in lines.filter(|(_, (code, _))| !declares_a_module(code)) {
            let line = format!("{code} {quoted}");
            let lower = line.to_lowercase();
            let is_named = |machine: &&&str| lower.contains(**machine);
            let found = MACHINES.iter().find(is_named).copied().or_else(|| short_machine(&line));
            findings.extend(found.map(|machine| file.finding(index + 1, format!("`{machine}`"))));
        }
    }
    findings
}

/// Whether a file is in the folder of a machine, or is a machine's file in such a place.
fn is_of_a_machine(path: &str) -> bool {
    let first = |folder: &&str| path.strip_prefix(*folder)?.split(['/', '.']).next();
    MACHINE_FOLDERS.iter().filter_map(first).any(|first| MACHINES.contains(&first))
}

/// Returns one of [`SHORT_MACHINES`] if a name, or a part of a name (`a_x64`, `IsaX64`), begins with it. The
/// number `0x64` and the name `hex64` do not.
fn short_machine(line: &str) -> Option<&'static str> {
    let begins = |at: usize| {
        let before = line[..at].chars().next_back();
        let is_camel_case =
            line[at..].starts_with(char::is_uppercase) && before.is_some_and(char::is_lowercase);
        is_camel_case || !before.is_some_and(char::is_alphanumeric)
    };
    let lower = line.to_ascii_lowercase();
    let is_named = |machine: &str| {
        let mut found = lower.match_indices(machine);
        found.any(|(at, _)| {
            begins(at) && !lower[at + machine.len()..].starts_with(|next: char| next.is_ascii_digit())
        })
    };
    SHORT_MACHINES.into_iter().find(|machine| is_named(machine))
}

/// Returns whether a line of code is a module's declaration.
fn declares_a_module(line: &str) -> bool {
    line.strip_prefix("pub ").unwrap_or(line).starts_with("mod ") && line.trim_end().ends_with(';')
}

/// Finds words with better ones in comments and documents; a few of them in strings too.
pub fn old_words(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in &tree.files {
        let lines = if file.path == "y.sh" { &file.text } else { file.prose() };
        for (line, text) in paragraphs(lines) {
            let text = text.to_lowercase();
            for (old, new) in OLD_WORDS {
                let times = text.match_indices(old).filter(|(at, _)| is_word(&text, *at, old.len())).count();
                let say = || file.finding(line, format!("`{old}`: say {new}"));
                findings.extend(std::iter::repeat_with(say).take(times));
            }
        }
        findings.extend(old_words_in_strings(file));
    }
    findings
}

/// Finds words with better ones in the strings of our code. The list of these words is not checked.
fn old_words_in_strings(file: &File) -> Vec<Finding> {
    let mut findings = Vec::new();
    if !file.is_own_rust() || file.path.ends_with("/tidy/words.rs") {
        return findings;
    }
    for (index, line) in file.parts.quoted.lines().enumerate() {
        let line = line.to_lowercase();
        for old in OLD_IN_STRINGS {
            let found = line.match_indices(old).any(|(at, _)| is_word(&line, at, old.len()));
            findings.extend(found.then(|| file.finding(index + 1, format!("`{old}` in a string"))));
        }
    }
    findings
}

/// Whether the text at a position is whole words. "there is no" and "is no longer" are allowed.
fn is_word(text: &str, at: usize, length: usize) -> bool {
    let is_letter = |next: char| next.is_alphanumeric() || next == '_';
    let (before, word, after) = (&text[..at], &text[at..at + length], &text[at + length..]);
    let is_allowed =
        matches!(word, "is no" | "are no") && before.ends_with("there ") || after.starts_with(" longer");
    !before.ends_with(is_letter) && !after.starts_with(is_letter) && !is_allowed
}

/// Returns the paragraphs of comments or of a document, each on one line, with the number of its first line.
fn paragraphs(text: &str) -> Vec<(usize, String)> {
    let mut paragraphs: Vec<(usize, String)> = Vec::new();
    let mut continues = false;
    for (index, line) in text.lines().enumerate() {
        let line = line.trim().trim_start_matches(['/', '!', '#', '>']).trim();
        if line.is_empty() {
            continues = false;
            continue;
        }
        match paragraphs.last_mut().filter(|_| continues) {
            Some((_, paragraph)) => {
                paragraph.push(' ');
                paragraph.push_str(line);
            }
            None => paragraphs.push((index + 1, line.to_owned())),
        }
        continues = true;
    }
    paragraphs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_over_the_ends_of_lines() {
        let find = |text: &str| old_words(&Tree { files: vec![File::new("src/x.rs", text)] });
        assert_eq!(find("//! A.\n\n/// It is used in\n/// the place of b.\nfn nobody() {}\n")[0].line, 3);
        assert_eq!(find("// There is no x, it is no longer.\nlet x = \"no one\";\n"), []);
        assert_eq!(find("// X.\nlet x = \"Nobody waits\";\nlet y = \"hence\";\n")[0].line, 2);
    }

    #[test]
    fn machines_may_be_named_in_their_folders_and_in_tests() {
        let find =
            |path: &str| machines(&Tree { files: vec![File::new(path, "f(\"x86_64-linux\")\n")] }).len();
        assert_eq!(find("src/engine/src/object/target.rs"), 1);
        assert_eq!(find("src/engine/src/x86_64/mod.rs") + find("src/backend/src/machines/x86_64.rs"), 0);
        assert_eq!(find("src/engine/src/x86_64.rs") + find("src/backend/src/machines/riscv64/abi.rs"), 0);
        assert_eq!(find("src/engine/src/dwarf/x86_64.rs") + find("src/backend/src/x86_64/mod.rs"), 2);
        assert_eq!(find("src/engine/src/object/tests/read.rs") + find("build_system/src/run.rs"), 0);
        let find = |text: &str| machines(&Tree { files: vec![File::new("src/engine/src/x.rs", text)] }).len();
        assert_eq!(find("pub mod x86_64;\n#[cfg(test)]\nmod tests { f(\"x86_64-linux\") }\n"), 0);
        assert_eq!(find("use isa::x64::X;\nuse isa::aArm64;\nf(\"linux-amd64\");\nX64Backend(a_x64);\n"), 4);
        assert_eq!(find("f(0x64, hex64, MAX64, x640);\n"), 0);
        assert_eq!(find("#[cfg(test)]\nmod tests;\nf(\"x86_64-linux\");\n"), 1);
    }
}
