//! The suite `flags`: what is refused is refused with one message that names it, at its place in the source if it has one;
//! and programs do the same with every relocation model.
//!
//! To add a flag or a construct: a row in [`REFUSED_FLAGS`] or [`REFUSED_SOURCES`].

use std::fs;

use anyhow::{Result, ensure};

use super::cargo_clif::Project;
use super::commands::fail;
use super::run_pass::{self, Run, Variant, stem};
use super::suite::{CaseResult, Context, Filter};
use crate::files;

/// rustc itself refuses some sanitizers, because std is compiled without them, unless it is told not to.
const MISMATCH: &str = "-Cunsafe-allow-abi-mismatch=sanitizer";
/// Flags, and how the message names them.
const REFUSED_FLAGS: [(&[&str], &str); 21] = [
    (&["-Cinstrument-coverage"], "`-Cinstrument-coverage`"),
    (&["-Cprofile-generate"], "profile-guided optimisation"),
    (&["-Cprofile-use=main.rs"], "profile-guided optimisation"),
    (&["-Zprofile-sample-use=main.rs"], "profile-guided optimisation"),
    (&["-Zdebug-info-for-profiling"], "`-Zdebug-info-for-profiling`"),
    (&["-Zsanitizer=address"], "sanitizers"),
    (&["-Zsanitizer=thread", MISMATCH], "sanitizers"),
    (&["-Zsanitizer=kcfi", "-Cpanic=abort", MISMATCH], "sanitizers"),
    (&["-Zsanitizer=cfi", "-Clto", "-Ccodegen-units=1", MISMATCH], "sanitizers"),
    (&["-Zinstrument-xray"], "instrumentation of functions"),
    (&["-Zinstrument-mcount"], "instrumentation of functions"),
    (&["-Zstack-protector=all"], "`-Zstack-protector`"),
    (&["-Zcf-protection=full"], "`-Zcf-protection`"),
    (&["-Zfunction-return=thunk-extern"], "`-Zfunction-return`"),
    (&["-Zpatchable-function-entry=4"], "`-Zpatchable-function-entry`"),
    (&["-Zautodiff=Enable"], "`-Zautodiff`"),
    (&["-Ccode-model=medium"], "this `-Ccode-model`"),
    (&["-Ccode-model=large"], "this `-Ccode-model`"),
    (&["-Ccode-model=kernel"], "this `-Ccode-model`"),
    (&["-Ccode-model=tiny"], "this `-Ccode-model`"),
    (&["-Cllvm-args=-x"], "`-Cllvm-args`"),
];

/// A source, where the message points to, and how it names what is refused.
const REFUSED_SOURCES: [(&str, &str, &str); 7] = [
    (
        "#![feature(abi_vectorcall)]\npub extern \"vectorcall\" fn defined(number: u64) -> u64 {\n    number\n}\n",
        "main.rs:2:1",
        "the calling convention `vectorcall`",
    ),
    (
        "#![feature(abi_vectorcall)]\nunsafe extern \"vectorcall\" {\n    fn foreign(number: u64);\n}\npub fn calls() {\n    \
         unsafe { foreign(1) }\n}\n",
        "main.rs:6:14",
        "the calling convention `vectorcall`",
    ),
    (
        "#![feature(rust_preserve_none_cc)]\npub extern \"rust-preserve-none\" fn defined() {}\n",
        "main.rs:2:1",
        "the calling convention `rust-preserve-none`",
    ),
    (
        "#![feature(rust_preserve_none_cc)]\npub fn calls(function: extern \"rust-preserve-none\" fn(u64)) {\n    \
         function(1)\n}\n",
        "main.rs:3:5",
        "the calling convention `rust-preserve-none`",
    ),
    (
        "#![feature(abi_x86_interrupt)]\npub extern \"x86-interrupt\" fn handler(_frame: &u64) {}\n",
        "main.rs:2:1",
        "the calling convention `x86-interrupt`",
    ),
    (
        "#![feature(rust_cold_cc)]\npub extern \"rust-cold\" fn defined(number: u64) -> u64 {\n    number\n}\n",
        "main.rs:2:1",
        "defining a function with the convention `rust-cold` that has a result in registers",
    ),
    (
        "#![feature(explicit_tail_calls)]\n#![allow(incomplete_features)]\npub fn many(a: &str, b: &str, c: &str, d: u64) -> u64 {\n    \
         become many(c, a, b, d)\n}\n",
        "main.rs:4:12",
        "explicit tail calls (`become`) of functions with arguments on the stack",
    ),
];

