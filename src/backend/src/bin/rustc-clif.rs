//! `rustc-clif`: the compiler with the Cranelift backend; takes rustc's arguments.
//!
//! In order:
//! 1. the arguments get a `--sysroot` if the user gave none: the toolchain beside this executable;
//! 2. `-vV` says one line more than rustc's, so that cargo keeps what the two compilers make apart;
//! 3. rustc runs, with our backend in the place of its own.

#![feature(rustc_private)]

extern crate rustc_driver;
extern crate rustc_interface;
extern crate rustc_session;
extern crate rustc_span;

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::PathBuf;
use std::process::ExitCode;

use rustc_driver::Callbacks;
use rustc_interface::interface::Config;
use rustc_span::fatal_error::FatalError;

/// Where `dist` keeps the compiler's sysroot, relative to the folder of this executable.
const TOOLCHAIN: &str = "../toolchain";

struct UseClif;

impl Callbacks for UseClif {
    fn config(&mut self, config: &mut Config) {
        // `-Zcodegen-backend` goes on working: whoever names a backend gets it.
        if config.opts.unstable_opts.codegen_backend.is_none() {
            config.make_codegen_backend =
                Some(Box::new(|_session| rustc_codegen_clif::__rustc_codegen_backend()));
        }
    }
}

fn main() -> ExitCode {
    let early = rustc_session::EarlyDiagCtxt::new(rustc_session::config::ErrorOutputType::default());
    rustc_driver::init_rustc_env_logger(&early);
    rustc_driver::install_ice_hook(BUG_REPORTS, |_| ());
    rustc_driver::install_ctrlc_handler();
    let arguments = with_sysroot(rustc_driver::args::raw_args(&early));
    exit_code_of(|| {
        rustc_driver::run_compiler(&arguments, &mut UseClif);
        if asks_for_verbose_version(&arguments) {
            println!("{}", rustc_codegen_clif::version_line());
        }
    })
}

/// What `rustc_driver::catch_with_exit_code` does: 1 after an error, 101 after a bug.
///
/// That one is generic, and so compiled into this executable, where the type of the unwinding's payload may have
/// another id than in the compiler: the ids are made from those of crates, of which ours may be substitutes (see
/// `build_system/src/toolchain`). So an id of the compiler's own is asked for.
fn exit_code_of(run: impl FnOnce()) -> ExitCode {
    let fatal =
        catch_unwind(|| FatalError.raise()).map_or_else(|payload| (*payload).type_id(), |never| never);
    match catch_unwind(AssertUnwindSafe(run)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(payload) if (*payload).type_id() == fatal => ExitCode::FAILURE,
        Err(payload) => resume_unwind(payload),
    }
}

const BUG_REPORTS: &str = "the issue tracker of rustc_codegen_clif";

/// The arguments, with the sysroot beside this executable unless they name one.
fn with_sysroot(mut arguments: Vec<String>) -> Vec<String> {
    let named =
        arguments.iter().any(|argument| argument == "--sysroot" || argument.starts_with("--sysroot="));
    if let (false, Some(sysroot)) = (named, sysroot()) {
        arguments.push(format!("--sysroot={}", sysroot.display()));
    }
    arguments
}

fn sysroot() -> Option<PathBuf> {
    let executable = std::env::current_exe().ok()?;
    let sysroot = executable.parent()?.join(TOOLCHAIN);
    std::fs::canonicalize(sysroot).ok()
}

/// Whether rustc prints its version in long form (`rustc -vV`).
fn asks_for_verbose_version(arguments: &[String]) -> bool {
    let has = |long: &str, short: char| {
        arguments.iter().skip(1).any(|argument| {
            argument == long
                || argument
                    .strip_prefix('-')
                    .is_some_and(|flags| !flags.starts_with('-') && flags.len() <= 2 && flags.contains(short))
        })
    };
    has("--version", 'V') && has("--verbose", 'v')
}
