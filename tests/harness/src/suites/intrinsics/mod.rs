//! The suite `intrinsics`: compares what the vendor intrinsics of `core::arch` do with LLVM's code.
//!
//! For x86_64, it compares the code of all LLVM intrinsics that the library declares:
//! 1. [`mod@declarations`] reads the library's sources, so that no name is forgotten.
//! 2. [`program`] makes a library that calls each intrinsic. LLVM and the backend compile it. An intrinsic
//!    that the backend does not know is an error, unless it is in [`UNCOMPARED`].
//! 3. [`comparison`] executes the code of both symbolically ([`machine`], [`normal`]), on [`values`] that
//!    record where they come from. Both must execute the same instruction on the same arguments, on any CPU.
//!
//! For the other machines, [`executed`] calls all public functions in the emulator.
//!
//! A case is one of the library's files. [`portable`] tests `core::simd`, [`rejected`] tests what LLVM does
//! not accept, and [`same_bytes`] tests that objects are reproducible.

mod comparison;
mod declarations;
mod executed;
mod machine;
mod normal;
mod portable;
mod program;
mod rejected;
mod same_bytes;
mod values;

use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;

use anyhow::{Context as _, Result, ensure};
use build_system::files::{self, Mode};

use crate::compilers::{BothCompilers, Compiler};
use crate::context::Context;
use crate::suite::{Group, Plan};
use comparison::{Forms, Library};
use declarations::Declaration;
use program::Function;

/// Intrinsics whose code is not compared, by the beginnings of their names, with the reasons.
const UNCOMPARED: &[(&str, &str)] = &[
    ("llvm.x86.sse.comi", AVX10),
    ("llvm.x86.sse.ucomi", AVX10),
    ("llvm.x86.sse2.comi", AVX10),
    ("llvm.x86.sse2.ucomi", AVX10),
    ("llvm.x86.xbegin", "its code has a branch"),
];
const AVX10: &str = "with AVX10.2, the decoder does not know the instruction; compared without it";
/// The case of extensions that came with AVX-512 and later also without it.
const NO_AVX512: &str = "without-avx512";
/// The beginnings of their names, and the features that they need without AVX-512. The comparisons are other
/// instructions with AVX10.2.
const TWICE: [&str; 6] = [
    "llvm.x86.avx512.vpdp",
    "llvm.x86.avx512.vpmadd52",
    "llvm.x86.sse.comi",
    "llvm.x86.sse.ucomi",
    "llvm.x86.sse2.comi",
    "llvm.x86.sse2.ucomi",
];
const VEX_FEATURES: &str = "+avx2,+avxvnni,+avxifma";
/// All features of the CPU that an intrinsic needs.
const FEATURES: &str = "+avx512f,+avx512vl,+avx512bw,+avx512dq,+avx512cd,+avx512ifma,+avx512vbmi,+avx512vbmi2,\
    +avx512vnni,+avx512bitalg,+avx512vpopcntdq,+avx512bf16,+avx512fp16,+avx512vp2intersect,+aes,+vaes,+pclmulqdq,\
    +vpclmulqdq,+gfni,+sha,+sha512,+sm3,+sm4,+bmi1,+bmi2,+f16c,+fma,+sse4a,+tbm,+rtm,+kl,+widekl,+fxsr,+xsave,\
    +xsaveopt,+xsavec,+xsaves,+rdrand,+rdseed,+avxvnniint8,+avxvnniint16,+avxneconvert,+movrs,+amx-tile,+amx-int8,\
    +amx-bf16,+amx-fp16,+amx-complex,+amx-fp8,+amx-tf32,+amx-movrs,+amx-avx512,+avx10.2";

/// Plans a case for each file of the library, and some others. The files are known when the library has been
/// read.
pub fn plan<'a>(context: &'a Context<'a>) -> Result<Plan<'a>> {
    let plan = match executed::machine(context) {
        Some(machine) => executed::plan(context, machine),
        None => plan_comparison(context)?,
    };
    let backend = context.layout.clone.join("src/backend");
    let portable = move |_: &()| portable::check(&library(context)?, &backend);
    let others = Group::plain().case(portable::NAME, portable).cases(
        CHECKS,
        |row| row.0.to_owned(),
        |_, row| row.1(context),
    );
    Ok(plan.then(others.in_turn()))
}

