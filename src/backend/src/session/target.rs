//! What is true of a target: features, `cfg`s, processors. rustc's LLVM backend, a part of the same compiler,
//! knows it.
//!
//! LLVM is started for it, which takes a millisecond. So the usual case has an answer of its own
//! ([`usual_target`]); the suite `flags` compares it, and all others, with the compiler's own.

use clif_engine::llvm::{RelocationModel, TargetDescription};
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
use rustc_target::spec::{RelocModel, TargetTuple};
use rustc_target::target_features::RUSTC_SPECIFIC_FEATURES;

use crate::machines;

/// The processor that LLVM looks for in the machine it runs on.
const NATIVE: &str = "native";

/// rustc's LLVM backend.
fn llvm(sess: &Session) -> Box<dyn CodegenBackend> {
    let backend = LlvmCodegenBackend::new();
    backend.init(sess);
    backend
}

/// Prints what `--print` asks of a backend.
pub fn print(request: &PrintRequest, out: &mut String, sess: &Session) {
    llvm(sess).print(request, out, sess);
}

/// The target features and float types that `cfg` sees.
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

/// Returns the session's target if everything that its features depend on is as it nearly always is.
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

/// Whether `-Ctarget-feature` names what rustc does not know; LLVM may.
fn has_unknown_features(sess: &Session) -> bool {
    let known = |name: &str| {
        RUSTC_SPECIFIC_FEATURES.contains(&name)
            || sess.target.rust_target_features().iter().any(|&(feature, ..)| feature == name)
    };
    let features = sess.opts.cg.target_feature.split(',').filter(|feature| !feature.is_empty());
    features.into_iter().any(|feature| !feature.strip_prefix(['+', '-']).is_some_and(known))
}

/// Has LLVM say which of the features are not known to it either.
pub fn warn_of_unknown_features(sess: &Session) {
    if has_unknown_features(sess) {
        // LLVM says it on standard error when it is told the features, whatever it is asked.
        let _ = printed(sess, PrintKind::TargetFeatures);
    }
}

/// The processor that was asked for, if LLVM does not know it.
pub fn unknown_processor(sess: &Session) -> Option<&str> {
    let name = sess.opts.cg.target_cpu.as_deref().filter(|name| *name != NATIVE)?;
    let list = printed(sess, PrintKind::TargetCPUs);
    // The first line is a heading; each other one begins with a name.
    let is_known = list.lines().skip(1).any(|line| line.split_whitespace().next() == Some(name));
    (!is_known).then_some(name)
}

fn printed(sess: &Session, kind: PrintKind) -> String {
    let mut text = String::new();
    llvm(sess).print(&PrintRequest { kind, out: OutFileName::Stdout }, &mut text, sess);
    text
}

/// What LLVM compiles for, where a CGU has assembly or vendor intrinsics: as rustc's LLVM backend has it.
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
        relocation,
    }
}

/// The processor that code is made for.
pub fn target_cpu(sess: &Session) -> String {
    // LLVM is asked for the name of `native` only.
    LlvmCodegenBackend::new().target_cpu(sess)
}

/// Whether the session's code may use a feature that LLVM and rustc call by these names.
pub fn has_feature(sess: &Session, name: &str, llvm_name: Option<&str>) -> bool {
    let mut features = sess.opts.cg.target_feature.rsplit(',');
    // LLVM's name is none of rustc's features; the last word counts.
    let by_llvm_name = llvm_name.and_then(|name| features.find(|feature| feature.get(1..) == Some(name)));
    match by_llvm_name {
        Some(feature) => feature.starts_with('+'),
        None => sess.unstable_target_features.contains(&Symbol::intern(name)),
    }
}
