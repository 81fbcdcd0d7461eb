//! How Cranelift is set up for a session.

use clif_engine::cgu::{ExternalData, GotLoads, ReferenceOptions, ThreadLocalModel};
use clif_engine::compile::{IsaSettings, OptimizeLevel};
use rustc_session::Session;
use rustc_session::config::{DebugInfo, OptLevel};
use rustc_target::spec::{Arch, RelocModel, TlsModel};
use target_lexicon::Triple;

use super::{flags, target};

/// How functions of this session are compiled; `verifies` turns on Cranelift's verifier.
pub fn isa_settings(sess: &Session, triple: Triple, verifies: bool) -> IsaSettings {
    let mut settings = IsaSettings::new(triple);
    settings.optimize = match sess.opts.optimize {
        _ if sess.opts.cg.no_prepopulate_passes => OptimizeLevel::None,
        OptLevel::No | OptLevel::Less => OptimizeLevel::None,
        OptLevel::More | OptLevel::Aggressive => OptimizeLevel::Speed,
        OptLevel::Size | OptLevel::SizeMin => OptimizeLevel::SpeedAndSize,
    };
    settings.value_ranges =
        sess.opts.debuginfo == DebugInfo::Full && !matches!(sess.opts.optimize, OptLevel::No);
    settings.position_independent = is_position_independent(sess);
    settings.routines_through_got = calls_through_got(sess);
    settings.verify = verifies || sess.verify_llvm_ir();
    settings.features = isa_features(sess);
    settings
}

/// Whether code refers to other code and to data relative to itself or through the GOT. Code that need not is
/// made so where external data is to be found through the GOT.
fn is_position_independent(sess: &Session) -> bool {
    sess.relocation_model() != RelocModel::Static || sess.direct_access_external_data() == Some(false)
}

/// Whether functions that other objects may define are called through the GOT. Without a flag, LLVM does so
/// where all symbols are bound at the start (`-Crelro-level=full`); we leave it to the linker, which makes
/// PLT entries.
pub fn calls_through_got(sess: &Session) -> bool {
    sess.opts.unstable_opts.plt == Some(false) && is_position_independent(sess)
}

/// How code refers to what other objects define.
pub fn references(sess: &Session) -> ReferenceOptions {
    ReferenceOptions {
        thread_locals: match sess.tls_model() {
            TlsModel::GeneralDynamic | TlsModel::LocalDynamic => ThreadLocalModel::GeneralDynamic,
            TlsModel::InitialExec => ThreadLocalModel::InitialExec,
            TlsModel::LocalExec => ThreadLocalModel::LocalExec,
            TlsModel::Emulated => flags::refuse_option(sess, "-Ztls-model"),
        },
        external_data: match sess.direct_access_external_data() {
            Some(true) => ExternalData::Direct,
            Some(false) | None => ExternalData::ThroughGot,
        },
        // Without a flag, LLVM asks for them to stay; what linkers make of them is quicker.
        got_loads: match sess.opts.unstable_opts.relax_elf_relocations {
            Some(false) => GotLoads::Fixed,
            Some(true) | None => GotLoads::Relaxable,
        },
    }
}

/// CPU features that Cranelift makes use of: rustc's names and its own (`cranelift-codegen-meta`,
/// `isa/x86.rs`).
const X86_64_FEATURES: [(&str, &str); 18] = [
    ("sse3", "has_sse3"),
    ("ssse3", "has_ssse3"),
    ("sse4.1", "has_sse41"),
    ("sse4.2", "has_sse42"),
    ("avx", "has_avx"),
    ("avx2", "has_avx2"),
    ("fma", "has_fma"),
    ("avxvnni", "has_avx_vnni"),
    ("avx512f", "has_avx512f"),
    ("avx512dq", "has_avx512dq"),
    ("avx512vl", "has_avx512vl"),
    ("avx512bitalg", "has_avx512bitalg"),
    ("avx512vbmi", "has_avx512vbmi"),
    ("avx512vnni", "has_avx512vnni"),
    ("popcnt", "has_popcnt"),
    ("bmi1", "has_bmi1"),
    ("bmi2", "has_bmi2"),
    ("lzcnt", "has_lzcnt"),
];

/// The one of them that LLVM calls otherwise.
const LLVM_NAMES: [(&str, &str); 1] = [("bmi1", "bmi")];

/// The features of the whole session. Those of single functions (`#[target_feature]`) are not Cranelift's
/// affair: what they allow are intrinsics, which are stubs.
fn isa_features(sess: &Session) -> Vec<(String, bool)> {
    if sess.target.arch != Arch::X86_64 {
        return vec![];
    }
    let llvm_name = |name| LLVM_NAMES.iter().find(|(ours, _)| *ours == name).map(|&(_, theirs)| theirs);
    let mut features: Vec<(String, bool)> = X86_64_FEATURES
        .iter()
        .filter(|&&(name, _)| target::has_feature(sess, name, llvm_name(name)))
        .map(|&(_, setting)| (setting.to_owned(), true))
        .collect();
    // Only atomics of 128 bits use it. Without the feature LLVM calls libatomic for them, which does the
    // same.
    features.push(("has_cmpxchg16b".to_owned(), true));
    features
}
