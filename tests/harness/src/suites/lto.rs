//! The suites `lto` and `lto-programs`: test LTO (`-Clto`, `lto` in a Cargo profile), and CGUs combined
//! without it.
//!
//! `lto` runs the functions in [`CHECKS`], each with a small project, and compiles each run-pass program in
//! one of the [`WAYS`]. `lto-programs` compiles every program in every way.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail, ensure};
use build_system::files;

use super::cargo_clif::{self, Check, Project};
use super::lto_symbols::Symbols;
use super::run_pass::{self, Run, Variant};
use crate::commands::{fail, succeed};
use crate::context::Context;
use crate::suite::Plan;

/// How a crate's CGUs are combined.
const WAYS: [(&str, Variant); 3] = [
    ("fat", ("debug, -Clto=fat, 16 CGUs", &["-Clto=fat", "-Cdebuginfo=2", "-Ccodegen-units=16"])),
    ("thin", ("-O, -Clto=thin, 16 CGUs", &["-Clto=thin", "-O", "-Ccodegen-units=16"])),
    (
        "combine-cgus",
        ("debug, combine-cgus, 16 CGUs", &["-Cpasses=combine-cgus", "-Cdebuginfo=2", "-Ccodegen-units=16"]),
    ),
];
/// The flags that combine CGUs.
const FLAGS: [&str; 3] = ["-Clto=fat", "-Clto=thin", "-Cpasses=combine-cgus"];

/// The names of the cases besides the programs, and their functions.
const CHECKS: [(&str, Check); 8] = [
    ("cargo profiles: lto = true", |project| profile(project, "true")),
    ("cargo profiles: lto = \"thin\"", |project| profile(project, "thin")),
    ("cargo profiles: lto = \"off\"", |project| profile(project, "off")),
    ("cargo profiles: lto = false", |project| profile(project, "false")),
    ("unreachable items are removed", unreached),
    ("no_std", no_std),
    ("incremental", incremental),
    ("diagnostics", diagnostics),
];

/// Returns the programs with the ways to compile them: all, or one for each program, in turns.
fn program_runs(context: &Context<'_>, is_wanted: impl Fn(usize, usize) -> bool) -> Result<Vec<Run>> {
    let mut runs = Vec::new();
    for (number, source) in run_pass::sources(context)?.into_iter().enumerate() {
        for (_, (way, variant)) in WAYS.iter().enumerate().filter(|(index, _)| is_wanted(number, *index)) {
            let name = format!("{way}/{}", run_pass::stem(&source));
            runs.push(Run { name, source: source.clone(), variants: std::slice::from_ref(variant) });
        }
    }
    Ok(runs)
}

/// Whether the suite `lto` compiles a program in this way.
fn is_its_turn(program: usize, way: usize) -> bool {
    program % WAYS.len() == way
}

/// Plans the cases of `lto`.
pub fn plan<'a>(context: &'a Context<'a>) -> Result<Plan<'a>> {
    let programs = program_runs(context, is_its_turn)?;
    let projects = cargo_clif::plan_projects(context, "lto", CHECKS, || Ok(()));
    Ok(projects.then(run_pass::plan_runs(context, "lto", || Ok(Vec::new()), programs)))
}

/// Plans the cases of `lto-programs`.
pub fn plan_programs<'a>(context: &'a Context<'a>) -> Result<Plan<'a>> {
    let programs = program_runs(context, |_, _| true)?;
    Ok(run_pass::plan_runs(context, "lto-programs", || Ok(Vec::new()), programs))
}

