//! The suite `linkers`: GNU ld, lld, mold and wild link the backend's objects of each machine.
//!
//! For each linker that is installed:
//!
//! 1. Both compilers build a shared library for C, and a program that is linked to it. Both use what linkers
//!    treat specially: unwinding, thread-locals, statics with addresses, vtables, jump tables, sections of
//!    their own.
//! 2. The outputs name the linker, and have debug information.
//! 3. Both programs run and print the same.
//!
//! This is done in each of [`WAYS`]. A way in which a linker cannot link LLVM's objects is skipped, with its
//! message.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use build_system::files::{self, Mode};
use clif_targets::tools::on_path;
use object::{Object as _, ObjectSection as _};

use crate::commands::{finish, succeed};
use crate::compilers::{BothCompilers, Compiler};
use crate::context::Context;
use crate::suite::{Group, Plan, skip};
use crate::target::TestTarget;

/// A linker.
struct Linker {
    name: &'static str,
    /// Returns its program for a target.
    program: fn(TestTarget) -> String,
    /// What it writes into `.comment`, if anything.
    comment: &'static str,
}

/// All linkers.
const LINKERS: [Linker; 4] = [
    Linker { name: "GNU ld", program: |target| target.gnu_tool("ld.bfd"), comment: "" },
    Linker { name: "lld", program: |_| "ld.lld".to_owned(), comment: "LLD" },
    Linker { name: "mold", program: |_| "mold".to_owned(), comment: "mold" },
    Linker { name: "wild", program: |_| "wild".to_owned(), comment: "Wild" },
];

/// Builds: the names, and the flags for the library and for the program.
const WAYS: [Way; 2] =
    [("debug", &["-Cdebuginfo=2"]), ("lto", &["-Copt-level=3", "-Clto=fat", "-Crelocation-model=pic"])];
type Way = (&'static str, &'static [&'static str]);

/// A library for C, with what linkers treat specially.
const LIBRARY: &str = "\
use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering};
thread_local! { static COUNT: Cell<u64> = const { Cell::new(3) } }
static NAMES: [&(dyn Fn(u64) -> u64 + Sync); 2] = [&|x| x + 1, &|x| x * 7];
static TOTAL: AtomicU64 = AtomicU64::new(0);
#[unsafe(no_mangle)] pub static TABLE: [extern \"C\" fn(u64) -> u64; 2] = [count, total];
#[unsafe(no_mangle)] pub extern \"C\" fn count(by: u64) -> u64 {
    COUNT.with(|count| { count.set(count.get() + by); count.get() })
}
#[unsafe(no_mangle)] pub extern \"C\" fn total(of: u64) -> u64 {
    let value = NAMES[of as usize % 2](of);
    TOTAL.fetch_add(value, Ordering::SeqCst) + value
}
#[unsafe(no_mangle)] pub extern \"C\" fn caught(value: u64) -> u64 {
    std::panic::set_hook(Box::new(|_| ()));
    std::panic::catch_unwind(|| { let v = vec![1u64, 2, 3]; v[value as usize] }).unwrap_or(99)
}
#[used] #[unsafe(link_section = \".init_array\")] static START: extern \"C\" fn() = start;
extern \"C\" fn start() { TOTAL.store(100, Ordering::SeqCst); }
";

