//! Runs many compilers at once in one folder, with the same crate name and output.
//!
//! rustc's own numbered objects then have the same names in all of them, with LLVM too. So a compiler may
//! find that another one has removed its object. Nothing else may go wrong: no file is half-written, and the
//! two sources are not mixed up.

use std::process::{Child, Stdio};

use anyhow::{Context as _, Result, ensure};
use build_system::files::{self, Mode};
use build_system::process;

use crate::compilers::BothCompilers;
use crate::context::Context;

pub(super) const CASE: &str = "twenty compilers in one folder";
const COMPILERS: usize = 20;

pub(super) fn case(context: &Context<'_>) -> Result<()> {
    let folder = context.scratch("assembly").join("together");
    files::remove(&folder)?;
    files::create_folder(&folder)?;
    let compilers = BothCompilers::of(context)?;
    for source in ["first", "second"] {
        files::write_file(&folder.join(format!("{source}.rs")), source_text(source).as_bytes(), Mode::Plain)?;
    }
    let start = |number: usize| {
        let source = if number.is_multiple_of(2) { "first.rs" } else { "second.rs" };
        let mut command = compilers.clif();
        process::clean_environment(&mut command);
        command.current_dir(&folder).arg(source).args(["--crate-name=same", "--crate-type=lib"]);
        command.args(["--edition=2024", "--emit=obj,asm", "-Ccodegen-units=1"]);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        command.spawn().context("cannot start the compiler")
    };
    let children: Vec<Child> = (0..COMPILERS).map(start).collect::<Result<_>>()?;
    for child in children {
        let output = child.wait_with_output()?;
        let messages = String::from_utf8_lossy(&output.stderr).into_owned();
        let unexpected =
            messages.lines().filter(|line| line.starts_with("error")).find(|line| !is_rustcs_own(line));
        ensure!(unexpected.is_none(), "a compiler fails: {messages}");
    }
    let object = files::read_file(&folder.join("same.o"))?;
    let has = |source: &str| {
        let marks = ["block", "global"].map(|mark| format!("{source} in {mark}"));
        let found =
            marks.iter().filter(|mark| object.windows(mark.len()).any(|part| part == mark.as_bytes()));
        found.count()
    };
    let counts = (has("first"), has("second"));
    ensure!(matches!(counts, (2, 0) | (0, 2)), "the object has {counts:?} marks of the two sources");
    files::remove(&folder)
}

/// Whether the error is about a numbered file that another compiler has removed.
fn is_rustcs_own(line: &str) -> bool {
    line.starts_with("error: aborting")
        || line.contains(".rcgu.") && line.contains("No such file or directory")
}

fn source_text(name: &str) -> String {
    format!(
        "use std::arch::{{asm, global_asm}};\n\
         global_asm!(\".pushsection .rodata\", \".ascii \\\"{name} in global\\\"\", \".popsection\");\n\
         pub fn f() {{\n    \
             unsafe {{ asm!(\".pushsection .rodata\", \".ascii \\\"{name} in block\\\"\", \".popsection\") }}\n\
         }}\n"
    )
}