/// A workspace: a program that uses two libraries of the same name and a proc macro, and a library for C
/// programs.
const WORKSPACE: [(&str, &str); 12] = [
    (
        "Cargo.toml",
        "[package]\nname = \"program\"\nversion = \"1.0.0\"\nedition = \"2024\"\n\
         [dependencies]\nold = { package = \"util\", path = \"old\" }\nnew = { package = \"util\", path = \"new\" }\n\
         macros = { path = \"macros\" }\n[workspace]\nmembers = [\"exported\"]\nexclude = [\"new\"]\n\
         [profile.dev]\ncodegen-units = 16\n",
    ),
    (
        "src/main.rs",
        "fn main() {\n\
         \x20   println!(\"{} {}\", old::value(1), new::value(1));\n\
         \x20   let caught = std::panic::catch_unwind(|| new::fails(7)).unwrap_err();\n\
         \x20   println!(\"{} {}\", caught.downcast_ref::<String>().unwrap(), macros::answer!());\n\
         \x20   println!(\"{}\", old::INITIALIZED.load(std::sync::atomic::Ordering::Relaxed));\n}\n",
    ),
    ("old/Cargo.toml", "[package]\nname = \"util\"\nversion = \"1.0.0\"\nedition = \"2024\"\n"),
    // No other code refers to the module with the constructor.
    (
        "old/src/lib.rs",
        "use std::sync::atomic::{AtomicU32, Ordering};\nmod at_start;\n\
         pub static INITIALIZED: AtomicU32 = AtomicU32::new(0);\nstatic TABLE: [u32; 3] = [10, 20, 30];\n\
         fn helper(index: usize) -> u32 { TABLE[index] }\n\
         pub fn value(index: usize) -> u32 { helper(index) }\n\
         #[unsafe(no_mangle)]\npub extern \"C\" fn util_exported(x: i32) -> i32 {\n\
         \x20   x * 2 + INITIALIZED.load(Ordering::Relaxed) as i32\n}\n",
    ),
    (
        "old/src/at_start.rs",
        "extern \"C\" fn initialize() { super::INITIALIZED.fetch_add(5, super::Ordering::Relaxed); }\n\
         #[used]\n#[unsafe(link_section = \".init_array\")]\nstatic INITIALIZE: extern \"C\" fn() = initialize;\n",
    ),
    ("new/Cargo.toml", "[package]\nname = \"util\"\nversion = \"2.0.0\"\nedition = \"2024\"\n"),
    (
        "new/src/lib.rs",
        "static TABLE: [u32; 3] = [100, 200, 300];\nfn helper(index: usize) -> u32 { TABLE[index] }\n\
         pub fn value(index: usize) -> u32 { helper(index) }\n\
         pub fn fails(number: u32) { panic!(\"failed with {number}\") }\n",
    ),
    (
        "macros/Cargo.toml",
        "[package]\nname = \"macros\"\nversion = \"1.0.0\"\nedition = \"2024\"\n[lib]\nproc-macro = true\n",
    ),
    (
        "macros/src/lib.rs",
        "#[proc_macro]\npub fn answer(_: proc_macro::TokenStream) -> proc_macro::TokenStream {\n\
         \x20   (6 * 7).to_string().parse().unwrap()\n}\n",
    ),
    (
        "exported/Cargo.toml",
        "[package]\nname = \"exported\"\nversion = \"1.0.0\"\nedition = \"2024\"\n\
         [lib]\ncrate-type = [\"cdylib\", \"staticlib\"]\n\
         [dependencies]\nutil = { path = \"../old\" }\n",
    ),
    (
        "exported/src/lib.rs",
        "#[unsafe(no_mangle)]\npub static EXPORTED_DATA: [i32; 2] = [3, 4];\n\
         #[unsafe(no_mangle)]\npub extern \"C\" fn exported_sum(x: u32) -> u32 {\n\
         \x20   let parts: Vec<u32> = (0..3).map(|index| util::value(index) * x).collect();\n\
         \x20   std::panic::catch_unwind(|| parts.iter().sum()).unwrap_or(0)\n}\n",
    ),
    (
        "main.c",
        "#include <stdio.h>\nextern int EXPORTED_DATA[2];\nunsigned exported_sum(unsigned);\nint util_exported(int);\n\
         int main(void) {\n\
         \x20   printf(\"%u %d %d\\n\", exported_sum(2), util_exported(EXPORTED_DATA[0]), EXPORTED_DATA[1]);\n}\n",
    ),
];

