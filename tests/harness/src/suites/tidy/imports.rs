//! Checks the direction of imports: which folder of a crate may import which.

use super::module_paths::{self, WHOLE_CRATE};
use super::rules::Finding;
use super::tree::{File, Tree};

/// The imports that a folder (or module file) beside a `lib.rs` may have from its crate.
struct Row {
    /// The importing folder.
    folder: &'static str,
    /// The folders that it may import.
    may_import: &'static [&'static str],
}

/// Creates a row.
const fn row(folder: &'static str, may_import: &'static [&'static str]) -> Row {
    Row { folder, may_import }
}

/// The name of `lib.rs`, which may import everything, but which nothing may import.
const ROOT: &str = "lib.rs";

/// A crate and its table.
struct Crate {
    /// The folder of its sources.
    folder: &'static str,
    /// From the ground up: a row imports only rows above it. A unit test checks this; its only exception is
    /// the circle of the backend.
    rows: &'static [Row],
}

/// The crates whose imports have a direction.
const CRATES: [Crate; 2] =
    [Crate { folder: "src/engine/src/", rows: ENGINE }, Crate { folder: "src/backend/src/", rows: BACKEND }];

/// The engine.
const ENGINE: &[Row] = &[
    row("phases", &[]),
    row("time_trace", &[]),
    row("routines", &[]),
    row("symbols", &[]),
    row("description", &["symbols"]),
    // What a machine is, one folder for each machine, and the table of machines. Nothing else names a
    // machine.
    row("calls", &[]),
    row("machine", &["symbols", "calls"]),
    row("x86_64", &["symbols", "calls", "machine"]),
    row("aarch64", &["symbols", "calls", "machine"]),
    row("riscv64", &["symbols", "calls", "machine"]),
    row("machines", &["machine", "x86_64", "aarch64", "riscv64"]),
    // A CGU contains its part for LLVM.
    row("llvm", &["symbols", "machines"]),
    row("cgu", &["symbols", "description", "llvm"]),
    row("assembly", &["llvm", "cgu"]),
    row("clif", &["description", "machine"]),
    row("compile", &["cgu", "description", "machine", "machines"]),
    row("dwarf", &["cgu", "description", "compile"]),
    row("object", &["phases", "routines", "machine", "machines", "cgu", "assembly", "compile", "dwarf"]),
    row("combine", &["routines", "description", "llvm", "cgu"]),
    row("artifacts", &[]),
    row("coordinator", &["phases", "llvm", "cgu", "assembly", "compile", "object", "combine", "artifacts"]),
];

/// The backend. `cgu` to `debuginfo` are one circle: `rustc_codegen_ssa` requires one context type that
/// implements all its traits.
const BACKEND: &[Row] = &[
    row("clif", &[]),
    row("machines", &[]),
    row("session", &["machines"]),
    row("cgu", &["clif", "machines", "session", "abi", "builder", "intrinsics", "debuginfo"]),
    row("abi", &["clif", "cgu", "builder"]),
    row("builder", &["clif", "session", "cgu", "intrinsics", "debuginfo"]),
    row("intrinsics", &["clif", "session", "cgu", "abi", "builder"]),
    row("asm", &["clif", "machines", "session", "cgu", "builder"]),
    row("debuginfo", &["clif", "cgu", "builder"]),
    row("crate_output", &["session", "cgu", "debuginfo"]),
];

/// Finds imports that are not in the tables.
pub fn forbidden(tree: &Tree) -> Vec<Finding> {
    let mut findings = moved_modules(tree);
    for krate in CRATES {
        for (file, module) in modules(&krate, tree) {
            let folder = module[0];
            let row = krate.rows.iter().find(|row| row.folder == folder);
            if row.is_none() {
                findings.push(file.finding(1, format!("`{folder}` has no row in the table of imports")));
            }
            let may_import = row.map_or(&[][..], |row| row.may_import);
            for (line, imported) in module_paths::imports(&file.product_parts().code, &module) {
                if imported == WHOLE_CRATE {
                    findings.push(file.finding(line, "the whole crate may not be renamed".to_owned()));
                    continue;
                }
                let target = krate.row_of(&imported);
                if target != folder && !may_import.contains(&target) {
                    findings.push(file.finding(line, format!("`{folder}` may not import `{imported}`")));
                }
            }
        }
    }
    findings
}

/// Finds `#[path]` in product code, which the tables would not see.
fn moved_modules(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.own_rust().filter(|file| !file.is_test()) {
        for (index, line) in file.product_parts().code.lines().enumerate() {
            let line: String = line.split_whitespace().collect();
            if line.contains("#[path=") || line.contains("#[cfg_attr(") && line.contains(",path=") {
                let says = "`#[path]` is only allowed in tests".to_owned();
                findings.push(file.finding(index + 1, says));
            }
        }
    }
    findings
}

impl Crate {
    /// Returns the row of the module `imported`.
    fn row_of(&self, imported: &str) -> &'static str {
        self.rows.iter().find(|row| row.folder == imported).map_or(ROOT, |row| row.folder)
    }
}

