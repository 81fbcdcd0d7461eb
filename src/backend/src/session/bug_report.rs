//! Reports a panic of the compiler: once, however many threads panic and whenever they do, and in words that
//! fit this compiler (rustc's message sends users to rustc's issue tracker).
//!
//! A panic hook ([`install`]) writes the whole report at once:
//! 1. the panic's own message and backtrace;
//! 2. that it is a bug, and what the panicking worker was doing, with the CLIF of the function if `CLIF_SHOW`
//!    is set;
//! 3. the versions and flags, and the active queries if a thread of the compiler panicked;
//! 4. what to do until it is fixed, and where to report it.
//!
//! A later panic adds at most its own message: the first one may be its cause. docs/architecture.md ("When a
//! worker panics") describes what else happens.

use std::backtrace::Backtrace;
use std::env;
use std::io;
use std::panic::{self, PanicHookInfo};
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

use clif_engine::coordinator::{CurrentWork, current_work};
use rustc_errors::annotate_snippet_emitter_writer::AnnotateSnippetEmitter;
use rustc_errors::emitter::stderr_destination;
use rustc_errors::{ColorConfig, DiagCtxt};
use rustc_interface::interface::try_print_query_stack;
use rustc_interface::util::rustc_version_str;
use rustc_session::config::host_tuple;
use rustc_session::utils::extra_compiler_flags;

/// The number of queries that are shown without `RUST_BACKTRACE`.
const SHOWN_QUERIES: usize = 2;

/// Which panics the hook reports.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Panics {
    /// All panics of the process, which is our own executable.
    All,
    /// Panics of our workers. All others belong to the compiler that loaded the backend.
    OfWorkers,
}

/// Installs the panic hook. Only the first call has an effect.
pub fn install(panics: Panics) {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        if panics == Panics::All && env::var_os("RUST_BACKTRACE").is_none() {
            panic::set_backtrace_style(panic::BacktraceStyle::Full);
        }
        let previous = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            let work = current_work();
            if panics == Panics::All || work.is_some() {
                report_once(info, work, panics, &previous);
            } else {
                previous(info);
            }
        }));
    });
}

type Hook = dyn Fn(&PanicHookInfo<'_>) + Send + Sync;

fn report_once(info: &PanicHookInfo<'_>, work: Option<CurrentWork>, panics: Panics, previous: &Hook) {
    static REPORTED: AtomicBool = AtomicBool::new(false);
    // Other threads that panic wait here until the report is complete.
    let _whole = io::stderr().lock();
    let is_first = !REPORTED.swap(true, Ordering::SeqCst);
    // The hook of the compiler that loaded us would add its own report.
    match panics {
        Panics::All if is_first || work.is_none() => previous(info),
        Panics::OfWorkers if is_first => eprintln!("{info}\n{}", Backtrace::capture()),
        Panics::All | Panics::OfWorkers => {}
    }
    if is_first {
        report(info, work);
    }
}

fn report(info: &PanicHookInfo<'_>, work: Option<CurrentWork>) {
    let emitter = AnnotateSnippetEmitter::new(stderr_destination(ColorConfig::Auto));
    let context = DiagCtxt::new(Box::new(emitter));
    let messages = context.handle();
    eprintln!();
    // Other payloads come from `bug!` and the like, which have already printed an error.
    if info.payload_as_str().is_some() {
        messages.err("the compiler unexpectedly panicked. This is a bug");
    }
    let is_worker = work.is_some();
    if let Some(CurrentWork { doing, function_text }) = work {
        messages.note(format!("the Cranelift backend was {doing}"));
        if let Some(text) = function_text {
            eprintln!("{text}");
        }
    }
    let rustc = rustc_version_str().unwrap_or("rustc of an unknown version");
    messages.note(format!("{rustc} running on {}, {}", host_tuple(), super::version_line()));
    if let Some((flags, excludes_those_of_cargo)) = extra_compiler_flags() {
        let more = if excludes_those_of_cargo { ", and those that cargo always gives" } else { "" };
        messages.note(format!("compiler flags: {}{more}", flags.join(" ")));
    }
    if !is_worker {
        let shows_all = env::var_os("RUST_BACKTRACE").is_some_and(|value| value != "0");
        try_print_query_stack(messages, (!shows_all).then_some(SHOWN_QUERIES), None);
    }
    let help = |text: String| messages.struct_help(text).emit();
    help("compile with LLVM meanwhile: `cargo build` in the same folder; if that panics as well, the bug is rustc's"
        .to_owned());
    help(format!(
        "please report it to {}, with all of this message and the smallest source and command that show it{}",
        project(),
        if is_worker { "; `CLIF_SHOW=1` adds the CLIF of the function" } else { "" }
    ));
}

/// Returns the address for reports about bugs of this backend.
pub fn project() -> &'static str {
    match env!("CARGO_PKG_REPOSITORY") {
        "" => "the project that this compiler came from",
        address => address,
    }
}
