//! This program under two other names, which builds call instead of the compiler and the linker.
//!
//! `bench-rustc` is cargo's `RUSTC_WRAPPER`. It adds a backend by path ([`BACKEND`]) and records how cargo
//! compiles the project's own crates ([`RECORD`]). `bench-cc` is the linker. It calls `cc` with the
//! [`Linker`] that the user chose for all candidates, and records its time and memory.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};

use super::candidates::backend_flag;
use super::measure::{self, Usage};
use crate::files::{self, Mode};
use crate::process;

/// The name of the compiler's wrapper.
pub const COMPILER: &str = "bench-rustc";
/// The name of the linker.
pub const LINKER: &str = "bench-cc";
/// The variable with the backend's path.
pub const BACKEND: &str = "CLIF_BENCH_BACKEND";
/// The variable with the folder for command lines.
pub const RECORD: &str = "CLIF_BENCH_RECORD";
/// The variable with the file to which the linker appends lines.
const LINK_LOG: &str = "CLIF_BENCH_LINK_LOG";

/// The variable with the name of the linker that `cc` calls.
const LINKER_NAME: &str = "CLIF_BENCH_LINKER";

/// A linker. `cc -fuse-ld=` has the same names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Linker {
    /// GNU ld, of binutils.
    Bfd,
    /// lld, of LLVM.
    Lld,
    /// mold.
    Mold,
}

impl Linker {
    /// Returns the argument of `cc`.
    fn flag(name: &str) -> String {
        format!("-fuse-ld={name}")
    }

    fn name(self) -> &'static str {
        match self {
            Linker::Bfd => "bfd",
            Linker::Lld => "lld",
            Linker::Mold => "mold",
        }
    }
}

/// The folder with the two links to this program.
#[derive(Debug)]
pub struct Tools {
    folder: PathBuf,
    linker: Option<Linker>,
    /// The name and version that the linker reports.
    pub linker_version: String,
}

impl Tools {
    /// Makes the links, and checks that the linker is installed.
    pub fn make(bench: &Path, linker: Option<Linker>) -> Result<Tools> {
        let linker_version = linker_version(linker)?;
        let folder = bench.join("tools");
        let own = std::env::current_exe().context("cannot find the path of this program")?;
        for name in [COMPILER, LINKER] {
            files::link(&own, &folder.join(name))?;
        }
        Ok(Tools { folder, linker, linker_version })
    }

    /// The compiler's wrapper.
    pub fn compiler(&self) -> PathBuf {
        self.folder.join(COMPILER)
    }

    /// Makes cargo use our linker, which appends a line to `log` each time.
    pub fn watch_linker(&self, command: &mut Command, triple: &str, log: &Path) {
        let variable = format!("CARGO_TARGET_{}_LINKER", triple.to_uppercase().replace('-', "_"));
        command.env(variable, self.folder.join(LINKER)).env(LINK_LOG, log);
        if let Some(linker) = self.linker {
            command.env(LINKER_NAME, linker.name());
        }
    }
}

/// Runs as `bench-rustc`. The first argument is the compiler.
pub fn compiler_main(arguments: Vec<OsString>) -> Result<ExitCode> {
    let Some((compiler, arguments)) = arguments.split_first() else {
        bail!("{COMPILER}: the compiler's name is missing")
    };
    let mut command = Command::new(compiler);
    command.args(arguments);
    // Build scripts probe the compiler, and must see it unchanged. So only crates that cargo compiles are
    // affected; cargo gives each of them a hash.
    let is_cargos = arguments.iter().any(|argument| argument.to_string_lossy().starts_with("metadata="));
    if is_cargos {
        if let Some(backend) = std::env::var_os(BACKEND) {
            command.arg(backend_flag(Path::new(&backend))).env("RUSTC_BOOTSTRAP", "1");
        }
        if let Some(folder) = std::env::var_os(RECORD)
            && std::env::var_os("CARGO_PRIMARY_PACKAGE").is_some()
        {
            Invocation::current(arguments)?.save(Path::new(&folder))?;
        }
    }
    let error = command.exec();
    Err(error).with_context(|| format!("cannot start {}", compiler.display()))
}

