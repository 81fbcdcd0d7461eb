//! Compiles calls of intrinsics that codegen must reject. The LLVM backend reports all of them in a crate.
//!
//! To add a call: a function in a file of `tests/codegen-errors`. If the LLVM backend stops with an internal
//! error, there is nothing to compare: then add a row to [`INTERNAL`].

use std::path::Path;
use std::process::Command;

use anyhow::{Result, ensure};
use build_system::files::{self, Mode};
use build_system::process::{self, Outcome};

use super::{LIMIT, ensure_same};
use crate::compilers::BothCompilers;

/// The name of a case, a function, and a text of its only error.
pub type Internal = (&'static str, &'static str, &'static str);

/// Functions whose calls are internal errors of the LLVM backend.
pub const INTERNAL: [Internal; 3] = [
    (
        "simd_arith_offset of numbers",
        "pub unsafe fn f(a: Simd<i32, 4>, offsets: Simd<isize, 4>) -> Simd<i32, 4> { unsafe { simd_arith_offset(a, offsets) } }",
        "invalid monomorphization of `simd_arith_offset` intrinsic: expected pointer, got `i32`",
    ),
    (
        "simd_arith_offset with offsets of another width",
        "pub unsafe fn f(a: Simd<*mut u8, 4>, offsets: Simd<i32, 4>) -> Simd<*mut u8, 4> { unsafe { simd_arith_offset(a, offsets) } }",
        "invalid monomorphization of `simd_arith_offset` intrinsic: expected `usize`, got `i32`",
    ),
    (
        "simd_arith_offset with too few offsets",
        "pub unsafe fn f(a: Simd<*mut u8, 4>, offsets: Simd<isize, 2>) -> Simd<*mut u8, 4> { unsafe { simd_arith_offset(a, offsets) } }",
        "expected second argument with length 4 (same as input type `Simd<*mut u8, 4>`), found `Simd<isize, 2>`",
    ),
];

/// The source before a function of [`INTERNAL`].
const HEAD: &str = "#![feature(core_intrinsics, repr_simd)]\n#![allow(internal_features)]\nuse std::intrinsics::simd::*;\n\
                    #[repr(simd)]\npub struct Simd<T, const LANES: usize>([T; LANES]);\n";

/// Compiles a file of wrong calls with both compilers.
pub fn same_messages(compilers: &BothCompilers, source: &Path, scratch: &Path) -> Result<()> {
    let [theirs, ours] = compilers.both(|_, compiler| compile(compiler, source, scratch))?;
    let calls = files::read_text(source)?.matches("pub unsafe fn").count();
    let errors = String::from_utf8_lossy(&theirs.stderr).matches("error[E0511]").count();
    ensure!(errors == calls, "LLVM reports {errors} errors for {calls} calls");
    ensure_same(&theirs, &ours)
}

/// Compiles a function of [`INTERNAL`]. There must be one error, which contains the text.
pub fn refused(compilers: &BothCompilers, source: &Path, &(_, function, message): &Internal) -> Result<()> {
    files::write_file(source, format!("{HEAD}{function}\n").as_bytes(), Mode::Plain)?;
    let folder = source.parent().unwrap_or(source);
    let outcome = compile(compilers.clif(), source, folder)?;
    let stderr = String::from_utf8_lossy(&outcome.stderr);
    let errors = stderr.lines().filter(|line| line.starts_with("error")).count();
    // The second error is the summary.
    ensure!(errors == 2 && stderr.contains(message), "the messages are:\n{stderr}");
    ensure!(
        outcome.status.and_then(|status| status.code()) == Some(1),
        "the compiler ends with {}",
        outcome.status_text()
    );
    Ok(())
}

fn compile(mut compiler: Command, source: &Path, scratch: &Path) -> Result<Outcome> {
    process::clean_environment(&mut compiler);
    // A report of an internal error is written to the current folder.
    compiler.current_dir(scratch);
    compiler.env("RUSTC_BOOTSTRAP", "1").args(["--edition=2024", "--crate-type=lib", "--emit=obj"]);
    compiler.args(["-Ccodegen-units=1", "-Copt-level=0"]).arg(source).arg("--out-dir").arg(scratch);
    process::run_limited(&mut compiler, b"", LIMIT)
}
