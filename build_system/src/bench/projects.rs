//! The table of the projects that are built.
//!
//! To add one: a row in [`PROJECTS`], with the first lines of two functions in its sources, one with few
//! callers and one with many. A project of our own is a folder below `tests/bench/projects`, with its
//! `Cargo.lock`.

use crate::registry::Package;

/// The origin of a project's sources.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The registry.
    Registry(Package),
    /// A folder of `tests/bench/projects`.
    Own,
}

/// A line of the sources. The edit inserts a statement after it, so that there is something to build.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edit {
    /// The file, relative to the project.
    pub file: &'static str,
    /// The line that opens the function's body. The first such line counts.
    pub line: &'static str,
}

/// A project.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Project {
    /// The name for `--project` and in tables.
    pub name: &'static str,
    /// The kind of code that the project represents.
    pub stands_for: &'static str,
    /// The origin of its sources.
    pub origin: Origin,
    /// Arguments for cargo besides the command.
    pub arguments: &'static [&'static str],
    /// Settings of the dev profile, as environment variables.
    pub profile: &'static [(&'static str, &'static str)],
    /// The product whose size is measured, a file below `debug/`.
    pub product: &'static str,
    /// A function that is called in one place.
    pub leaf: Edit,
    /// A function that is called in many places, or has many instances.
    pub wide: Edit,
    /// The reason why `cargo test --no-run` is not measured. `None` if it is.
    pub no_tests: Option<&'static str>,
}

const HYPERFINE: Project = Project {
    name: "hyperfine",
    stands_for: "a small program",
    origin: Origin::Registry(Package { name: "hyperfine", version: "1.20.0" }),
    arguments: &[],
    profile: &[],
    product: "hyperfine",
    leaf: Edit {
        file: "src/outlier_detection.rs",
        line: "pub fn modified_zscores(xs: &[f64]) -> Vec<f64> {",
    },
    wide: Edit { file: "src/command.rs", line: "    pub fn get_command_line(&self) -> String {" },
    no_tests: None,
};

/// All projects; the first is the one of `--quick`.
pub const PROJECTS: &[Project] = &[
    HYPERFINE,
    Project {
        name: "hyperfine-one-cgu",
        stands_for: "one codegen unit for each crate",
        profile: &[("CODEGEN_UNITS", "1")],
        ..HYPERFINE
    },
    Project {
        name: "ripgrep",
        stands_for: "a program of some size",
        origin: Origin::Registry(Package { name: "ripgrep", version: "15.2.0" }),
        arguments: &[],
        profile: &[],
        product: "rg",
        leaf: Edit { file: "crates/core/haystack.rs", line: "    fn is_file(&self) -> bool {" },
        wide: Edit { file: "crates/core/haystack.rs", line: "    pub(crate) fn path(&self) -> &Path {" },
        no_tests: None,
    },
    Project {
        name: "fd",
        stands_for: "a program with clap's derive",
        origin: Origin::Registry(Package { name: "fd-find", version: "10.3.0" }),
        arguments: &[],
        profile: &[],
        product: "fd",
        leaf: Edit {
            file: "src/regex_helper.rs",
            line: "pub fn pattern_has_uppercase_char(pattern: &str) -> bool {",
        },
        wide: Edit { file: "src/dir_entry.rs", line: "    pub fn path(&self) -> &Path {" },
        no_tests: None,
    },
    Project {
        name: "tokei",
        stands_for: "a library and a program, with generated code",
        origin: Origin::Registry(Package { name: "tokei", version: "14.0.0" }),
        arguments: &[],
        profile: &[],
        product: "tokei",
        leaf: Edit {
            file: "src/stats.rs",
            line: "pub fn find_char_boundary(s: &str, index: usize) -> usize {",
        },
        wide: Edit { file: "src/stats.rs", line: "    pub fn lines(&self) -> usize {" },
        no_tests: None,
    },
    Project {
        name: "derive",
        stands_for: "many derives (clap, serde)",
        origin: Origin::Own,
        arguments: &[],
        profile: &[],
        product: "derive",
        leaf: Edit { file: "src/main.rs", line: "fn total(orders: &[Order]) -> u64 {" },
        wide: Edit { file: "src/main.rs", line: "fn show<T: Serialize>(value: &T) -> String {" },
        no_tests: Some("it has none"),
    },
    Project {
        name: "async",
        stands_for: "asynchronous code (tokio, axum)",
        origin: Origin::Own,
        arguments: &[],
        profile: &[],
        product: "async",
        leaf: Edit { file: "src/main.rs", line: "fn greeting(name: &str) -> String {" },
        wide: Edit {
            file: "src/main.rs",
            line: "async fn timed<T>(name: &'static str, work: impl Future<Output = T>) -> T {",
        },
        no_tests: Some("it has none"),
    },
    Project {
        name: "itertools",
        stands_for: "generic code, instantiated by its tests",
        origin: Origin::Registry(Package { name: "itertools", version: "0.14.0" }),
        arguments: &[],
        profile: &[],
        product: "libitertools.rlib",
        leaf: Edit {
            file: "src/size_hint.rs",
            line: "pub fn mul_scalar(sh: SizeHint, x: usize) -> SizeHint {",
        },
        wide: Edit { file: "src/size_hint.rs", line: "pub fn add(a: SizeHint, b: SizeHint) -> SizeHint {" },
        no_tests: None,
    },
    Project {
        name: "syn",
        stands_for: "one very large crate",
        origin: Origin::Registry(Package { name: "syn", version: "2.0.117" }),
        arguments: &["--all-features", "--lib"],
        profile: &[],
        product: "libsyn.rlib",
        leaf: Edit { file: "src/bigint.rs", line: "    pub(crate) fn to_string(&self) -> String {" },
        wide: Edit { file: "src/punctuated.rs", line: "    pub fn is_empty(&self) -> bool {" },
        no_tests: Some("they fetch the compiler's sources when they are built"),
    },
];

/// The project for the test of the bench itself.
pub const SMOKE: Project = Project {
    name: "smoke",
    stands_for: "nothing",
    origin: Origin::Own,
    arguments: &[],
    profile: &[],
    product: "smoke",
    leaf: Edit { file: "src/main.rs", line: "fn leaf(number: u32) -> u32 {" },
    wide: Edit { file: "src/main.rs", line: "fn hub<T: std::fmt::Display>(value: T) -> String {" },
    no_tests: None,
};

/// The crate whose instructions are counted. It has a medium size and no dependencies.
pub const COUNTED: Package = Package { name: "regex-syntax", version: "0.8.10" };

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_projects_apart() {
        for (index, project) in PROJECTS.iter().enumerate() {
            assert!(PROJECTS.iter().skip(index + 1).all(|other| other.name != project.name));
        }
    }

    #[test]
    fn own_projects_exist_with_what_is_edited() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/bench/projects");
        let own = PROJECTS.iter().chain([&SMOKE]).filter(|project| project.origin == Origin::Own);
        for project in own {
            let folder = folder.join(project.name);
            assert!(folder.join("Cargo.lock").is_file(), "{}", project.name);
            for edit in [project.leaf, project.wide] {
                let text = std::fs::read_to_string(folder.join(edit.file)).unwrap();
                assert!(text.lines().any(|line| line == edit.line), "{}: {}", project.name, edit.line);
            }
        }
    }
}
