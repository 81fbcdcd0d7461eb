//! `rustc-clif`: rustc with the Cranelift backend. It takes rustc's arguments.
//!
//! 1. The arguments get a `--sysroot` if they have none: the toolchain beside this executable.
//! 2. rustc runs, with our backend instead of LLVM's.
//! 3. `-vV` prints one more line than rustc (two if std is not the compiler's own). Cargo keeps the artifacts
//!    of different compilers and standard libraries apart by this output.

#![feature(rustc_private)]

extern crate rustc_data_structures;
extern crate rustc_driver;
extern crate rustc_interface;
extern crate rustc_middle;
extern crate rustc_session;
extern crate rustc_span;

use std::ffi::{c_int, c_long};
use std::panic::{self, AssertUnwindSafe};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use rustc_codegen_clif::session::{bug_report, environment};
use rustc_data_structures::profiling::{TimePassesFormat, get_resident_set_size, print_time_passes_entry};
use rustc_driver::{Callbacks, Compilation, TimePassesCallbacks};
use rustc_interface::interface::{Compiler, Config};
use rustc_middle::ty::TyCtxt;
use rustc_session::EarlyDiagCtxt;
use rustc_span::fatal_error::FatalError;

/// The folder of the compiler's sysroot in `dist`, relative to the folder of this executable.
const TOOLCHAIN: &str = "../toolchain";
/// A file in a sysroot whose standard library the backend compiled. It holds the second line of `-vV`.
const LIBRARY_MARK: &str = "lib/rustlib/compiled-by-clif";

/// Links mimalloc into the executable. Its `malloc`, `free` and so on then replace those of every library in
/// the process, including the compiler's. A compiler allocates all the time: with glibc's allocator, an
/// eighth of all instructions are the allocator's (docs/performance.md). rustup's `rustc` replaces its
/// allocator for the same reason.
#[used]
static ALLOCATOR: unsafe extern "C" fn(usize) -> *mut std::ffi::c_void = libmimalloc_sys::mi_malloc;

/// The number of `mi_option_purge_delay`: for how many milliseconds mimalloc keeps free memory for later. The
/// build script reads it from `mimalloc.h`.
const PURGE_DELAY: c_int = match c_int::from_str_radix(env!("MIMALLOC_PURGE_DELAY"), 10) {
    Ok(number) => number,
    Err(_) => panic!("the build script gives a number"),
};
/// The delay during codegen. mimalloc's default is 10.
const SHORT_DELAY: c_long = 1;

unsafe extern "C" {
    fn mi_option_set(option: c_int, value: c_long);
}

#[derive(Default)]
struct UseClif {
    /// The format of the total time at the end, if `-Ztime-passes` is given.
    time_format: Option<TimePassesFormat>,
}

impl Callbacks for UseClif {
    fn config(&mut self, config: &mut Config) {
        // As in rustc's own driver: messages shorten paths.
        TimePassesCallbacks::default().config(config);
        let unstable = &config.opts.unstable_opts;
        self.time_format =
            (unstable.time_passes && config.opts.prints.is_empty()).then_some(unstable.time_passes_format);
        match environment::linker() {
            Ok(Some(linker)) => rustc_codegen_clif::session::linker::prefer(linker, &mut config.opts),
            Ok(None) => {}
            Err(message) => EarlyDiagCtxt::new(config.opts.error_format).early_fatal(message),
        }
        rustc_codegen_clif::session::linker::prefer_cross(&mut config.opts);
        // A backend that `-Zcodegen-backend` names takes precedence.
        if config.opts.unstable_opts.codegen_backend.is_none() {
            config.make_codegen_backend =
                Some(Box::new(|_session| rustc_codegen_clif::__rustc_codegen_backend()));
        }
    }

    fn after_analysis(&mut self, _compiler: &Compiler, _types: TyCtxt<'_>) -> Compilation {
        give_memory_back_sooner();
        Compilation::Continue
    }
}

