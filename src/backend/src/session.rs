//! What the session says about code generation: target, flags, features; and what is refused.
//!
//! Refusals come before any work is done, each as one message that names the flag and the way out.

use clif_engine::compile::{IsaSettings, OptimizeLevel};
use clif_engine::llvm::{Relocation, TargetDescription};
use rustc_abi::Size;
use rustc_codegen_llvm::LlvmCodegenBackend;
use rustc_codegen_ssa::TargetConfig;
use rustc_codegen_ssa::target_features::cfg_target_feature;
use rustc_codegen_ssa::traits::CodegenBackend;
use rustc_session::Session;
use rustc_session::config::{
    CFProtection, DebugInfo, FunctionReturn, OptLevel, OutputType, Passes, PrintRequest,
};
use rustc_span::Symbol;
use rustc_target::spec::{Arch, BinaryFormat, CodeModel, RelocModel, StackProtector};
use target_lexicon::Triple;

use crate::combined::COMBINE_PASS;

/// Turns on Cranelift's verifier; set by the project's own tests.
const VERIFY_VARIABLE: &str = "CLIF_VERIFY";
/// Errors of the code generator then carry the CLIF of the function.
const SHOW_CLIF_VARIABLE: &str = "CLIF_SHOW";

/// Features that every x86_64 processor has (`x86_64-unknown-linux-gnu`'s base in rustc).
const X86_64_BASELINE: [&str; 4] = ["fxsr", "sse", "sse2", "x87"];

