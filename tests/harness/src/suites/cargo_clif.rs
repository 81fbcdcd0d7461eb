//! The suite `cargo-clif`: tests what users rely on when they run `dist/bin/cargo-clif` in their projects.
//!
//! Each case writes a small project into a folder whose name has a space and a non-ASCII letter. To add
//! a case: a function, and a row in [`CHECKS`].

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use build_system::build::{self, Dist};
use build_system::files::{self, Mode};
use build_system::process;
use build_system::toolchain::Toolchain;
use clif_targets::Target;

use super::closed_pipes;
use super::other_machines;
use super::rustdoc_clif;
use crate::commands::{fail, succeed};
use crate::context::Context;
use crate::suite::{Group, Plan};
use crate::target::TestTarget;

/// A case, run in a project.
pub type Check = fn(&Project<'_>) -> Result<()>;

/// The names of the cases, and their functions.
const CHECKS: [(&str, Check); 22] = [
    ("build scripts and proc macros", build_scripts_and_macros),
    ("ctor, inventory and linkme", early_code),
    ("exit status is cargo's", exit_status),
    ("exit status is rustc's", rustc_exit_status),
    ("RUSTFLAGS and configuration are kept", flags_are_kept),
    ("no trace but target", no_trace),
    ("stable stays stable", stable_stays_stable),
    ("apart from cargo's artifacts", apart_from_cargo),
    ("doc tests", rustdoc_clif::doc_tests),
    ("doc tests of single files", rustdoc_clif::doc_tests_of_files),
    ("closed pipes", closed_pipes::closed_pipes),
    ("CARGO calls cargo-clif", cargo_calls_cargo_clif),
    ("a changed backend has another hash", changed_backend),
    ("RUSTC is overridden with a message", rustc_is_overridden),
    ("RUSTC_WRAPPER works", wrapper_works),
    ("+toolchain is refused", toolchain_is_refused),
    ("no C linker", no_linker),
    ("a faster linker", faster_linker),
    ("-Zcodegen-backend", as_plain_backend),
    ("programs of other machines", other_machines::programs),
    ("standard libraries of other machines", other_machines::missing_libraries),
    ("tools of other machines", other_machines::missing_tools),
];

/// A project in which a case runs. Other suites use it too.
pub struct Project<'a> {
    /// Its folder, empty at first.
    pub folder: PathBuf,
    /// The backend.
    pub dist: &'a Dist,
    /// The compiler.
    pub toolchain: &'a Toolchain,
    /// The target of programs. `cargo` and `rustc` compile for it.
    pub target: TestTarget,
    /// The build folder.
    pub build: &'a Path,
}

/// Plans a case for each of [`CHECKS`].
pub fn plan<'a>(context: &'a Context<'a>) -> Result<Plan<'a>> {
    Ok(plan_projects(context, "cargo-clif", CHECKS, || Ok(())))
}

/// Plans a case for each of a suite's checks, each in a new project, after `set_up`.
pub fn plan_projects<'a>(
    context: &'a Context<'a>,
    suite: &'a str,
    checks: impl IntoIterator<Item = (&'static str, Check)>,
    set_up: impl FnOnce() -> Result<()> + 'a,
) -> Plan<'a> {
    let check = move |_: &(), (number, (_, check)): &(usize, (&str, Check))| {
        let (dist, toolchain) = (context.dist()?, context.toolchain()?);
        let folder = context.scratch(suite).join(format!("größe {number}"));
        let (target, build) = (context.target, &*context.layout.build);
        let project = Project { folder, dist, toolchain, target, build };
        files::remove(&project.folder)?;
        check(&project)
    };
    let checks = checks.into_iter().enumerate();
    Group::new(set_up).cases(checks, |(_, (name, _))| (*name).to_owned(), check).in_turn()
}