/// How code refers to other code and to data: relocation models, and both kinds of static programs.
const MODELS: [Variant; 8] = [
    ("pic", &["-Crelocation-model=pic"]),
    ("pie", &["-Crelocation-model=pie", "-Ccode-model=small"]),
    ("static", &["-Crelocation-model=static"]),
    ("static, -O", &["-Crelocation-model=static", "-Ccode-model=small", "-O"]),
    ("static-pie", &["-Ctarget-feature=+crt-static"]),
    ("all static", &["-Ctarget-feature=+crt-static", "-Crelocation-model=static"]),
    ("frame pointers", &["-Cforce-frame-pointers=yes", "-O"]),
    ("no red zone", &["-Cno-redzone", "-Clink-dead-code"]),
];
/// The programs of run-pass that have what relocations are for: statics of all kinds, thread-locals, vtables, landing pads.
const PROGRAMS: [&str; 6] =
    ["linkage", "statics", "stack_overflow", "thread_locals", "trait_objects", "unwind_cleanup"];

/// The name of the case of a row.
fn flag_case(flags: &[&str]) -> String {
    format!("refused: {}", flags.join(" "))
}

fn source_case(place: &str, what: &str) -> String {
    format!("refused: {what} at {place}")
}

fn program_case(name: &str) -> String {
    format!("relocation models: {name}")
}

/// The names of all cases.
pub fn cases(_context: &Context<'_>) -> Result<Option<Vec<String>>> {
    let flags = REFUSED_FLAGS.iter().map(|(flags, _)| flag_case(flags));
    let sources = REFUSED_SOURCES.iter().map(|(_, place, what)| source_case(place, what));
    Ok(Some(flags.chain(sources).chain(PROGRAMS.iter().map(|name| program_case(name))).collect()))
}

/// Runs the selected cases.
pub fn run(context: &Context<'_>, filter: &Filter<'_>) -> Result<Vec<CaseResult>> {
    let project = Project {
        folder: context.scratch(filter.suite).join("refused"),
        dist: context.dist()?,
        toolchain: context.toolchain()?,
        build: &context.layout.build,
    };
    let mut results = Vec::new();
    for (flags, what) in REFUSED_FLAGS.iter().filter(|(flags, _)| filter.selects(&flag_case(flags))) {
        results.push(CaseResult::of(flag_case(flags), refused(&project, "fn main() {}\n", flags, what, "")));
    }
    for (source, place, what) in &REFUSED_SOURCES {
        let name = source_case(place, what);
        if filter.selects(&name) {
            let result = refused(&project, source, &["--crate-type=lib"], what, place);
            results.push(CaseResult::of(name, result));
        }
    }
    let mut sources = run_pass::sources(context)?;
    sources.retain(|path| PROGRAMS.contains(&stem(path).as_str()));
    let runs =
        sources.iter().map(|source| Run { name: program_case(&stem(source)), source, variants: &MODELS });
    let runs: Vec<Run<'_>> = runs.filter(|run| filter.selects(&run.name)).collect();
    ensure!(sources.len() == PROGRAMS.len(), "a program of run-pass that is named here is gone");
    results.extend(run_pass::run_all(context, filter.suite, &[], &runs)?);
    Ok(results)
}

/// Compiles something that has to be refused: one error, which names it, and nothing is left behind.
fn refused(project: &Project<'_>, source: &str, flags: &[&str], what: &str, place: &str) -> Result<()> {
    files::remove(&project.folder)?;
    project.write("main.rs", source)?;
    let mut command = project.rustc_clif(&["--edition=2024", "main.rs"]);
    let errors = fail(command.args(flags).env("RUSTC_BOOTSTRAP", "1"), 1)?;
    let first = errors.lines().find(|line| line.starts_with("error")).unwrap_or_default();
    let expected = format!("error: the Cranelift backend does not support {what}");
    ensure!(first.starts_with(&expected), "{expected:?} was expected: {errors}");
    let count = errors.lines().filter(|line| line.starts_with("error: the")).count();
    ensure!(count == 1 && errors.contains(place) && !errors.contains("panicked"), "{errors}");
    ensure!(errors.contains("help: "), "no way out is told: {errors}");
    let left: Vec<_> =
        fs::read_dir(&project.folder)?.filter_map(|entry| Some(entry.ok()?.file_name())).collect();
    ensure!(left == ["main.rs"], "it leaves {left:?}");
    Ok(())
}
