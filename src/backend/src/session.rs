//! What the session says about code generation: target, flags, features; and what is refused.
//!
//! Refusals come before any work is done, each as one message that names the flag and the way out.

use clif_engine::compile::{IsaSettings, OptimizeLevel};
use rustc_abi::Size;
use rustc_codegen_ssa::TargetConfig;
use rustc_codegen_ssa::target_features::cfg_target_feature;
use rustc_session::Session;
use rustc_session::config::{OptLevel, OutputType, Passes};
use rustc_target::spec::{Arch, BinaryFormat, CodeModel, RelocModel, SplitDebuginfo};
use target_lexicon::Triple;

use crate::combined::COMBINE_PASS;

/// Turns on Cranelift's verifier; set by the project's own tests.
const VERIFY_VARIABLE: &str = "CLIF_VERIFY";
/// Errors of the code generator then carry the CLIF of the function.
const SHOW_CLIF_VARIABLE: &str = "CLIF_SHOW";

/// Features that every x86_64 processor has (`x86_64-unknown-linux-gnu`'s base in rustc).
const X86_64_BASELINE: [&str; 4] = ["fxsr", "sse", "sse2", "x87"];

fn variable_is_set(name: &str) -> bool {
    std::env::var_os(name).is_some_and(|value| !value.is_empty() && value != "0")
}

pub fn shows_clif() -> bool {
    variable_is_set(SHOW_CLIF_VARIABLE)
}

/// Ends the compilation, because the session asks for `what`.
pub fn refuse(sess: &Session, what: &str, way_out: &str) -> ! {
    let message = format!("the Cranelift backend does not support {what}");
    sess.dcx().struct_fatal(message).with_help(way_out.to_owned()).emit()
}

/// Ends the compilation if the session asks for what the backend cannot do.
pub fn refuse_unsupported(sess: &Session) {
    let refuse = |what: &str, way_out: &str| refuse(sess, what, way_out);
    let target = &sess.target;
    let is_x86_64_elf = target.arch == Arch::X86_64
        && target.binary_format == BinaryFormat::Elf
        && target.pointer_width == Size::from_bits(64).bits() as u16;
    if !is_x86_64_elf {
        refuse(
            &format!("the target `{}` yet", sess.opts.target_triple.tuple()),
            "supported: x86_64 Linux (ELF); compile for other targets with LLVM",
        );
    }
    refuse_flags(sess, &refuse);
}

fn refuse_flags(sess: &Session, refuse: &dyn Fn(&str, &str)) {
    let options = &sess.opts;
    let llvm = "compile with LLVM where you need it";
    if options.output_types.contains_key(&OutputType::Bitcode) {
        refuse("`--emit=llvm-bc`: there is no LLVM bitcode", "`--emit=llvm-ir` gives the CLIF as text");
    }
    if options.output_types.contains_key(&OutputType::ThinLinkBitcode) {
        refuse("`--emit=thin-link-bitcode`: there is no LLVM bitcode", "remove it from `--emit`");
    }
    if !options.unstable_opts.llvm_plugins.is_empty() {
        refuse("`-Zllvm-plugins`", "remove the flag");
    }
    if !matches!(&options.cg.remark, Passes::Some(names) if names.is_empty()) {
        refuse("remarks of LLVM's optimisations (`-Cremark`)", "remove the flag");
    }
    if sess.instrument_coverage() {
        refuse("`-Cinstrument-coverage` yet", llvm);
    }
    if options.cg.profile_generate.enabled() || options.cg.profile_use.is_some() {
        refuse("profile-guided optimisation", llvm);
    }
    if !sess.sanitizers().is_empty() {
        refuse("sanitizers", llvm);
    }
    if options.unstable_opts.instrument_xray.is_some() || options.unstable_opts.instrument_mcount {
        refuse("instrumentation of functions", llvm);
    }
    if sess.split_debuginfo() != SplitDebuginfo::Off {
        refuse(
            "`-Csplit-debuginfo` other than `off` yet",
            "set `split-debuginfo = \"off\"` in the Cargo profile",
        );
    }
    if matches!(sess.code_model(), Some(CodeModel::Kernel | CodeModel::Medium | CodeModel::Large)) {
        refuse("this `-Ccode-model`", "use the default, `small`");
    }
    if let Some(pass) = options.cg.passes.iter().find(|pass| *pass != COMBINE_PASS) {
        let way_out = format!("`{COMBINE_PASS}` is the only pass; LLVM's are not there");
        refuse(&format!("`-Cpasses={pass}`"), &way_out);
    }
    if !options.cg.llvm_args.is_empty() {
        refuse("`-Cllvm-args`", "remove the flag");
    }
}

/// How functions of this session are compiled.
pub fn isa_settings(sess: &Session, triple: Triple) -> IsaSettings {
    let mut settings = IsaSettings::new(triple);
    settings.optimize = match sess.opts.optimize {
        OptLevel::No | OptLevel::Less => OptimizeLevel::None,
        OptLevel::More | OptLevel::Aggressive => OptimizeLevel::Speed,
        OptLevel::Size | OptLevel::SizeMin => OptimizeLevel::SpeedAndSize,
    };
    settings.position_independent = !matches!(sess.relocation_model(), RelocModel::Static);
    settings.verify = variable_is_set(VERIFY_VARIABLE);
    settings.unwind_tables = sess.must_emit_unwind_tables();
    settings
}

/// The target features that `cfg` sees.
pub fn target_config(sess: &Session) -> TargetConfig {
    let (unstable_target_features, target_features) = cfg_target_feature::<1>(
        sess,
        |feature| [feature].into_iter().collect(),
        |feature| sess.target.arch == Arch::X86_64 && X86_64_BASELINE.contains(&feature),
    );
    TargetConfig {
        target_features,
        unstable_target_features,
        has_reliable_f16: true,
        has_reliable_f16_math: true,
        has_reliable_f128: true,
        // As with LLVM on x86_64: the C library's `long double` has 80 bits.
        has_reliable_f128_math: false,
    }
}

pub fn target_cpu(sess: &Session) -> String {
    sess.opts.cg.target_cpu.clone().unwrap_or_else(|| sess.target.cpu.to_string())
}
