//! Checks that paths and links in documents and comments exist.
//!
//! There are two forms: Markdown links, relative to the document, and paths between backquotes, which may
//! omit the first folders (`session/linker.rs` is `src/backend/src/session/linker.rs`). A link to a document
//! may name a heading (`flags.md#refused`), which must exist too.

use super::rules::Finding;
use super::tree::{File, Tree};

/// The endings of names that are meant as paths.
const ENDINGS: [&str; 8] = [".rs", ".md", ".toml", ".sh", ".txt", ".c", ".clif", ".lock"];
/// Folders at the top. A path below them may also be a folder.
const TOP_FOLDERS: [&str; 5] = ["src", "build_system", "tests", "docs", ".ci"];

/// Finds paths that do not exist.
pub fn missing(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in &tree.files {
        for (index, line) in file.prose().lines().enumerate() {
            let links =
                link_targets(line).filter(|target| file.is_document() && !link_leads(tree, file, target));
            let leads = |path: &str| {
                if path.starts_with("../") { link_leads(tree, file, path) } else { path_leads(tree, path) }
            };
            let paths = backquoted(line).filter(|path| is_path(path) && !leads(path));
            let missing = links.chain(paths);
            findings
                .extend(missing.map(|target| file.finding(index + 1, format!("`{target}` does not exist"))));
        }
    }
    findings
}

/// Returns the targets of Markdown links in a line, except links to the web.
fn link_targets(line: &str) -> impl Iterator<Item = &str> {
    let targets = line.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    targets.filter(|target| !target.contains("://"))
}

/// Whether the target of a link, relative to its document, exists. In a document, the heading must exist too.
fn link_leads(tree: &Tree, file: &File, target: &str) -> bool {
    let (target, heading) = target.split_once('#').unwrap_or((target, ""));
    let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut path: Vec<&str> = folder.split('/').filter(|step| !step.is_empty()).collect();
    for step in target.split('/') {
        match step {
            ".." => _ = path.pop(),
            "" | "." => {}
            step => path.push(step),
        }
    }
    let path = if target.is_empty() { file.path.clone() } else { path.join("/") };
    if heading.is_empty() || !path.ends_with(".md") {
        return tree.files.iter().any(|file| file.path == path || is_below(&file.path, &path));
    }
    tree.files.iter().any(|file| file.path == path && anchors(&file.text).iter().any(|has| has == heading))
}

/// Returns the anchors that GitHub gives the headings of a document.
fn anchors(document: &str) -> Vec<String> {
    let mut anchors = Vec::new();
    let mut seen: Vec<String> = Vec::new();
    let mut in_code_block = false;
    for line in document.lines() {
        in_code_block ^= line.trim_start().starts_with("```");
        let heading = line.trim_start_matches('#').strip_prefix(' ').filter(|_| line.starts_with('#'));
        let Some(heading) = heading.filter(|_| !in_code_block) else { continue };
        let is_kept = |next: &char| next.is_alphanumeric() || "-_ ".contains(*next);
        let anchor =
            heading.trim().to_lowercase().chars().filter(is_kept).collect::<String>().replace(' ', "-");
        let repeated = seen.iter().filter(|other| **other == anchor).count();
        anchors.push(if repeated == 0 { anchor.clone() } else { format!("{anchor}-{repeated}") });
        seen.push(anchor);
    }
    anchors
}

/// Returns the texts between backquotes in a line.
fn backquoted(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

/// Whether a text between backquotes is a path in the project.
fn is_path(words: &str) -> bool {
    let is_plain = words.chars().all(|next| next.is_alphanumeric() || "_-./".contains(next));
    let is_placeholder = |step: &str| {
        let stem = step.split('.').next().unwrap_or(step);
        !stem.is_empty() && stem != "README" && stem.chars().all(|next| next.is_uppercase() || next == '_')
    };
    let mut steps = words.split('/');
    let first = steps.next().unwrap_or_default();
    let names_a_file = ENDINGS.iter().any(|ending| words.ends_with(ending));
    is_plain
        && words.contains('/')
        && !["", ".cargo"].contains(&first)
        && !words.split('/').any(is_placeholder)
        && (names_a_file || TOP_FOLDERS.contains(&first))
}

/// Whether a path exists, with any folders before it.
fn path_leads(tree: &Tree, path: &str) -> bool {
    let path = path.trim_start_matches("./").trim_end_matches('/');
    let ends_so =
        |full: &str| full == path || full.strip_suffix(path).is_some_and(|before| before.ends_with('/'));
    tree.files.iter().any(|file| ends_so(&file.path) || is_below(&file.path, path))
}

/// Whether a file is below a folder.
fn is_below(file: &str, folder: &str) -> bool {
    folder.is_empty() || file.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_and_links_have_to_lead_somewhere() {
        let find = |path: &str, text: &str| {
            let others =
                ["src/engine/src/dwarf/lines.rs", "docs/flags.md"].map(|path| File::new(path, "# X\n"));
            let files = others.into_iter().chain([File::new(path, text)]).collect();
            missing(&Tree { files }).into_iter().map(|finding| finding.text).collect::<Vec<_>>()
        };
        let none: [&str; 0] = [];
        assert_eq!(
            find("README.md", "[a](docs/flags.md#x), [b](https://c), `dwarf/lines.rs`, `src/engine`"),
            none
        );
        assert_eq!(
            find("docs/a.md", "[a](flags.md) [b](../src/engine) `run-pass/TOPIC.rs` `a.rs` `/a/b.rs`"),
            none
        );
        let headings = "# A `b`: c\n## D\n## D\n```sh\n# e\n```\n";
        assert_eq!(find("docs/a.md", &format!("{headings}[a](#a-b-c) [b](a.md#d) [c](#d-1)")), none);
        assert_eq!(
            find("docs/a.md", &format!("{headings}[a](#a-b) [b](#e) [c](#d-2) [d](flags.md#d)")),
            ["#a-b", "#e", "#d-2", "flags.md#d"].map(|target| format!("`{target}` does not exist"))
        );
        assert_eq!(find("docs/a.md", "[a](docs/flags.md)"), ["`docs/flags.md` does not exist"]);
        assert_eq!(
            find("src/a.rs", "/// `dwarf/rows.rs`\nlet a = \"`x/y.rs`\";"),
            ["`dwarf/rows.rs` does not exist"]
        );
        assert_eq!(find("src/a.rs", "/// `src/dwarf`"), ["`src/dwarf` does not exist"]);
    }
}