impl Project<'_> {
    /// Writes a file of the project.
    pub fn write(&self, name: &str, text: &str) -> Result<()> {
        files::write_file(&self.folder.join(name), text.as_bytes(), Mode::Plain)
    }

    /// Writes a package called `name` with one source file.
    pub fn package(&self, name: &str, source_name: &str, source: &str) -> Result<()> {
        let manifest = format!("[package]\nname = \"{name}\"\nedition = \"2024\"\n[workspace]\n");
        self.write("Cargo.toml", &manifest)?;
        self.write(source_name, source)
    }

    /// Returns a call of `cargo-clif` in the project.
    pub fn cargo_clif(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(self.dist.cargo_clif());
        process::clean_environment(&mut command);
        command.current_dir(&self.folder).args(arguments);
        self.target.build_for(&mut command);
        command
    }

    /// Returns a call of `rustc-clif` in the project.
    pub fn rustc_clif(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(self.dist.rustc_clif());
        process::clean_environment(&mut command);
        command.env("CLIF_VERIFY", "1").current_dir(&self.folder);
        self.target.compile_for(&mut command);
        command.args(arguments);
        command
    }

    /// Returns a call of cargo in the project, with the compiler that has LLVM.
    pub fn cargo_llvm(&self, arguments: &[&str]) -> Command {
        let mut command = process::cargo();
        build::with_llvm(&mut command, self.toolchain);
        command.current_dir(&self.folder).args(arguments);
        self.target.build_for(&mut command);
        command
    }

    /// Returns the folder where cargo puts the programs.
    pub fn built(&self) -> PathBuf {
        self.target.built_in(&self.folder.join("target"))
    }

    /// Returns a call of a program in the project's folder.
    pub fn program(&self, name: &str) -> Command {
        self.target.program(&self.folder.join(name))
    }
}

/// A build script and a proc macro run at compile time. The program shows their results.
fn build_scripts_and_macros(project: &Project<'_>) -> Result<()> {
    let manifest = "[package]\nname = \"main\"\nedition = \"2024\"\n[dependencies]\nmacros = { path = \"macros\" }\n\
                    [workspace]\n";
    project.write("Cargo.toml", manifest)?;
    project.write(
        "build.rs",
        "fn main() { println!(\"cargo::rustc-env=MADE={}\", [1, 2, 3].iter().map(|x| x * 7).sum::<i32>()); }\n",
    )?;
    project
        .write("src/main.rs", "fn main() { println!(\"{} {}\", env!(\"MADE\"), macros::answer!()); }\n")?;
    project.write(
        "macros/Cargo.toml",
        "[package]\nname = \"macros\"\nedition = \"2024\"\n[lib]\nproc-macro = true\n",
    )?;
    let source = "use proc_macro::TokenStream;\n#[proc_macro]\npub fn answer(_: TokenStream) -> TokenStream { \
                  format!(\"{}\", 6 * 7).parse().unwrap() }\n";
    project.write("macros/src/lib.rs", source)?;
    let (stdout, _) = succeed(&mut project.cargo_clif(&["run", "--quiet"]))?;
    ensure!(stdout == "42 42\n", "the program printed {stdout:?}");
    Ok(())
}

