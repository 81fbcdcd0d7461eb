//! The suite `faults`: tests outputs that cannot be written, errors during codegen, and missing programs.
//!
//! Each case compiles one of the sources in `tests/faults` in its own folder. It lists the expected exit
//! status, texts in the only error, and the files that are left. [`surroundings`] prepares the fault: a full
//! disk, a folder that is read-only even for root, a terminal.
//!
//! [`existing`] has the cases with outputs that exist already.
//!
//! To add a case: a row in [`FAULTS`].

mod existing;
mod surroundings;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Result, ensure};
use build_system::files::{self, Mode};
use build_system::process;

use crate::compilers::BothCompilers;
use crate::context::Context;
use crate::suite::{Group, Plan, skip};
use surroundings::{Fault, Surroundings};

/// The time limit of one compilation.
const LIMIT: Duration = Duration::from_secs(120);
/// The errors after the first one are only a summary.
const SUMMARY: &str = "error: aborting due to";

/// A compilation, its fault, and the expected result.
struct Faulty {
    name: &'static str,
    /// A file of `tests/faults`.
    source: &'static str,
    arguments: &'static [&'static str],
    fault: Fault,
    expected: Expected,
}

/// The expected result.
struct Expected {
    /// Texts in the only error. If empty, the compilation succeeds without messages.
    error: &'static [&'static str],
    /// All files that are in the output folder afterwards. Outputs that are not affected are complete.
    left: &'static [&'static str],
}

impl Expected {
    const fn error(error: &'static [&'static str]) -> Expected {
        Expected { error, left: &[] }
    }
}

/// One CGU. `tests/faults/large.rs` has a megabyte in one of its modules.
const ONE: &str = "-Ccodegen-units=1";
/// As many CGUs as there are modules.
const MANY: &str = "-Ccodegen-units=16";

