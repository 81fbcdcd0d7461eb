//! Disassembles a CGU's object for `--emit=asm`.
//!
//! The system's `objdump` writes the symbol table and the machine code with symbols and relocations. It is in
//! the same package as the linker and can read the objects of every target. It shows the object exactly as it
//! was written. Cranelift's own listing of a function would have no symbol names or relocations of the
//! object.

use std::io;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};

/// Symbols, code, and relocations between the instructions. No bytes, as in LLVM's assembly.
const ARGUMENTS: [&str; 4] = ["-t", "-d", "-r", "--no-show-raw-insn"];

/// The text after the file's name, in the output of GNU's and LLVM's programs.
const FORMAT_MARK: &str = "file format ";

/// Why an object was not disassembled.
#[derive(Debug, thiserror::Error)]
pub enum DisassemblerError {
    /// A problem of the environment.
    #[error(
        "`--emit=asm` needs a disassembler, but none of the programs {} is installed (package `binutils`)",
        names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
    )]
    Missing { names: Vec<String> },
    /// A problem of the environment.
    #[error("cannot run the disassembler `{program}`: {error}")]
    Run { program: String, error: io::Error },
    /// Most likely, the program does not know the target.
    #[error("the disassembler `{program}` failed ({status}): {message}")]
    Failed { program: String, status: ExitStatus, message: String },
}

/// Returns the programs to try, in this order. The first one certainly knows the target.
fn programs(architecture: &str) -> Vec<String> {
    let of_target = format!("{architecture}-linux-gnu-objdump");
    vec![of_target, "objdump".to_owned(), "llvm-objdump".to_owned()]
}

/// Returns the disassembly of `object`, whose target has this `architecture` in its triple. The text does not
/// contain the object's path.
///
/// # Errors
///
/// If no disassembler is installed, or if it fails.
pub fn disassemble(architecture: &str, object: &Path) -> Result<String, DisassemblerError> {
    let names = programs(architecture);
    for program in &names {
        let mut command = Command::new(program);
        command.args(ARGUMENTS).arg(object).env("LC_ALL", "C").stdin(Stdio::null());
        let output = match command.output() {
            Ok(output) => output,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(DisassemblerError::Run { program: program.clone(), error }),
        };
        if !output.status.success() {
            let message = String::from_utf8_lossy(&output.stderr).trim().to_owned();
            let (program, status) = (program.clone(), output.status);
            return Err(DisassemblerError::Failed { program, status, message });
        }
        return Ok(without_file_name(&String::from_utf8_lossy(&output.stdout)).to_owned());
    }
    Err(DisassemblerError::Missing { names })
}

/// Removes the line that contains the object's path, and everything before it.
fn without_file_name(text: &str) -> &str {
    let after = text.split_once(FORMAT_MARK).map_or(text, |(_, after)| after);
    let rest = after.split_once('\n').map_or("", |(_, rest)| rest);
    rest.trim_start_matches('\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_is_left_out() {
        let gnu = "\n/tmp/x.o:     file format elf64-x86-64\n\nSYMBOL TABLE:\n";
        let llvm = "\n/tmp/x.o:\tfile format elf64-x86-64\n\nSYMBOL TABLE:\n";
        assert_eq!(without_file_name(gnu), "SYMBOL TABLE:\n");
        assert_eq!(without_file_name(llvm), "SYMBOL TABLE:\n");
        assert_eq!(without_file_name("x.o: file format elf64-x86-64"), "");
    }

    #[test]
    fn missing_programs_are_named() {
        let names = programs("riscv64");
        let text = DisassemblerError::Missing { names }.to_string();
        assert!(text.contains("`riscv64-linux-gnu-objdump`, `objdump`, `llvm-objdump`"), "{text}");
    }

    #[test]
    fn a_file_that_is_not_an_object_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("garbage.o");
        std::fs::write(&path, "garbage").unwrap();
        match disassemble("x86_64", &path) {
            Err(DisassemblerError::Failed { message, .. }) => {
                assert!(message.contains("garbage.o"), "{message}");
            }
            Err(DisassemblerError::Missing { .. }) => eprintln!("skipped: no disassembler"),
            other => panic!("{other:?}"),
        }
    }
}
