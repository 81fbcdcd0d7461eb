//! Finds the debuggers of this machine, and rustc's scripts for them (pretty printers).
//!
//! The scripts belong to the compiler's version. They are in its sysroot (rustup), beside its sources
//! (Debian's source package), or in two small Debian packages, which apt downloads.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use build_system::files;
use build_system::process;
use build_system::toolchain::RUSTC_VERSION;
use build_system::toolchain::{packages, unpack};

use super::script::Debugger;
use crate::context::Context;
use crate::target::TestTarget;

/// The files that the debuggers load. The other scripts are in the same folder.
const SCRIPTS: [&str; 2] = ["gdb_load_rust_pretty_printers.py", "lldb_lookup.py"];
/// The Debian packages that contain the scripts.
const SCRIPT_PACKAGES: [&str; 2] = ["rust-web-gdb", "rust-web-lldb"];
/// The time limit for running a trivial program in a debugger.
const TRIAL_LIMIT: Duration = Duration::from_secs(60);

/// Returns, for each debugger, the variable that names its program, the program names to try, and the oldest
/// version that reads all of Rust's types. Debian's `gdb` knows only the host's machine.
fn known(debugger: Debugger, target: TestTarget) -> (&'static str, &'static [&'static str], u32) {
    match debugger {
        Debugger::Gdb if !target.is_host => ("CLIF_GDB", &["gdb-multiarch"], 12),
        Debugger::Gdb => ("CLIF_GDB", &["gdb"], 12),
        Debugger::Lldb => ("CLIF_LLDB", &["lldb-22", "lldb"], 22),
    }
}

/// A usable debugger.
#[derive(Debug)]
pub struct Tool {
    /// The debugger.
    pub debugger: Debugger,
    /// The program.
    program: PathBuf,
    /// The version that it reports.
    pub version: String,
    /// The folder of rustc's scripts.
    scripts: PathBuf,
    /// Folders of Python modules: the scripts, the compiler's own (with a module that the scripts use), and
    /// the debugger's if it does not find it itself (Debian's lldb).
    python_path: Vec<PathBuf>,
}

impl Tool {
    /// Finds a debugger and tries it. The error says why it cannot be used.
    pub fn find(debugger: Debugger, target: TestTarget, scripts: &Path, sysroot: &Path) -> Result<Tool> {
        let (variable, names, oldest) = known(debugger, target);
        let candidates: Vec<OsString> = match std::env::var_os(variable) {
            Some(program) => vec![program],
            None => names.iter().map(OsString::from).collect(),
        };
        let mut reasons = Vec::new();
        for candidate in candidates {
            let shown = candidate.to_string_lossy().into_owned();
            let Ok(text) = process::output(Command::new(&candidate).arg("--version")) else {
                reasons.push(format!("{shown} is not installed"));
                continue;
            };
            let version = text.lines().next().unwrap_or_default().to_owned();
            if major(&version) < oldest {
                reasons.push(format!("{shown} is {version}, {oldest} or later is needed"));
                continue;
            }
            let program = on_path(&candidate);
            let mut python_path = vec![scripts.to_owned(), sysroot.join("lib/rustlib/etc")];
            python_path.extend(python_module(&program));
            let tool = Tool { debugger, program, version, scripts: scripts.to_owned(), python_path };
            tool.trial()?;
            return Ok(tool);
        }
        bail!("{}; {variable} can name another one", reasons.join(", "))
    }

    /// Checks whether the debugger may control programs here. Containers often forbid that.
    fn trial(&self) -> Result<()> {
        let mut command = self.command();
        match self.debugger {
            Debugger::Gdb => command.args(["-batch", "-ex", "run", "--args", "true"]),
            Debugger::Lldb => command.args(["--batch", "-o", "run", "--", "true"]),
        };
        let outcome = process::run_limited(&mut command, b"", TRIAL_LIMIT)?;
        let text = format!(
            "{}{}",
            String::from_utf8_lossy(&outcome.stdout),
            String::from_utf8_lossy(&outcome.stderr)
        );
        if text.contains("exited normally") || text.contains("exited with status = 0") {
            return Ok(());
        }
        let last: Vec<&str> = text.lines().filter(|line| !line.is_empty()).collect();
        bail!(
            "{} cannot run programs here: {}",
            self.debugger.name(),
            last[last.len().saturating_sub(3)..].join("; ")
        )
    }

    /// Returns a call of the debugger that reads no configuration of the user.
    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.env("PYTHONPATH", std::env::join_paths(&self.python_path).unwrap_or_default());
        command.env("PYTHONDONTWRITEBYTECODE", "1");
        for variable in ["LD_LIBRARY_PATH", "DEBUGINFOD_URLS", "RUST_BACKTRACE", "CLIF_VERIFY"] {
            command.env_remove(variable);
        }
        command.arg(match self.debugger {
            Debugger::Gdb => "-nx",
            Debugger::Lldb => "--no-lldbinit",
        });
        command
    }

    /// Returns a call that runs `driver` with a program.
    pub fn session(&self, driver: &Path, program: &Path, arguments: &[String]) -> Command {
        let mut command = self.command();
        match self.debugger {
            Debugger::Gdb => {
                let safe = format!("add-auto-load-safe-path {}", self.scripts.display());
                command.args(["-batch", "-iex", "set debuginfod enabled off", "-iex", &safe]);
                command.arg("--directory").arg(&self.scripts).arg("-x").arg(driver).arg("--args");
            }
            Debugger::Lldb => {
                let import = |script: &Path| format!("command script import \"{}\"", script.display());
                command.args(["--batch", "-O", &import(&self.scripts.join("lldb_lookup.py"))]);
                command.arg("-S").arg(self.scripts.join("lldb_commands"));
                command.args(["-o", &import(driver), "--"]);
            }
        }
        command.arg(program).args(arguments);
        command
    }
}