/// Returns the files of a crate that have a row, each with its module path.
fn modules<'t>(krate: &Crate, tree: &'t Tree) -> impl Iterator<Item = (&'t File, Vec<&'t str>)> {
    let folder = krate.folder;
    tree.own_rust().filter(|file| !file.is_test()).filter_map(move |file| {
        let module = module(file.path.strip_prefix(folder)?);
        // Programs in `bin` are separate crates.
        let is_in_table = module.first().is_some_and(|first| !["lib", "bin"].contains(first));
        is_in_table.then_some((file, module))
    })
}

/// Returns the module path of a file, from the crate's root.
fn module(path: &str) -> Vec<&str> {
    let path = path.strip_suffix(".rs").unwrap_or(path);
    path.strip_suffix("/mod").unwrap_or(path).split('/').collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::path::Path;

    use super::*;

    /// The folders of the backend that may import each other.
    const CIRCLE: [&str; 6] = ["cgu", "abi", "builder", "intrinsics", "asm", "debuginfo"];

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
        let clif = "src/backend/src/clif/x.rs";
        assert_eq!(find(clif, "use super::{super::cgu::X};\nuse self::super::super::abi::X;\n"), 2);
        assert_eq!(find(clif, "use super::{self as x, super::{cgu, abi::{B, C}}, y};\n"), 2);
        assert_eq!(find(clif, "macro_rules! m { () => { $crate::cgu::x() } }\n"), 1);
        assert_eq!(find(clif, "use crate as x;\nuse crate::{self as y};\nuse super::super as z;\n"), 3);
        assert_eq!(find(clif, "extern crate self as x;\nextern crate std;\npub(crate) fn f() {}\n"), 1);
        assert_eq!(find(clif, "use crate::*;\nuse ::cgu::crate_::x;\nlet x = self as u8;\n"), 1);
        assert_eq!(
            find(clif, "mod a {\n    use super::super::b;\n    use super::super::super::cgu;\n}\n"),
            1
        );
        assert_eq!(find(clif, "#[path = \"../cgu/x.rs\"]\nmod y;\n"), 1);
        assert_eq!(find("src/backend/src/lib.rs", "#[cfg_attr(unix, path = \"x.rs\")]\nmod y;\n"), 1);
        assert_eq!(find("src/backend/src/new/x.rs", "use crate::clif;\n"), 2);
        assert_eq!(find("src/backend/src/lib.rs", "use crate::new;\n"), 0);
        assert_eq!(find("src/backend/src/clif/x.rs", "#[cfg(test)]\nmod tests;\nuse crate::cgu;\n"), 1);
    }

    /// Imports of `rows` that do not go to a row above, apart from those within `circle`.
    fn upward(rows: &[Row], circle: &[&str]) -> Vec<String> {
        let mut found = Vec::new();
        for (index, row) in rows.iter().enumerate() {
            let is_above = |name: &str| rows[..index].iter().any(|above| above.folder == name);
            let in_circle = |name: &str| circle.contains(&name);
            for imported in row.may_import {
                if !(is_above(imported) || in_circle(row.folder) && in_circle(imported)) {
                    found.push(format!("{} -> {imported}", row.folder));
                }
            }
        }
        found
    }

    #[test]
    fn rows_import_only_rows_above_them() {
        assert_eq!(upward(ENGINE, &[]), [""; 0]);
        assert_eq!(upward(BACKEND, &CIRCLE), [""; 0]);
    }

    #[test]
    fn an_import_that_runs_up_is_found() {
        let mut rows: Vec<Row> =
            ENGINE.iter().map(|&Row { folder, may_import }| row(folder, may_import)).collect();
        let artifacts = rows.iter_mut().find(|row| row.folder == "artifacts").unwrap();
        artifacts.may_import = &["coordinator"];
        assert_eq!(upward(&rows, &[]), ["artifacts -> coordinator"]);
        assert_eq!(upward(&[row("cgu", &["cgu"])], &[]), ["cgu -> cgu"]);
        assert!(upward(BACKEND, &[]).contains(&"cgu -> abi".to_owned()));
    }

    #[test]
    fn each_import_in_the_tables_is_used() {
        let clone = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let tree = Tree::read(&clone).unwrap();
        let mut unused = Vec::new();
        for krate in CRATES {
            let mut used = HashSet::new();
            for (file, module) in modules(&krate, &tree) {
                let imports = module_paths::imports(&file.product_parts().code, &module);
                used.extend(imports.iter().map(|(_, name)| (module[0], krate.row_of(name))));
            }
            for row in krate.rows {
                let is_unused = |name: &&&str| !used.contains(&(row.folder, **name));
                unused.extend(row.may_import.iter().filter(is_unused).map(|name| (row.folder, *name)));
            }
        }
        assert_eq!(unused, []);
    }

    #[test]
    fn the_tables_name_folders_that_have_a_row() {
        for row in CRATES.iter().flat_map(|krate| krate.rows) {
            let known =
                |name: &&str| CRATES.iter().flat_map(|krate| krate.rows).any(|other| other.folder == *name);
            assert!(row.may_import.iter().all(known), "{}", row.folder);
        }
    }
}
