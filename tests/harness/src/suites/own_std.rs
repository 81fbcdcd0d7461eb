//! The suites `own-std` and `own-std-programs`: test programs with a standard library that the backend
//! compiled.
//!
//! `own-std` builds one program that uses much of the library in three ways: with cargo's `-Zbuild-std`, with
//! the sysroot of `./y.sh build --sysroot clif`, and with the shared library of that sysroot. Its output must
//! be the same as with LLVM's library and compiler. Bare targets get a `core` of their own.
//! `own-std-programs` compiles all run-pass programs for that sysroot.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Result, ensure};
use build_system::process;
use build_system::standard_library;

use super::cargo_clif::{Check, Project, plan_projects};
use super::other_machines;
use super::run_pass::{self, Run, first_difference, stem};
use crate::commands::succeed;
use crate::context::Context;
use crate::suite::{Group, Plan};

/// The names of the cases of `own-std`, and their functions. The first ones do not need our sysroot,
/// the others do.
const BUILD_STD: [(&str, Check); 1] = [("-Zbuild-std", build_std)];
/// The case that does not depend on the target.
const BARE: [(&str, Check); 1] = [("bare targets", other_machines::bare_targets)];
const WITH_SYSROOT: [(&str, Check); 2] =
    [("a program with the sysroot", static_library), ("a program with the shared library", shared_library)];
/// The case that compiles the library.
const SYSROOT: &str = "the standard library compiles";
/// The time limit for the library and a program. On an idle machine, they take a minute.
const BUILD_LIMIT: Duration = Duration::from_secs(1200);
/// The levels of optimisation, with which programs instantiate different parts of the library.
const VARIANTS: [run_pass::Variant; 2] =
    [("debug", &["-Cdebuginfo=2"]), ("-O, 1 CGU", &["-O", "-Ccodegen-units=1"])];

/// The program: collections, threads, unwinding, backtraces, processes, files, formatted floats.
const PROGRAM: &str = r#"use std::collections::{BTreeMap, HashMap};
use std::io::{BufRead, Write};
use std::sync::{Arc, Mutex, mpsc};

