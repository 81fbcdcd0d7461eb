//! Cases of the suite `cargo-clif`: if no one reads their output any more, our programs end as rustc and
//! cargo do.

use std::io;
use std::process::{Command, ExitStatus, Stdio};

use anyhow::{Context as _, Result, ensure};
use build_system::process;

use super::cargo_clif::Project;

/// The signal of closed pipes.
const SIGPIPE: i32 = 13;

/// The output that is a closed pipe.
#[derive(Clone, Copy, Debug)]
enum Closed {
    Output,
    Errors,
}

/// Compares our programs with rustc and cargo, with the same arguments.
pub fn closed_pipes(project: &Project<'_>) -> Result<()> {
    let functions: String = (0..300).map(|number| format!("fn unused_{number}() {{}}\n")).collect();
    project.write("many.rs", &format!("#![crate_type = \"lib\"]\n{functions}"))?;
    project.package("piped", "src/main.rs", "fn main() {}\n")?;
    let compiler = &project.toolchain.compiler;
    let rustdoc = || {
        let mut command = Command::new(compiler.rustdoc());
        command.env("LD_LIBRARY_PATH", compiler.library_path());
        command
    };
    let bin = |name: &str| Command::new(project.dist.rustc_clif().with_file_name(name));
    for closed in [Closed::Output, Closed::Errors] {
        for arguments in [
            &["--print=sysroot"][..],
            &["-vV"],
            &["many.rs", "--emit=metadata"],
            &["many.rs", "-Awarnings", "--emit=asm=-", "-Ccodegen-units=1"],
            &["many.rs", "--no-such-flag"],
        ] {
            compare(project, closed, arguments, compiler.command(), bin("rustc-clif"))?;
        }
        for arguments in [&["--help"][..], &["--no-such-flag"]] {
            compare(project, closed, arguments, rustdoc(), bin("rustdoc-clif"))?;
        }
        for arguments in
            [&["--help"][..], &["--version"], &["metadata", "--no-deps", "--format-version=1"], &["no-such"]]
        {
            compare(project, closed, arguments, process::cargo(), bin("cargo-clif"))?;
        }
    }
    build_system(project)
}

/// `./y.sh` ends by the signal, as is usual.
fn build_system(project: &Project<'_>) -> Result<()> {
    for (closed, arguments) in [
        (Closed::Output, &["--help"][..]),
        (Closed::Output, &["test", "--list"]),
        (Closed::Errors, &["--no-such-option"]),
        (Closed::Errors, &["test", "no such suite"]),
    ] {
        let y = std::env::current_exe().context("cannot find the path of this program")?.with_file_name("y");
        let (status, text) = run(project, closed, Command::new(y), arguments)?;
        let signal = std::os::unix::process::ExitStatusExt::signal(&status);
        ensure!(signal == Some(SIGPIPE), "{arguments:?}, {closed:?} closed: {status}: {text}");
    }
    Ok(())
}

fn compare(
    project: &Project<'_>,
    closed: Closed,
    arguments: &[&str],
    model: Command,
    ours: Command,
) -> Result<()> {
    let (expected, _) = run(project, closed, model, arguments)?;
    let program = ours.get_program().to_owned();
    let (found, text) = run(project, closed, ours, arguments)?;
    ensure!(
        found == expected && !text.contains("panicked"),
        "{} {arguments:?}, {closed:?} closed: {found}, expected {expected}: {text}",
        program.display()
    );
    Ok(())
}

/// Returns the status, and the contents of the pipe that is read.
fn run(
    project: &Project<'_>,
    closed: Closed,
    mut command: Command,
    arguments: &[&str],
) -> Result<(ExitStatus, String)> {
    let (reader, writer) = io::pipe().context("cannot make a pipe")?;
    drop(reader);
    process::clean_environment(&mut command);
    command.current_dir(&project.folder).args(arguments).stdin(Stdio::null());
    match closed {
        Closed::Output => command.stdout(writer).stderr(Stdio::piped()),
        Closed::Errors => command.stderr(writer).stdout(Stdio::piped()),
    };
    let child = command.spawn().map_err(|error| process::start_error(&command, error))?;
    let output = child.wait_with_output().context("cannot wait")?;
    let text = [output.stdout, output.stderr].concat();
    Ok((output.status, String::from_utf8_lossy(&text).into_owned()))
}
