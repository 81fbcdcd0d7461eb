//! The ways in which a program of `tests/debugger` is compiled.

use std::path::{Path, PathBuf};

use anyhow::Result;
use build_system::files::{self, Mode};

use super::script::{Debugger, Script};
use crate::compilers::{BothCompilers, Compiler};
use crate::suites::run_pass;

/// What the first of two incremental builds has behind the program: a CGU of its own, which the second lacks.
const ADDITION: &str = "\n#[allow(dead_code)]\nmod only_before_the_change {\n    #[unsafe(no_mangle)]\n    \
                        extern \"C\" fn only_before_the_change(of: u32) -> u32 {\n        of.wrapping_add(1)\n    }\n}\n";

/// A way of compiling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Build {
    /// The first part of the names of its cases.
    pub name: &'static str,
    /// Which compiler.
    pub compiler: Compiler,
    /// Where the debug information is.
    split: Split,
    /// The version of DWARF.
    version: Version,
}

/// The version of DWARF.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Version {
    /// rustc's default, or what the program's head says.
    Default,
    /// DWARF 4.
    Four,
    /// DWARF 5.
    Five,
}

/// Where the debug information is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Split {
    /// In the program.
    Off,
    /// In `.dwo` files beside it, after an incremental rebuild.
    Unpacked,
    /// In one `.dwp` file, after an incremental rebuild; everything but the program and that file is removed.
    Packed,
}

/// rustc as it is: what everything is compared with.
pub const LLVM: Build =
    Build { name: "llvm", compiler: Compiler::Llvm, split: Split::Off, version: Version::Default };
/// Our backend.
pub const CLIF: Build =
    Build { name: "clif", compiler: Compiler::Clif, split: Split::Off, version: Version::Default };
/// Both with split debug information.
///
/// DWARF 4, rustc's default, has the older kind of it, in which lldb 22 ignores `DW_AT_GNU_ranges_base`: it
/// finds the variables of blocks that have several ranges only in a unit that has the base 0; gdb 13 crashes
/// when it reads packages of DWARF 5. That holds for both compilers, so these pairs are left out
/// ([`Build::is_for`]).
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

/// A way of compiling with split debug information.
const fn split(name: &'static str, compiler: Compiler, split: Split, version: Version) -> Build {
    Build { name, compiler, split, version }
}

impl Build {
    /// Whether a debugger can read it; see [`SPLIT`].
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

    /// Compiles a program into a folder of its own and returns where it is.
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
        // rustc inlines nothing in incremental builds, and only LLVM does it again: no inlined frames to
        // compare.
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
            keep_only(folder, &["program", "program.dwp"])?;
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
        let program = folder.join("program");
        run_pass::compile_into(&mut command, &script.directives, source, &program)?;
        Ok(program)
    }
}

/// Removes everything in a folder but some files.
fn keep_only(folder: &Path, names: &[&str]) -> Result<()> {
    for path in files::entries(folder)? {
        if !names.contains(&files::name_of(&path).as_str()) {
            files::remove(&path)?;
        }
    }
    Ok(())
}