/// Whether an environment variable asks for something.
pub fn variable_is_set(name: &str) -> bool {
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
    let unstable = &options.unstable_opts;
    if options.cg.profile_generate.enabled()
        || options.cg.profile_use.is_some()
        || unstable.profile_sample_use.is_some()
    {
        refuse("profile-guided optimisation", llvm);
    }
    if !sess.sanitizers().is_empty() {
        refuse("sanitizers", llvm);
    }
    if options.unstable_opts.instrument_xray.is_some() || options.unstable_opts.instrument_mcount {
        refuse("instrumentation of functions", llvm);
    }
    refuse_debug_info(sess, refuse);
    refuse_hardening(sess, refuse);
    if sess.code_model().is_some_and(|model| model != CodeModel::Small) {
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

/// Kinds of debug info that only LLVM's tools ask for.
fn refuse_debug_info(sess: &Session, refuse: &dyn Fn(&str, &str)) {
    let unstable = &sess.opts.unstable_opts;
    if unstable.debug_info_for_profiling {
        refuse(
            "`-Zdebug-info-for-profiling`: it serves profile-guided optimisation",
            "remove the flag; `-Cdebuginfo=line-tables-only` is enough for profilers",
        );
    }
    if unstable.split_dwarf_inlining {
        refuse(
            "`-Zsplit-dwarf-inlining`",
            "remove the flag; inlined functions are in the `.dwo` files, or in the program without `-Csplit-debuginfo`",
        );
    }
}

/// Flags that change functions for the sake of safety or tools, or make more of them: to ignore them would be a lie.
fn refuse_hardening(sess: &Session, refuse: &dyn Fn(&str, &str)) {
    let unstable = &sess.opts.unstable_opts;
    let flags = [
        (sess.stack_protector() != StackProtector::None, "-Zstack-protector"),
        (unstable.cf_protection != CFProtection::None, "-Zcf-protection"),
        (unstable.function_return != FunctionReturn::Keep, "-Zfunction-return"),
        (unstable.patchable_function_entry.prefix() > 0, "-Zpatchable-function-entry"),
        (unstable.patchable_function_entry.entry() > 0, "-Zpatchable-function-entry"),
        (unstable.retpoline || unstable.retpoline_external_thunk, "-Zretpoline"),
        (unstable.indirect_branch_cs_prefix, "-Zindirect-branch-cs-prefix"),
        (unstable.emit_stack_sizes, "-Zemit-stack-sizes"),
        (!unstable.autodiff.is_empty(), "-Zautodiff"),
        (!unstable.offload.is_empty(), "-Zoffload"),
    ];
    if let Some((_, flag)) = flags.iter().find(|(is_set, _)| *is_set) {
        refuse(&format!("`{flag}`"), "remove the flag, or compile with LLVM");
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
    settings.value_ranges =
        sess.opts.debuginfo == DebugInfo::Full && !matches!(sess.opts.optimize, OptLevel::No);
    settings.position_independent = !matches!(sess.relocation_model(), RelocModel::Static);
    settings.verify = variable_is_set(VERIFY_VARIABLE);
    settings.unwind_tables = sess.must_emit_unwind_tables();
    settings.features = isa_features(sess);
    settings
}

/// CPU features that Cranelift makes use of: rustc's names and its own (`cranelift-codegen-meta`, `isa/x86.rs`).
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

/// The features of the whole session. Those of single functions (`#[target_feature]`) are not Cranelift's affair: what
/// they allow are intrinsics, which are stubs.
fn isa_features(sess: &Session) -> Vec<(String, bool)> {
    if sess.target.arch != Arch::X86_64 {
        return vec![];
    }
    let enabled = |name: &str| sess.unstable_target_features.contains(&Symbol::intern(name));
    let mut features: Vec<(String, bool)> = X86_64_FEATURES
        .iter()
        .filter(|(name, _)| enabled(name))
        .map(|&(_, setting)| (setting.to_owned(), true))
        .collect();
    // Only atomics of 128 bits use it. Without the feature LLVM calls libatomic for them, which does the same.
    features.push(("has_cmpxchg16b".to_owned(), true));
    features
}

/// What LLVM compiles for, where a CGU has assembly or vendor intrinsics.
pub fn llvm_target(sess: &Session) -> TargetDescription {
    let features = [sess.target.features.as_ref(), sess.opts.cg.target_feature.as_str()];
    let features: Vec<&str> = features.into_iter().filter(|features| !features.is_empty()).collect();
    let relocation = match sess.relocation_model() {
        RelocModel::Static => Relocation::Static,
        _ => Relocation::PositionIndependent,
    };
    TargetDescription {
        triple: sess.target.llvm_target.to_string(),
        cpu: target_cpu(sess),
        features: features.join(","),
        relocation,
    }
}

/// The backend that knows CPUs by name: LLVM's, which is a part of the same compiler.
fn llvm(sess: &Session) -> Box<dyn CodegenBackend> {
    let backend = LlvmCodegenBackend::new();
    backend.init(sess);
    backend
}

/// Whether the session names a CPU, whose features only LLVM knows.
fn names_cpu(sess: &Session) -> bool {
    sess.opts.cg.target_cpu.is_some()
}

/// Prints what `--print` asks of a backend (CPUs, features): the same as LLVM's.
pub fn print(request: &PrintRequest, out: &mut String, sess: &Session) {
    llvm(sess).print(request, out, sess);
}

/// The target features that `cfg` sees.
pub fn target_config(sess: &Session) -> TargetConfig {
    let (target_features, unstable_target_features) = if names_cpu(sess) {
        let config = llvm(sess).target_config(sess);
        (config.target_features, config.unstable_target_features)
    } else {
        baseline_features(sess)
    };
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

/// The baseline with `-Ctarget-feature`: stable features, and all. Starting LLVM for them would take a millisecond.
fn baseline_features(sess: &Session) -> (Vec<Symbol>, Vec<Symbol>) {
    let (unstable_target_features, target_features) = cfg_target_feature::<1>(
        sess,
        |feature| [feature].into_iter().collect(),
        |feature| sess.target.arch == Arch::X86_64 && X86_64_BASELINE.contains(&feature),
    );
    (target_features, unstable_target_features)
}

pub fn target_cpu(sess: &Session) -> String {
    if names_cpu(sess) { llvm(sess).target_cpu(sess) } else { sess.target.cpu.to_string() }
}