/// Builds a workspace with `lto` in its profile. Runs its program, and a C program with its libraries.
fn profile(project: &Project<'_>, lto: &str) -> Result<()> {
    for (name, text) in WORKSPACE {
        project.write(name, text)?;
    }
    succeed(project.cargo_clif(&["build", "--workspace"]).env("CARGO_PROFILE_DEV_LTO", lto))?;
    let built = project.built();
    let (stdout, _) = succeed(&mut project.target.program(&built.join("program")))?;
    ensure!(stdout == "20 200\nfailed with 7 42\n5\n", "the program printed {stdout:?}");
    // A C linker ignores an archive's object that is only `#[used]`. rustc linked the dynamic library.
    for (library, expected) in [("libexported.a", "120 6 4\n"), ("libexported.so", "120 11 4\n")] {
        let library = built.join(library);
        let program = project.folder.join("from-c");
        let mut compiler = project.target.c_compiler();
        compiler.arg(project.folder.join("main.c")).arg(&library).args(["-lpthread", "-ldl", "-lm"]);
        succeed(compiler.arg("-o").arg(&program))?;
        let (stdout, _) = succeed(project.target.program(&program).env("LD_LIBRARY_PATH", &built))
            .with_context(|| format!("the C program with {} fails", library.display()))?;
        ensure!(stdout == expected, "with {}, the program printed {stdout:?}", library.display());
    }
    Ok(())
}

/// Items in several modules, and so in several CGUs. Some are reachable from `main` or exported, others are
/// not.
const MODULES: [(&str, &str); 4] = [
    (
        "main.rs",
        "mod one;\nmod two;\nmod three;\nfn main() { println!(\"{}\", two::LIVE_TABLE[one::live(0)]); }\n",
    ),
    (
        "one.rs",
        "#[inline(never)]\npub fn live(x: usize) -> usize { crate::three::live_too(x) }\n\
         #[inline(never)]\npub fn dead_cycle(x: usize) -> usize {\n\
         \x20   if x == 0 { 0 } else { crate::two::dead_other(x - 1) }\n}\n",
    ),
    (
        "two.rs",
        "pub static LIVE_TABLE: [u8; 3] = [1, 2, 3];\n\
         pub static DEAD_TABLE: [fn(usize) -> usize; 1] = [dead_other];\n\
         #[inline(never)]\npub fn dead_other(x: usize) -> usize {\n\
         \x20   let show: &dyn std::fmt::Debug = &x;\n\
         \x20   println!(\"{show:?}\");\n\
         \x20   crate::one::dead_cycle(x) + DEAD_TABLE[0](x)\n}\n",
    ),
    (
        "three.rs",
        "#[inline(never)]\npub fn live_too(x: usize) -> usize { x + 1 }\n\
         #[used]\npub static LIVE_USED: u32 = 7;\n\
         #[unsafe(no_mangle)]\npub extern \"C\" fn live_exported() -> usize { live_too(3) }\n",
    ),
];

/// Whether other objects refer to a symbol of [`MODULES`]. The last one is merged among all objects.
fn is_for_others(name: &str) -> bool {
    ["main", "live_exported", "DW.ref.rust_eh_personality"].contains(&name) || name.contains("LIVE_USED")
}

/// Checks that each symbol of the combined CGU's object is reachable from an exported one.
fn unreached(project: &Project<'_>) -> Result<()> {
    for (name, text) in MODULES {
        project.write(name, text)?;
    }
    let objects = |flags: &[&str], folder: &str, extension: &str| -> Result<Vec<Symbols>> {
        let mut compiler = project.rustc_clif(&["main.rs", "--emit=obj", "-Adead_code", "-Dwarnings"]);
        // Without this flag, the compiler itself leaves out most unused items.
        compiler.args(["-Ccodegen-units=16", "-Clink-dead-code", "--out-dir", folder]).args(flags);
        succeed(&mut compiler)?;
        let mut found = files::entries(&project.folder.join(folder))?;
        found.retain(|path| files::name_of(path).ends_with(extension));
        found.iter().map(|path| Symbols::read(path)).collect()
    };
    let plain = objects(&[], "plain", ".rcgu.o")?;
    let with_dead = plain.iter().filter(|object| object.defines("dead_") || object.defines("DEAD_")).count();
    ensure!(with_dead >= 2, "only {with_dead} CGUs have unreachable items: the test shows nothing");
    for flags in FLAGS {
        let objects = objects(&[flags], flags, "main.o")?;
        let [object] = &objects[..] else { bail!("{flags}: {} objects", objects.len()) };
        for name in ["4live", "8live_too", "LIVE_TABLE", "LIVE_USED", "live_exported"] {
            ensure!(object.defines(name), "{flags}: {name} is missing");
        }
        let hidden = object.global();
        let hidden: Vec<&&str> = hidden.iter().filter(|name| !is_for_others(name)).collect();
        ensure!(hidden.is_empty(), "{flags}: no other object needs {hidden:?}");
        let unreached = object.unreached(&["LIVE_USED"]);
        ensure!(unreached.is_empty(), "{flags}: the object has unreachable {unreached:?}");
        ensure!(!object.defines("dead_") && !object.defines("DEAD_"), "{flags}: the object has dead items");
    }
    Ok(())
}

