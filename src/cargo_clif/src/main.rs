//! `cargo-clif`: runs the user's cargo with rustc_codegen_clif as the compiler.
//!
//! It finds `dist/` beside itself, sets `RUSTC` and `RUSTDOC`, prepares for other targets ([`cross`]), and
//! replaces itself by cargo. Flags,
//! configuration, target folders, wrappers such as sccache and the exit status are left to cargo. Under the
//! name `rustdoc-clif` it replaces itself by rustdoc, which then compiles doc tests with our compiler
//! ([`doc_tests`]).

mod arguments;
mod cfg;
mod cross;
mod dist;
mod doc_tests;
mod linker;
mod settings;

use std::env;
use std::ffi::OsString;
use std::io::{self, Write};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};

use arguments::Request;
use dist::Dist;
use settings::Settings;

const HELP: &str = "\
cargo with rustc_codegen_clif (Cranelift) as the codegen backend

Usage: cargo clif COMMAND [OPTIONS]

COMMAND and OPTIONS are those of cargo: build, run, test, check, bench, doc, ...
RUSTFLAGS, .cargo/config.toml, --target-dir, CARGO_* and RUSTC_WRAPPER work as with cargo.
`cargo clif` sets RUSTC and RUSTDOC: a backend works only with the compiler version that it
was built for. `cargo clif +toolchain` is an error; `cargo +toolchain clif` only chooses a cargo.

  -h, --help       Print this text (`cargo clif help COMMAND` prints cargo's)
  -V, --version    Print the versions of cargo-clif and of the compiler";

fn main() -> ExitCode {
    let mut arguments = env::args_os();
    let own_name = arguments.next().unwrap_or_default();
    let arguments: Vec<OsString> = arguments.collect();
    let result = match Path::new(&own_name).file_name().and_then(|name| name.to_str()) {
        Some("rustdoc-clif" | "rustdoc") => become_rustdoc(arguments),
        Some(doc_tests::BUILDER_NAME) => become_doc_test_compiler(arguments),
        _ => serve(arguments),
    };
    result.unwrap_or_else(|error| {
        let chain: Vec<String> = error.chain().map(ToString::to_string).collect();
        note(&format!("error: {}", chain.join(": ")));
        ExitCode::FAILURE
    })
}

/// Runs the command line.
fn serve(arguments: Vec<OsString>) -> Result<ExitCode> {
    match arguments::parse(arguments) {
        Request::Help => print(HELP)?,
        Request::Version => {
            let compiler = Command::new(Dist::find()?.rustc()).arg("-V").output()?;
            let compiler = String::from_utf8_lossy(&compiler.stdout).into_owned();
            print(&format!("cargo-clif {}\n{}", env!("CARGO_PKG_VERSION"), compiler.trim_end()))?;
        }
        Request::OtherToolchain(name) => bail!(
            "`cargo clif` cannot use the toolchain {name}: the backend works only with the compiler version that it was \
             built for; leave {name} out, or use plain `cargo {name}`"
        ),
        Request::Cargo(arguments) => return become_cargo(arguments),
    }
    Ok(ExitCode::SUCCESS)
}

/// Prints a line on standard output. A closed pipe is not an error, as in cargo.
fn print(text: &str) -> Result<()> {
    match writeln!(io::stdout(), "{text}") {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error).context("cannot print"),
        _ => Ok(()),
    }
}

/// Prints a line on standard error, and ignores errors.
fn note(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// Counts how many times this program has become cargo, one inside the other.
const DEPTH_VARIABLE: &str = "CLIF_CARGO_DEPTH";
/// No real build nests this deep.
const MOST_DEPTH: u32 = 16;

/// Replaces this process by cargo.
fn become_cargo(arguments: Vec<OsString>) -> Result<ExitCode> {
    let dist = Dist::find()?;
    let cargo = env::var_os("CARGO").filter(|name| !name.is_empty()).unwrap_or_else(|| "cargo".into());
    let depth = env::var(DEPTH_VARIABLE).ok().and_then(|text| text.parse().ok()).unwrap_or(0_u32);
    if depth >= MOST_DEPTH {
        bail!(
            "`cargo clif` has called itself {depth} times: `{}`, which the variable CARGO names as cargo, seems to call \
             `cargo clif` again; unset CARGO, or set it to cargo itself",
            cargo.display()
        );
    }
    let mut command = Command::new(&cargo);
    cross::prepare(&mut command, &Settings::read(&cargo, &arguments), &dist)?;
    command.env(DEPTH_VARIABLE, (depth + 1).to_string());
    for (variable, program) in [("RUSTC", dist.rustc()), ("RUSTDOC", dist.rustdoc())] {
        if let Some(other) =
            env::var_os(variable).filter(|other| !other.is_empty() && Path::new(other) != program)
        {
            note(&format!(
                "cargo clif: {variable}={} is ignored; {} is used instead",
                other.display(),
                program.display()
            ));
        }
        command.env(variable, program);
    }
    if let Some((name, program)) = linker::choose() {
        if linker::is_verbose(&arguments) {
            note(&format!("cargo clif: links with {} where the project names no linker", program.display()));
        }
        command.env(linker::VARIABLE, name);
    }
    let error = command.args(arguments).exec();
    Err(start_error(&command, error))
}

/// Replaces this process by rustdoc.
fn become_rustdoc(arguments: Vec<OsString>) -> Result<ExitCode> {
    let dist = Dist::find()?;
    let mut command = dist.real_rustdoc()?;
    if let Some(call) = doc_tests::Call::of(&arguments) {
        call.prepare(&mut command, &dist.doc_test_compiler(), &dist.rustc());
    }
    let error = command.args(arguments).exec();
    Err(start_error(&command, error))
}

/// Replaces this process by our compiler, as rustdoc calls it for doc tests.
fn become_doc_test_compiler(arguments: Vec<OsString>) -> Result<ExitCode> {
    let mut command = Command::new(Dist::find()?.rustc());
    let arguments = doc_tests::prepare_compiler(&mut command, arguments)?;
    let error = command.args(arguments).exec();
    Err(start_error(&command, error))
}

/// Returns the error for a program that could not be started.
fn start_error(command: &Command, error: io::Error) -> anyhow::Error {
    let program = command.get_program().display();
    match error.kind() {
        io::ErrorKind::NotFound => {
            anyhow::anyhow!(
                "`{program}` is not installed (or not on PATH); install Rust with rustup, see https://rustup.rs"
            )
        }
        _ => anyhow::anyhow!("cannot start `{program}`: {error}"),
    }
}