/// All cases.
const FAULTS: [Faulty; 23] = [
    Faulty {
        name: "full disk: the object of one CGU",
        source: "large.rs",
        arguments: &["--emit=obj", ONE],
        fault: Fault::SmallDisk("512k"),
        expected: Expected::error(&["cannot write `", ".rcgu.o`: No space left on device"]),
    },
    Faulty {
        name: "full disk: the objects of several CGUs",
        source: "large.rs",
        arguments: &["--emit=obj", MANY],
        fault: Fault::SmallDisk("512k"),
        expected: Expected::error(&["cannot write `", ".rcgu.o`: No space left on device"]),
    },
    Faulty {
        name: "full disk: the copy to the final name",
        source: "large.rs",
        arguments: &["--emit=obj", ONE],
        fault: Fault::SmallDisk("1600k"),
        expected: Expected::error(&["could not copy \"", "to \"large.o\": No space left on device"]),
    },
    Faulty {
        name: "full disk: the object that is only disassembled",
        source: "large.rs",
        arguments: &["--emit=asm", MANY],
        fault: Fault::SmallDisk("512k"),
        expected: Expected::error(&["cannot write `", ".o.tmp`: No space left on device"]),
    },
    Faulty {
        name: "full disk: before linking",
        source: "large.rs",
        arguments: &["--emit=link", MANY],
        fault: Fault::SmallDisk("512k"),
        expected: Expected::error(&["cannot write `", ".rcgu.o`: No space left on device"]),
    },
    Faulty {
        name: "limited size of files",
        source: "large.rs",
        arguments: &["--emit=obj", ONE],
        fault: Fault::SmallFiles("512"),
        expected: Expected::error(&["cannot write `", ".rcgu.o`: File too large"]),
    },
    Faulty {
        name: "a full device as output",
        source: "small.rs",
        arguments: &["--emit=asm=/dev/full,llvm-ir", ONE],
        fault: Fault::None,
        expected: Expected {
            error: &["could not copy \"", "to \"/dev/full\": No space left on device"],
            left: &["small.ll"],
        },
    },
    Faulty {
        name: "a full device as output, before linking",
        source: "small.rs",
        arguments: &["--emit=obj=/dev/full,link", ONE],
        fault: Fault::None,
        expected: Expected::error(&["could not copy \"", "to \"/dev/full\": No space left on device"]),
    },
    Faulty {
        name: "stdout is full",
        source: "small.rs",
        arguments: &["--emit=asm=-", ONE],
        fault: Fault::Shell("\"$@\" >/dev/full"),
        expected: Expected::error(&["could not copy \"", "to \"stdout\": No space left on device"]),
    },
    Faulty {
        name: "stdout is closed",
        source: "small.rs",
        arguments: &["--emit=asm=-", ONE],
        fault: Fault::Shell("\"$@\" >&-"),
        // The same as with LLVM: Rust's runtime opens /dev/null instead.
        expected: Expected::error(&[]),
    },
    Faulty {
        name: "binary output to a terminal",
        source: "small.rs",
        arguments: &["--emit=obj=-", ONE],
        fault: Fault::Terminal,
        expected: Expected::error(&["write binary output type `obj` to stdout, but stdout is a tty"]),
    },
    Faulty {
        name: "a read-only folder",
        source: "small.rs",
        arguments: &["--emit=obj,llvm-ir", MANY],
        fault: Fault::ReadOnlyFolder,
        // rustc's own error, before codegen.
        expected: Expected::error(&["temp dir: Read-only file system"]),
    },
    Faulty {
        name: "an output in a read-only folder",
        source: "small.rs",
        arguments: &["--emit=obj=../readonly/x.o,link", ONE],
        fault: Fault::ReadOnlyNeighbour,
        expected: Expected::error(&["could not copy \"", "to \"../readonly/x.o\": Read-only file system"]),
    },
    Faulty {
        name: "an output below a file",
        source: "small.rs",
        arguments: &["--emit=obj=../file/x.o,asm", ONE],
        fault: Fault::None,
        expected: Expected {
            error: &["could not copy \"", "to \"../file/x.o\": Not a directory"],
            left: &["small.s"],
        },
    },
    Faulty {
        name: "an output in a folder that is missing",
        source: "small.rs",
        arguments: &["--emit=llvm-ir=missing/x.ll,link", ONE],
        fault: Fault::None,
        expected: Expected::error(&["could not copy \"", "to \"missing/x.ll\": No such file or directory"]),
    },
    Faulty {
        name: "a mistake in inline assembly",
        source: "wrong_assembly.rs",
        arguments: &["--emit=obj,asm,llvm-ir", MANY],
        fault: Fault::None,
        expected: Expected::error(&["no_such_instruction", "wrong_assembly.rs"]),
    },
    Faulty {
        name: "a mistake in inline assembly, before linking",
        source: "wrong_assembly.rs",
        arguments: &["--emit=link", MANY],
        fault: Fault::None,
        expected: Expected::error(&["no_such_instruction", "wrong_assembly.rs"]),
    },
    Faulty {
        name: "a mistake in inline assembly, with -Csave-temps",
        source: "wrong_assembly.rs",
        arguments: &["--emit=llvm-ir", ONE, "-Csave-temps"],
        fault: Fault::None,
        // CLIF does not contain the assembled text, so there is no error.
        expected: Expected {
            error: &[],
            left: &["rmeta*", "wrong_assembly.ll", "wrong_assembly.wrong_assembly.*-cgu.0.rcgu.ll"],
        },
    },
    Faulty {
        name: "assembly without any program",
        source: "right_assembly.rs",
        arguments: &["--emit=obj", ONE],
        fault: Fault::Programs(&[]),
        expected: Expected { error: &[], left: &["right_assembly.o"] },
    },
    Faulty {
        name: "assembly with an assembler that fails",
        source: "right_assembly.rs",
        arguments: &["--emit=obj", ONE],
        fault: Fault::Programs(&["as"]),
        expected: Expected { error: &[], left: &["right_assembly.o"] },
    },
    Faulty {
        name: "no disassembler",
        source: "small.rs",
        arguments: &["--emit=asm,obj,llvm-ir", MANY],
        fault: Fault::Programs(&[]),
        expected: Expected::error(&["`--emit=asm` needs a disassembler", "`objdump`", "package `binutils`"]),
    },
    Faulty {
        name: "a disassembler that fails",
        source: "small.rs",
        arguments: &["--emit=asm", MANY],
        fault: Fault::Programs(&["objdump"]),
        expected: Expected::error(&["the disassembler `objdump` failed (exit status: 3): out of order"]),
    },
    Faulty {
        name: "LLVM's bitcode",
        source: "small.rs",
        arguments: &["--emit=llvm-bc"],
        fault: Fault::None,
        expected: Expected::error(&["does not support `--emit=llvm-bc`"]),
    },
];

/// Plans a case for each fault, and for each output that exists already.
pub fn plan<'a>(context: &'a Context<'a>) -> Result<Plan<'a>> {
    let set_up = || {
        let scratch = context.scratch("faults");
        files::remove(&scratch)?;
        files::create_folder(&scratch)?;
        let surroundings = Surroundings::find(&scratch)?;
        let sources = context.layout.clone.join("tests/faults");
        Ok(Setting { compilers: BothCompilers::of(context)?, sources, scratch, surroundings })
    };
    let tear_down = |setting: &Setting| {
        files::remove(&setting.scratch)?;
        Ok(Vec::new())
    };
    let group = Group::new(set_up)
        .cases(FAULTS.iter().enumerate(), |(_, row)| row.name.to_owned(), Setting::compile)
        .cases(&existing::OUTPUTS, |row| row.name.to_owned(), |setting, row| existing::compile(setting, row));
    Ok(group.tear_down(tear_down).in_parallel())
}

/// The setup that all cases share.
struct Setting {
    compilers: BothCompilers,
    sources: PathBuf,
    scratch: PathBuf,
    surroundings: Surroundings,
}