/// Tests a library without std that allocates and contains a C library, and a program with it. The library's
/// objects and the allocator shim call the program's panic handler and allocator by name.
fn no_std(project: &Project<'_>) -> Result<()> {
    let library = "#![no_std]\nextern crate alloc;\nuse alloc::vec::Vec;\n\
        #[link(name = \"part\", kind = \"static\")]\nunsafe extern \"C\" { fn c_part(x: i32) -> i32; }\n\
        pub fn squares(count: i32) -> Vec<i32> { (0..count).map(|x| unsafe { c_part(x) }).collect() }\n\
        pub fn never_called() { unsafe { missing_everywhere() } }\n\
        unsafe extern \"C\" { fn missing_everywhere(); }\n";
    let program = "#![no_std]\n#![no_main]\nextern crate alloc;\nuse core::alloc::{GlobalAlloc, Layout};\n\
        use core::ffi::{c_char, c_int, c_void};\n\
        #[link(name = \"c\")]\nunsafe extern \"C\" {\n\
        fn printf(format: *const c_char, ...) -> c_int;\nfn malloc(size: usize) -> *mut c_void;\n\
        fn free(pointer: *mut c_void);\nfn exit(status: c_int) -> !;\n}\n\
        struct C;\nunsafe impl GlobalAlloc for C {\n\
        unsafe fn alloc(&self, layout: Layout) -> *mut u8 { unsafe { malloc(layout.size()).cast() } }\n\
        unsafe fn dealloc(&self, pointer: *mut u8, _: Layout) { unsafe { free(pointer.cast()) } }\n}\n\
        #[global_allocator]\nstatic ALLOCATOR: C = C;\n\
        #[panic_handler]\nfn panic(_: &core::panic::PanicInfo<'_>) -> ! { unsafe { exit(9) } }\n\
        #[unsafe(no_mangle)]\nextern \"C\" fn rust_eh_personality() {}\n\
        #[unsafe(no_mangle)]\npub extern \"C\" fn from_rust(x: i32) -> i32 { x + 1 }\n\
        #[unsafe(no_mangle)]\npub extern \"C\" fn main(arguments: c_int, _: *const *const c_char) -> c_int {\n\
        let squares = bare::squares(4);\n\
        unsafe { printf(c\"%d %d\\n\".as_ptr(), squares[3], squares[arguments as usize + 3]); }\n0\n}\n";
    project.write("bare.rs", library)?;
    project.write("program.rs", program)?;
    project.write("part.c", "int from_rust(int);\nint c_part(int x) { return from_rust(x * x); }\n")?;
    let in_folder = |mut command: Command, arguments: &[&str]| {
        command.current_dir(&project.folder).args(arguments);
        succeed(&mut command)
    };
    in_folder(project.target.c_compiler(), &["-c", "part.c", "-o", "part.o"])?;
    in_folder(project.target.archiver(), &["rcs", "libpart.a", "part.o"])?;
    let common = ["--edition=2024", "-Cpanic=abort", "-Ccodegen-units=16", "-L."];
    succeed(project.rustc_clif(&["bare.rs", "--crate-type=rlib", "-Clinker-plugin-lto"]).args(common))?;
    for flags in FLAGS {
        let arguments = ["program.rs", "--extern=bare=libbare.rlib", flags];
        succeed(project.rustc_clif(&arguments).args(common)).context(flags)?;
        // The index is out of bounds, so the panic handler ends the program.
        fail(&mut project.program("program"), 9).context(flags)?;
    }
    Ok(())
}

