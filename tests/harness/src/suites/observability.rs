//! The suite `observability`: tests what the compiler reports about itself on request
//! (`src/backend/src/session/observation.rs`).

use anyhow::{Context as _, Result, ensure};
use build_system::files;

use crate::commands;
use crate::context::Context;
use crate::suite::{Group, Plan};
use crate::synthetic::{LARGE_ROOT, Workplace, write_large};

/// Tests one kind of report with a crate.
type Check = fn(&Workplace) -> Result<()>;

/// The names of the cases, and their functions.
const CHECKS: [(&str, Check); 6] = [
    ("-Ztime-passes", time_passes),
    ("-Zself-profile", self_profile),
    ("-Zprint-codegen-stats", codegen_stats),
    ("-Ztime-llvm-passes", pass_timings),
    ("CLIF_STATISTICS", statistics_variable),
    ("environment variables", environment_variables),
];

/// The names of work and its parts, which all reports use.
const EVENTS: [&str; 5] =
    ["clif_compile_functions", "clif_finish_cgu", "clif_build_object", "clif_debug_info", "clif_write_file"];
/// The size of the crate: the number of modules, and of functions in each.
const SIZE: (usize, usize) = (2, 2);
/// The compiler's flags.
const FLAGS: [&str; 5] = [LARGE_ROOT, "--crate-type=lib", "--emit=obj", "-Cdebuginfo=2", "-Ccodegen-units=1"];

/// Plans a case for each of [`CHECKS`].
pub fn plan<'a>(context: &'a Context<'a>) -> Result<Plan<'a>> {
    let set_up = || {
        let place = Workplace::new(context.scratch("observability"), context)?;
        write_large(&place, SIZE.0, SIZE.1, 0)?;
        Ok(place)
    };
    let group =
        Group::new(set_up).cases(CHECKS, |(name, _)| (*name).to_owned(), |place, (_, check)| check(place));
    Ok(group.in_turn())
}

/// Compiles with more flags. Returns the compiler's output.
fn compile(place: &Workplace, flags: &[&str]) -> Result<(String, String)> {
    commands::succeed(&mut place.rustc(&[&FLAGS[..], flags].concat()))
}

/// Tests rustc's phases, ours, and the sum, which rustc's driver prints.
fn time_passes(place: &Workplace) -> Result<()> {
    let (_, messages) = compile(place, &["-Ztime-passes", "-Ztime-passes-format=json"])?;
    for name in EVENTS.iter().chain(&["lower_to_clif", "finish_ongoing_codegen", "total"]) {
        ensure!(messages.contains(&format!("\"pass\":\"{name}\"")), "{name} is missing: {messages}");
    }
    Ok(())
}

/// Tests events with the names of CGUs as arguments. The file contains texts in plain form.
fn self_profile(place: &Workplace) -> Result<()> {
    let folder = place.folder.join("profile");
    compile(place, &["-Zself-profile=profile", "-Zself-profile-events=default,args"])?;
    let files = files::entries(&folder)?;
    let profile = files.iter().find(|path| path.extension().is_some_and(|name| name == "mm_profdata"));
    let bytes = files::read_file(profile.context("there is no profile")?)?;
    let contains = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    for name in EVENTS.iter().chain(&["codegen_module", "cgu_instructions", "object_file", "-cgu.0"]) {
        ensure!(contains(name), "{name} is not in the profile");
    }
    // Copying is tested separately: the second time, everything is reused.
    for _ in 0..2 {
        files::remove(&folder)?;
        compile(place, &["-Zself-profile=profile", "-Cincremental=cache"])?;
    }
    let bytes = files::read_file(files::entries(&folder)?.first().context("there is no second profile")?)?;
    let name = b"codegen_copy_artifacts_from_incr_cache";
    ensure!(bytes.windows(name.len()).any(|window| window == name), "copying is not in the profile");
    Ok(())
}

/// Tests that the numbers are those of the object.
fn codegen_stats(place: &Workplace) -> Result<()> {
    let (text, _) = compile(place, &["-Zprint-codegen-stats"])?;
    let size = files::read_file(&place.folder.join("large.o"))?.len();
    check_statistics(&text)?;
    ensure!(number(&text, "bytes of objects")? == size as u64, "the object has {size} bytes: {text}");
    ensure!(number(&text, "CGUs compiled")? == 1, "there is one CGU: {text}");
    Ok(())
}

