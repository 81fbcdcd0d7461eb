//! Compiles programs that define or mention the symbol `main`, which is also the name of the C `main` that
//! calls Rust's. If the CGU of the C `main` defines or mentions it already, the compiler reports an error.
//! Conflicts with other CGUs and crates are left to the linker.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, ensure};
use build_system::files::{self, Mode};
use build_system::process::{self, Outcome};

use super::{LIMIT, ensure_same};
use crate::compilers::{BothCompilers, Compiler, again};

/// A program, and an optional library that it is linked with.
pub struct Program {
    pub name: &'static str,
    main: &'static str,
    library: Option<&'static str>,
    flags: &'static [&'static str],
    expected: Expected,
}

/// The expected result with both compilers.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Expected {
    /// The error [`MESSAGE`].
    Refused,
    /// A linker error. Its text depends on the names of files.
    DoesNotLink,
    /// The program runs and ends with this status.
    Runs(i32),
}

/// The error of [`Expected::Refused`].
const MESSAGE: &str = "error: entry symbol `main` declared multiple times";

const fn refused(name: &'static str, main: &'static str) -> Program {
    Program { name, main, library: None, flags: &[], expected: Expected::Refused }
}

/// Each module becomes a CGU.
const SEPARATE_MODULES: &[&str] = &["-Cincremental=cache", "-Ccodegen-units=256"];

/// All programs.
pub const PROGRAMS: [Program; 15] = [
    refused("main: called", "fn main() { unsafe extern \"Rust\" { fn main(); } unsafe { main(); } }\n"),
    refused(
        "main: its address",
        "fn main() { unsafe extern \"C\" { fn main() -> i32; } println!(\"{}\", main as *const () as usize != 0); }\n",
    ),
    refused(
        "main: called by another function",
        "fn other() { unsafe extern \"C\" { fn main() -> i32; } unsafe { main(); } }\nfn main() { other(); }\n",
    ),
    refused("main: without mangling", "#[unsafe(no_mangle)]\nfn main() {}\n"),
    refused(
        "main: another function",
        "mod other { #[unsafe(no_mangle)] pub extern \"C\" fn main() -> i32 { 3 } }\nfn main() { other::main(); }\n",
    ),
    refused(
        "main: a naked function",
        "mod other { #[unsafe(naked)] #[unsafe(no_mangle)] pub extern \"C\" fn main() { std::arch::naked_asm!(\"ret\") } \
         }\nfn main() { other::main(); }\n",
    ),
    refused(
        "main: a static",
        "mod other { #[unsafe(no_mangle)] pub static main: u32 = 3; }\nfn main() { assert!(other::main == 3); }\n",
    ),
    refused(
        "main: a foreign static",
        "fn main() { unsafe extern \"C\" { static main: u8; } println!(\"{:p}\", &raw const main); }\n",
    ),
    refused(
        "main: an exported name",
        "#[unsafe(export_name = \"main\")]\npub fn other() {}\nfn main() { other(); }\n",
    ),
    Program {
        name: "main: its address in another CGU",
        main: "mod other { pub fn address() -> usize { unsafe extern \"C\" { fn main() -> i32; } main as *const () as usize } \
               }\nfn main() { assert!(other::address() != 0); }\n",
        library: None,
        flags: SEPARATE_MODULES,
        expected: Expected::Runs(0),
    },
    Program {
        name: "main: another function in another CGU",
        main: "mod other { #[unsafe(no_mangle)] pub extern \"C\" fn main() -> i32 { 3 } }\nfn main() {}\n",
        library: None,
        flags: SEPARATE_MODULES,
        expected: Expected::DoesNotLink,
    },
    Program {
        name: "main: its address in a library",
        main: "fn main() { assert!(library::address() != 0); }\n",
        library: Some(
            "pub fn address() -> usize { unsafe extern \"C\" { fn main() -> i32; } main as *const () as usize }\n",
        ),
        flags: &[],
        expected: Expected::Runs(0),
    },
    Program {
        name: "main: defined by a library",
        main: "fn main() { library::other(); }\n",
        library: Some(
            "#[unsafe(no_mangle)]\npub extern \"C\" fn main() -> i32 { 3 }\n#[inline(never)]\npub fn other() {}\n",
        ),
        flags: &[],
        expected: Expected::DoesNotLink,
    },
    Program {
        name: "no_main: own function",
        main: "#![no_main]\n#[unsafe(no_mangle)]\npub extern \"C\" fn main() -> i32 { 7 }\n",
        library: None,
        flags: &[],
        expected: Expected::Runs(7),
    },
    Program {
        name: "no_main: own function that mentions itself",
        main: "#![no_main]\n#[unsafe(no_mangle)]\npub extern \"C\" fn main(count: i32) -> i32 { if count > 0 { main(-5) } else { 4 - count \
               } }\n",
        library: None,
        flags: &[],
        expected: Expected::Runs(9),
    },
];

/// Compiles a program with both compilers, and runs it.
pub fn same(compilers: &BothCompilers, program: &Program, folder: &Path) -> Result<()> {
    let compiled = |compiler: Compiler, command| compile(command, program, &folder.join(compiler.name()));
    let [theirs, ours] = compilers.both(compiled)?;
    if program.expected == Expected::DoesNotLink {
        for outcome in [&theirs, &ours] {
            let stderr = String::from_utf8_lossy(&outcome.stderr);
            ensure!(stderr.contains("error: linking with"), "the linker does not fail: {stderr}");
        }
        ensure!(theirs.status == ours.status, "the compiler ends with {}", ours.status_text());
        return Ok(());
    }
    let is_refused = String::from_utf8_lossy(&theirs.stderr).contains(MESSAGE);
    ensure!(
        is_refused == (program.expected == Expected::Refused),
        "LLVM: {}",
        String::from_utf8_lossy(&theirs.stderr)
    );
    ensure_same(&theirs, &ours)?;
    let Expected::Runs(status) = program.expected else { return Ok(()) };
    for compiler in ["llvm", "clif"] {
        let mut command = compilers.target.program(&folder.join(compiler).join("program"));
        let outcome = process::run_limited(command.env_remove("LD_LIBRARY_PATH"), b"", LIMIT)?;
        let found = outcome.status.and_then(|status| status.code());
        ensure!(found == Some(status), "the program of {compiler} ends with {}", outcome.status_text());
    }
    Ok(())
}

fn compile(mut compiler: Command, program: &Program, folder: &Path) -> Result<Outcome> {
    process::clean_environment(&mut compiler);
    files::create_folder(folder)?;
    compiler.current_dir(folder).args(["--edition=2024", "--cap-lints=allow", "-Ccodegen-units=1"]);
    let common: Vec<_> = compiler.get_args().map(ToOwned::to_owned).collect();
    if let Some(text) = program.library {
        files::write_file(&folder.join("library.rs"), text.as_bytes(), Mode::Plain)?;
        let mut library = again(&compiler);
        library.args(common).current_dir(folder).args(["--crate-type=rlib", "library.rs"]);
        let outcome = process::run_limited(&mut library, b"", LIMIT)?;
        ensure!(outcome.succeeded(), "the library: {}", String::from_utf8_lossy(&outcome.stderr));
        compiler.arg("--extern=library=liblibrary.rlib");
    }
    files::write_file(&folder.join("main.rs"), program.main.as_bytes(), Mode::Plain)?;
    compiler.args(program.flags).args(["main.rs", "-oprogram"]);
    process::run_limited(&mut compiler, b"", LIMIT)
}