/// Returns the first number in a line with the version.
fn major(version: &str) -> u32 {
    let is_version = |word: &&str| word.starts_with(|first: char| first.is_ascii_digit());
    let word = version.split(' ').rfind(is_version).unwrap_or_default();
    word.split('.').next().and_then(|number| number.parse().ok()).unwrap_or(0)
}

/// Returns the file of a command, with links followed.
fn on_path(program: &OsString) -> PathBuf {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let found =
        std::env::split_paths(&folders).map(|folder| folder.join(program)).find(|path| path.is_file());
    found.unwrap_or_else(|| PathBuf::from(program))
}

/// Finds the folder of lldb's Python module beside its program. Debian's lldb looks for it in a folder that
/// does not exist.
fn python_module(program: &Path) -> Option<PathBuf> {
    let program = program.canonicalize().ok()?;
    let libraries = program.parent()?.join("../lib");
    let folders = files::entries(&libraries).unwrap_or_default();
    let pythons = folders.iter().filter(|folder| files::name_of(folder).starts_with("python3"));
    pythons
        .flat_map(|folder| ["site-packages", "dist-packages"].map(|name| folder.join(name)))
        .find(|folder| folder.join("lldb/embedded_interpreter.py").is_file())
}

/// Finds rustc's scripts, or downloads them.
pub fn scripts(context: &Context<'_>) -> Result<PathBuf> {
    let sysroot = &context.toolchain()?.compiler.sysroot;
    let downloaded = context.scratch("debugger").join("scripts");
    let places = [
        sysroot.join("lib/rustlib/etc"),
        sysroot.join(format!("src/rustc-{RUSTC_VERSION}/src/etc")),
        downloaded.join("usr/lib/rustlib/etc"),
    ];
    let find = || places.iter().find(|place| SCRIPTS.iter().all(|script| place.join(script).exists()));
    if let Some(found) = find() {
        return Ok(found.clone());
    }
    download(&downloaded).with_context(|| {
        format!(
            "rustc's scripts for debuggers ({}) are not part of the compiler, and cannot be downloaded",
            SCRIPTS.join(", ")
        )
    })?;
    find().cloned().context("Debian's packages do not contain rustc's scripts for debuggers")
}

/// Downloads and unpacks the packages with the scripts.
fn download(folder: &Path) -> Result<()> {
    files::remove(folder)?;
    let packages = folder.join("packages");
    packages::download_others(&SCRIPT_PACKAGES.map(|name| format!("{name}={RUSTC_VERSION}*")), &packages)?;
    for package in files::entries(&packages)? {
        unpack::unpack_one(&package, folder)?;
    }
    Ok(())
}
