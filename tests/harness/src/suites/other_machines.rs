//! Tests `cargo clif --target` for other machines: standard library, linker and emulator; and for bare
//! targets.
//!
//! The cases are rows of the suites `cargo-clif` and `own-std`.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use build_system::console::Console;
use build_system::files::{self, Mode};
use build_system::layout::Layout;
use build_system::process;
use build_system::toolchain::targets::ensure_target;
use clif_targets::Target;

use super::cargo_clif::Project;
use super::soft_floats;
use crate::commands::{fail, succeed};
use crate::suite::skip;
use crate::target::TestTarget;

/// Prints the machine at compile time and at run time, a proc macro's result, a sum of C's, and whether
/// unwinding works.
const PROGRAM: &str = "fn main() {
    let caught = std::panic::catch_unwind(|| std::panic::resume_unwind(Box::new(5)));
    println!(\"{} {} {} {}\", env!(\"BUILT_FOR\"), std::env::consts::ARCH, other::sum(), caught.is_err());
}\n";

const LIBRARY: &str = "unsafe extern \"C\" { fn add(a: i32, b: i32) -> i32; }
/// ```
/// assert_eq!((other::sum(), std::env::consts::ARCH), (42, \"MACHINE\"));
/// ```
pub fn sum() -> i32 { unsafe { add(macros::answer!(), 12) } }
#[test] fn a_test() { assert_eq!((sum(), std::env::consts::ARCH), (42, \"MACHINE\")); }\n";

