//! Small objects, and the program itself.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use object::write::{Object, Symbol, SymbolSection};
use object::{Architecture, BinaryFormat, Endianness, SectionKind, SymbolFlags, SymbolKind, SymbolScope};

/// A function with a name, a scope, and so many bytes.
pub type Function<'f> = (&'f str, SymbolScope, usize);

/// Writes an object for x86_64 with these functions, each in a section of its own.
pub fn write_object(path: &Path, functions: &[Function<'_>]) {
    let mut object = Object::new(BinaryFormat::Elf, Architecture::X86_64, Endianness::Little);
    for (name, scope, size) in functions {
        let section_name = format!(".text.{name}").into_bytes();
        let section = object.add_section(Vec::new(), section_name, SectionKind::Text);
        object.append_section_data(section, &vec![0x90; *size], 16);
        object.add_symbol(Symbol {
            name: name.as_bytes().to_vec(),
            value: 0,
            size: *size as u64,
            kind: SymbolKind::Text,
            scope: *scope,
            weak: false,
            section: SymbolSection::Section(section),
            flags: SymbolFlags::None,
        });
    }
    std::fs::write(path, object.write().unwrap()).unwrap();
}

/// A folder with `left.o` and `right.o`, in which one function differs in its visibility and size, one is the
/// same, and one is only on the right.
pub fn two_objects() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let (global, hidden) = (SymbolScope::Dynamic, SymbolScope::Linkage);
    write_object(&folder.path().join("left.o"), &[("add", global, 4), ("same", global, 8)]);
    let right = [("add", hidden, 6), ("same", global, 8), ("subtract", global, 5)];
    write_object(&folder.path().join("right.o"), &right);
    folder
}

/// The program, started in a folder, without colours.
pub fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_objdiff"));
    command.current_dir(folder).args(arguments).stdin(Stdio::null());
    command.env_remove("CLICOLOR_FORCE").env_remove("NO_COLOR").env_remove("COLUMNS");
    command
}

/// Runs the program. Returns its exit status, standard output and standard error.
pub fn run(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let output: Output = command(folder, arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}
