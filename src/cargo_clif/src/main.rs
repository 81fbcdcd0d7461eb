//! `cargo-clif`: the user's cargo, with rustc_codegen_clif as the compiler.
//!
//! It finds `dist/` beside itself, sets `RUSTC` and `RUSTDOC`, and becomes cargo: flags, configuration, target
//! folders, wrappers such as sccache and the exit status are all cargo's own affair. Under the name
//! `rustdoc-clif` it becomes rustdoc, with a sysroot whose compiler is ours (doc tests).

mod arguments;
mod dist;

use std::env;
use std::ffi::OsString;
use std::io;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::{Result, bail};

use arguments::Request;
use dist::Dist;

const HELP: &str = "\
cargo with rustc_codegen_clif (Cranelift) as the code generator

Usage: cargo-clif COMMAND [OPTIONS]     (also: cargo clif COMMAND [OPTIONS])

COMMAND and OPTIONS are those of cargo: build, run, test, check, bench, doc, ...
RUSTFLAGS, .cargo/config.toml, --target-dir, CARGO_* and RUSTC_WRAPPER work as with cargo.
RUSTC and RUSTDOC are set by cargo-clif. Another compiler cannot be chosen (+toolchain): a
backend works with the one compiler version that it was built for.

  -h, --help       this text (`cargo-clif help COMMAND` is cargo's)
  -V, --version    the versions of cargo-clif and of the compiler";

fn main() -> ExitCode {
    let mut arguments = env::args_os();
    let own_name = arguments.next().unwrap_or_default();
    let is_rustdoc =
        Path::new(&own_name).file_name().is_some_and(|name| name == "rustdoc-clif" || name == "rustdoc");
    let arguments: Vec<OsString> = arguments.collect();
    let result = if is_rustdoc { become_rustdoc(arguments) } else { serve(arguments) };
    result.unwrap_or_else(|error| {
        let chain: Vec<String> = error.chain().map(ToString::to_string).collect();
        eprintln!("error: {}", chain.join(": "));
        ExitCode::FAILURE
    })
}

/// Does what the command line asks for.
fn serve(arguments: Vec<OsString>) -> Result<ExitCode> {
    match arguments::parse(arguments) {
        Request::Help => println!("{HELP}"),
        Request::Version => {
            println!("cargo-clif {}", env!("CARGO_PKG_VERSION"));
            let dist = Dist::find()?;
            let status = Command::new(dist.rustc()).arg("-V").status()?;
            return Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE });
        }
        Request::OtherToolchain(name) => bail!(
            "cargo-clif cannot use the toolchain {name}: the backend works with the one compiler version that it was \
             built for; leave {name} out, or use plain `cargo {name}`"
        ),
        Request::Cargo(arguments) => return become_cargo(arguments),
    }
    Ok(ExitCode::SUCCESS)
}

/// Replaces this process by cargo.
fn become_cargo(arguments: Vec<OsString>) -> Result<ExitCode> {
    let dist = Dist::find()?;
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    for (variable, program) in [("RUSTC", dist.rustc()), ("RUSTDOC", dist.rustdoc())] {
        if let Some(other) =
            env::var_os(variable).filter(|other| !other.is_empty() && Path::new(other) != program)
        {
            eprintln!("cargo-clif: {variable}={} is not used; {} is", other.display(), program.display());
        }
        command.env(variable, program);
    }
    let error = command.args(arguments).exec();
    Err(start_error(&command, error))
}

/// Replaces this process by rustdoc, which compiles doc tests with the compiler of its sysroot.
fn become_rustdoc(arguments: Vec<OsString>) -> Result<ExitCode> {
    let dist = Dist::find()?;
    let mut command = dist.real_rustdoc()?;
    let names_sysroot =
        arguments.iter().any(|argument| argument.to_str().is_some_and(|text| text.starts_with("--sysroot")));
    if !names_sysroot {
        command.arg("--sysroot").arg(dist.sysroot());
    }
    let error = command.args(arguments).exec();
    Err(start_error(&command, error))
}

/// Why a program could not be started.
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
