//! Checks the direction of imports: which folder of a crate may import which.

use super::rules::Finding;
use super::tree::{File, Tree};

/// The imports that a folder (or module file) beside a `lib.rs` may have from its crate.
struct Row {
    /// The importing folder.
    folder: &'static str,
    /// The folders that it may import. [`ROOT`] is `lib.rs` itself.
    may_import: &'static [&'static str],
}

/// Creates a row.
const fn row(folder: &'static str, may_import: &'static [&'static str]) -> Row {
    Row { folder, may_import }
}

/// The name of `lib.rs`, which may import everything.
const ROOT: &str = "lib.rs";

/// A crate and its table.
struct Crate {
    /// The folder of its sources.
    folder: &'static str,
    /// The rows, from the ground up: a row should come after those that it imports.
    rows: &'static [Row],
}

/// The crates whose imports have a direction.
const CRATES: [Crate; 2] =
    [Crate { folder: "src/engine/src/", rows: ENGINE }, Crate { folder: "src/backend/src/", rows: BACKEND }];

/// The engine. What is not a circle goes up: a row imports those above it.
const ENGINE: &[Row] = &[
    // The data that lowering hands over. The three are one circle: a CGU holds its descriptions and its LLVM
    // module, whose shims name the CGU's symbols, as descriptions do.
    row("cgu", &["description", "llvm"]),
    row("description", &["cgu"]),
    // A module of LLVM contains blocks of assembly; LLVM's complaints about them are told in terms of
    // assembly. LLVM sees stand-ins for the CGU's definitions behind its assembly.
    row("llvm", &["assembly", "cgu", "machine"]),
    row("assembly", &["llvm", "cgu", "machine"]),
    // The table of machines, and one folder each; nothing else names a machine.
    row("machine", &["cgu", "x86_64", "aarch64", "riscv64"]),
    row("x86_64", &["machine", "cgu"]),
    row("aarch64", &["machine", "cgu"]),
    row("riscv64", &["machine", "cgu"]),
    row("phases", &[]),
    row("time_trace", &[]),
    row("routines", &[]),
    row("clif", &["description", "machine"]),
    row("compile", &["cgu", "description", "machine"]),
    row("dwarf", &["cgu", "description", "compile", "machine"]),
    row("object", &["cgu", "assembly", "compile", "dwarf", "machine", "phases", "routines"]),
    row("combine", &["cgu", "description", "llvm", "assembly", "routines"]),
    // What the files of a CGU are is said by the coordinator, who works on them.
    row("artifacts", &["coordinator"]),
    row(
        "coordinator",
        &["cgu", "llvm", "assembly", "machine", "compile", "object", "combine", "artifacts", "phases"],
    ),
];

/// The backend. `cgu` to `debuginfo` are one circle, since `rustc_codegen_ssa` requires one context type that
/// has all its traits. It matters that none of them knows `crate_output`, and that the ground floor knows
/// none of them.
const BACKEND: &[Row] = &[
    row("clif", &[]),
    // A message about a bug contains the version. The pass that combines CGUs is named where it is
    // implemented.
    row("session", &[ROOT, "crate_output"]),
    row("cgu", &["clif", "session", "abi", "builder", "intrinsics", "debuginfo"]),
    row("abi", &["clif", "session", "cgu", "builder"]),
    row("builder", &["clif", "session", "cgu", "abi", "intrinsics", "debuginfo"]),
    row("intrinsics", &["clif", "session", "cgu", "abi", "builder"]),
    row("asm", &["clif", "session", "cgu", "builder"]),
    row("debuginfo", &["clif", "session", "cgu", "builder"]),
    row("crate_output", &["session", "cgu", "debuginfo"]),
];

/// Finds imports that are not in the tables.
pub fn forbidden(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for krate in CRATES {
        for file in tree.own_rust().filter(|file| !file.is_test()) {
            let Some(path) = file.path.strip_prefix(krate.folder) else { continue };
            let module = module(path);
            // Programs in `bin` are separate crates.
            let Some(folder) = module.first().filter(|folder| !["lib", "bin"].contains(folder)) else {
                continue;
            };
            let row = krate.rows.iter().find(|row| row.folder == *folder);
            if row.is_none() {
                findings.push(file.finding(1, format!("`{folder}` has no row in the table of imports")));
            }
            let may_import = row.map_or(&[][..], |row| row.may_import);
            for (line, imported) in imports(file, &module) {
                let target =
                    krate.rows.iter().find(|row| row.folder == imported).map_or(ROOT, |row| row.folder);
                if target != *folder && !may_import.contains(&target) {
                    findings.push(file.finding(line, format!("`{folder}` may not import `{imported}`")));
                }
            }
        }
    }
    findings
}

/// Returns the module path of a file, from the crate's root.
fn module(path: &str) -> Vec<&str> {
    let path = path.strip_suffix(".rs").unwrap_or(path);
    path.strip_suffix("/mod").unwrap_or(path).split('/').collect()
}

/// Returns the modules at the crate's root that a file names, each with its line.
fn imports(file: &File, module: &[&str]) -> Vec<(usize, String)> {
    let code = &file.parts.code;
    // Unit tests at the end may import anything.
    let code = &code[..code.find("#[cfg(test)]\nmod ").unwrap_or(code.len())];
    let to_root = "super::".repeat(module.len());
    let mut found = Vec::new();
    for start in ["crate::", &to_root] {
        for (position, _) in code.match_indices(start) {
            if code[..position].ends_with(|before: char| before.is_alphanumeric() || "_:$".contains(before)) {
                continue;
            }
            let line = code[..position].matches('\n').count() + 1;
            found.extend(first_names(&code[position + start.len()..]).into_iter().map(|name| (line, name)));
        }
    }
    found
}

/// Returns the first names of the paths at the beginning of a text: `a::b`, or `{a::b, c}`.
fn first_names(text: &str) -> Vec<String> {
    let name = |text: &str| text.chars().take_while(|next| next.is_alphanumeric() || *next == '_').collect();
    let Some(group) = text.strip_prefix('{') else { return vec![name(text)] };
    let mut names = Vec::new();
    let mut depth = 0;
    let mut item = 0;
    for (index, character) in group.char_indices() {
        match character {
            '{' => depth += 1,
            ',' | '}' if depth == 0 => {
                names.push(name(group[item..index].trim_start()));
                item = index + 1;
                if character == '}' {
                    break;
                }
            }
            '}' => depth -= 1,
            _ => {}
        }
    }
    names.retain(|name: &String| !name.is_empty());
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_are_found_in_all_forms() {
        let file = |path: &str, text: &str| Tree { files: vec![File::new(path, text)] };
        let find = |path: &str, text: &str| forbidden(&file(path, text)).len();
        assert_eq!(find("src/backend/src/clif/x.rs", "use crate::cgu::X;\nfn f() { crate::abi::g() }\n"), 2);
        assert_eq!(find("src/backend/src/clif/x.rs", "use super::super::cgu;\nuse super::cgu;\n"), 1);
        assert_eq!(find("src/backend/src/clif/mod.rs", "use super::{a, abi::{b, c}, clif};\n"), 2);
        assert_eq!(
            find("src/backend/src/clif/x.rs", "// crate::cgu\n#[cfg(test)]\nmod tests { use crate::cgu; }\n"),
            0
        );
        assert_eq!(find("src/backend/src/cgu/x.rs", "use crate::{clif::X, session};\nuse cgu::y;\n"), 0);
        assert_eq!(find("src/backend/src/new/x.rs", "use crate::clif;\n"), 2);
        assert_eq!(find("src/backend/src/lib.rs", "use crate::new;\n"), 0);
    }

    #[test]
    fn the_tables_name_folders_that_have_a_row() {
        for row in CRATES.iter().flat_map(|krate| krate.rows) {
            let known = |name: &&str| {
                *name == ROOT || CRATES.iter().flat_map(|krate| krate.rows).any(|other| other.folder == *name)
            };
            assert!(row.may_import.iter().all(known), "{}", row.folder);
        }
    }
}
