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

const BARE_LIBRARY: &str = r#"#![no_std]
#![feature(f16, f128)]
extern crate alloc;
use alloc::string::ToString;
use core::alloc::{GlobalAlloc, Layout};
use core::sync::atomic::{AtomicUsize, Ordering};

struct Bump;
static USED: AtomicUsize = AtomicUsize::new(0);
static mut MEMORY: [u128; 256] = [0; 256];
unsafe impl GlobalAlloc for Bump {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let start = USED.fetch_add(layout.size().div_ceil(16), Ordering::Relaxed);
        unsafe { (&raw mut MEMORY).cast::<u128>().add(start).cast() }
    }
    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}
}
#[global_allocator]
static ALLOCATOR: Bump = Bump;
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! { loop {} }

/// Writes the sum of some numbers as text, and returns its length.
#[unsafe(no_mangle)]
pub extern "C" fn sum(values: &[f64; 4], text: &mut [u8; 64]) -> usize {
    let sum = values.iter().map(|value| value * 1.25).sum::<f64>().to_string();
    text[..sum.len()].copy_from_slice(sum.as_bytes());
    sum.len()
}

/// Passes floats in all conventions, and through memory.
#[inline(never)]
fn passed(first: f32, pair: (f32, f64), many: [f64; 9]) -> (f64, f32) {
    (f64::from(first) + pair.1 + many.iter().sum::<f64>(), pair.0)
}

#[inline(never)]
extern "C" fn by_c(a: f64, b: f32, c: f64, d: f64, e: f64, f: f64, g: f64, h: f64, i: f64, j: f32) -> f64 {
    a + f64::from(b) + c + d + e + f + g + h + i + f64::from(j)
}

/// Computes with two numbers. The caller computes the same with its machine's floats.
#[unsafe(no_mangle)]
pub extern "C" fn compute(a: &f64, b: &f64, results: &mut [f64; 24], counts: &mut [u64; 8]) {
    let (a, b) = (*a, *b);
    let (x, y) = (a as f32, b as f32);
    let by_pointer: extern "C" fn(f64, f32, f64, f64, f64, f64, f64, f64, f64, f32) -> f64 = core::hint::black_box(by_c);
    let (sum, single) = passed(x, (y, a), [b; 9]);
    *results = [
        a + b, a - b, a * b, a / b, a % b, -a, a.abs(), a.copysign(b),
        (x + y).into(), (x - y).into(), (x * y).into(), (x / y).into(), (x % y).into(), (-x).into(),
        a as i32 as f64, a as i64 as f64, a as u64 as f64, x as i16 as f64, (a as i32 as f32).into(),
        sum, single.into(), by_pointer(a, x, b, b, b, b, a, a, b, y), (a as i64 as i128 as f64), (a as f16 as f64),
    ];
    let order = [a < b, a <= b, a > b, a >= b, a == b, a != b, x < y, x != y];
    let bits = a.to_bits();
    *counts = [
        order.iter().fold(0, |bits, &holds| bits * 2 + u64::from(holds)),
        bits.count_ones().into(),
        (bits as u32).count_ones().into(),
        (bits as u8).count_ones().into(),
        (u128::from(bits) << 40).count_ones().into(),
        u64::from(a.is_nan()) + 2 * u64::from(a.is_infinite()),
        u64::from((bits as u16).count_ones()),
        (a as f128 > b as f128).into(),
    ];
}
"#;

const BARE_CALLER: &str = r#"#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
extern unsigned long sum(const double *, char *);
extern void compute(const double *, const double *, double *, uint64_t *);

static double saturated(double value, double least, double most) {
    return isnan(value) ? 0 : value < least ? least : value > most ? most : trunc(value) + 0.0;
}

static int check(double a, double b) {
    double found[24];
    uint64_t counts[8], bits;
    float x = a, y = b;
    memcpy(&bits, &a, sizeof bits);
    compute(&a, &b, found, counts);
    double nine = -0.0, i64 = saturated(a, -0x1p63, 0x1p63);
    for (int i = 0; i < 9; i++) nine += b;
    volatile float float_of_integer = saturated(a, -2147483648.0, 2147483647.0);
    double expected[24] = {
        a + b, a - b, a * b, a / b, fmod(a, b), -a, fabs(a), copysign(a, b),
        x + y, x - y, x * y, x / y, fmodf(x, y), -x,
        saturated(a, -2147483648.0, 2147483647.0), i64, saturated(a, 0, 0x1p64), saturated(x, -32768, 32767),
        float_of_integer, (double)x + a + nine, y, a + x + b + b + b + b + a + a + b + y, i64, found[23],
    };
    /* Halves from 2^-14 up have 11 digits. */
    if (fabs(a) >= 0x1p-14 && fabs(a) < 65504) {
        int exponent;
        double fraction = frexp(a, &exponent);
        expected[23] = ldexp(rint(ldexp(fraction, 11)), exponent - 11);
    }
    int order = (a < b) << 7 | (a <= b) << 6 | (a > b) << 5 | (a >= b) << 4 | (a == b) << 3 | (a != b) << 2
        | (x < y) << 1 | (x != y);
    uint64_t counted[8] = {
        order, __builtin_popcountll(bits), __builtin_popcount((uint32_t)bits), __builtin_popcount((uint8_t)bits),
        __builtin_popcountll(bits), isnan(a) + 2 * !!isinf(a), __builtin_popcount((uint16_t)bits), a > b,
    };
    for (int i = 0; i < 24; i++) {
        if (isnan(expected[i]) ? !isnan(found[i]) : memcmp(&expected[i], &found[i], 8)) {
            printf("%a, %a: result %d is %a, not %a\n", a, b, i, found[i], expected[i]);
            return 1;
        }
    }
    for (int i = 0; i < 8; i++) {
        if (counts[i] != counted[i]) {
            printf("%a, %a: count %d is %lu, not %lu\n", a, b, i, counts[i], counted[i]);
            return 1;
        }
    }
    return 0;
}

int main(void) {
    double values[4] = {1, 2, 3, 4.5};
    char text[64];
    printf("%.*s\n", (int)sum(values, text), text);
    double numbers[] = {0.0, -0.0, 1.5, -2.25, 1e-310, 3e9, -7e18, 1.9e19, 65504.0, 0.1, 1e300, INFINITY, -INFINITY, NAN};
    for (int i = 0; i < 14; i++)
        for (int j = 0; j < 14; j++)
            if (check(numbers[i], numbers[j])) return 1;
    return 0;
}
"#;

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
        if soft_floats::are_soft(triple) {
            soft_floats::check(project, triple, target, &library)?;
        }
    }
    Ok(())
}
