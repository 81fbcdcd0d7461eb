//! The suites `small-project-tests` and `project-tests`: run the tests of real projects, which must pass and
//! fail with our backend as they do with LLVM.
//!
//! A case is a package of the registry, a row of the table in [`table`]. Its steps are:
//!
//! 1. Fetch its published sources and `Cargo.lock`. Both compilers use the same ones, and the same flags.
//! 2. Run its tests and doc tests with LLVM, or use the results of an earlier run if nothing that they depend
//!    on has changed ([`Kept`]).
//! 3. Run them with our backend.
//! 4. Compare the two test by test ([`results`]), and remove the builds.
//!
//! For another machine, only the packages that [`table`] chooses are tested, with LLVM and with our backend
//! in the same emulator. A test that starts programs of that machine fails in it with both.
//!
//! Cargo calls this program as the runner of test programs ([`runner`]), so that a program that crashes does
//! not hide the results of its other tests.

mod results;
pub mod runner;
mod table;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use build_system::build;
use build_system::files::{self, Mode};
use build_system::process;
use build_system::registry::Package;
use build_system::toolchain::key;

use crate::context::Context;
use crate::suite::{Group, Plan, skip};
use results::Results;
use table::{Addition, Docs, Frequency, TESTED, Tested};

/// Increases when tests are built or run in another way, so that kept results are not used any more.
const RECIPE: u32 = 2;
/// The time limit for the tests of a package, or for its doc tests, including compilation.
const LIMIT: Duration = Duration::from_secs(90 * 60);
/// The folder of both suites.
const FOLDER: &str = "project-tests";

/// Plans the cases of `small-project-tests`.
pub fn plan<'a>(context: &'a Context<'a>) -> Result<Plan<'a>> {
    Ok(plan_packages(context, Frequency::Always))
}

/// Plans the cases of `project-tests`.
pub fn plan_others<'a>(context: &'a Context<'a>) -> Result<Plan<'a>> {
    Ok(plan_packages(context, Frequency::OnRequest))
}

/// Plans a case for each package. They run one after the other, because cargo and the test programs use all
/// cores.
fn plan_packages<'a>(context: &'a Context<'a>, frequency: Frequency) -> Plan<'a> {
    let rows = TESTED.iter().filter(move |row| row.frequency == frequency);
    let compare = |work: &Work<'a>, row: &&Tested| work.compare(row);
    Group::new(|| Work::prepare(context)).cases(rows, |row| row.package.name.to_owned(), compare).in_turn()
}

/// A compiler, and the cargo that calls it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Backend {
    Llvm,
    Clif,
}

impl Backend {
    /// The name in folders and messages.
    fn name(self) -> &'static str {
        match self {
            Backend::Llvm => "LLVM",
            Backend::Clif => "clif",
        }
    }
}

/// The setup that all cases share.
struct Work<'a> {
    context: &'a Context<'a>,
    /// The folder of sources, builds and results.
    folder: PathBuf,
    /// The version that the compiler reports.
    compiler: String,
}