fn main() -> ExitCode {
    let (start, start_memory) = (Instant::now(), get_resident_set_size());
    end_with_closed_pipes();
    let early = EarlyDiagCtxt::new(rustc_session::config::ErrorOutputType::default());
    rustc_driver::init_rustc_env_logger(&early);
    bug_report::install(bug_report::Panics::All);
    rustc_driver::install_ctrlc_handler();
    let arguments = with_sysroot(rustc_driver::args::raw_args(&early));
    let mut callbacks = UseClif::default();
    let code = exit_code_of(|| {
        rustc_driver::run_compiler(&arguments, &mut callbacks);
        if asks_for_verbose_version(&arguments) {
            println!("{}", rustc_codegen_clif::session::version_line());
            print!("{}", standard_library_line());
        }
    });
    if let Some(format) = callbacks.time_format {
        print_time_passes_entry("total", start.elapsed(), start_memory, get_resident_set_size(), format);
    }
    code
}

/// Shortens the time for which mimalloc keeps free memory. A process is largest during codegen, which
/// allocates and frees all the time: the shorter delay lowers the peak by some 8 MB, for 5 % more page faults
/// (docs/performance.md).
fn give_memory_back_sooner() {
    // SAFETY: the option exists, and any number is a delay.
    unsafe { mi_option_set(PURGE_DELAY, SHORT_DELAY) }
}

/// Returns 0, or 1 after errors. Resumes a panic.
///
/// `rustc_driver::catch_with_exit_code` does not work here: it is generic, so this crate would have its own
/// instance of it, which looks for another type of payload than the one that the compiler's fatal errors
/// unwind with. A type's id contains the id of its crate. The metadata of the compiler's crates that the
/// build system makes has other crate ids than the compiler; names are renamed after linking, but ids of
/// types cannot be. So this function raises a fatal error once, in the compiler's code, and takes the id from
/// its payload.
fn exit_code_of(compile: impl FnOnce()) -> ExitCode {
    let fatal =
        panic::catch_unwind(|| -> () { FatalError.raise() }).err().map(|payload| (*payload).type_id());
    match panic::catch_unwind(AssertUnwindSafe(compile)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(payload) if Some((*payload).type_id()) == fatal => ExitCode::FAILURE,
        Err(payload) => panic::resume_unwind(payload),
    }
}

/// Restores the default action of SIGPIPE, so that a closed pipe ends the compiler silently, as with rustc
/// and other tools. Rust programs ignore the signal, and `println!` then panics on a closed pipe, unless they
/// are built with the unstable `-Zon-broken-pipe=kill`, as rustc's own executable is. Child processes get the
/// default action in both cases (std's `Command` restores it).
fn end_with_closed_pipes() {
    // SAFETY: no other thread exists yet, and the default action needs no handler.
    unsafe { libc::signal(libc::SIGPIPE, libc::SIG_DFL) };
}

/// Returns the arguments, with the sysroot beside this executable unless they name one.
fn with_sysroot(mut arguments: Vec<String>) -> Vec<String> {
    let named =
        arguments.iter().any(|argument| argument == "--sysroot" || argument.starts_with("--sysroot="));
    // The first argument is the program. Ours comes directly after it: `--` may end the options, the last
    // option may lack its value, and without any argument rustc prints its usage.
    if let (false, 2.., Some(sysroot)) = (named, arguments.len(), sysroot()) {
        arguments.insert(1, format!("--sysroot={}", sysroot.display()));
    }
    arguments
}

fn sysroot() -> Option<PathBuf> {
    let executable = std::env::current_exe().ok()?;
    let sysroot = executable.parent()?.join(TOOLCHAIN);
    std::fs::canonicalize(sysroot).ok()
}

/// Returns the line about a standard library that is not the compiler's own; otherwise an empty string.
fn standard_library_line() -> String {
    sysroot().and_then(|sysroot| std::fs::read_to_string(sysroot.join(LIBRARY_MARK)).ok()).unwrap_or_default()
}

/// Whether the arguments ask for the long form of rustc's version (`rustc -vV`).
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