/// A program that uses the library.
const PROGRAM: &str = "\
use std::cell::Cell;
use std::hint::black_box;
#[link(name = \"parts\")] unsafe extern \"C\" {
    static TABLE: [extern \"C\" fn(u64) -> u64; 2];
    fn count(by: u64) -> u64;
    fn total(of: u64) -> u64;
    fn caught(value: u64) -> u64;
}
thread_local! { static OWN: Cell<u64> = Cell::new(black_box(40)) }
#[used] #[unsafe(link_section = \"numbers\")] static ONE: u64 = 11;
#[used] #[unsafe(link_section = \"numbers\")] static TWO: u64 = 22;
unsafe extern \"C\" { static __start_numbers: u64; static __stop_numbers: u64; }
struct Noisy(u32);
impl Drop for Noisy { fn drop(&mut self) { println!(\"dropped {}\", self.0); } }
fn fails(depth: u32) { let _noisy = Noisy(depth); if depth == 0 { std::panic::resume_unwind(Box::new(5)) } fails(depth - 1) }
fn word(number: u64) -> &'static str {
    match number { 0 => \"zero\", 1 => \"one\", 2 => \"two\", 3 => \"three\", 4 => \"four\", 5 => \"five\", _ => \"many\" }
}
fn main() {
    unsafe {
        println!(\"{} {}\", TABLE[0](2), TABLE[1](8));
        println!(\"{}\", TABLE[1] as *const () == total as *const ());
        println!(\"{} {} {}\", count(1), total(3), caught(1));
        println!(\"{}\", caught(7));
        let length = (&raw const __stop_numbers).offset_from(&raw const __start_numbers);
        println!(\"{:?}\", std::slice::from_raw_parts(&raw const __start_numbers, length as usize));
    }
    println!(\"{}\", std::panic::catch_unwind(|| fails(2)).is_err());
    let there = std::thread::spawn(|| unsafe { OWN.with(|own| own.get()) + count(5) }).join().unwrap();
    println!(\"{there} {} {}\", OWN.with(|own| own.replace(1)), unsafe { count(0) });
    for number in 0..7 { print!(\"{} \", word(black_box(number))); }
    println!(\"{:.3} {:?}\", black_box(2.5f64).sqrt(), black_box(u128::MAX / 3));
}
";

/// The compilers, and a folder for each linker.
struct Setting {
    compilers: BothCompilers,
    scratch: PathBuf,
}

/// Plans a case for each linker and way.
pub fn plan<'a>(context: &'a Context<'a>) -> Result<Plan<'a>> {
    let set_up = || {
        let setting = Setting { compilers: BothCompilers::of(context)?, scratch: context.scratch("linkers") };
        files::remove(&setting.scratch)?;
        for (name, text) in [("parts.rs", LIBRARY), ("program.rs", PROGRAM)] {
            files::write_file(&setting.scratch.join(name), text.as_bytes(), Mode::Plain)?;
        }
        Ok(setting)
    };
    let rows = LINKERS.iter().flat_map(|linker| WAYS.iter().map(move |way| (linker, way)));
    let name = |(linker, (way, _)): &(&Linker, &Way)| format!("{}: {way}", linker.name);
    let check = |setting: &Setting, (linker, way): &(&Linker, &Way)| check(setting, linker, way);
    Ok(Group::new(set_up).cases(rows, name, check).in_parallel())
}

/// Links with one linker in one way.
fn check(setting: &Setting, linker: &Linker, (way, flags): &Way) -> Result<()> {
    let program = (linker.program)(setting.compilers.target);
    let Some(path) = on_path(&program) else {
        return Err(skip(format!("`{program}` is not installed")));
    };
    // The C compiler takes the program `ld` from the folder that `-B` names.
    let tools =
        setting.scratch.join(format!("{} {way} tools", linker.name)).display().to_string().replace(' ', "-");
    files::link(&path, &Path::new(&tools).join("ld"))?;
    let link = |compiler| link(setting, linker, compiler, Path::new(&tools), flags);
    let expected = match link(Compiler::Llvm)? {
        Ok(output) => output,
        Err(message) => return Err(skip(format!("it does not link LLVM's objects: {message}"))),
    };
    let found = link(Compiler::Clif)?;
    ensure!(found.as_ref() == Ok(&expected), "{flags:?}: {found:?}, with LLVM {expected:?}");
    Ok(())
}

/// Builds the library and the program with a compiler and a linker, and returns the program's output, or why
/// the linker failed.
fn link(
    setting: &Setting,
    linker: &Linker,
    compiler: Compiler,
    tools: &Path,
    flags: &[&str],
) -> Result<Result<String, String>> {
    let folder = tools.join(compiler.name());
    files::create_folder(&folder)?;
    let arguments = [format!("-Clink-arg=-B{}", tools.display()), format!("-L{}", folder.display())];
    let paths = ["-Clink-arg=-Wl,-rpath,$ORIGIN", "--edition=2024"];
    for (source, kind, output) in [("parts.rs", "cdylib", "libparts.so"), ("program.rs", "bin", "program")] {
        let mut command: Command = setting.compilers.command(compiler);
        command.current_dir(&setting.scratch).args([source, "--crate-type", kind]).args(&arguments);
        command.args(paths).args(flags).arg("-o").arg(folder.join(output));
        let outcome = finish(&mut command)?;
        let errors = String::from_utf8_lossy(&outcome.stderr).into_owned();
        if !outcome.succeeded() {
            let is_reason = |line: &&str| line.contains("error: ") && !line.starts_with("error: linking");
            let reason = errors.lines().find(is_reason);
            return Ok(Err(reason.unwrap_or(&errors).trim().to_owned()));
        }
        ensure!(errors.is_empty(), "{flags:?}: {errors}");
        require_linker(&folder.join(output), linker)?;
    }
    let (output, _) = succeed(&mut setting.compilers.target.program(&folder.join("program")))
        .with_context(|| format!("{} {flags:?}", compiler.name()))?;
    Ok(Ok(output))
}

/// Fails if a file was linked by another linker.
fn require_linker(path: &Path, linker: &Linker) -> Result<()> {
    let data = files::read_file(path)?;
    let file = object::File::parse(&*data)?;
    let comment = file.section_by_name(".comment").map(|section| section.data()).transpose()?;
    let comment = String::from_utf8_lossy(comment.unwrap_or_default()).into_owned();
    let is_right = match linker.comment {
        "" => !LINKERS.iter().any(|other| !other.comment.is_empty() && comment.contains(other.comment)),
        words => comment.contains(words),
    };
    ensure!(is_right, "{} was linked by {comment:?}", path.display());
    Ok(())
}