const BUILD_SCRIPT: &str = "fn main() {
    cc::Build::new().file(\"add.c\").compile(\"add\");
    println!(\"cargo::rustc-env=BUILT_FOR={}\", std::env::var(\"CARGO_CFG_TARGET_ARCH\").unwrap());
}\n";

const MACROS: &str = "use proc_macro::TokenStream;
#[proc_macro] pub fn answer(_: TokenStream) -> TokenStream { \"30\".parse().unwrap() }\n";

/// The bare targets.
const BARE: [&str; 4] = [
    "aarch64-unknown-none",
    "riscv64gc-unknown-none-elf",
    "x86_64-unknown-none",
    "aarch64-unknown-none-softfloat",
];
/// A library for them, and the C program that calls it.
const BARE_LIBRARY: &str = include_str!("../../../bare-targets/library.rs");
const BARE_CALLER: &str = include_str!("../../../bare-targets/caller.c");

/// Returns the targets of other machines, whose standard libraries are there. Skips the case if their tools
/// are missing.
fn others(project: &Project<'_>) -> Result<Vec<&'static Target>> {
    let layout = Layout::find()?;
    let others: Vec<&Target> = Target::all().iter().filter(|target| !target.is_host()).collect();
    for target in &others {
        let get_library =
            |target: &Target| ensure_target(project.toolchain, target, &layout, Console::new(false));
        if let Some(obstacle) = TestTarget::named(target.triple)?.obstacle(get_library) {
            return Err(skip(obstacle));
        }
    }
    Ok(others)
}

/// A program with a build script, a proc macro and C runs in the emulator; so do its tests and doc tests. The
/// user's runner takes precedence.
pub fn programs(project: &Project<'_>) -> Result<()> {
    let manifest = "[package]\nname = \"other\"\nedition = \"2024\"\n[workspace]\n[dependencies]\nmacros = { path = \
                    \"macros\" }\n[build-dependencies]\ncc = \"1\"\n";
    project.write("Cargo.toml", manifest)?;
    let macros = "[package]\nname = \"macros\"\nedition = \"2024\"\n[lib]\nproc-macro = true\n";
    project.write("macros/Cargo.toml", macros)?;
    project.write("macros/src/lib.rs", MACROS)?;
    project.write("build.rs", BUILD_SCRIPT)?;
    project.write("add.c", "int add(int a, int b) { return a + b; }\n")?;
    project.write("src/main.rs", PROGRAM)?;
    let others = others(project)?;
    for &target in &others {
        project.write("src/lib.rs", &LIBRARY.replace("MACHINE", target.machine))?;
        let (output, errors) = succeed(&mut project.cargo_clif(&["run", "--target", target.triple]))?;
        let machine = target.machine;
        ensure!(output == format!("{machine} {machine} 42 true\n"), "{target}: {output}");
        let said = format!("runs programs for {target} in {}", target.emulator());
        ensure!(errors.matches(&said).count() == 1, "{target}: {errors}");
        let (output, _) = succeed(&mut project.cargo_clif(&["test", "--target", target.triple]))?;
        ensure!(output.matches("1 passed").count() == 2, "{target}: {output}");
        runners_of_the_user(project, target)?;
    }
    targets_in_turn(project, &others)
}

/// After each edit, an incremental build for one target does not disturb that for another. One command tests
/// for all targets of the configuration.
fn targets_in_turn(project: &Project<'_>, targets: &[&Target]) -> Result<()> {
    for edit in 1..=2 {
        let change = format!("other::sum() + {edit}");
        project.write("src/main.rs", &PROGRAM.replace("other::sum()", &change))?;
        for target in targets {
            let mut command = project.cargo_clif(&["run", "--quiet", "--target", target.triple]);
            let (output, _) = succeed(&mut command)?;
            let expected = format!("{0} {0} {1} true\n", target.machine, 42 + edit);
            ensure!(output == expected, "{target}, edit {edit}: {output}");
        }
    }
    let file = ".cargo/config.toml";
    let triples: Vec<&str> = targets.iter().map(|target| target.triple).collect();
    project.write(file, &format!("[build]\ntarget = {triples:?}\n"))?;
    project.write("src/lib.rs", &LIBRARY.replace("\"MACHINE\"", "std::env::consts::ARCH"))?;
    let (output, errors) = succeed(&mut project.cargo_clif(&["test"]))?;
    ensure!(output.matches("1 passed").count() == 2 * targets.len(), "{output}");
    for target in targets {
        ensure!(errors.matches(&format!("runs programs for {target}")).count() == 1, "{target}: {errors}");
    }
    files::remove(&project.folder.join(file))
}

/// A runner of the environment or of a configuration file is used, one for other targets is not.
fn runners_of_the_user(project: &Project<'_>, target: &Target) -> Result<()> {
    let file = ".cargo/config.toml";
    let run = |variable: Option<&str>, configuration: &str| -> Result<String> {
        project.write(file, &format!("[build]\ntarget = \"{target}\"\n{configuration}"))?;
        let mut command = project.cargo_clif(&["run", "--quiet"]);
        let name = format!("CARGO_TARGET_{}_RUNNER", Target::in_variables(target.triple));
        command.envs(variable.map(|runner| (name, runner)));
        Ok(succeed(&mut command)?.0)
    };
    ensure!(run(Some("echo one"), "")?.starts_with("one "), "the variable has no effect");
    let runner = format!("[target.'cfg(target_arch = \"{}\")']\nrunner = \"echo two\"\n", target.machine);
    ensure!(run(None, &runner)?.starts_with("two "), "the runner of the expression has no effect");
    let runner = "[target.'cfg(windows)']\nrunner = \"echo three\"\n";
    ensure!(run(None, runner)?.ends_with(" 42 true\n"), "another target's runner has an effect");
    files::remove(&project.folder.join(file))
}

/// A target without support is one error. So is a missing standard library; the error names the command that
/// gets it. Nothing is compiled.
pub fn missing_libraries(project: &Project<'_>) -> Result<()> {
    project.package("missing", "src/main.rs", "fn main() {}\n")?;
    let error = |arguments: &[&str]| -> Result<String> {
        let errors = fail(&mut project.cargo_clif(arguments), 1)?;
        ensure!(errors.matches("error: ").count() == 1, "{errors}");
        Ok(errors)
    };
    let errors = error(&["build", "--target=wasm32-unknown-unknown"])?;
    ensure!(errors.contains("does not support the target `wasm32-unknown-unknown`"), "{errors}");
    let errors = error(&["build", "--target=riscv64gc-unknown-none-elf"])?;
    ensure!(errors.contains("-Zbuild-std=core,alloc --target riscv64gc-unknown-none-elf"), "{errors}");
    let mut print = Command::new(project.dist.rustc_clif());
    print.args(["--print=target-spec-json", "-Zunstable-options", "--target=i686-unknown-linux-gnu"]);
    let (specification, _) = succeed(print.env("RUSTC_BOOTSTRAP", "1"))?;
    project.write("own.json", &specification)?;
    let mut command =
        project.cargo_clif(&["build", "-Zjson-target-spec", "-Zbuild-std", "--target=own.json"]);
    let errors = fail(command.env("RUSTC_BOOTSTRAP", "1"), 1)?;
    ensure!(errors.matches("error: ").count() == 1 && errors.contains("the target `own`"), "{errors}");
    ensure!(!project.folder.join("target").exists(), "something was compiled");
    let errors = fail(&mut project.cargo_clif(&["build", "--target=nosuch"]), 101)?;
    ensure!(!errors.contains("build-std"), "{errors}");
    // A `dist/` without the libraries of other machines.
    let dist = project.folder.join("dist");
    let program = files::read_file(&project.dist.cargo_clif())?;
    files::write_file(&dist.join("bin/cargo-clif"), &program, Mode::Executable)?;
    files::write_file(&dist.join("bin/rustc-clif"), b"", Mode::Executable)?;
    files::link(&project.toolchain.compiler.sysroot, &dist.join("compiler"))?;
    for target in Target::all().iter().filter(|target| !target.is_host()) {
        let mut command = Command::new(dist.join("bin/cargo-clif"));
        process::clean_environment(&mut command);
        let errors =
            fail(command.current_dir(&project.folder).args(["check", "--target", target.triple]), 1)?;
        ensure!(errors.contains(&format!("y.sh build --target {target}`")), "{errors}");
    }
    Ok(())
}

/// Without the linker and the emulator of another machine, messages name the packages.
pub fn missing_tools(project: &Project<'_>) -> Result<()> {
    project.package("unlinked", "src/main.rs", "fn main() {}\n")?;
    let tools = project.folder.join("tools");
    let cargo = process::output(Command::new("sh").args(["-c", "command -v \"${CARGO:-cargo}\""]))?;
    files::link(Path::new(cargo.trim()), &tools.join("cargo"))?;
    for target in others(project)? {
        let mut command = project.cargo_clif(&["run", "--target", target.triple]);
        let errors = fail(command.env("PATH", &tools), 101)?;
        for missing in [target.missing_linker(), target.missing_emulator()] {
            ensure!(errors.matches(&missing.to_string()).count() == 1, "{errors}");
        }
    }
    Ok(())
}

/// A static library for a bare target, with `core` and `alloc` compiled by cargo, works in a C program.
pub fn bare_targets(project: &Project<'_>) -> Result<()> {
    let manifest = "[package]\nname = \"bare\"\nedition = \"2024\"\n[workspace]\n[lib]\ncrate-type = \
                    [\"staticlib\"]\n[profile.dev]\npanic = \"abort\"\n";
    project.write("Cargo.toml", manifest)?;
    project.write("src/lib.rs", BARE_LIBRARY)?;
    project.write("caller.c", BARE_CALLER)?;
    for triple in BARE {
        let target = Target::of_machine_in(triple).with_context(|| format!("no machine for {triple}"))?;
        let target = TestTarget::named(target.triple)?;
        // Nothing of the GNU target's standard library is needed.
        if let Some(obstacle) = target.obstacle(|_| Ok(())) {
            return Err(skip(obstacle));
        }
        let mut command = project.cargo_clif(&["build", "-Zbuild-std=core,alloc", "--target", triple]);
        succeed(command.env("RUSTC_BOOTSTRAP", "1"))?;
        let library = format!("target/{triple}/debug/libbare.a");
        soft_floats::link_by(&["sum", "compute"], project, target, [&library, "caller.c", triple])?;
        let (output, _) = succeed(&mut target.program(&project.folder.join(triple)))?;
        ensure!(output == "13.125\n", "{triple}: {output}");
        soft_floats::check(project, triple, target, &library)?;
    }
    Ok(())
}
