//! The session: flags, target and environment variables, and what codegen reports.
//!
//! 1. [`init`] ends the compilation before any file is written if something is not supported. [`flags`] has
//!    the conditions, `clif_options` the messages.
//! 2. [`target`] returns the features, `cfg`s and CPU of the target, as LLVM defines them; [`llvm_features`]
//!    those of one function.
//! 3. [`isa`] configures Cranelift.
//!
//! The other modules: [`environment`] reads the `CLIF_*` variables, [`linker`] picks the linker, [`tokens`]
//! are the jobserver's, [`observation`] reports sizes and times, [`diagnostics`] are errors about layouts and
//! ABIs, [`bug_report`] reports panics, and [`faults`] are injected by tests.

pub mod bug_report;
pub mod diagnostics;
pub mod environment;
pub mod faults;
pub mod flags;
pub mod isa;
pub mod linker;
pub mod llvm_features;
pub mod observation;
pub mod target;
pub mod tokens;

use rustc_session::Session;
use rustc_session::config::PrintKind;

use crate::session::environment::Environment;

/// Ends the compilation if it will reach codegen and the session asks for something that the backend does not
/// support.
pub fn init(sess: &Session) {
    if reaches_codegen(sess) {
        flags::refuse_unsupported(sess);
        // Only for its errors: an invalid value is reported before any work.
        drop(Environment::of_session(sess));
        target::warn_of_unknown_features(sess);
    }
}

/// Returns the line of `rustc -vV` that tells this compiler from plain rustc, and one build of the backend
/// from another.
pub fn version_line() -> String {
    format!(
        "codegen backend: clif {} ({}, Cranelift {})",
        env!("CARGO_PKG_VERSION"),
        env!("CLIF_SOURCE_HASH"),
        cranelift_codegen::VERSION
    )
}

/// Whether the compilation will reach codegen. Everything before it (`check`, `--print`, rustdoc) works for
/// every target and with every flag, as with LLVM.
fn reaches_codegen(sess: &Session) -> bool {
    let options = &sess.opts;
    let unstable = &options.unstable_opts;
    let allows_codegen = |kind: PrintKind| matches!(kind, PrintKind::NativeStaticLibs | PrintKind::LinkArgs);
    let ends_early = options.describe_lints
        || options.pretty.is_some()
        || unstable.parse_crate_root_only
        || unstable.no_analysis
        || unstable.no_codegen
        || unstable.link_only
        || !unstable.ls.is_empty();
    options.output_types.should_codegen()
        && options.prints.iter().all(|request| allows_codegen(request.kind))
        && !ends_early
}

/// Ends the compilation with the error that the backend does not support `what`, and `way_out` as its help.
pub fn refuse(sess: &Session, what: &str, way_out: &str) -> ! {
    let message = format!("the Cranelift backend does not support {what}");
    sess.dcx().struct_fatal(message).with_help(way_out.to_owned()).emit()
}
