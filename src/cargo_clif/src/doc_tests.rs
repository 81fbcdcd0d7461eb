//! Makes rustdoc compile doc tests with our compiler.
//!
//! rustdoc has an option for this, `--test-builder`. It is unstable, so two steps are needed:
//!
//! 1. `RUSTC_BOOTSTRAP=NAME` permits unstable options for the crate of that name only. [`Call::prepare`] sets
//!    it, and asks the compiler for the crate's name if the command line does not have it.
//! 2. rustdoc passes its own `-Zunstable-options` on to the builder. A stable compiler rejects the flag, and
//!    doc tests are compiled by a stable compiler. So the builder is this program under the name
//!    [`BUILDER_NAME`]. It removes the flag and restores the user's `RUSTC_BOOTSTRAP` ([`prepare_compiler`]).

use std::env;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::note;

/// Permits unstable options. The value names the crates that may use them.
const PERMISSION: &str = "RUSTC_BOOTSTRAP";
/// The user's value of [`PERMISSION`], for the builder. Unset if the user did not set it.
const USERS_PERMISSION: &str = "CLIF_USERS_RUSTC_BOOTSTRAP";

/// The name under which this program compiles doc tests.
pub const BUILDER_NAME: &str = "rustc-clif-doc-tests";
/// The flag that `--test-builder` requires.
const UNSTABLE_FLAG: &str = "-Zunstable-options";

/// rustdoc's options without a value. All others have one.
const FLAGS: [&str; 25] = [
    "-h",
    "--help",
    "-V",
    "--version",
    "-v",
    "--verbose",
    "--extern-html-root-takes-precedence",
    "--document-private-items",
    "--document-hidden-items",
    "--test",
    "--markdown-no-toc",
    "--display-doctest-warnings",
    "--sort-modules-by-appearance",
    "--enable-index-page",
    "--show-coverage",
    "--check",
    "--generate-redirect-map",
    "--no-run",
    "--show-type-layout",
    "--no-capture",
    "--nocapture",
    "--generate-link-to-definition",
    "--generate-macro-expansion",
    "--scrape-tests",
    "--disable-minification",
];

/// Removes [`UNSTABLE_FLAG`] from the arguments that rustdoc passes to the builder.
///
/// rustdoc writes most of them to a file (`@FILE`, one argument per line), which is read here.
fn without_unstable_flag(arguments: Vec<OsString>) -> Result<Vec<OsString>> {
    let mut result: Vec<OsString> = Vec::with_capacity(arguments.len());
    for argument in arguments {
        match argument.to_str().and_then(|text| text.strip_prefix('@')) {
            Some(file) => {
                let text = fs::read_to_string(file)
                    .with_context(|| format!("cannot read {file}, which rustdoc wrote"))?;
                result.extend(text.lines().filter(|line| *line != UNSTABLE_FLAG).map(OsString::from));
            }
            None if argument == UNSTABLE_FLAG => {}
            None => result.push(argument),
        }
    }
    Ok(result)
}

/// Prepares the compiler's environment, and returns its arguments. Everything stays as it is when rustdoc has
/// set `RUSTC_BOOTSTRAP=1`: it does so to compile its own runner of doc tests.
pub fn prepare_compiler(command: &mut Command, arguments: Vec<OsString>) -> Result<Vec<OsString>> {
    let users = env::var_os(USERS_PERMISSION);
    command.env_remove(USERS_PERMISSION);
    if env::var_os(PERMISSION).is_some_and(|value| value == "1") {
        return Ok(arguments);
    }
    match users {
        Some(value) => command.env(PERMISSION, value),
        None => command.env_remove(PERMISSION),
    };
    without_unstable_flag(arguments)
}

/// A call of rustdoc that runs doc tests.
#[derive(Debug, PartialEq, Eq)]
pub struct Call {
    /// `--crate-name`.
    crate_name: Option<String>,
    /// The file with the doc tests, or `-` for standard input.
    input: OsString,
}

impl Call {
    /// Reads the arguments. `None` if rustdoc is not to run doc tests, or if the user names a compiler for
    /// them.
    pub fn of(arguments: &[OsString]) -> Option<Call> {
        let arguments = with_argument_files(arguments);
        let mut rest = arguments.iter();
        let (mut tests, mut crate_name, mut input) = (false, None, None);
        while let Some(argument) = rest.next() {
            let word = argument.to_str().unwrap_or_default();
            if word == "--" {
                input = input.or(rest.next());
                break;
            }
            if !word.starts_with('-') || word == "-" {
                input = input.or(Some(argument));
                continue;
            }
            let (name, attached) = match word.split_once('=') {
                Some((name, value)) if name.starts_with("--") => (name, Some(value)),
                _ => (word, None),
            };
            let is_short_with_value = !name.starts_with("--") && name.len() > 2;
            let has_value = attached.is_none() && !is_short_with_value && !FLAGS.contains(&name);
            let value = if has_value { rest.next().and_then(|value| value.to_str()) } else { attached };
            match name {
                "--test" => tests = true,
                "--test-builder" => return None,
                "--crate-name" => crate_name = value.map(str::to_owned),
                _ => {}
            }
        }
        tests.then_some(Call { crate_name, input: input?.clone() })
    }

