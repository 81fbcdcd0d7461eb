//! The suites `std-tests`, `all-std-tests` and `own-std-tests`: run the standard library's own tests,
//! compiled by LLVM and by the backend.
//!
//! For each of [`packages`], the sources come from the toolchain ([`sources`]), cargo builds the test
//! programs, and every test is run ([`programs`]). The results must be the same with both compilers
//! ([`results`]). LLVM's results are kept in `build/`, since the same sources and compiler give the same
//! results; the backend's are not. The first two suites divide the packages between them. The third runs all
//! of them with a standard library that the backend compiled.

mod packages;
mod programs;
mod results;
mod sources;

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};
use build_system::build;
use build_system::files::{self, Mode};
use build_system::process;
use build_system::toolchain::key;

use crate::context::Context;
use crate::suite::{Group, Plan, skip};
use crate::suites::own_std;
use packages::{PACKAGES, Package, Share};
use results::Results;

/// The packages that are run in an emulator with a standard library that the backend compiled, and why no
/// others are.
const EMULATED: ([&str; 2], &str) = (
    ["alloc-units", "std-integration"],
    "in an emulator, it takes too long; the suites all-std-tests and own-std-programs cover it in parts",
);

/// Plans the packages of `std-tests`.
pub fn plan<'a>(context: &'a Context<'a>) -> Result<Plan<'a>> {
    Ok(plan_packages(context, of_share(Share::Quick), || Ok(None), |_| true))
}

/// Plans the packages of `all-std-tests`.
pub fn plan_all<'a>(context: &'a Context<'a>) -> Result<Plan<'a>> {
    Ok(plan_packages(context, of_share(Share::Rest), || Ok(None), |_| true))
}

/// Plans all packages, with the library that the backend compiled.
pub fn plan_own<'a>(context: &'a Context<'a>) -> Result<Plan<'a>> {
    let is_run = |package: &&Package| context.target.is_host || EMULATED.0.contains(&package.name);
    Ok(plan_packages(context, PACKAGES.iter(), || own_std::sysroot(context).map(Some), is_run))
}

fn of_share(share: Share) -> impl Iterator<Item = &'static Package> {
    PACKAGES.iter().filter(move |package| package.share == share)
}

/// Plans a case for each package, with the library of a sysroot or the compiler's own.
fn plan_packages<'a>(
    context: &'a Context<'a>,
    packages: impl Iterator<Item = &'static Package>,
    sysroot: impl FnOnce() -> Result<Option<PathBuf>> + 'a,
    is_run: impl Fn(&&'static Package) -> bool + Send + Sync + 'a,
) -> Plan<'a> {
    let set_up = || {
        let library = context.toolchain()?.compiler.standard_library_sources();
        let library =
            library.context("the toolchain does not have the sources of the standard library (rust-src)")?;
        Ok((library, sysroot()?))
    };
    let test = move |(library, sysroot): &(PathBuf, Option<PathBuf>), package: &&'static Package| {
        if !is_run(package) {
            return Err(skip(EMULATED.1));
        }
        let machine = context.target.name();
        if let Some((_, reason)) = package.no_tests_for.iter().find(|(name, _)| *name == machine) {
            return Err(skip(*reason));
        }
        case(context, package, library, sysroot.as_deref())
    };
    Group::new(set_up).cases(packages, |package| package.name.to_owned(), test).in_turn()
}

/// Runs a package's tests with both compilers, and compares the results.
fn case(context: &Context<'_>, package: &Package, library: &Path, sysroot: Option<&Path>) -> Result<()> {
    let scratch = context.scratch("std-tests").join(package.name);
    let folder = sources::prepare(package, library, &scratch.join("library"))?;
    let step = context.console.step(format!("Running the tests of {}", package.name));
    let expected =
        with_llvm(context, package, &folder, &scratch, &|text| step.progress(text)).context("with LLVM")?;
    let mut clif = process::cargo();
    clif.env("RUSTC", context.dist()?.rustc_clif()).env("CLIF_VERIFY", "1");
    let kind = if sysroot.is_some() { "own" } else { "clif" };
    let log = context.layout.logs().join(format!("std-tests-{}-{kind}.log", package.name));
    let target = scratch.join(kind);
    let test_target = context.target;
    let run = programs::Run { package, test_target, folder: &folder, sysroot, target: &target, log: &log };
    let found = run.results(&mut clif, &|text| step.progress(text)).context("with Cranelift")?;
    step.finish(&format!("Ran the tests of {}: {}", package.name, results::summary(&found)));
    results::compare(&expected, &found, package.differences)
}

/// Returns LLVM's results: those of an earlier run with the same compiler and package, or new ones.
fn with_llvm(
    context: &Context<'_>,
    package: &Package,
    folder: &Path,
    scratch: &Path,
    progress: &dyn Fn(&str),
) -> Result<Results> {
    let toolchain = context.toolchain()?;
    let version = toolchain.compiler.version()?.description;
    let what = format!("{version}\n{}\n{package:?}", toolchain.compiler.sysroot.display());
    let kept = scratch.join(format!("llvm-{}.results", &key::sha256(what.as_bytes())[..16]));
    if kept.exists() {
        return results::from_text(&files::read_text(&kept)?)
            .with_context(|| format!("{} is damaged; remove it", kept.display()));
    }
    let log = context.layout.logs().join(format!("std-tests-{}-llvm.log", package.name));
    let target = scratch.join("llvm");
    let mut command: Command = process::cargo();
    build::with_llvm(&mut command, toolchain);
    let test_target = context.target;
    let run = programs::Run { package, test_target, folder, sysroot: None, target: &target, log: &log };
    let results = run.results(&mut command, progress)?;
    files::write_atomically(&kept, results::to_text(&results).as_bytes(), Mode::Plain)?;
    // The build is large, and not needed any more.
    files::remove(&target)?;
    Ok(results)
}