impl Setting {
    fn compile(&self, &(number, case): &(usize, &Faulty)) -> Result<()> {
        if let Some(reason) = self.surroundings.lack(&case.fault) {
            return Err(skip(reason));
        }
        let folder = self.scratch.join(number.to_string());
        let outputs = folder.join("outputs");
        files::create_folder(&outputs)?;
        files::write_file(&folder.join("file"), b"no folder", Mode::Plain)?;
        let mut arguments = vec![self.compilers.clif().get_program().display().to_string()];
        arguments.push(self.sources.join(case.source).display().to_string());
        arguments.push("--edition=2024".to_owned());
        arguments.extend(case.arguments.iter().map(|&argument| argument.to_owned()));
        let mut command = self.surroundings.command(&case.fault, &folder, &arguments)?;
        process::clean_environment(&mut command);
        command.current_dir(&outputs);
        self.check(case, &mut command, &outputs)
    }

    fn check(&self, case: &Faulty, command: &mut Command, outputs: &Path) -> Result<()> {
        let outcome = process::run_limited(command, b"", LIMIT)?;
        let printed = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace("\r\n", "\n");
        let (stdout, stderr) = (printed(&outcome.stdout), printed(&outcome.stderr));
        // A terminal receives all output.
        let messages = if case.fault == Fault::Terminal { without_colours(&stdout) } else { stderr };
        let status = outcome.status.and_then(|status| status.code());
        let expected_status = if case.expected.error.is_empty() { 0 } else { 1 };
        ensure!(
            status == Some(expected_status),
            "the compiler ends with {}: {messages}",
            outcome.status_text()
        );
        check_messages(&messages, case.expected.error)?;
        let left = match surroundings::left_inside(&stdout) {
            Some(left) => left,
            None => names_in(outputs)?,
        };
        let left: Vec<String> = left.iter().map(|name| without_hash(name)).collect();
        ensure!(
            left == case.expected.left,
            "the compiler leaves {left:?}, expected {:?}",
            case.expected.left
        );
        Ok(())
    }
}

/// Checks that there is one error with all `parts`, or no message if there are no parts.
fn check_messages(messages: &str, parts: &[&str]) -> Result<()> {
    let errors = messages.lines().filter(|line| line.starts_with("error")).collect::<Vec<_>>();
    let own = errors.iter().filter(|line| !line.starts_with(SUMMARY)).count();
    if parts.is_empty() {
        ensure!(messages.is_empty(), "there are messages: {messages}");
        return Ok(());
    }
    ensure!(own == 1, "there are {own} errors: {messages}");
    ensure!(!messages.contains("panicked"), "it panicked: {messages}");
    for part in parts {
        ensure!(messages.contains(part), "the message does not contain {part:?}: {messages}");
    }
    Ok(())
}

/// Returns the names of the files and folders in a folder, sorted.
fn names_in(folder: &Path) -> Result<Vec<String>> {
    Ok(files::entries(folder)?.iter().map(|path| files::name_of(path)).collect())
}

/// Replaces the hash in `a.a.*-cgu.0.rcgu.o` and the random part of the folder `rmeta*`.
fn without_hash(name: &str) -> String {
    if name.starts_with("rmeta") && !name.contains('.') {
        return "rmeta*".to_owned();
    }
    match name.split_once("-cgu.").and_then(|(front, rest)| Some((front.rsplit_once('.')?.0, rest))) {
        Some((front, rest)) => format!("{front}.*-cgu.{rest}"),
        None => name.to_owned(),
    }
}

/// Removes escape sequences, which begin with ESC and end with a letter.
fn without_colours(text: &str) -> String {
    let mut parts = text.split('\u{1b}');
    let first = parts.next().unwrap_or_default().to_owned();
    let after_sequence = |part: &str| {
        part.split_once(|letter: char| letter.is_ascii_alphabetic()).map(|(_, rest)| rest.to_owned())
    };
    first + &parts.filter_map(after_sequence).collect::<String>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_judged() {
        let one = "error: could not copy\n\nerror: aborting due to 1 previous error\n";
        check_messages(one, &["not copy"]).unwrap();
        check_messages("", &[]).unwrap();
        assert!(check_messages(one, &["something else"]).is_err());
        assert!(check_messages(one, &[]).is_err());
        assert!(check_messages("warning: x\n", &[]).is_err());
        assert!(check_messages("error: one\nerror[E0001]: two\n", &["one"]).is_err());
        assert!(check_messages("thread 'x' panicked\nerror: one\n", &["one"]).is_err());
    }

    #[test]
    fn texts_are_made_comparable() {
        assert_eq!(without_colours("\u{1b}[0m\u{1b}[1merror\u{1b}[0m: x"), "error: x");
        assert_eq!(without_hash("a.a.ee021ef-cgu.0.rcgu.o"), "a.a.*-cgu.0.rcgu.o");
        assert_eq!(without_hash("a.o"), "a.o");
        assert_eq!(without_hash("rmetaAbCdEf"), "rmeta*");
    }
}