impl<'a> Work<'a> {
    /// Makes the link through which cargo calls this program as the runner.
    fn prepare(context: &'a Context<'a>) -> Result<Work<'a>> {
        let folder = context.scratch(FOLDER);
        let own = std::env::current_exe().context("cannot find the path of this program")?;
        files::link(&own, &folder.join(runner::NAME))?;
        let compiler = context.toolchain()?.compiler.version()?.description;
        Ok(Work { context, folder, compiler })
    }

    /// Tests a package with both compilers.
    fn compare(&self, row: &Tested) -> Result<()> {
        let row = match self.context.target.is_host {
            true => *row,
            false => row.for_emulator().map_err(skip)?,
        };
        let row = &row;
        let console = self.context.console;
        let sources = self.fresh_sources(row)?;
        let kept = Kept::of(row, &sources, &self.compiler, &self.folder)?;
        let expected = match kept.read() {
            Some(results) => results,
            None => {
                let results = self.results(row, &sources, Backend::Llvm)?;
                kept.write(&results)?;
                self.fresh_sources(row)?;
                results
            }
        };
        if expected.passed() == 0 {
            bail!("no test passes with LLVM, so nothing is compared");
        }
        let found = self.results(row, &sources, Backend::Clif)?;
        console.say(format!("{}: {}{}", row.package.folder_name(), found.summary(), row.note()));
        let differences = expected.differences(&found, row.unsteady);
        if differences.is_empty() {
            return Ok(());
        }
        let log = self.log(row, Backend::Clif, "tests");
        bail!("results differ from LLVM's; see {}:\n    {}", log.display(), differences.join("\n    "))
    }

    /// Returns the sources of a package.
    fn fetch(&self, package: Package) -> Result<PathBuf> {
        package
            .fetch(&self.folder, &self.context.layout.logs(), self.context.console)
            .context("cannot fetch the package from the registry")
    }

    /// Makes a copy of a package's sources, with the additions in the table, always in the same folder. Each
    /// compiler gets a new copy, since some tests write into their sources.
    fn fresh_sources(&self, row: &Tested) -> Result<PathBuf> {
        let fetched = self.fetch(row.package)?;
        let sources = self.folder.join("work").join(row.package.folder_name());
        files::remove(&sources)?;
        files::copy_folder(&fetched, &sources)?;
        for addition in row.additions {
            self.add(row.package, &sources, addition)?;
        }
        Ok(sources)
    }

    /// Adds something to a package's sources.
    fn add(&self, package: Package, sources: &Path, addition: &Addition) -> Result<()> {
        match *addition {
            Addition::Empty(path) => files::write_file(&sources.join(path), b"", Mode::Plain),
            Addition::Configuration(text) => {
                files::write_file(&sources.join(".cargo/config.toml"), text.as_bytes(), Mode::Plain)
            }
            Addition::Folder(path, package, folder) => {
                files::link(&self.fetch(package)?.join(folder), &sources.join(path))
            }
            Addition::Itself(older) => {
                let outdated = Package { version: older, ..package };
                replace_dependency(sources, outdated, ".", package.version)
            }
            Addition::EmptyPackage(replaced, feature) => {
                let Package { name, version } = replaced;
                let manifest = format!(
                    "[package]\nname = \"{name}\"\nversion = \"{version}\"\n[features]\n{feature} = []\n"
                );
                files::write_file(&sources.join(name).join("Cargo.toml"), manifest.as_bytes(), Mode::Plain)?;
                files::write_file(&sources.join(name).join("src/lib.rs"), b"", Mode::Plain)?;
                replace_dependency(sources, replaced, name, version)
            }
        }
    }

    /// Builds and runs the tests and doc tests of a package.
    fn results(&self, row: &Tested, sources: &Path, backend: Backend) -> Result<Results> {
        let target = self.folder.join(format!("target-{}", backend.name()));
        // An interrupted run may have left it.
        files::remove(&target)?;
        let what = format!("{} with {}", row.package.folder_name(), backend.name());
        let step = self.context.console.step(format!("Running the tests of {what}"));
        let results = self.run_tests(row, sources, backend, &target)?;
        let results = match row.docs {
            Docs::Compared => {
                step.progress("doc tests");
                results.and_doc_tests(&self.run_doc_tests(row, sources, backend, &target)?)?
            }
            Docs::LeftOut(_) => results,
        };
        files::remove(&target)?;
        step.finish(&format!("Ran the tests of {what}"));
        Ok(results)
    }

    /// Runs the package's tests.
    fn run_tests(&self, row: &Tested, sources: &Path, backend: Backend, target: &Path) -> Result<Results> {
        let found = target.join("results.json");
        files::create_folder(target)?;
        let log = self.log(row, backend, "tests");
        let mut command = self.cargo_test(row, sources, backend, target)?;
        command.args(["--no-fail-fast"]).args(row.targets);
        let target = self.context.target;
        let program_runner = format!("{} {}", self.folder.join(runner::NAME).display(), target.triple());
        command.env(target.runner_variable(), program_runner).env(runner::RESULTS, &found);
        let outcome = process::run_limited(&mut command, b"", LIMIT)?;
        let mut text = outcome.stderr.clone();
        text.extend_from_slice(&outcome.stdout);
        files::write_file(&log, &text, Mode::Plain)?;
        if !outcome.succeeded() {
            bail!("{}", failure("cargo test", &outcome.status_text(), &text, &log));
        }
        Results::of_programs(&files::read_text(&found)?)
    }

    /// Runs the package's doc tests, and returns rustdoc's output.
    fn run_doc_tests(&self, row: &Tested, sources: &Path, backend: Backend, target: &Path) -> Result<String> {
        let log = self.log(row, backend, "doc-tests");
        let mut command = self.cargo_test(row, sources, backend, target)?;
        command.arg("--doc");
        if let Some(emulator) = self.context.target.emulator_words() {
            command.env(self.context.target.runner_variable(), emulator);
        }
        let outcome = process::run_limited(&mut command, b"", LIMIT)?;
        let mut text = outcome.stderr.clone();
        text.extend_from_slice(&outcome.stdout);
        files::write_file(&log, &text, Mode::Plain)?;
        let stdout = String::from_utf8_lossy(&outcome.stdout).into_owned();
        // Doc tests that fail are results. Doc tests that did not run to the end are errors.
        if !outcome.succeeded() && !stdout.contains("\ntest result: ") {
            bail!("{}", failure("cargo test --doc", &outcome.status_text(), &text, &log));
        }
        Ok(stdout)
    }

    /// Returns the `cargo test` command of a compiler that both kinds of tests have in common.
    fn cargo_test(&self, row: &Tested, sources: &Path, backend: Backend, target: &Path) -> Result<Command> {
        let mut command = match backend {
            Backend::Llvm => {
                let toolchain = self.context.toolchain()?;
                let mut command = process::cargo();
                build::with_llvm(&mut command, toolchain);
                command.env("RUSTDOC", toolchain.compiler.rustdoc());
                command
            }
            Backend::Clif => {
                let mut command = Command::new(self.context.dist()?.cargo_clif());
                process::clean_environment(&mut command);
                command.env("CLIF_VERIFY", "1");
                command
            }
        };
        command.current_dir(sources).args(["test", "--locked"]).args(row.features);
        command.env("CARGO_TARGET_DIR", target).env("CARGO_INCREMENTAL", "0").env_remove("RUST_BACKTRACE");
        command.env("CARGO_PROFILE_DEV_DEBUG", row.debug_information);
        self.context.target.build_for(&mut command);
        Ok(command)
    }

    /// Returns the log with the output of a package's tests.
    fn log(&self, row: &Tested, backend: Backend, kind: &str) -> PathBuf {
        let machine = self.context.target.name();
        let name = format!("project-{}-{kind}-{machine}-{}.log", row.package.name, backend.name());
        self.context.layout.logs().join(name)
    }
}

