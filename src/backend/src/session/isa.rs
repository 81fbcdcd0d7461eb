//! Configures Cranelift for a session.

use clif_engine::cgu::{ExternalData, GotLoads, ReferenceOptions, ThreadLocalModel};
use clif_engine::compile::{IsaSettings, OptimizeLevel};
use clif_engine::machine::OutlinedAtomics;
use rustc_session::Session;
use rustc_session::config::{DebugInfo, OptLevel};
use rustc_target::spec::{RelocModel, TlsModel};
use target_lexicon::Triple;

use super::target;
use crate::machines;

/// Returns the settings for the functions of this session. `verifies` turns on Cranelift's verifier.
pub fn isa_settings(sess: &Session, triple: Triple, verifies: bool) -> IsaSettings {
    let mut settings = IsaSettings::new(triple);
    settings.optimize = optimize_level(sess);
    settings.value_ranges =
        sess.opts.debuginfo == DebugInfo::Full && !matches!(sess.opts.optimize, OptLevel::No);
    settings.position_independent = is_position_independent(sess);
    settings.routines_through_got = calls_through_got(sess);
    settings.verify = verifies || sess.verify_llvm_ir();
    settings.features = isa_features(sess);
    settings
}

/// Returns the effort of Cranelift's optimiser.
pub fn optimize_level(sess: &Session) -> OptimizeLevel {
    match sess.opts.optimize {
        _ if sess.opts.cg.no_prepopulate_passes => OptimizeLevel::None,
        OptLevel::No | OptLevel::Less => OptimizeLevel::None,
        OptLevel::More | OptLevel::Aggressive => OptimizeLevel::Speed,
        OptLevel::Size | OptLevel::SizeMin => OptimizeLevel::SpeedAndSize,
    }
}

/// Whether code refers to other code and to data relative to itself or through the GOT. Static code does so
/// as well if external data is found through the GOT.
fn is_position_independent(sess: &Session) -> bool {
    sess.relocation_model() != RelocModel::Static || sess.direct_access_external_data() == Some(false)
}

/// Whether functions that other objects may define are called through the GOT. Without a flag, LLVM does so
/// where all symbols are bound at the start (`-Crelro-level=full`). We leave this to the linker, which makes
/// PLT entries.
pub fn calls_through_got(sess: &Session) -> bool {
    sess.opts.unstable_opts.plt == Some(false) && is_position_independent(sess)
}

/// Returns how code refers to what other objects define.
pub fn references(sess: &Session) -> ReferenceOptions {
    ReferenceOptions {
        thread_locals: match sess.tls_model() {
            TlsModel::GeneralDynamic | TlsModel::LocalDynamic => ThreadLocalModel::GeneralDynamic,
            TlsModel::InitialExec => ThreadLocalModel::InitialExec,
            TlsModel::LocalExec => ThreadLocalModel::LocalExec,
            TlsModel::Emulated => rustc_middle::bug!("emulated thread-locals are refused before codegen"),
        },
        external_data: match sess.direct_access_external_data() {
            Some(true) => ExternalData::Direct,
            Some(false) | None => ExternalData::ThroughGot,
        },
        // Without a flag, LLVM asks linkers to leave these loads as they are. The code that linkers replace
        // them by is faster.
        got_loads: match sess.opts.unstable_opts.relax_elf_relocations {
            Some(false) => GotLoads::Fixed,
            Some(true) | None => GotLoads::Relaxable,
        },
    }
}

/// Returns the features of the whole session. Those of single functions (`#[target_feature]`) do not matter
/// to Cranelift: they allow intrinsics, which are stubs.
fn isa_features(sess: &Session) -> Vec<String> {
    let Some(machine) = machines::facts(sess) else { return vec![] };
    let features = &machine.features;
    let llvm_name = |name| features.names_in_llvm(name).first().copied().filter(|found| *found != name);
    let enabled =
        features.settings.iter().filter(|(name, _)| target::has_feature(sess, name, llvm_name(name)));
    let settings = enabled.map(|(_, setting)| setting).chain(features.always);
    settings.map(|&setting| setting.to_owned()).collect()
}

/// Returns the functions that the session's target calls for atomics, if it calls any.
pub fn outlined_atomics(sess: &Session) -> Option<&'static OutlinedAtomics> {
    let outlined = machines::facts(sess)?.instructions.outlined_atomics.as_ref()?;
    let has = |feature| target::has_feature(sess, feature, None);
    (has(outlined.feature) && !has(outlined.instructions)).then_some(outlined)
}
