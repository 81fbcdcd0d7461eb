//! `rustc-clif`: the compiler with the Cranelift backend; takes rustc's arguments.
//!
//! In order:
//! 1. the arguments get a `--sysroot` if the user gave none: the toolchain beside this executable;
//! 2. `-vV` says one line more than rustc's (two if std is not the compiler's own), so that cargo keeps apart
//!    what is made by different compilers or for different libraries;
//! 3. rustc runs, with our backend in the place of its own.

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

/// Where `dist` keeps the compiler's sysroot, relative to the folder of this executable.
const TOOLCHAIN: &str = "../toolchain";
/// The file of a sysroot whose standard library this backend compiled; it holds a line that says so.
const LIBRARY_MARK: &str = "lib/rustlib/compiled-by-clif";

/// Pulls mimalloc into the executable, whose `malloc`, `free` and so on then are those of every library of
/// the process, the compiler's among them. A compiler allocates all the time: with glibc's allocator, an
/// eighth of all instructions are the allocator's (docs/performance.md). rustup's `rustc` brings an allocator
/// of its own for the same reason.
#[used]
static ALLOCATOR: unsafe extern "C" fn(usize) -> *mut std::ffi::c_void = libmimalloc_sys::mi_malloc;

/// `mi_option_purge_delay` of mimalloc 2 (`mimalloc.h`): for how many milliseconds free memory is kept for
/// later.
const PURGE_DELAY: c_int = 15;
/// It while code is generated; mimalloc's own is 10.
const SHORT_DELAY: c_long = 1;

unsafe extern "C" {
    fn mi_option_set(option: c_int, value: c_long);
}

#[derive(Default)]
struct UseClif {
    /// How to print the whole time at the end, if `-Ztime-passes` asks for it.
    time_format: Option<TimePassesFormat>,
}

impl Callbacks for UseClif {
    fn config(&mut self, config: &mut Config) {
        // What rustc's own driver sets: messages shorten paths.
        TimePassesCallbacks::default().config(config);
        let unstable = &config.opts.unstable_opts;
        self.time_format =
            (unstable.time_passes && config.opts.prints.is_empty()).then_some(unstable.time_passes_format);
        match environment::linker() {
            Ok(Some(linker)) => rustc_codegen_clif::session::linker::prefer(linker, &mut config.opts),
            Ok(None) => {}
            Err(message) => EarlyDiagCtxt::new(config.opts.error_format).early_fatal(message),
        }
        // `-Zcodegen-backend` goes on working: whoever names a backend gets it.
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
            println!("{}", rustc_codegen_clif::version_line());
            print!("{}", standard_library_line());
        }
    });
    if let Some(format) = callbacks.time_format {
        print_time_passes_entry("total", start.elapsed(), start_memory, get_resident_set_size(), format);
    }
    code
}

/// A process is largest while it generates code, and what functions need is allocated and freed all the time:
/// if free memory is kept for less long, the peak is some 8 MB lower, for 5 % more page faults
/// (docs/performance.md).
fn give_memory_back_sooner() {
    // SAFETY: the option exists, and any number is a delay.
    unsafe { mi_option_set(PURGE_DELAY, SHORT_DELAY) }
}

/// 0, or 1 after errors; a panic goes on.
///
/// `rustc_driver::catch_with_exit_code` cannot be used: it is generic, so its instance would be ours, and the
/// type that fatal errors unwind with would not be the compiler's to it. A type's id contains the id of its
/// crate, which the build system's own metadata of the compiler does not share with the compiler (names are
/// renamed after linking, ids of types cannot be). So the compiler itself has to show the type.
fn exit_code_of(compile: impl FnOnce()) -> ExitCode {
    let fatal =
        panic::catch_unwind(|| -> () { FatalError.raise() }).err().map(|payload| (*payload).type_id());
    match panic::catch_unwind(AssertUnwindSafe(compile)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(payload) if Some((*payload).type_id()) == fatal => ExitCode::FAILURE,
        Err(payload) => panic::resume_unwind(payload),
    }
}

/// Whoever stops reading what is printed ends the compiler without a word, as with rustc and other tools. A
/// program of Rust ignores the signal, unless it is built with the unstable `-Zon-broken-pipe=kill`, as
/// rustc's own executable is; then a closed pipe is an error of `println!`, which panics. Children get the
/// default action in both cases (std's `Command` restores it).
fn end_with_closed_pipes() {
    // SAFETY: no other thread is there yet, and the default action needs no handler.
    unsafe { libc::signal(libc::SIGPIPE, libc::SIG_DFL) };
}

/// The arguments, with the sysroot beside this executable unless they name one.
fn with_sysroot(mut arguments: Vec<String>) -> Vec<String> {
    let named =
        arguments.iter().any(|argument| argument == "--sysroot" || argument.starts_with("--sysroot="));
    // The first argument is the program. Ours comes right behind it: `--` may end the options, the last
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

/// The line about a standard library that is not the compiler's own.
fn standard_library_line() -> String {
    sysroot().and_then(|sysroot| std::fs::read_to_string(sysroot.join(LIBRARY_MARK)).ok()).unwrap_or_default()
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