/// Combined CGUs are not mixed up with those of the incremental cache, in any order of builds.
fn incremental(project: &Project<'_>) -> Result<()> {
    let flags = [&[][..], &[FLAGS[2]], &[], &[FLAGS[0]], &[FLAGS[2]], &[FLAGS[1]], &[]];
    for (round, flags) in flags.into_iter().enumerate() {
        for edit in 0..2 {
            let source = format!(
                "mod one {{ pub fn value() -> u32 {{ {round} + super::two::value() }} }}\n\
                 mod two {{ pub fn value() -> u32 {{ {edit} * 100 }} }}\nfn main() {{ println!(\"{{}}\", one::value()); }}\n"
            );
            project.write("program.rs", &source)?;
            for _ in 0..2 {
                let arguments = ["program.rs", "-Cincremental=cache", "-Cdebuginfo=2"];
                succeed(project.rustc_clif(&arguments).args(flags))?;
                let (stdout, _) = succeed(&mut project.program("program"))?;
                let expected = format!("{}\n", round + edit * 100);
                ensure!(
                    stdout == expected,
                    "round {round}, edit {edit}, {flags:?}: the program printed {stdout:?}"
                );
            }
        }
    }
    let mut names: Vec<String> =
        files::entries(&project.folder)?.iter().map(|path| files::name_of(path)).collect();
    names.sort();
    ensure!(names == ["cache", "program", "program.rs"], "left behind: {names:?}");
    Ok(())
}

/// Unsupported uses are reported in one message, which is rustc's where it has one.
fn diagnostics(project: &Project<'_>) -> Result<()> {
    project.write("program.rs", "fn main() {}\n")?;
    project.write("library.rs", "pub fn f() {}\n")?;
    project.write("empty.rs", "")?;
    let refused: [(&[&str], &str); 9] = [
        (
            &["program.rs", "-Clinker-plugin-lto"],
            "does not support `-Clinker-plugin-lto`: it does not produce LLVM bitcode",
        ),
        (&["library.rs", "--crate-type=cdylib", "-Clinker-plugin-lto"], "`-Clinker-plugin-lto`"),
        (&["library.rs", "--crate-type=rlib", "-Clinker-plugin-lto=plugin.so"], "`-Clinker-plugin-lto`"),
        (&["program.rs", "-Cpasses=mem2reg"], "does not support `-Cpasses=mem2reg`"),
        (&["library.rs", "--crate-type=dylib", "-Clto"], "lto cannot be used for `dylib` crate type"),
        (
            &["empty.rs", "--crate-type=proc-macro", "-Clto=thin"],
            "lto cannot be used for `proc-macro` crate type",
        ),
        (&["library.rs", "--crate-type=rlib,cdylib", "-Clto"], "lto can only be run for executables"),
        (&["program.rs", "-Clto", "-Cprefer-dynamic"], "cannot prefer dynamic linking when performing LTO"),
        (&["program.rs", "-Clto=other"], "incorrect value `other` for codegen option `lto`"),
    ];
    for (arguments, expected) in refused {
        let errors = fail(&mut project.rustc_clif(arguments), 1)?;
        let messages = errors.lines().filter(|line| line.starts_with("error")).count();
        // The second line counts the errors.
        ensure!(errors.contains(expected) && messages <= 2, "{arguments:?}: {errors}");
    }
    let accepted: [&[&str]; 6] = [
        &["program.rs", "-Clto=off"],
        &["program.rs", "-Cpasses=combine-cgus", "-Cprefer-dynamic"],
        &["empty.rs", "--crate-type=rlib", "-Cpasses=combine-cgus"],
        &["empty.rs", "--crate-type=proc-macro", "-Cpasses=combine-cgus"],
        &["library.rs", "--crate-type=rlib,dylib,cdylib,staticlib", "-Cpasses=combine-cgus"],
        &["library.rs", "--crate-type=rlib", "-Clto"],
    ];
    for arguments in accepted {
        let (_, errors) = succeed(&mut project.rustc_clif(arguments))?;
        ensure!(errors.is_empty(), "{arguments:?}: {errors}");
    }
    ensure!(leftovers(&project.folder)?.is_empty(), "left behind: {:?}", leftovers(&project.folder)?);
    Ok(())
}

/// Returns the temporary files and folders of the compiler.
fn leftovers(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = files::entries(folder)?;
    found.retain(|path| files::name_of(path).contains("rcgu") || files::name_of(path).starts_with("rustc"));
    Ok(found)
}
