//! Compiles programs of `tests/debugger` in several ways.

use std::path::{Path, PathBuf};

use anyhow::Result;
use build_system::files::{self, Mode};

use super::script::{Debugger, Script};
use crate::compilers::{BothCompilers, Compiler};
use crate::suites::run_pass;

/// Code that is appended for the first of two incremental builds. It is a separate CGU, which the second
/// build does not have.
const ADDITION: &str = "\n#[allow(dead_code)]\nmod only_before_the_change {\n    #[unsafe(no_mangle)]\n    \
                        extern \"C\" fn only_before_the_change(of: u32) -> u32 {\n        of.wrapping_add(1)\n    }\n}\n";

/// How a program is compiled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Build {
    /// The first part of the case's name.
    pub name: &'static str,
    /// The compiler.
    pub compiler: Compiler,
    /// Where the debug information is stored.
    split: Split,
    /// The version of DWARF.
    version: Version,
}

/// The version of DWARF.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Version {
    /// rustc's default, or the version in the program's head.
    Default,
    /// DWARF 4.
    Four,
    /// DWARF 5.
    Five,
}

/// Where the debug information is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Split {
    /// In the program.
    Off,
    /// In `.dwo` files beside the program, after an incremental rebuild.
    Unpacked,
    /// In one `.dwp` file, after an incremental rebuild. Everything is removed but the program, that file and
    /// the source, which debuggers show.
    Packed,
}

/// rustc with LLVM, the reference.
pub const LLVM: Build =
    Build { name: "llvm", compiler: Compiler::Llvm, split: Split::Off, version: Version::Default };
/// Our backend.
pub const CLIF: Build =
    Build { name: "clif", compiler: Compiler::Clif, split: Split::Off, version: Version::Default };
/// Both compilers with split debug information.
///
/// Two pairs are left out ([`Build::is_for`]), because they fail with both compilers. In split DWARF 4,
/// rustc's default, lldb 22 ignores `DW_AT_GNU_ranges_base`: in blocks with several ranges, it finds
/// variables only in a unit whose base is 0. gdb 13 crashes when it reads packages of DWARF 5.
pub const SPLIT: [Build; 8] = [
    split("llvm-unpacked", Compiler::Llvm, Split::Unpacked, Version::Four),
    split("llvm-unpacked-5", Compiler::Llvm, Split::Unpacked, Version::Five),
    split("llvm-packed", Compiler::Llvm, Split::Packed, Version::Four),
    split("llvm-packed-5", Compiler::Llvm, Split::Packed, Version::Five),
    split("unpacked", Compiler::Clif, Split::Unpacked, Version::Four),
    split("unpacked-5", Compiler::Clif, Split::Unpacked, Version::Five),
    split("packed", Compiler::Clif, Split::Packed, Version::Four),
    split("packed-5", Compiler::Clif, Split::Packed, Version::Five),
];

/// Builds with split debug information.
const fn split(name: &'static str, compiler: Compiler, split: Split, version: Version) -> Build {
    Build { name, compiler, split, version }
}

impl Build {
    /// Whether a debugger can read this build ([`SPLIT`]).
    pub fn is_for(self, debugger: Debugger, script: &Script) -> bool {
        let asks_for_four = script.directives.flags.iter().any(|flag| flag == "-Cdwarf-version=4");
        let is_five = self.version == Version::Five && !asks_for_four;
        match (debugger, self.split) {
            (_, Split::Off) => true,
            (Debugger::Gdb, Split::Unpacked) => true,
            (Debugger::Gdb, Split::Packed) => !is_five,
            (Debugger::Lldb, _) => is_five,
        }
    }

    /// Compiles a program in its own folder, and returns its path.
    pub fn compile(
        self,
        compilers: &BothCompilers,
        source: &Path,
        script: &Script,
        folder: &Path,
    ) -> Result<PathBuf> {
        files::remove(folder)?;
        files::create_folder(folder)?;
        let kind = match self.split {
            Split::Off => return self.call(compilers, &[], source, script, folder),
            Split::Unpacked => "unpacked",
            Split::Packed => "packed",
        };
        let version = if self.version == Version::Five { 5 } else { 4 };
        let mut flags = vec![format!("-Csplit-debuginfo={kind}"), format!("-Cdwarf-version={version}")];
        // rustc does not inline in incremental builds, and only LLVM inlines afterwards. So inlined frames
        // cannot be compared.
        if !script.directives.flags.iter().any(|flag| flag.starts_with("-Copt-level")) {
            flags.push("-Cincremental=incremental".to_owned());
        }
        let text = files::read_text(source)?;
        let copy = folder.join(files::name_of(source));
        for contents in [format!("{text}{ADDITION}"), text] {
            files::write_file(&copy, contents.as_bytes(), Mode::Plain)?;
            self.call(compilers, &flags, &copy, script, folder)?;
        }
        let program = folder.join("program");
        if self.split == Split::Packed {
            keep_only(folder, &["program", "program.dwp", &files::name_of(source)])?;
        }
        Ok(program)
    }

    /// Calls the compiler once.
    fn call(
        self,
        compilers: &BothCompilers,
        flags: &[String],
        source: &Path,
        script: &Script,
        folder: &Path,
    ) -> Result<PathBuf> {
        let mut command = compilers.command(self.compiler);
        command.args(["-Cdebuginfo=2", "--cap-lints=allow"]).args(flags);
        // rustc has not stabilised split debug information for every target.
        let is_unstable = self.split != Split::Off && !compilers.target.is_host;
        if is_unstable || script.directives.unstable {
            // With unstable options, rustc's symbol names differ.
            command.arg("-Zunstable-options").env("RUSTC_BOOTSTRAP", "1");
            command.arg("-Csymbol-mangling-version=legacy");
        }
        let program = folder.join("program");
        run_pass::compile_into(&mut command, &script.directives, source, &program)?;
        Ok(program)
    }
}

/// Removes everything in a folder but the named files.
fn keep_only(folder: &Path, names: &[&str]) -> Result<()> {
    for path in files::entries(folder)? {
        if !names.contains(&files::name_of(&path).as_str()) {
            files::remove(&path)?;
        }
    }
    Ok(())
}