/// Runs as `bench-cc`.
pub fn linker_main(arguments: Vec<OsString>) -> Result<ExitCode> {
    let mut command = Command::new("cc");
    command.args(arguments);
    if let Ok(name) = std::env::var(LINKER_NAME) {
        command.arg(Linker::flag(&name));
    }
    let (status, usage) = measure::spawn_and_wait(&mut command)?;
    if let Some(log) = std::env::var_os(LINK_LOG) {
        let line = serde_json::json!({"wall": usage.wall, "cpu": usage.cpu, "memory": usage.peak_memory});
        let context = || format!("cannot write {}", log.display());
        let mut file = std::fs::File::options().create(true).append(true).open(&log).with_context(context)?;
        file.write_all(format!("{line}\n").as_bytes()).with_context(context)?;
    }
    Ok(status.code().and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from))
}

/// Returns the first line of the version of the linker that `cc` calls.
fn linker_version(linker: Option<Linker>) -> Result<String> {
    let mut command = Command::new("cc");
    command.arg("-Wl,--version").args(linker.map(|linker| Linker::flag(linker.name())));
    let output = command.output().map_err(|error| process::start_error(&command, error))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    match text.lines().next().filter(|_| output.status.success()) {
        Some(line) => Ok(line.to_owned()),
        None => bail!(
            "`cc` cannot link with {}; install it, or choose another one with --linker",
            linker.map_or("its linker", Linker::name)
        ),
    }
}

/// Sums up all links of a build. The peak memory is that of the largest linker.
pub fn linker_usage(log: &Path) -> Result<Usage> {
    if !log.exists() {
        return Ok(Usage::default());
    }
    let mut sum = Usage::default();
    for line in files::read_text(log)?.lines() {
        let entry: serde_json::Value =
            serde_json::from_str(line).with_context(|| format!("{}: `{line}`", log.display()))?;
        sum.wall += entry["wall"].as_f64().unwrap_or_default();
        sum.cpu += entry["cpu"].as_f64().unwrap_or_default();
        sum.peak_memory = sum.peak_memory.max(entry["memory"].as_u64().unwrap_or_default());
    }
    Ok(sum)
}

/// A call of the compiler for one crate, by cargo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invocation {
    /// The arguments after the compiler's name.
    pub arguments: Vec<String>,
    /// The working directory.
    pub folder: String,
    /// The environment variables that cargo sets for crates.
    pub variables: BTreeMap<String, String>,
}

impl Invocation {
    /// Describes this process.
    fn current(arguments: &[OsString]) -> Result<Invocation> {
        let arguments = arguments.iter().map(|argument| argument.to_string_lossy().into_owned()).collect();
        let folder = std::env::current_dir().context("there is no current folder")?;
        let told = |name: &str| {
            name == "OUT_DIR" || name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST")
        };
        let variables = std::env::vars_os()
            .map(|(name, value)| (name.to_string_lossy().into_owned(), value.to_string_lossy().into_owned()))
            .filter(|(name, _)| {
                told(name) || name.starts_with("CARGO_CRATE_") || name.starts_with("CARGO_BIN_")
            })
            .collect();
        Ok(Invocation { arguments, folder: folder.to_string_lossy().into_owned(), variables })
    }

    /// Writes the call to a new file. The order of the file names is the order of compilation.
    fn save(&self, folder: &Path) -> Result<()> {
        let number = files::entries(folder).map_or(0, |entries| entries.len());
        let text = serde_json::json!({
            "arguments": self.arguments, "folder": self.folder, "variables": self.variables,
        });
        let name = format!("{number:04}-{}.json", std::process::id());
        files::write_file(&folder.join(name), text.to_string().as_bytes(), Mode::Plain)
    }

