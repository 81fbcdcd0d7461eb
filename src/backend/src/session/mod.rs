//! What the session says about codegen: target, flags, features; and what is refused.
//!
//! In order:
//! 1. [`init`]: what is not supported is refused before any file is written ([`flags`]; the words are in
//!    [`table`]);
//! 2. [`target`]: what is true of the target, as LLVM knows it;
//! 3. [`isa`]: how Cranelift is set up.
//!
//! Beside that: [`observation`] tells what was done; [`linker`] names the linker; [`tokens`] are the
//! jobserver's; [`diagnostics`] brings messages of workers to the user; [`bug_report`] is for panics,
//! [`faults`] for tests.

pub mod bug_report;
pub mod diagnostics;
pub mod environment;
pub mod faults;
pub mod flags;
pub mod isa;
pub mod linker;
pub mod llvm_features;
pub mod observation;
pub mod table;
pub mod target;
pub mod tokens;

use rustc_session::Session;
use rustc_session::config::PrintKind;

use crate::session::environment::Environment;

/// Ends the compilation if there will be codegen, and the session asks for what the backend cannot do.
pub fn init(sess: &Session) {
    if generates_code(sess) {
        flags::refuse_unsupported(sess);
        // For its errors, which are to come as early.
        drop(Environment::of_session(sess));
        target::warn_of_unknown_features(sess);
    }
}

/// Whether the compiler will come to codegen: it answers questions, checks and documents for every target and
/// with every flag, as it does with LLVM.
fn generates_code(sess: &Session) -> bool {
    let options = &sess.opts;
    let unstable = &options.unstable_opts;
    let goes_on = |kind: PrintKind| matches!(kind, PrintKind::NativeStaticLibs | PrintKind::LinkArgs);
    let ends_early = options.describe_lints
        || options.pretty.is_some()
        || unstable.parse_crate_root_only
        || unstable.no_analysis
        || unstable.no_codegen
        || unstable.link_only
        || !unstable.ls.is_empty();
    options.output_types.should_codegen()
        && options.prints.iter().all(|request| goes_on(request.kind))
        && !ends_early
}

/// Ends the compilation, because the session asks for `what`.
pub fn refuse(sess: &Session, what: &str, way_out: &str) -> ! {
    let message = format!("the Cranelift backend does not support {what}");
    sess.dcx().struct_fatal(message).with_help(way_out.to_owned()).emit()
}