/// Tests the table of times, which rustc calls LLVM's passes.
fn pass_timings(place: &Workplace) -> Result<()> {
    let (text, _) = compile(place, &["-Ztime-llvm-passes"])?;
    check_times(&text)
}

/// Tests both tables on standard error, without an unstable flag.
fn statistics_variable(place: &Workplace) -> Result<()> {
    let mut command = place.rustc(&FLAGS);
    command.env_remove("RUSTC_BOOTSTRAP").env("CLIF_STATISTICS", "1");
    let (stdout, messages) = commands::succeed(&mut command)?;
    ensure!(stdout.is_empty(), "the tables are printed to standard output: {stdout}");
    check_statistics(&messages)?;
    check_times(&messages)
}

/// Tests invalid values: one error names the variable, the value and the allowed values, and no file is
/// written.
fn environment_variables(place: &Workplace) -> Result<()> {
    let object = place.folder.join("large.o");
    for (name, values, allowed) in [
        ("CLIF_THREADS", &["nonsense", "0", "-1", "1.5", " 2"][..], "positive whole numbers"),
        ("CLIF_VERIFY", &["yes", "2"], "`0` and `1`"),
        ("CLIF_SHOW", &["true"], "`0` and `1`"),
        ("CLIF_STATISTICS", &["all"], "`0` and `1`"),
        ("CLIF_TEST_FAULT", &["panic", "panic:", "tokens:x", "1"], "`tokens`"),
        ("CLIF_LINKER", &["gold", "Mold"], "`mold`, `lld` and `default`"),
    ] {
        for value in values {
            files::remove(&object)?;
            let messages = commands::fail(place.rustc(&FLAGS).env(name, value), 1)?;
            let errors: Vec<&str> = messages
                .lines()
                .filter(|line| line.starts_with("error: ") && !line.contains("aborting due to"))
                .collect();
            let expected =
                format!("error: the environment variable `{name}` is set to `{value}`; allowed are ");
            let is_said =
                matches!(errors[..], [error] if error.starts_with(&expected) && error.contains(allowed));
            ensure!(is_said && !object.exists(), "{name}={value}: {messages}");
        }
        // An empty value counts as not set.
        commands::succeed(place.rustc(&FLAGS).env(name, ""))?;
    }
    let trace = place.folder.join("missing/trace");
    let messages = commands::fail(place.rustc(&FLAGS).env("CLIF_TRACE", &trace), 1)?;
    let expected = format!("cannot open the trace file `{}` (`CLIF_TRACE`)", trace.display());
    ensure!(messages.contains(&expected), "a trace file that cannot be opened: {messages}");
    let not_text = std::os::unix::ffi::OsStrExt::from_bytes(b"\xff");
    let not_text: &std::ffi::OsStr = not_text;
    let messages = commands::fail(place.rustc(&FLAGS).env("CLIF_THREADS", not_text), 1)?;
    ensure!(messages.contains("`CLIF_THREADS` is set to"), "a value that is not UTF-8: {messages}");
    commands::succeed(place.rustc(&FLAGS).env("CLIF_THREADS", "1").env("CLIF_SHOW", "0"))?;
    Ok(())
}

fn check_statistics(text: &str) -> Result<()> {
    let written = (SIZE.0 * SIZE.1) as u64;
    ensure!(number(text, "functions")? > written, "more functions were written: {text}");
    ensure!(number(text, "CLIF instructions")? > 5 * written, "too few instructions: {text}");
    let (code, objects) = (number(text, "bytes of code")?, number(text, "bytes of objects")?);
    ensure!(code > 10 * written && code < objects, "{code} bytes of code in {objects}: {text}");
    ensure!(number(text, "peak queue, in CLIF instructions")? > 0, "the queue was always empty: {text}");
    Ok(())
}

fn check_times(text: &str) -> Result<()> {
    for name in EVENTS {
        let line =
            text.lines().find(|line| line.ends_with(name)).with_context(|| format!("no {name}: {text}"))?;
        let time: f64 = line.split_whitespace().next().unwrap_or_default().parse()?;
        ensure!(time > 0.0, "{name} took no time: {text}");
    }
    Ok(())
}

/// Returns the number before a name.
fn number(text: &str, name: &str) -> Result<u64> {
    let mut lines = text.lines().filter_map(|line| line.trim_start().split_once("  "));
    let (number, _) =
        lines.find(|(_, found)| *found == name).with_context(|| format!("no {name}: {text}"))?;
    Ok(number.parse()?)
}
