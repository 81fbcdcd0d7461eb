//! Returns the features, `cfg`s and CPU of the target, which rustc's own LLVM backend knows.
//!
//! That backend starts LLVM, which takes a millisecond. LLVM stays asleep for the usual target
//! ([`usual_target`]), whose answers are here. It starts for other targets, with `-Ctarget-cpu` and with
//! features that rustc does not know. The suite `flags` compares both kinds of answers with those of rustc's
//! LLVM backend.

use clif_engine::llvm::{self, RelocationModel, TargetDescription};
use clif_engine::machine::UsualTarget;
use rustc_codegen_llvm::LlvmCodegenBackend;
use rustc_codegen_ssa::TargetConfig;
use rustc_codegen_ssa::back::versioned_llvm_target;
use rustc_codegen_ssa::target_features::cfg_target_feature;
use rustc_codegen_ssa::traits::CodegenBackend;
use rustc_middle::ty::TyCtxt;
use rustc_session::Session;
use rustc_session::config::{OutFileName, PrintKind, PrintRequest};
use rustc_span::Symbol;
use rustc_target::spec::{CodeModel, RelocModel, TargetTuple};
use rustc_target::target_features::RUSTC_SPECIFIC_FEATURES;

use crate::machines;

/// The value of `-Ctarget-cpu` for the CPU of the machine that LLVM runs on.
const NATIVE: &str = "native";

/// Returns rustc's LLVM backend, after starting LLVM.
fn llvm(sess: &Session) -> Box<dyn CodegenBackend> {
    let backend = LlvmCodegenBackend::new();
    backend.init(sess);
    backend
}

/// Prints the backend's part of `--print`.
pub fn print(request: &PrintRequest, out: &mut String, sess: &Session) {
    llvm(sess).print(request, out, sess);
}

/// Returns the target features and float types for `cfg`.
pub fn target_config(sess: &Session) -> TargetConfig {
    let Some(usual) = usual_target(sess) else { return llvm(sess).target_config(sess) };
    let (unstable_target_features, target_features) = cfg_target_feature::<1>(
        sess,
        |feature| [feature].into_iter().collect(),
        |feature| usual.features.contains(&feature),
    );
    TargetConfig {
        target_features,
        unstable_target_features,
        has_reliable_f16: usual.has_reliable_f16,
        has_reliable_f16_math: usual.has_reliable_f16_math,
        has_reliable_f128: usual.has_reliable_f128,
        has_reliable_f128_math: usual.has_reliable_f128_math,
    }
}

/// Returns the session's target if it is the machine's usual one and no option changes its features in a way
/// that only LLVM understands.
fn usual_target(sess: &Session) -> Option<&'static UsualTarget> {
    let unstable = &sess.opts.unstable_opts;
    let usual = machines::facts(sess)?.features.usual.as_ref()?;
    let is_usual = matches!(&sess.opts.target_triple, TargetTuple::TargetTuple(name) if name == usual.name)
        && sess.opts.cg.target_cpu.is_none()
        && !has_unknown_features(sess)
        && !unstable.fixed_x18
        && !unstable.retpoline
        && !unstable.retpoline_external_thunk
        && sess.sanitizers().is_empty();
    is_usual.then_some(usual)
}

/// Whether `-Ctarget-feature` names a feature that rustc does not know. LLVM may know it.
fn has_unknown_features(sess: &Session) -> bool {
    let known = |name: &str| {
        RUSTC_SPECIFIC_FEATURES.contains(&name)
            || sess.target.rust_target_features().iter().any(|&(feature, ..)| feature == name)
    };
    let features = sess.opts.cg.target_feature.split(',').filter(|feature| !feature.is_empty());
    features.into_iter().any(|feature| !feature.strip_prefix(['+', '-']).is_some_and(known))
}

/// Makes LLVM warn about features that it does not know either.
pub fn warn_of_unknown_features(sess: &Session) {
    if has_unknown_features(sess) {
        // LLVM warns on standard error whenever it gets the features, so any request will do.
        let _ = printed(sess, PrintKind::TargetFeatures);
    }
}

/// Returns the CPU that `-Ctarget-cpu` names, if LLVM does not know it.
pub fn unknown_processor(sess: &Session) -> Option<&str> {
    let name = sess.opts.cg.target_cpu.as_deref().filter(|name| *name != NATIVE)?;
    let list = printed(sess, PrintKind::TargetCPUs);
    // The first line is a heading; each other one begins with a name.
    let is_listed = |name| list.lines().skip(1).any(|line| line.split_whitespace().next() == Some(name));
    let resolve = machines::facts(sess).and_then(|machine| machine.features.resolve_processor);
    let is_known = is_listed(name) || resolve.is_some_and(|by| is_listed(llvm::resolve_alias(by, name)));
    (!is_known).then_some(name)
}

fn printed(sess: &Session, kind: PrintKind) -> String {
    let mut text = String::new();
    llvm(sess).print(&PrintRequest { kind, out: OutFileName::Stdout }, &mut text, sess);
    text
}

/// Returns the target for what LLVM compiles (assembly, vendor intrinsics and shims), as in rustc's LLVM
/// backend.
pub fn llvm_target(tcx: TyCtxt<'_>) -> TargetDescription {
    let sess = tcx.sess;
    let relocation = match sess.relocation_model() {
        RelocModel::Static => RelocationModel::Static,
        _ => RelocationModel::PositionIndependent,
    };
    TargetDescription {
        triple: versioned_llvm_target(sess).into_owned(),
        cpu: target_cpu(sess),
        features: tcx.global_backend_features(()).join(","),
        abi: sess.target.llvm_abiname.desc().to_owned(),
        relocation,
        code_model: match sess.code_model() {
            Some(CodeModel::Kernel) => llvm::CodeModel::Kernel,
            Some(CodeModel::Medium) => llvm::CodeModel::Medium,
            _ => llvm::CodeModel::Default,
        },
    }
}

/// Returns the CPU for which code is compiled.
pub fn target_cpu(sess: &Session) -> String {
    // LLVM only starts for the name of `native`.
    LlvmCodegenBackend::new().target_cpu(sess)
}

/// Whether the session's code may use a feature, by its names in rustc and LLVM.
pub fn has_feature(sess: &Session, name: &str, llvm_name: Option<&str>) -> bool {
    let mut features = sess.opts.cg.target_feature.rsplit(',');
    // rustc does not know LLVM's name. The last mention counts.
    let by_llvm_name = llvm_name.and_then(|name| features.find(|feature| feature.get(1..) == Some(name)));
    match by_llvm_name {
        Some(feature) => feature.starts_with('+'),
        None => sess.unstable_target_features.contains(&Symbol::intern(name)),
    }
}
