//! The suite `optimised-values`: checks that the values which gdb shows for variables of optimised programs
//! are right.
//!
//! The programs of `tests/optimised-values` name their variables after their values. Each is compiled with
//! optimisation and with each kind of debug information, and gdb executes it instruction by instruction
//! (`walk.py`). A variable may be unknown but never wrong, and not too many may be unknown.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use build_system::files::{self, Mode};
use build_system::process;
use serde_json::Value;

use super::debugger::{self, Debugger, Tool};
use super::run_pass::stem;
use crate::commands::succeed;
use crate::compilers::BothCompilers;
use crate::context::Context;
use crate::suite::{Group, Plan, skip};

/// The script that runs inside gdb.
const WALK: &str = include_str!("walk.py");
/// The programs' folder.
const PROGRAMS: &str = "tests/optimised-values";
/// The kinds of debug information, with their flags.
const KINDS: [(&str, &[&str]); 4] = [
    ("DWARF 4", &["-Zdwarf-version=4"]),
    ("DWARF 5", &["-Zdwarf-version=5"]),
    ("one CGU", &["-Ccodegen-units=1", "-Copt-level=3"]),
    ("split DWARF 4", &["-Zdwarf-version=4", "-Csplit-debuginfo=unpacked"]),
];
/// The kind that is tested for other machines without `--all`: a step in the emulator takes three times as
/// long.
const ELSEWHERE: &str = "DWARF 5";
/// The least percentage of values that gdb must know, by machine and program. It knows 68.5 and 29.9, 50.9
/// and 30.7, 49.9 and 29.1 now, with every kind of debug information: values end with their last use, and
/// most variables are used only once. (In LLVM's programs for aarch64 and riscv64, it knows 50.0 to 57.2 %,
/// and up to 26 values are wrong.)
const KNOWN: [(&str, &str, u64); 6] = [
    ("x86_64", "integers", 67),
    ("x86_64", "kinds", 29),
    ("aarch64", "integers", 50),
    ("aarch64", "kinds", 30),
    ("riscv64", "integers", 49),
    ("riscv64", "kinds", 28),
];
/// The time limit of gdb, which takes ten seconds on an idle machine.
const LIMIT: Duration = Duration::from_secs(300);

/// Plans a case for each program and kind of debug information.
pub fn plan<'a>(context: &'a Context<'a>) -> Result<Plan<'a>> {
    let has_all = context.target.is_host || context.all;
    let set_up = move || {
        let gdb = debugger::find(Debugger::Gdb, context).map_err(|error| skip(format!("{error:#}")))?;
        let folder = context.scratch("optimised-values");
        if !has_all {
            context.console.print(format!("only with {ELSEWHERE}: the emulator is slow; --all has the rest"));
        }
        files::remove(&folder)?;
        files::create_folder(&folder)?;
        debugger::write_drivers(&folder)?;
        let script = folder.join("walk.py");
        files::write_file(&script, WALK.as_bytes(), Mode::Plain)?;
        Ok(Walker { compilers: BothCompilers::of(context)?, gdb, script, folder })
    };
    let of_source = |source: PathBuf| KINDS.map(|(kind, flags)| (source.clone(), kind, flags));
    let walks = sources(context)?.into_iter().flat_map(of_source);
    let walks = walks.filter(move |(_, kind, _)| has_all || *kind == ELSEWHERE);
    let name = |(source, kind, _): &(PathBuf, &str, &[&str])| format!("{}, {kind}", stem(source));
    let walk = move |walker: &Walker, walk: &(PathBuf, &'static str, &'static [&'static str])| {
        let folder = walker.folder.join(name(walk).replace([' ', ','], "-"));
        walker.walk(&walk.0, walk.2, &folder)
    };
    Ok(Group::new(set_up).cases(walks, name, walk).in_turn())
}

fn sources(context: &Context<'_>) -> Result<Vec<PathBuf>> {
    let mut sources = files::entries(&context.layout.clone.join(PROGRAMS))?;
    sources.retain(|path| path.extension().is_some_and(|extension| extension == "rs"));
    Ok(sources)
}

/// The setup that all cases share.
struct Walker {
    compilers: BothCompilers,
    gdb: Tool,
    /// The script that runs inside gdb.
    script: PathBuf,
    /// The folder of all files.
    folder: PathBuf,
}

impl Walker {
    /// Compiles a program, steps through it and judges the answers.
    fn walk(&self, source: &Path, flags: &[&str], folder: &Path) -> Result<()> {
        files::create_folder(folder)?;
        let program = folder.join(stem(source));
        let mut command = self.compilers.clif();
        command.env("RUSTC_BOOTSTRAP", "1").arg(source).args(["--edition=2024", "-O", "-Cdebuginfo=2"]);
        // Split debug information is not stable for every target.
        command.arg("-Zunstable-options");
        succeed(command.args(flags).arg("-o").arg(&program))?;
        let mut session = self.gdb.session(&self.script, &program, &[]);
        if let Some(emulator) = self.compilers.target.emulator(&program, &[]) {
            session.env("CLIF_EMULATOR", serde_json::to_string(&emulator)?);
        }
        let outcome = process::run_limited(session.env("CLIF_WALK", stem(source)), b"", LIMIT)?;
        let text = String::from_utf8_lossy(&outcome.stdout).into_owned();
        let last = text.lines().last().unwrap_or_default();
        let answers: Value = serde_json::from_str(last).with_context(|| {
            format!("gdb's session ended early: {last}\n{}", String::from_utf8_lossy(&outcome.stderr))
        })?;
        let machine = self.compilers.target.name();
        let least = KNOWN.iter().find(|row| (row.0, row.1) == (machine, &stem(source)));
        judge(&answers, least.context("the program is not in KNOWN")?.2)
    }
}

/// Checks the answers. gdb must know at least `least` percent.
fn judge(answers: &Value, least: u64) -> Result<()> {
    let wrong = answers["wrong"].as_object().context("there are no answers")?;
    ensure!(wrong.is_empty(), "{} wrong answers, such as {:?}", wrong.len(), wrong.iter().next());
    ensure!(answers["ended"] == true, "the program did not end in {} instructions", answers["steps"]);
    let count = |name: &str| answers[name].as_u64().unwrap_or_default();
    let (known, asked) = (count("known"), count("asked"));
    ensure!(
        asked > 0 && known * 100 >= asked * least,
        "gdb knew {known} of {asked} values, less than {least} %"
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn wrong_and_missing_answers_are_failures() {
        let answers =
            |known, wrong| json!({"ended": true, "steps": 9, "asked": 10, "known": known, "wrong": wrong});
        assert!(judge(&answers(5, json!({})), 50).is_ok());
        assert!(judge(&answers(5, json!({})), 51).unwrap_err().to_string().contains("5 of 10"));
        assert!(judge(&answers(5, json!({"f: t7 at 0x1": 8})), 50).unwrap_err().to_string().contains("t7"));
        assert!(judge(&json!({"wrong": {}, "ended": false, "steps": 5}), 0).is_err());
    }
}