    /// Reads all calls in a folder, except those for build scripts.
    pub fn load_all(folder: &Path) -> Result<Vec<Invocation>> {
        let mut found = Vec::new();
        for path in files::entries(folder)? {
            let value: serde_json::Value = serde_json::from_str(&files::read_text(&path)?)
                .with_context(|| format!("{} is damaged", path.display()))?;
            let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
            let invocation = Invocation {
                arguments: value["arguments"].as_array().into_iter().flatten().map(text).collect(),
                folder: text(&value["folder"]),
                variables: value["variables"]
                    .as_object()
                    .into_iter()
                    .flatten()
                    .map(|(name, value)| (name.clone(), text(value)))
                    .collect(),
            };
            if invocation.value_of("--crate-name") != Some("build_script_build") {
                found.push(invocation);
            }
        }
        Ok(found)
    }

    /// Returns the argument after another one.
    pub fn value_of(&self, name: &str) -> Option<&str> {
        let at = self.arguments.iter().position(|argument| argument == name)?;
        self.arguments.get(at + 1).map(String::as_str)
    }

    /// Makes `command` compile the crate again, into another folder, without incremental compilation and
    /// cargo's messages.
    pub fn replay(&self, command: &mut Command, output: &Path) {
        let mut arguments = self.arguments.iter().peekable();
        while let Some(argument) = arguments.next() {
            match (argument.as_str(), arguments.peek().map(|next| next.as_str())) {
                ("--out-dir", _) => drop(arguments.next()),
                ("-C", Some(next)) if next.starts_with("incremental=") => drop(arguments.next()),
                (text, _) if text.starts_with("--json=") || text.starts_with("--error-format=") => {}
                _ => drop(command.arg(argument)),
            }
        }
        command.arg("--out-dir").arg(output).current_dir(&self.folder).envs(&self.variables);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_replay_goes_elsewhere() {
        let words = "--crate-name x --error-format=json --json=a,b src/lib.rs -C debuginfo=2 -C incremental=/i --out-dir /o";
        let invocation = Invocation {
            arguments: words.split(' ').map(str::to_owned).collect(),
            folder: "/".to_owned(),
            variables: BTreeMap::from([("CARGO_PKG_NAME".to_owned(), "x".to_owned())]),
        };
        let mut command = Command::new("rustc");
        invocation.replay(&mut command, Path::new("/new"));
        let found: Vec<_> = command.get_args().map(|argument| argument.to_str().unwrap()).collect();
        assert_eq!(found.join(" "), "--crate-name x src/lib.rs -C debuginfo=2 --out-dir /new");
    }

    #[test]
    fn invocations_are_read_back_without_build_scripts() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["build_script_build", "x"] {
            let arguments = ["--crate-name", name].map(str::to_owned).to_vec();
            Invocation { arguments, folder: "/f".to_owned(), variables: BTreeMap::new() }
                .save(folder.path())
                .unwrap();
        }
        let all = Invocation::load_all(folder.path()).unwrap();
        assert_eq!(all.len(), 1);
        assert_eq!((all[0].value_of("--crate-name"), all[0].folder.as_str()), (Some("x"), "/f"));
    }

    #[test]
    fn links_add_up() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("links");
        assert_eq!(linker_usage(&log).unwrap(), Usage::default());
        let lines = "{\"wall\":1.5,\"cpu\":1,\"memory\":10}\n{\"wall\":0.5,\"cpu\":2,\"memory\":7}\n";
        std::fs::write(&log, lines).unwrap();
        assert_eq!(linker_usage(&log).unwrap(), Usage { wall: 2.0, cpu: 3.0, peak_memory: 10 });
        std::fs::write(&log, "half").unwrap();
        assert!(linker_usage(&log).unwrap_err().to_string().contains("half"));
    }
}