/// Makes all packages that depend on `replaced` depend on the package in the folder `path`, whose version is
/// `version`. Changes the manifest and the lock file.
fn replace_dependency(sources: &Path, replaced: Package, path: &str, version: &str) -> Result<()> {
    let manifest = sources.join("Cargo.toml");
    let name = replaced.name;
    let patch = format!("\n[patch.crates-io]\n{name} = {{ path = \"{path}\" }}\n");
    let text = files::read_text(&manifest)? + &patch;
    files::write_file(&manifest, text.as_bytes(), Mode::Plain)?;
    let mut command = process::cargo();
    command.current_dir(sources).args(["update", "-p", &format!("{name}@{}", replaced.version)]);
    process::output(command.args(["--precise", version])).map(drop)
}

/// Returns the message for a command without results.
fn failure(what: &str, status: &str, text: &[u8], log: &Path) -> String {
    let text = String::from_utf8_lossy(text);
    let errors: Vec<&str> = text.lines().filter(|line| line.starts_with("error")).take(5).collect();
    format!("{what}: {status}; see {}:\n    {}", log.display(), errors.join("\n    "))
}

/// Results of LLVM, kept until something that they depend on changes.
struct Kept {
    file: PathBuf,
}

impl Kept {
    /// Returns the file. Its name has the key of everything that the results depend on.
    fn of(row: &Tested, sources: &Path, compiler: &str, folder: &Path) -> Result<Kept> {
        let lock = files::read_text(&sources.join("Cargo.lock"))?;
        let ingredients = format!("{RECIPE}\n{row:?}\n{compiler}\n{lock}");
        let key = &key::sha256(ingredients.as_bytes())[..16];
        let file = folder.join("LLVM").join(format!("{}-{key}.json", row.package.folder_name()));
        Ok(Kept { file })
    }

    /// Reads the kept results, if possible.
    fn read(&self) -> Option<Results> {
        Results::from_json(&files::read_text(&self.file).ok()?)
    }

    /// Keeps results.
    fn write(&self, results: &Results) -> Result<()> {
        files::write_file(&self.file, results.to_json().as_bytes(), Mode::Plain)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kept_results_belong_to_a_lock_and_a_compiler() {
        let folder = tempfile::tempdir().unwrap();
        let lock = folder.path().join("Cargo.lock");
        files::write_file(&lock, b"one", Mode::Plain).unwrap();
        let kept = |compiler: &str| Kept::of(&TESTED[0], folder.path(), compiler, folder.path()).unwrap();
        let results = Results::from_json(r#"{"a b": "ok"}"#).unwrap();
        kept("1").write(&results).unwrap();
        assert_eq!(kept("1").read(), Some(results));
        assert_eq!(kept("2").read(), None);
        files::write_file(&lock, b"two", Mode::Plain).unwrap();
        assert_eq!(kept("1").read(), None);
    }

    #[test]
    fn a_failure_shows_the_compilers_errors() {
        let text = b"warning: x\nerror[E0001]: broken\nnote: y\n";
        let message = failure("cargo test", "exit status: 101", text, Path::new("/the log"));
        assert!(message.contains("error[E0001]: broken") && message.contains("/the log"), "{message}");
        assert!(!message.contains("note"), "{message}");
    }
}