struct Noisy(&'static str);
impl Drop for Noisy {
    fn drop(&mut self) {
        println!("dropped {}", self.0);
    }
}

#[inline(never)]
fn named_in_backtraces(depth: u32) -> String {
    match std::hint::black_box(depth) {
        0 => std::backtrace::Backtrace::force_capture().to_string(),
        _ => named_in_backtraces(depth - 1),
    }
}

fn threads() -> u64 {
    let total = Arc::new(Mutex::new(0));
    let (sender, receiver) = mpsc::channel();
    let workers: Vec<_> = (0..4u64)
        .map(|number| {
            let (total, sender) = (total.clone(), sender.clone());
            std::thread::spawn(move || {
                *total.lock().unwrap() += number;
                sender.send(number * number).unwrap();
            })
        })
        .collect();
    workers.into_iter().for_each(|worker| worker.join().unwrap());
    drop(sender);
    receiver.iter().sum::<u64>() * 1000 + *total.lock().unwrap()
}

fn main() {
    if std::env::args().nth(1).as_deref() == Some("child") {
        let lines: Vec<String> = std::io::stdin().lock().lines().map(Result::unwrap).collect();
        println!("{}", lines.join("+"));
        std::process::exit(3);
    }
    std::panic::set_hook(Box::new(|information| println!("hook: {information}")));
    let mut words = HashMap::new();
    for word in "one two one three two one".split(' ') {
        *words.entry(word).or_insert(0) += 1;
    }
    println!("{:?}", words.into_iter().collect::<BTreeMap<_, _>>());
    println!("{}", threads());
    let caught = std::panic::catch_unwind(|| {
        let _noisy = Noisy("while unwinding");
        let empty: Vec<u8> = Vec::new();
        std::hint::black_box(&empty)[7]
    });
    println!("{}", caught.is_err());
    let joined = std::thread::spawn(|| -> u8 { panic!("in a thread, {:.3e}", 12345.678f64) }).join();
    println!("{:?}", joined.unwrap_err().downcast_ref::<String>());
    println!("{}", named_in_backtraces(3).matches("::named_in_backtraces").count());
    let program = std::env::current_exe().unwrap();
    let emulator = std::env::var("TEST_EMULATOR").unwrap_or_default();
    let mut words = emulator.split_whitespace().map(std::ffi::OsStr::new).chain([program.as_os_str()]);
    let mut child = std::process::Command::new(words.next().unwrap())
        .args(words)
        .arg("child")
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(b"a\nb\n").unwrap();
    println!("{:?}", child.wait_with_output().unwrap());
    println!("{:?} {:?}", "1.5e300".parse::<f64>(), u128::MAX.checked_div(3));
}
"#;

/// Plans the cases of `own-std`.
pub fn plan<'a>(context: &'a Context<'a>) -> Result<Plan<'a>> {
    let compiled = || sysroot(context).map(|_| ());
    let bare = BARE.into_iter().filter(|_| context.target.is_host);
    let plan = plan_projects(context, "own-std", BUILD_STD.into_iter().chain(bare), || Ok(()));
    let plan = plan.then(plan_projects(context, "own-std/sysroot", WITH_SYSROOT, compiled));
    Ok(plan.then(Group::plain().case(SYSROOT, move |()| compiled()).in_turn()))
}

/// Plans the cases of `own-std-programs`: the programs of run-pass with our library.
pub fn plan_programs<'a>(context: &'a Context<'a>) -> Result<Plan<'a>> {
    let run = |source: PathBuf| Run { name: stem(&source), source, variants: &VARIANTS };
    let flags = || {
        let mut flag = OsString::from("--sysroot=");
        flag.push(sysroot(context)?);
        Ok(vec![flag])
    };
    let runs = run_pass::sources(context)?.into_iter().map(run);
    Ok(run_pass::plan_runs(context, "own-std-programs", flags, runs))
}

/// Returns the sysroot with our library. Compiles it if needed.
pub fn sysroot(context: &Context<'_>) -> Result<PathBuf> {
    let (toolchain, dist) = (context.toolchain()?, context.dist()?);
    standard_library::build_for(&context.target.others(), context.layout, toolchain, dist, context.console)
}

/// Tests the library that cargo compiles for a project.
fn build_std(project: &Project<'_>) -> Result<()> {
    project.package("program", "src/main.rs", PROGRAM)?;
    let arguments = ["run", "--quiet", "-Zbuild-std", "--target", project.target.triple()];
    let mut command = project.cargo_clif(&arguments);
    project.target.tell_emulator(&mut command);
    let outcome = process::run_limited(command.env("RUSTC_BOOTSTRAP", "1"), b"", BUILD_LIMIT)?;
    ensure!(outcome.succeeded(), "{}", String::from_utf8_lossy(&outcome.stderr));
    compare(project, &String::from_utf8_lossy(&outcome.stdout))
}

/// Tests a program that contains the library.
fn static_library(project: &Project<'_>) -> Result<()> {
    let found = program(project, &[])?;
    compare(project, &found)
}

/// Tests a program that loads the library at run time.
fn shared_library(project: &Project<'_>) -> Result<()> {
    let libraries = own_sysroot(project).join("lib/rustlib").join(project.target.triple());
    let path = format!("-Clink-arg=-Wl,-rpath,{}", libraries.join("lib").display());
    let found = program(project, &["-Cprefer-dynamic", &path])?;
    let linked = std::fs::read(project.folder.join("program"))?;
    ensure!(
        linked.windows(7).any(|part| part == b"libstd-"),
        "the program is not linked with the shared library"
    );
    compare(project, &found)
}

/// Compiles the program for our sysroot and runs it. Returns its output.
fn program(project: &Project<'_>, flags: &[&str]) -> Result<String> {
    project.package("program", "src/main.rs", PROGRAM)?;
    let sysroot = format!("--sysroot={}", own_sysroot(project).display());
    let arguments = ["--edition=2024", "src/main.rs", "-g", "-oprogram", &sysroot];
    succeed(project.rustc_clif(&arguments).args(flags))?;
    Ok(succeed(project.program("program").env_remove("LD_LIBRARY_PATH"))?.0)
}

fn own_sysroot(project: &Project<'_>) -> PathBuf {
    standard_library::sysroot_in(project.build)
}

/// Compares the output with that of the program built by cargo and LLVM.
fn compare(project: &Project<'_>, found: &str) -> Result<()> {
    succeed(&mut project.cargo_llvm(&["build", "--quiet"]))?;
    let (expected, _) = succeed(&mut project.target.program(&project.built().join("program")))?;
    ensure!(found == expected, "{}", first_difference(expected.as_bytes(), found.as_bytes()));
    Ok(())
}
