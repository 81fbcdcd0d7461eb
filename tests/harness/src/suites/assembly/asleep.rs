//! Checks that LLVM is not used for a crate without assembly and vendor intrinsics: from the compiler's start
//! to its end, linking included, none of LLVM's code is executed.
//!
//! The library made from `tests/assembly/executed_pages.c` is preloaded into the compiler. It makes libLLVM's
//! code not executable, so every call into it is noticed. Crates that need LLVM show that this works.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use build_system::files::{self, Mode};
use build_system::process;

use crate::context::Context;
use crate::suite::{Group, Plan, skip};

const LIMIT: Duration = Duration::from_secs(120);
const WATCHER: &str = "tests/assembly/executed_pages.c";
/// The variable that names the file which the preloaded library writes.
const VARIABLE: &str = "EXECUTED_PAGES";
/// The beginning of that file.
const COUNT: &str = "pages of LLVM: ";

/// Whether the crate needs LLVM.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Llvm {
    Asleep,
    Awake,
}

/// A crate, and the compiler's arguments.
struct Crate {
    name: &'static str,
    source: &'static str,
    arguments: &'static [&'static str],
    llvm: Llvm,
}

/// A crate with generic code, formatting, threads, vectors in registers, and unwinding.
const ORDINARY: &str = r#"
use std::collections::HashMap;
fn main() {
    let mut numbers = HashMap::new();
    numbers.insert("one", vec![1.5f64]);
    let thread = std::thread::spawn(move || std::panic::catch_unwind(|| numbers["one"][0]));
    println!("{:?} {:?}", thread.join().is_ok(), std::hint::black_box("5").parse::<i32>());
}
"#;
const BLOCK: &str = "fn main() { unsafe { std::arch::asm!(\"nop\") } }";
const GLOBAL: &str = "std::arch::global_asm!(\"nop\");\nfn main() {}";
const NAKED: &str =
    "#[unsafe(naked)] extern \"C\" fn f() { std::arch::naked_asm!(\"ret\") }\nfn main() { f() }";

const CRATES: [Crate; 9] = [
    Crate { name: "asleep/debug", source: ORDINARY, arguments: &["-g"], llvm: Llvm::Asleep },
    Crate {
        name: "asleep/optimised",
        source: ORDINARY,
        arguments: &["-O", "-g", "--emit=obj,asm,llvm-ir"],
        llvm: Llvm::Asleep,
    },
    Crate { name: "asleep/LTO", source: ORDINARY, arguments: &["-Clto=fat"], llvm: Llvm::Asleep },
    Crate { name: "asleep/rlib", source: ORDINARY, arguments: &["--crate-type=rlib"], llvm: Llvm::Asleep },
    Crate { name: "asleep/dylib", source: ORDINARY, arguments: &["--crate-type=dylib"], llvm: Llvm::Asleep },
    Crate {
        name: "asleep/target features",
        source: ORDINARY,
        arguments: &["-Ctarget-feature=+avx2"],
        llvm: Llvm::Asleep,
    },
    Crate { name: "awake/a block", source: BLOCK, arguments: &[], llvm: Llvm::Awake },
    Crate { name: "awake/global assembly", source: GLOBAL, arguments: &[], llvm: Llvm::Awake },
    Crate { name: "awake/a naked function", source: NAKED, arguments: &[], llvm: Llvm::Awake },
];

/// The setup that all cases share.
struct Setting {
    /// The preloaded library.
    watcher: PathBuf,
    /// Our driver.
    compiler: PathBuf,
    /// The folder of all files.
    folder: PathBuf,
}

/// Plans a case for each crate.
pub(super) fn plan<'a>(context: &'a Context<'a>) -> Plan<'a> {
    let set_up = || {
        if !context.target.is_host {
            // The target's features are asked from LLVM (docs/architecture.md, "LLVM stays asleep").
            return Err(skip("LLVM is asked for the features of targets that are not the host"));
        }
        let folder = context.scratch("assembly").join("asleep");
        files::remove(&folder)?;
        files::create_folder(&folder)?;
        let watcher = folder.join("executed_pages.so");
        let source = context.layout.clone.join(WATCHER);
        let mut compiler = Command::new("cc");
        process::output(compiler.args(["-shared", "-fPIC", "-O1", "-o"]).arg(&watcher).arg(source))?;
        Ok(Setting { watcher, compiler: context.dist()?.rustc_clif(), folder })
    };
    let group =
        Group::new(set_up).cases(CRATES, |row| row.name.to_owned(), |setting, row| check(row, setting));
    let tear_down = |setting: &Setting| {
        files::remove(&setting.folder)?;
        Ok(Vec::new())
    };
    group.tear_down(tear_down).in_turn()
}

fn check(case: &Crate, setting: &Setting) -> Result<()> {
    let folder = &setting.folder.join(case.name.replace(['/', ' '], "-"));
    files::create_folder(folder)?;
    let (source, pages) = (folder.join("main.rs"), folder.join("pages"));
    files::write_file(&source, case.source.as_bytes(), Mode::Plain)?;
    let mut command = Command::new(&setting.compiler);
    process::clean_environment(&mut command);
    command.env("LD_PRELOAD", &setting.watcher).env(VARIABLE, &pages).current_dir(folder);
    command.arg(&source).arg("--edition=2024").args(case.arguments);
    let outcome = process::run_limited(&mut command, b"", LIMIT)?;
    ensure!(
        outcome.succeeded(),
        "the compiler ends with {}: {}",
        outcome.status_text(),
        String::from_utf8_lossy(&outcome.stderr)
    );
    let report = files::read_text(&pages).context("the preloaded library did not write its file")?;
    let mut lines = report.lines();
    let count =
        lines.next().and_then(|line| line.strip_prefix(COUNT)).context("the file has no count of pages")?;
    let functions: Vec<&str> = lines.take(10).collect();
    match case.llvm {
        Llvm::Asleep => ensure!(count == "0", "{count} pages of LLVM are executed: {functions:?} ..."),
        Llvm::Awake => ensure!(count != "0", "none of LLVM's code is executed"),
    }
    Ok(())
}
