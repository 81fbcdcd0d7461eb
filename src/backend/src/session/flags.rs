//! Refuses targets, output kinds and flags that the backend does not support. Each gets one message, which
//! names it and the way out.
//!
//! This module has the conditions, [`clif_options`] the messages.

use clif_engine::machines::supported;
use clif_options::{TABLE, Treatment};
use rustc_abi::{Endian, Size};
use rustc_session::Session;
use rustc_session::config::{
    CFProtection, CrateType, FunctionReturn, LinkerPluginLto, Lto, OutputType, Passes,
};
use rustc_target::spec::{BinaryFormat, CodeModel, Os, StackProtector, TlsModel};

use super::{refuse, target};
use crate::machines;

/// The only pass that `-Cpasses` accepts, since LLVM does not run. It combines the crate's CGUs
/// (`crate_output/lto.rs`). rustc compiles every CGU again when the option changes.
pub const COMBINE_PASS: &str = "combine-cgus";

/// The placeholder for the user's value in the table's messages.
const VALUE: &str = "{value}";

/// An option, and whether this session's use of it is refused.
type Condition = (&'static str, fn(&Session) -> bool);

/// Options about LLVM's own work, in the order in which they are checked.
const LLVM_OPTIONS: &[Condition] = &[
    ("-Zllvm-plugins", |sess| !sess.opts.unstable_opts.llvm_plugins.is_empty()),
    ("-Cremark", |sess| !matches!(&sess.opts.cg.remark, Passes::Some(names) if names.is_empty())),
    ("-Zremark-dir", |sess| sess.opts.unstable_opts.remark_dir.is_some()),
    ("-Cpasses", |sess| foreign_pass(sess).is_some()),
    ("-Cllvm-args", |sess| !sess.opts.cg.llvm_args.is_empty()),
    ("-Zllvm-module-flag", |sess| !sess.opts.unstable_opts.llvm_module_flag.is_empty()),
    ("-Zprint-llvm-passes", |sess| sess.opts.unstable_opts.print_llvm_passes),
    ("-Zlint-llvm-ir", |sess| sess.opts.unstable_opts.lint_llvm_ir),
    ("-Clinker-plugin-lto", has_linker_plugin),
    ("-Zdylib-lto", |sess| sess.opts.unstable_opts.dylib_lto && matches!(sess.lto(), Lto::Fat | Lto::Thin)),
    ("-Zvirtual-function-elimination", |sess| sess.opts.unstable_opts.virtual_function_elimination),
    ("-Zsplit-dwarf-inlining", |sess| sess.opts.unstable_opts.split_dwarf_inlining),
];

/// Options that instrument functions, or that use what instrumented programs record.
const INSTRUMENTATION: &[Condition] = &[
    ("-Cinstrument-coverage", Session::instrument_coverage),
    ("-Cprofile-generate", |sess| sess.opts.cg.profile_generate.enabled()),
    ("-Cprofile-use", |sess| sess.opts.cg.profile_use.is_some()),
    ("-Zprofile-sample-use", |sess| sess.opts.unstable_opts.profile_sample_use.is_some()),
    ("-Zdebug-info-for-profiling", |sess| sess.opts.unstable_opts.debug_info_for_profiling),
    ("-Zsanitizer", |sess| !sess.sanitizers().is_empty()),
    ("-Zinstrument-xray", |sess| sess.opts.unstable_opts.instrument_xray.is_some()),
    ("-Zinstrument-mcount", |sess| sess.opts.unstable_opts.instrument_mcount),
    ("-Zautodiff", |sess| !sess.opts.unstable_opts.autodiff.is_empty()),
    ("-Zoffload", |sess| !sess.opts.unstable_opts.offload.is_empty()),
    ("-Zemit-stack-sizes", |sess| sess.opts.unstable_opts.emit_stack_sizes),
];

/// Options that harden code, or that change how it is addressed. A program may rely on them, so they cannot
/// be ignored.
const CODE: &[Condition] = &[
    ("-Zstack-protector", |sess| sess.stack_protector() != StackProtector::None),
    ("-Zcf-protection", |sess| sess.opts.unstable_opts.cf_protection != CFProtection::None),
    ("-Zbranch-protection", |sess| sess.opts.unstable_opts.branch_protection.is_some()),
    ("-Zfunction-return", |sess| sess.opts.unstable_opts.function_return != FunctionReturn::Keep),
    ("-Zpatchable-function-entry", |sess| {
        let entry = sess.opts.unstable_opts.patchable_function_entry;
        entry.prefix() > 0 || entry.entry() > 0
    }),
    ("-Zretpoline", |sess| sess.opts.unstable_opts.retpoline),
    ("-Zretpoline-external-thunk", |sess| sess.opts.unstable_opts.retpoline_external_thunk),
    ("-Zindirect-branch-cs-prefix", |sess| sess.opts.unstable_opts.indirect_branch_cs_prefix),
    ("-Ccode-model", |sess| !is_supported_model(sess, sess.opts.cg.code_model)),
    ("-Ztls-model", |sess| sess.tls_model() == TlsModel::Emulated),
    ("-Ctarget-cpu", |sess| target::unknown_processor(sess).is_some()),
    ("-Ctarget-feature", |sess| missing_feature(sess).is_some()),
];

/// Ends the compilation if the session asks for something that the backend does not support.
pub fn refuse_unsupported(sess: &Session) {
    refuse_target(sess);
    let types = &sess.opts.output_types;
    if types.contains_key(&OutputType::Bitcode) {
        let way_out = "`--emit=llvm-ir` writes the CLIF as text";
        refuse(sess, "`--emit=llvm-bc`: it does not produce LLVM bitcode", way_out);
    }
    if types.contains_key(&OutputType::ThinLinkBitcode) {
        refuse(
            sess,
            "`--emit=thin-link-bitcode`: it does not produce LLVM bitcode",
            "remove it from `--emit`",
        );
    }
    for (option, is_refused) in LLVM_OPTIONS.iter().chain(INSTRUMENTATION).chain(CODE) {
        if is_refused(sess) {
            refuse_option(sess, option);
        }
    }
}

/// Ends the compilation with the table's message about an option.
pub fn refuse_option(sess: &Session, option: &str) -> ! {
    let Some((what, way_out)) = refusal(option) else {
        rustc_middle::bug!("the table has no row that refuses {option}")
    };
    let value = match option {
        "-Cpasses" => foreign_pass(sess),
        "-Ctarget-cpu" => sess.opts.cg.target_cpu.as_deref(),
        "-Ctarget-feature" => missing_feature(sess),
        "-Ccode-model" => sess.code_model().map(|model| model.desc()),
        _ => None,
    };
    refuse(sess, &what.replace(VALUE, value.unwrap_or_default()), way_out)
}

/// Returns the table's message about a refused option: what is refused, and the way out.
fn refusal(option: &str) -> Option<(&'static str, &'static str)> {
    TABLE.iter().filter(|row| row.option == option).find_map(|row| match row.treatment {
        Treatment::Refused { what, way_out } => Some((what, way_out)),
        Treatment::Linker | Treatment::Served { .. } | Treatment::NoEffect { .. } => None,
    })
}

/// Ends the compilation if the backend does not support the target. `cargo-clif` looks for the beginning of
/// the message (`src/cargo_clif/src/cross.rs`).
fn refuse_target(sess: &Session) {
    let target = &sess.target;
    let name = sess.opts.target_triple.tuple();
    let names: Vec<&str> = supported().map(|machine| machine.name).collect();
    let way_out = format!(
        "supported: Linux and bare targets of {} (ELF); compile for other targets with LLVM",
        names.join(", ")
    );
    let machine = machines::facts(sess).filter(|machine| machine.calls.is_some());
    let is_supported = target.binary_format == BinaryFormat::Elf
        && target.endian == Endian::Little
        && target.pointer_width == Size::from_bits(64).bits() as u16
        && matches!(target.os, Os::Linux | Os::None);
    let Some(machine) = machine.filter(|_| is_supported) else {
        refuse(sess, &format!("the target `{name}` yet"), &way_out)
    };
    // Requirements of the target itself, without a flag.
    let obstacle = match () {
        () if target.llvm_abiname.desc() != machine.abi => "its code must not use floating-point registers",
        () if !is_supported_model(sess, target.code_model) => "its code model is not supported",
        () if !target.default_sanitizers.is_empty() => "it needs a sanitizer",
        () => return,
    };
    refuse(sess, &format!("the target `{name}` yet: {obstacle}"), &way_out);
}

/// Whether the machine's code respects the limits of `model`.
fn is_supported_model(sess: &Session, model: Option<CodeModel>) -> bool {
    let supported = machines::facts(sess).map_or(&[][..], |machine| machine.code_models);
    model.is_none_or(|model| supported.contains(&model.desc()))
}

/// Returns a feature that code always uses but the command line disables. The last mention counts.
fn missing_feature(sess: &Session) -> Option<&'static str> {
    let required = machines::facts(sess)?.features.required;
    let is_disabled = |name: &&str| {
        let mut mentions = sess.opts.cg.target_feature.rsplit(',');
        let last = mentions.find(|mention| mention.strip_prefix(['+', '-']) == Some(name));
        last.is_some_and(|mention| mention.starts_with('-'))
    };
    required.iter().copied().find(is_disabled)
}

/// Returns the first pass in `-Cpasses` that is not ours.
fn foreign_pass(sess: &Session) -> Option<&str> {
    sess.opts.cg.passes.iter().map(String::as_str).find(|pass| *pass != COMBINE_PASS)
}

/// Whether the command line asks the linker to do the LTO. [`crate::crate_output::lto`] checks again when the
/// types of the crate are known.
fn has_linker_plugin(sess: &Session) -> bool {
    match sess.opts.cg.linker_plugin_lto {
        LinkerPluginLto::Disabled => false,
        LinkerPluginLto::LinkerPluginAuto => sess.opts.crate_types.iter().any(|ty| *ty != CrateType::Rlib),
        LinkerPluginLto::LinkerPlugin(_) => true,
    }
}
