//! Target features as LLVM names them, for what LLVM compiles: assembly and vendor intrinsics.
//!
//! rustc's own LLVM backend has such a table, but does not let others call it (`to_llvm_features` of its
//! `llvm_util`); the suite `assembly` compiles with each of these features through both.

use rustc_hir::def_id::DefId;
use rustc_middle::ty::TyCtxt;
use rustc_target::spec::Arch;

/// Features of x86-64 with another name, or further features that come with them.
const X86_64: [(&str, &[&str]); 7] = [
    ("sse4.2", &["sse4.2", "crc32"]),
    ("pclmulqdq", &["pclmul"]),
    ("rdrand", &["rdrnd"]),
    ("bmi1", &["bmi"]),
    ("cmpxchg16b", &["cx16"]),
    ("lahfsahf", &["sahf"]),
    ("apxf", &["egpr", "push2pop2", "ppx", "ndd", "ccmp", "cf", "nf", "zu"]),
];

/// The same for aarch64; LLVM does not have the last two any more.
const AARCH64: [(&str, &[&str]); 14] = [
    ("rcpc2", &["rcpc-immo"]),
    ("dpb", &["ccpp"]),
    ("dpb2", &["ccdp"]),
    ("frintts", &["fptoint"]),
    ("fcma", &["complxnum"]),
    ("pmuv3", &["perfmon"]),
    ("paca", &["pauth"]),
    ("pacg", &["pauth"]),
    ("flagm2", &["altnzcv"]),
    ("neon", &["neon", "fp-armv8"]),
    ("fhm", &["fp16fml"]),
    ("fp16", &["fullfp16"]),
    ("fpmr", &[]),
    ("tme", &[]),
];

/// The same for riscv64; this one is rustc's own.
const RISCV64: [(&str, &[&str]); 1] = [("zkne_or_zknd", &[])];

/// LLVM's names of the feature that rustc calls `name`.
fn llvm_names(arch: &Arch, name: &str) -> Vec<String> {
    let table: &[(&str, &[&str])] = match arch {
        Arch::X86_64 => &X86_64,
        Arch::AArch64 => &AARCH64,
        Arch::RiscV64 => &RISCV64,
        _ => &[],
    };
    let found = table.iter().find(|(rustc_name, _)| *rustc_name == name);
    match found {
        Some((_, names)) => names.iter().map(|&name| name.to_owned()).collect(),
        None => vec![name.to_owned()],
    }
}

/// The features of a function with `#[target_feature]`, those of the session included; `None` for one
/// without, which has the session's.
pub fn of_function(tcx: TyCtxt<'_>, function: DefId) -> Option<String> {
    let has_own = tcx.def_kind(function).has_codegen_attrs()
        && !tcx.codegen_fn_attrs(function).target_features.is_empty();
    if !has_own {
        return None;
    }
    let mut features = tcx.global_backend_features(()).clone();
    for feature in tcx.asm_target_features(function) {
        let names = llvm_names(&tcx.sess.target.arch, feature.as_str());
        features.extend(names.iter().map(|name| format!("+{name}")));
    }
    Some(features.join(","))
}