    /// Makes `rustdoc` compile doc tests with `builder`. `compiler` finds the crate's name if no argument
    /// gives it.
    pub fn prepare(&self, rustdoc: &mut Command, builder: &Path, compiler: &Path) {
        if self.crate_name.is_none() && self.input == "-" {
            note("rustdoc-clif: doc tests from standard input are compiled with LLVM");
            return;
        }
        rustdoc.arg(UNSTABLE_FLAG).arg("--test-builder").arg(builder);
        let name = match &self.crate_name {
            Some(name) => name.clone(),
            None => {
                let name = self.name_in_source(compiler).unwrap_or_else(|| self.name_of_file());
                // rustdoc itself would look for the name after it has checked the permission.
                rustdoc.arg(format!("--crate-name={name}"));
                name
            }
        };
        let users = env::var_os(PERMISSION);
        if users.as_deref() == Some(OsStr::new("1")) {
            return;
        }
        let others = users.as_ref().filter(|value| *value != "-1" && !value.is_empty());
        let mut permission = OsString::from(&name);
        if let Some(others) = others {
            permission.push(",");
            permission.push(others);
        }
        rustdoc.env(PERMISSION, permission);
        match users {
            Some(value) => rustdoc.env(USERS_PERMISSION, value),
            None => rustdoc.env_remove(USERS_PERMISSION),
        };
    }

    /// Asks the compiler for the crate's name, which the source or the file's name gives. `None` if the
    /// source cannot be read or is not Rust; rustdoc reports that itself.
    fn name_in_source(&self, compiler: &Path) -> Option<String> {
        let is_rust = Path::new(&self.input).extension().is_some_and(|extension| extension == "rs");
        let output =
            is_rust.then(|| Command::new(compiler).arg("--print=crate-name").arg(&self.input).output());
        let output = output?.ok().filter(|output| output.status.success())?;
        Some(String::from_utf8(output.stdout).ok()?.trim().to_owned())
    }

    fn name_of_file(&self) -> String {
        let stem = Path::new(&self.input).file_stem().unwrap_or_default();
        stem.to_string_lossy().replace(|letter: char| !letter.is_alphanumeric(), "_")
    }
}

/// Replaces each `@FILE` by the arguments in it, one per line. A file that cannot be read stays in the list;
/// rustdoc reports it.
fn with_argument_files(arguments: &[OsString]) -> Vec<OsString> {
    let mut all = Vec::with_capacity(arguments.len());
    for argument in arguments {
        let file = argument.to_str().and_then(|text| text.strip_prefix('@'));
        match file.and_then(|file| fs::read_to_string(file).ok()) {
            Some(text) => all.extend(text.lines().map(OsString::from)),
            None => all.push(argument.clone()),
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(line: &str) -> Option<(Option<String>, String)> {
        let call = Call::of(&line.split(' ').map(OsString::from).collect::<Vec<_>>())?;
        Some((call.crate_name, call.input.into_string().unwrap()))
    }

    fn found(name: Option<&str>, input: &str) -> Option<(Option<String>, String)> {
        Some((name.map(str::to_owned), input.to_owned()))
    }

    #[test]
    fn only_doc_tests_are_redirected() {
        assert_eq!(call("--crate-name a src/lib.rs -o doc"), None);
        assert_eq!(call("-vV"), None);
        assert_eq!(call("--test-args --test src/lib.rs"), None, "the word is a value");
        assert_eq!(call("--test --crate-name a src/lib.rs --test-builder /x"), None);
        assert_eq!(call("--test --crate-name a src/lib.rs --test-builder=/x"), None);
    }

    #[test]
    fn the_name_and_the_input_are_found() {
        assert_eq!(call("--crate-name a_b --test src/lib.rs"), found(Some("a_b"), "src/lib.rs"));
        assert_eq!(call("--test --crate-name=a_b src/lib.rs"), found(Some("a_b"), "src/lib.rs"));
        assert_eq!(call("--test -L x.rs -Ly.rs --cfg z.rs README.md"), found(None, "README.md"));
        assert_eq!(call("--edition 2024 --test -"), found(None, "-"));
        assert_eq!(call("--test -- -x.rs"), found(None, "-x.rs"));
    }

    #[test]
    fn files_of_arguments_are_read() {
        let file = env::temp_dir().join(format!("clif-rustdoc-arguments-{}", std::process::id()));
        fs::write(&file, "--test\n--crate-name\na b\n").unwrap();
        assert_eq!(call(&format!("x.rs @{}", file.display())), found(Some("a b"), "x.rs"));
        fs::remove_file(&file).unwrap();
    }

    #[test]
    fn a_crate_without_a_name_gets_that_of_its_file() {
        let call = Call { crate_name: None, input: "docs/my-book.md".into() };
        assert_eq!(call.name_of_file(), "my_book");
    }

    #[test]
    fn the_unstable_flag_does_not_reach_the_doc_tests() {
        let file = env::temp_dir().join(format!("clif-doc-tests-{}", std::process::id()));
        fs::write(&file, "--cfg=a b\n-Zunstable-options\n-Lx\n").unwrap();
        let arguments =
            ["-O".into(), format!("@{}", file.display()).into(), "-Zunstable-options".into(), "-".into()];
        assert_eq!(without_unstable_flag(arguments.to_vec()).unwrap(), ["-O", "--cfg=a b", "-Lx", "-"]);
        fs::remove_file(&file).unwrap();
        let error = without_unstable_flag(arguments.to_vec()).unwrap_err().to_string();
        assert!(error.contains("clif-doc-tests"), "{error}");
    }
}
