//! The suite `intrinsics`: what `core::arch` declares with the names of LLVM's intrinsics, compared with LLVM's code.
//!
//! In order:
//! 1. [`declarations`]: the library's sources are read, so that no name is forgotten;
//! 2. [`program`]: a library that calls each of them is compiled by LLVM and by the backend. An intrinsic that the backend
//!    does not know is an error there, which only [`UNCOMPARED`] could excuse;
//! 3. [`comparison`]: the code of both is executed symbolically ([`machine`], [`normal`]), with [`values`] that say where
//!    they come from. Both must execute the same instruction on the same arguments, whatever CPU this is.
//!
//! A case is one of the library's files; [`portable`] is about `core::simd`, [`rejected`] about what LLVM does not accept,
//! [`same_bytes`] about reproducible objects.

mod comparison;
mod declarations;
mod machine;
mod normal;
mod portable;
mod program;
mod rejected;
mod same_bytes;
mod values;

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use build_system::files::{self, Mode};

use crate::suite::{CaseResult, Context, Filter};
use comparison::{Forms, Library};
use declarations::Declaration;
use program::Function;

/// Intrinsics whose code is not compared, by the beginnings of their names, and why.
const UNCOMPARED: &[(&str, &str)] = &[
    ("llvm.x86.sse.comi", AVX10),
    ("llvm.x86.sse.ucomi", AVX10),
    ("llvm.x86.sse2.comi", AVX10),
    ("llvm.x86.sse2.ucomi", AVX10),
    ("llvm.x86.xbegin", "it has a branch"),
];
const AVX10: &str = "with AVX10.2 an instruction that the decoder does not know; compared without it";
/// The case about extensions that came with AVX-512, and later without it.
const NO_AVX512: &str = "without-avx512";
/// The beginnings of their names, and the features that they have without it. The comparisons have other instructions with
/// AVX10.2.
const TWICE: [&str; 6] = [
    "llvm.x86.avx512.vpdp",
    "llvm.x86.avx512.vpmadd52",
    "llvm.x86.sse.comi",
    "llvm.x86.sse.ucomi",
    "llvm.x86.sse2.comi",
    "llvm.x86.sse2.ucomi",
];
const VEX_FEATURES: &str = "+avx2,+avxvnni,+avxifma";
/// All features of the CPU that some intrinsic needs.
const FEATURES: &str = "+avx512f,+avx512vl,+avx512bw,+avx512dq,+avx512cd,+avx512ifma,+avx512vbmi,+avx512vbmi2,\
    +avx512vnni,+avx512bitalg,+avx512vpopcntdq,+avx512bf16,+avx512fp16,+avx512vp2intersect,+aes,+vaes,+pclmulqdq,\
    +vpclmulqdq,+gfni,+sha,+sha512,+sm3,+sm4,+bmi1,+bmi2,+f16c,+fma,+sse4a,+tbm,+rtm,+kl,+widekl,+fxsr,+xsave,\
    +xsaveopt,+xsavec,+xsaves,+rdrand,+rdseed,+avxvnniint8,+avxvnniint16,+avxneconvert,+movrs,+amx-tile,+amx-int8,\
    +amx-bf16,+amx-fp16,+amx-complex,+amx-fp8,+amx-tf32,+amx-movrs,+amx-avx512,+avx10.2";

/// The cases are known when the library has been read.
pub fn cases(context: &Context<'_>) -> Result<Option<Vec<String>>> {
    let (declarations, _) = declarations(context)?;
    let mut names = files_of(&declarations);
    let others = [
        portable::NAME,
        NO_AVX512,
        rejected::REJECTED,
        rejected::FRAMES,
        rejected::MISSING_FEATURE,
        same_bytes::NAME,
    ];
    names.extend(others.map(str::to_owned));
    Ok(Some(names))
}

/// A case that is no file of the library.
type Check = fn(&Context<'_>) -> Result<()>;

/// Compiles everything once and compares what the selected files declare.
pub fn run(context: &Context<'_>, filter: &Filter<'_>) -> Result<Vec<CaseResult>> {
    let mut results = vec![];
    if filter.selects(portable::NAME) {
        let backend = context.layout.clone.join("src/backend");
        results.push(CaseResult::of(portable::NAME, portable::check(&library(context)?, &backend)));
    }
    if filter.selects(NO_AVX512) {
        results.push(CaseResult::of(NO_AVX512, without_avx512(context)));
    }
    let checks: [(&str, Check); 4] = [
        (rejected::REJECTED, rejected::check_rejected),
        (rejected::FRAMES, rejected::check_frames),
        (rejected::MISSING_FEATURE, rejected::check_missing_feature),
        (same_bytes::NAME, same_bytes::check),
    ];
    for (name, check) in checks.into_iter().filter(|(name, _)| filter.selects(name)) {
        results.push(CaseResult::of(name, check(context)));
    }
    let (declarations, structures) = declarations(context)?;
    let selected: Vec<String> =
        files_of(&declarations).into_iter().filter(|file| filter.selects(file)).collect();
    if selected.is_empty() {
        return Ok(results);
    }
    let sides = Sides::compile(context, "all", &declarations, &structures, FEATURES)?;
    for file in selected {
        let is_compared = |name: &str| {
            declarations.iter().any(|d| d.file == file && d.name == name)
                && !UNCOMPARED.iter().any(|(prefix, _)| name.starts_with(prefix))
        };
        results.push(CaseResult::of(&file, sides.compare(is_compared)));
    }
    Ok(results)
}

/// Extensions that exist with VEX and with EVEX: functions without AVX-512 must not need it.
fn without_avx512(context: &Context<'_>) -> Result<()> {
    let (mut declarations, _) = declarations(context)?;
    declarations.retain(|declaration| {
        let name = declaration.name.as_str();
        !name.ends_with("512") && TWICE.iter().any(|prefix| name.starts_with(prefix))
    });
    ensure!(!declarations.is_empty(), "there are no such extensions");
    let sides = Sides::compile(context, NO_AVX512, &declarations, &[], VEX_FEATURES)?;
    sides.compare(|_| true)
}

/// What both compilers make of the same source.
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
        let llvm = context.toolchain()?.compiler.command();
        let reference = Library::compile(llvm, &path, features, &scratch.join("llvm.so"))?;
        let clif = Command::new(context.dist()?.rustc_clif());
        let ours = Library::compile(clif, &path, features, &scratch.join("clif.so"))?;
        let forms = if features == VEX_FEATURES { Forms::Vex } else { Forms::Any };
        Ok(Sides { functions, forms, reference, ours })
    }

    /// Compares the functions for the intrinsics with certain names.
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
    library.context("the toolchain has no sources of the standard library (rust-src)")
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
