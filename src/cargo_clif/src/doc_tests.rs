//! How rustdoc is made to compile doc tests with our compiler.
//!
//! rustdoc has an option for that, `--test-builder`, which is unstable. It is permitted for this one crate by its
//! name: the doc tests themselves are crates of other names, so they are still compiled by a stable compiler.
//! rustdoc hands its own unstable flag on to that compiler, which would refuse it; so the builder is this program
//! once more, called [`BUILDER_NAME`], which takes the flag out again.

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

/// The variable that permits unstable options; its value names the crates that may use them.
pub const PERMISSION: &str = "RUSTC_BOOTSTRAP";

/// The name by which this program is the compiler of doc tests.
pub const BUILDER_NAME: &str = "rustc-clif-doc-tests";
/// The flag that goes with `--test-builder`.
const UNSTABLE_FLAG: &str = "-Zunstable-options";

/// What rustdoc hands to the compiler of doc tests, without the flag that was only meant for rustdoc.
///
/// Most of it lies in a file (`@FILE`, an argument a line), which is read here.
pub fn without_unstable_flag(arguments: Vec<OsString>) -> Result<Vec<OsString>> {
    let mut result: Vec<OsString> = Vec::with_capacity(arguments.len());
    for argument in arguments {
        match argument.to_str().and_then(|text| text.strip_prefix('@')) {
            Some(file) => {
                let text =
                    fs::read_to_string(file).with_context(|| format!("cannot read rustdoc's {file}"))?;
                result.extend(text.lines().filter(|line| *line != UNSTABLE_FLAG).map(OsString::from));
            }
            None if argument == UNSTABLE_FLAG => {}
            None => result.push(argument),
        }
    }
    Ok(result)
}

/// The wish to run doc tests, as read off rustdoc's arguments.
#[derive(Debug, PartialEq, Eq)]
pub struct Builder {
    /// The crate whose doc tests are run.
    pub crate_name: String,
    /// Whether rustdoc has to be told that name (it would find out by itself, but too late for us).
    name_is_new: bool,
}

impl Builder {
    /// Reads the arguments; `None` when no doc tests are asked for or the user names a compiler for them.
    pub fn of(arguments: &[OsString]) -> Option<Builder> {
        let words: Vec<&str> =
            arguments.iter().map(|argument| argument.to_str().unwrap_or_default()).collect();
        let names_builder = words.iter().any(|word| word.starts_with("--test-builder"));
        if !words.contains(&"--test") || names_builder {
            return None;
        }
        let after =
            words.iter().position(|word| *word == "--crate-name").and_then(|at| words.get(at + 1)).copied();
        let given = after.or_else(|| words.iter().find_map(|word| word.strip_prefix("--crate-name=")));
        let from_file = || {
            let file = words.iter().find(|word| word.ends_with(".rs"))?;
            Some(Path::new(file).file_stem()?.to_str()?.replace('-', "_"))
        };
        let crate_name = given.map(str::to_owned).or_else(from_file)?;
        Some(Builder { crate_name, name_is_new: given.is_none() })
    }

    /// What rustdoc is told beside the user's arguments.
    pub fn arguments(&self, compiler: &Path) -> Vec<OsString> {
        let mut arguments: Vec<OsString> =
            vec![UNSTABLE_FLAG.into(), "--test-builder".into(), compiler.into()];
        if self.name_is_new {
            arguments.push(format!("--crate-name={}", self.crate_name).into());
        }
        arguments
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn builder(line: &str) -> Option<Builder> {
        Builder::of(&line.split(' ').map(OsString::from).collect::<Vec<_>>())
    }

    #[test]
    fn only_doc_tests_are_redirected() {
        assert_eq!(builder("--crate-name a src/lib.rs -o doc"), None);
        assert_eq!(builder("-vV"), None);
        assert_eq!(builder("--test --crate-name a src/lib.rs --test-builder /x"), None);
        let found = builder("--crate-name a_b --test src/lib.rs").unwrap();
        assert_eq!(found, Builder { crate_name: "a_b".to_owned(), name_is_new: false });
        assert_eq!(found.arguments(Path::new("/r")), ["-Zunstable-options", "--test-builder", "/r"]);
    }

    #[test]
    fn the_unstable_flag_does_not_reach_the_doc_tests() {
        let file = std::env::temp_dir().join(format!("clif-doc-tests-{}", std::process::id()));
        fs::write(&file, "--cfg=a b\n-Zunstable-options\n-Lx\n").unwrap();
        let arguments =
            ["-O".into(), format!("@{}", file.display()).into(), "-Zunstable-options".into(), "-".into()];
        assert_eq!(without_unstable_flag(arguments.to_vec()).unwrap(), ["-O", "--cfg=a b", "-Lx", "-"]);
        fs::remove_file(&file).unwrap();
        let error = without_unstable_flag(arguments.to_vec()).unwrap_err().to_string();
        assert!(error.contains("clif-doc-tests"), "{error}");
    }

    #[test]
    fn a_crate_without_a_name_gets_that_of_its_file() {
        let found = builder("--test src/my-lib.rs").unwrap();
        assert_eq!(found.crate_name, "my_lib");
        assert_eq!(found.arguments(Path::new("/r"))[3], "--crate-name=my_lib");
    }
}