/// Functions that run before `main` because of their section, and statics that the linker collects in a
/// section.
fn early_code(project: &Project<'_>) -> Result<()> {
    let manifest = "[package]\nname = \"early\"\nedition = \"2024\"\n[workspace]\n[dependencies]\n\
                    ctor = \"=0.4.3\"\ninventory = \"=0.3.25\"\nlinkme = \"=0.3.37\"\n";
    project.write("Cargo.toml", manifest)?;
    let source = r#"use std::sync::atomic::{AtomicU32, Ordering};
static STARTED: AtomicU32 = AtomicU32::new(0);
#[ctor::ctor]
fn before_main() { STARTED.fetch_add(5, Ordering::SeqCst); }
unsafe extern "C" { fn puts(text: *const std::ffi::c_char) -> i32; }
#[ctor::dtor]
fn after_main() { unsafe { puts(c"after main".as_ptr()) }; }
pub struct Flag(&'static str);
inventory::collect!(Flag);
inventory::submit!(Flag("one"));
#[linkme::distributed_slice]
static TABLE: [fn() -> u32];
#[linkme::distributed_slice(TABLE)]
fn named() -> u32 { 11 }
mod inner {
    inventory::submit!(super::Flag("two"));
    #[linkme::distributed_slice(super::TABLE)]
    static CLOSURE: fn() -> u32 = || 7;
}
fn main() {
    let mut names: Vec<&str> = inventory::iter::<Flag>.into_iter().map(|flag| flag.0).collect();
    names.sort();
    let mut numbers: Vec<u32> = TABLE.iter().map(|function| function()).collect();
    numbers.sort();
    println!("{} {names:?} {numbers:?}", STARTED.load(Ordering::SeqCst));
}
"#;
    project.write("src/main.rs", source)?;
    for profile in ["dev", "release"] {
        let (stdout, _) = succeed(&mut project.cargo_clif(&["run", "--quiet", "--profile", profile]))?;
        ensure!(
            stdout == "5 [\"one\", \"two\"] [7, 11]\nafter main\n",
            "{profile}: the program printed {stdout:?}"
        );
    }
    Ok(())
}

/// The exit status is that of the program, of a failed compilation, or of cargo's own errors.
fn exit_status(project: &Project<'_>) -> Result<()> {
    project.package("seven", "src/main.rs", "fn main() { std::process::exit(7); }\n")?;
    fail(&mut project.cargo_clif(&["run", "--quiet"]), 7)?;
    project.write("src/main.rs", "fn main() { missing(); }\n")?;
    let errors = fail(&mut project.cargo_clif(&["build"]), 101)?;
    ensure!(errors.contains("E0425"), "{errors}");
    fail(&mut project.cargo_clif(&["no-such-command"]), 101)?;
    Ok(())
}

/// The exit status is 0 without errors, and 1 with errors or invalid flags. (101, for a bug, is tested in the
/// suite `interruption`.)
fn rustc_exit_status(project: &Project<'_>) -> Result<()> {
    project.write("right.rs", "fn main() {}\n")?;
    project.write("wrong.rs", "fn main() { let _: u32 = \"\"; }\n")?;
    project.write("late.rs", "fn main() { const { assert!(size_of::<u8>() == 2) } }\n")?;
    let rustc = |arguments: &[&str]| {
        let mut command = Command::new(project.dist.rustc_clif());
        command.current_dir(&project.folder).args(arguments);
        command
    };
    succeed(&mut rustc(&["right.rs"]))?;
    succeed(&mut rustc(&["--version"]))?;
    for arguments in [&["wrong.rs"][..], &["late.rs"], &["missing.rs"], &["--no-such-flag"]] {
        fail(&mut rustc(arguments), 1)?;
    }
    fail(&mut rustc(&["right.rs", "-Clinker=/no/such/linker"]), 1)?;
    Ok(())
}

/// Flags from the environment and the project's configuration apply, and so does the target folder.
fn flags_are_kept(project: &Project<'_>) -> Result<()> {
    let source = "fn main() { println!(\"{} {}\", cfg!(from_environment), cfg!(from_file)); }\n";
    project.package("flags", "src/main.rs", source)?;
    project.write(".cargo/config.toml", "[build]\nrustflags = [\"--cfg\", \"from_file\"]\n")?;
    let arguments = ["run", "--quiet", "--target-dir", "other target"];
    let (from_file, _) = succeed(&mut project.cargo_clif(&arguments))?;
    ensure!(from_file == "false true\n", "the configuration's flags: {from_file:?}");
    let mut command = project.cargo_clif(&arguments);
    let (from_environment, _) = succeed(command.env("RUSTFLAGS", "--cfg from_environment"))?;
    ensure!(from_environment == "true false\n", "the environment's flags: {from_environment:?}");
    ensure!(project.folder.join("other target/debug/flags").is_file(), "--target-dir has no effect");
    ensure!(!project.folder.join("target").exists(), "there is a target folder besides that of --target-dir");
    Ok(())
}

/// A build leaves nothing but cargo's own files.
fn no_trace(project: &Project<'_>) -> Result<()> {
    project.package("clean", "src/main.rs", "fn main() {}\n")?;
    succeed(&mut project.cargo_clif(&["build"]))?;
    let names: Vec<String> =
        files::entries(&project.folder)?.iter().map(|path| files::name_of(path)).collect();
    ensure!(names == ["Cargo.lock", "Cargo.toml", "src", "target"], "the project contains {names:?}");
    Ok(())
}

/// Nightly features are rejected, as by every stable compiler.
fn stable_stays_stable(project: &Project<'_>) -> Result<()> {
    project.package("nightly", "src/main.rs", "#![feature(never_type)]\nfn main() {}\n")?;
    let errors = fail(&mut project.cargo_clif(&["build"]), 101)?;
    ensure!(errors.contains("E0554"), "{errors}");
    Ok(())
}

/// cargo and `cargo clif` share a target folder without using or deleting each other's artifacts.
fn apart_from_cargo(project: &Project<'_>) -> Result<()> {
    project.package("both", "src/main.rs", "fn main() { println!(\"both\"); }\n")?;
    let compiles =
        |mut command: Command| -> Result<bool> { Ok(succeed(&mut command)?.1.contains("Compiling")) };
    let mut found = Vec::new();
    for _ in 0..2 {
        found.push(compiles(project.cargo_llvm(&["build"]))?);
        found.push(compiles(project.cargo_clif(&["build"]))?);
    }
    ensure!(found[..2] == [true, true], "one used an artifact of the other: {found:?}");
    let (stdout, _) = succeed(&mut project.cargo_clif(&["run", "--quiet"]))?;
    ensure!(stdout == "both\n", "the program printed {stdout:?}");
    Ok(())
}

/// `RUSTC` is ignored, and one line says so.
fn rustc_is_overridden(project: &Project<'_>) -> Result<()> {
    project.package("overridden", "src/main.rs", "fn main() {}\n")?;
    let (_, errors) = succeed(project.cargo_clif(&["build"]).env("RUSTC", "/no/such/rustc"))?;
    let lines = errors.lines().filter(|line| line.contains("/no/such/rustc")).count();
    ensure!(lines == 1, "{errors}");
    Ok(())
}

/// If `CARGO` names a program that calls `cargo clif` again, that is an error and not an endless loop. A
/// build inside another one is allowed.
fn cargo_calls_cargo_clif(project: &Project<'_>) -> Result<()> {
    project.package("inner", "src/main.rs", "fn main() {}\n")?;
    let wrapper = project.folder.join("wrapper.sh");
    let clif = project.dist.cargo_clif();
    let wrap = |start: &str| {
        let text = format!("#!/bin/sh\n{start} '{}' \"$@\"\n", clif.display());
        files::write_file(&wrapper, text.as_bytes(), Mode::Executable)
    };
    for start in ["exec", ""] {
        wrap(start)?;
        let errors = fail(project.cargo_clif(&["build"]).env("CARGO", &wrapper), 1)?;
        ensure!(errors.lines().count() == 1 && errors.contains("wrapper.sh"), "{errors}");
        ensure!(errors.contains("CARGO"), "{errors}");
    }
    project.write(
        "src/main.rs",
        "fn main() {\n    let mut words = std::env::args().skip(1);\n    let program = words.next().unwrap();\n    \
         assert!(std::process::Command::new(program).args(words).status().unwrap().success());\n}\n",
    )?;
    let program = clif.display().to_string();
    succeed(&mut project.cargo_clif(&["run", "--quiet", "--", &program, "build", "--quiet"]))?;
    Ok(())
}

/// Every file that the backend consists of affects the hash that `-vV` prints.
fn changed_backend(project: &Project<'_>) -> Result<()> {
    let clone = project.build.parent().map_or_else(|| project.build.to_owned(), Path::to_owned);
    let clone = if clone.join("src/backend").is_dir() {
        clone
    } else {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
    };
    let copy = project.folder.join("copy");
    let files = [
        "src/backend/build.rs",
        "src/backend/Cargo.toml",
        "src/engine/Cargo.toml",
        "src/options/Cargo.toml",
        "Cargo.toml",
        "Cargo.lock",
    ];
    for file in files {
        files::write_file(&copy.join(file), &files::read_file(&clone.join(file))?, Mode::Plain)?;
    }
    for folder in ["src/backend/src", "src/engine/src", "src/options/src", "patches"] {
        files::copy_folder(&clone.join(folder), &copy.join(folder))?;
    }
    let script = project.folder.join("script");
    let mut compiler = project.toolchain.compiler.command();
    compiler.arg(copy.join("src/backend/build.rs")).args(["--edition=2024", "-o"]).arg(&script);
    succeed(&mut compiler)?;
    // Cargo sets this variable for the script, which reads the number of an option in mimalloc's header.
    let headers = project.folder.join("headers");
    let header = b"typedef enum mi_option_e {\n  mi_option_purge_delay,\n} mi_option_t;\n";
    files::write_file(&headers.join("mimalloc.h"), header, Mode::Plain)?;
    let hash = |compiler: &str| -> Result<String> {
        let mut command = Command::new(&script);
        command.env("DEP_MIMALLOC_INCLUDE_DIR", &headers).env("RUSTC", compiler);
        let (text, _) = succeed(command.current_dir(copy.join("src/backend")))?;
        let line = text.lines().find(|line| line.contains("CLIF_SOURCE_HASH"));
        Ok(line.context("-vV prints no hash")?.to_owned())
    };
    let mut found = std::collections::BTreeSet::from([hash("rustc")?]);
    ensure!(!found.insert(hash("rustc")?), "the same files have two hashes");
    let changed = files.iter().chain(&[
        "src/backend/src/lib.rs",
        "src/engine/src/lib.rs",
        "src/options/src/lib.rs",
        "patches/new",
    ]);
    for file in changed {
        let path = copy.join(file);
        let mut text = if path.exists() { files::read_text(&path)? } else { String::new() };
        text.push('\n');
        files::write_file(&path, text.as_bytes(), Mode::Plain)?;
        ensure!(found.insert(hash("rustc")?), "{file} was changed, and the hash is the same");
    }
    let other = project.folder.join("other-rustc");
    files::write_file(&other, b"#!/bin/sh\necho another version\n", Mode::Executable)?;
    ensure!(found.insert(hash(&other.display().to_string())?), "another compiler, and the hash is the same");
    Ok(())
}

/// A wrapper like sccache is called with our compiler as its first argument.
fn wrapper_works(project: &Project<'_>) -> Result<()> {
    project.package("wrapped", "src/main.rs", "fn main() {}\n")?;
    let wrapper = project.folder.join("wrapper.sh");
    files::write_file(
        &wrapper,
        b"#!/bin/sh\necho \"$1\" >>\"$WRAPPER_LOG\"\nexec \"$@\"\n",
        Mode::Executable,
    )?;
    let log = project.folder.join("wrapper.log");
    succeed(project.cargo_clif(&["build"]).env("RUSTC_WRAPPER", &wrapper).env("WRAPPER_LOG", &log))?;
    let calls = files::read_text(&log)?;
    ensure!(calls.contains("bin/rustc-clif"), "the wrapper was called with {calls:?}");
    Ok(())
}

/// `+toolchain` is an error that says why.
fn toolchain_is_refused(project: &Project<'_>) -> Result<()> {
    files::create_folder(&project.folder)?;
    let errors = fail(&mut project.cargo_clif(&["+nightly", "build"]), 1)?;
    ensure!(errors.contains("+nightly") && errors.lines().count() == 1, "{errors}");
    Ok(())
}

/// Without a C linker, the message names the missing program.
fn no_linker(project: &Project<'_>) -> Result<()> {
    project.package("unlinked", "src/main.rs", "fn main() {}\n")?;
    let cargo = process::output(Command::new("sh").args(["-c", "command -v \"${CARGO:-cargo}\""]))?;
    let tools = project.folder.join("tools");
    files::link(Path::new(cargo.trim()), &tools.join("cargo"))?;
    let errors = fail(project.cargo_clif(&["build"]).env("PATH", &tools), 101)?;
    ensure!(errors.contains("linker `cc` not found"), "{errors}");
    Ok(())
}

/// A linker on `PATH` is used, unless the user names another one.
fn faster_linker(project: &Project<'_>) -> Result<()> {
    project.package("linked", "src/main.rs", "fn main() {}\n")?;
    let tools = project.folder.join("tools");
    let real = process::output(Command::new("sh").args(["-c", "command -v cc"]))?;
    // Stand-ins: `mold` only has to exist. `cc` records whether mold was chosen, and links with the system's
    // linker.
    files::write_file(&tools.join("mold"), b"#!/bin/sh\n", Mode::Executable)?;
    let cc = format!(
        "#!/bin/sh\nfor argument; do\n  shift\n  case $argument in\n  -fuse-ld=*) echo $argument >>'{}' ;;\n  *) set -- \
         \"$@\" \"$argument\" ;;\n  esac\ndone\nexec {} \"$@\"\n",
        tools.join("chosen").display(),
        real.trim()
    );
    files::write_file(&tools.join("cc"), cc.as_bytes(), Mode::Executable)?;
    let path = format!("{}:{}", tools.display(), std::env::var("PATH").unwrap_or_default());
    let chosen = |name: &str, value: &str| -> Result<String> {
        files::remove(&tools.join("chosen"))?;
        files::remove(&project.folder.join("target"))?;
        let mut command = project.cargo_clif(&["build", "-v"]);
        let (_, errors) = succeed(command.env("PATH", &path).env_remove("CLIF_LINKER").env(name, value))?;
        let is_said = errors.contains("tools/mold where the project names no linker");
        ensure!(is_said != (name == "CLIF_LINKER"), "{name}={value}: `cargo clif` prints\n{errors}");
        let chosen = tools.join("chosen");
        Ok(if chosen.exists() { files::read_text(&chosen)? } else { String::new() })
    };
    ensure!(chosen("UNUSED", "1")? == "-fuse-ld=mold\n", "mold is installed, but not used");
    ensure!(chosen("CLIF_LINKER", "lld")? == "-fuse-ld=lld\n", "the user's own choice is not used");
    ensure!(chosen("CLIF_LINKER", "default")?.is_empty(), "CLIF_LINKER=default has no effect");
    let triple = project.toolchain.compiler.host.triple;
    let named = format!("CARGO_TARGET_{}_LINKER", Target::in_variables(triple));
    ensure!(chosen(&named, "cc")?.is_empty(), "cargo names a linker");
    ensure!(
        chosen("RUSTFLAGS", "-Clink-arg=-B/usr/bin")?.is_empty(),
        "the project's -B names another linker"
    );
    let errors = fail(project.cargo_clif(&["build"]).env("CLIF_LINKER", "gold"), 101)?;
    ensure!(errors.contains("`CLIF_LINKER` is set to `gold`"), "{errors}");
    Ok(())
}

/// The plain compiler loads the backend by an unstable flag.
fn as_plain_backend(project: &Project<'_>) -> Result<()> {
    project.write("main.rs", "fn main() { println!(\"{}\", (1..=10).product::<u64>()); }\n")?;
    let mut compiler = project.toolchain.compiler.command();
    let mut flag = std::ffi::OsString::from("-Zcodegen-backend=");
    flag.push(project.dist.backend());
    compiler.env("RUSTC_BOOTSTRAP", "1").current_dir(&project.folder).arg("main.rs").arg(flag);
    succeed(&mut compiler).context("compiling")?;
    let (stdout, _) = succeed(&mut Command::new(project.folder.join("main")))?;
    ensure!(stdout == "3628800\n", "the program printed {stdout:?}");
    Ok(())
}