/// Plans a case for each file of the library, whose code is executed symbolically, and one for code without
/// AVX-512.
fn plan_comparison<'a>(context: &'a Context<'a>) -> Result<Plan<'a>> {
    let (declarations, structures) = declarations(context)?;
    let files = files_of(&declarations);
    let declarations = Arc::new(declarations);
    let all = declarations.clone();
    let compile = move || Sides::compile(context, "all", &all, &structures, FEATURES);
    let compare = move |sides: &Sides, file: &String| {
        sides.compare(|name| {
            declarations.iter().any(|one| one.file == *file && one.name == name)
                && !UNCOMPARED.iter().any(|(prefix, _)| name.starts_with(prefix))
        })
    };
    let plan = Group::new(compile).cases(files, String::clone, compare).in_turn();
    Ok(plan.then(Group::plain().case(NO_AVX512, |()| without_avx512(context)).in_turn()))
}

/// A case that is not a file of the library.
type Check = (&'static str, fn(&Context<'_>) -> Result<()>);

/// The cases that are not files of the library.
const CHECKS: [Check; 4] = [
    (rejected::REJECTED, rejected::check_rejected),
    (rejected::FRAMES, rejected::check_frames),
    (rejected::MISSING_FEATURE, rejected::check_missing_feature),
    (same_bytes::NAME, same_bytes::check),
];

/// Tests extensions that exist with VEX and with EVEX: functions without AVX-512 must not need it.
fn without_avx512(context: &Context<'_>) -> Result<()> {
    let (mut declarations, _) = declarations(context)?;
    declarations.retain(|declaration| {
        let name = declaration.name.as_str();
        !name.ends_with("512") && TWICE.iter().any(|prefix| name.starts_with(prefix))
    });
    ensure!(!declarations.is_empty(), "the library declares no such extensions");
    let sides = Sides::compile(context, NO_AVX512, &declarations, &[], VEX_FEATURES)?;
    sides.compare(|_| true)
}

/// The same source, compiled by both compilers.
struct Sides {
    functions: Vec<Function>,
    forms: Forms,
    reference: Library,
    ours: Library,
}

impl Sides {
    fn compile(
        context: &Context<'_>,
        name: &str,
        declarations: &[Declaration],
        structures: &[String],
        features: &str,
    ) -> Result<Sides> {
        let (source, functions) = program::program(declarations, structures);
        let scratch = context.scratch("intrinsics").join(name);
        files::create_folder(&scratch)?;
        let path = scratch.join("intrinsics.rs");
        files::write_file(&path, source.as_bytes(), Mode::Plain)?;
        let compilers = BothCompilers::of(context)?;
        let compile = |compiler: Compiler, command: Command| {
            let library = scratch.join(format!("{}.so", compiler.name()));
            Library::compile(command, &path, features, &library)
        };
        let [reference, ours] = compilers.both(compile)?;
        let forms = if features == VEX_FEATURES { Forms::Vex } else { Forms::Any };
        Ok(Sides { functions, forms, reference, ours })
    }

    /// Compares the functions of the intrinsics whose names are selected.
    fn compare(&self, selects: impl Fn(&str) -> bool) -> Result<()> {
        let mut differences = vec![];
        for function in &self.functions {
            let name = function.title.split('(').next().unwrap_or_default();
            if !selects(name) {
                continue;
            }
            if let Err(error) = comparison::compare(function, &self.reference, &self.ours, self.forms) {
                differences.push(format!("{error:#}"));
            }
        }
        ensure!(differences.is_empty(), "{}", differences.join("\n"));
        Ok(())
    }
}

fn library(context: &Context<'_>) -> Result<PathBuf> {
    let library = context.toolchain()?.compiler.standard_library_sources();
    library.context("the toolchain does not have the sources of the standard library (rust-src)")
}

fn declarations(context: &Context<'_>) -> Result<(Vec<Declaration>, Vec<String>)> {
    declarations::read(&library(context)?)
}

fn files_of(declarations: &[Declaration]) -> Vec<String> {
    let mut files: Vec<String> = declarations.iter().map(|declaration| declaration.file.clone()).collect();
    files.sort();
    files.dedup();
    files
}
