//! Chooses the linker of links whose command line does not.
//!
//! - For another machine, [`prefer_cross`] names its C compiler, `<machine>-linux-gnu-gcc`. If that is not
//!   installed, [`require`] says so before the link: this machine's C compiler would only report that the
//!   files are in a wrong format.
//! - [`prefer`] passes on the linker that `cargo-clif` found: it names mold or lld in `CLIF_LINKER`
//!   (`src/cargo_clif/src/linker.rs`), and this adds `-fuse-ld=NAME`. On `PATH`, the C compiler of another
//!   machine looks for a linker that is named after the machine, but not in folders that `-B` names
//!   (`full_ld_suffixes` and `cpath` in gcc's `collect2.cc`). So a link for another machine gets the folder
//!   too.
//!
//! A command line chooses its linker if it
//! - names a linker, a flavor or linker features,
//! - gives the linker a script or a plugin, which mold and lld support less well than GNU's linker.

use std::path::{Path, PathBuf};

use clif_targets::Target;
use clif_targets::tools::on_path;
use rustc_session::Session;
use rustc_session::config::{CrateType, Options, OutputType, host_tuple};
use rustc_target::spec::LinkerFeatures;

use crate::session::environment::Linker;

/// The linker of bare targets, if rustc's own is missing.
const BARE_LINKER: &str = "ld.lld";
/// Prefixes of linker arguments that leave the choice to the project.
const OWN_CHOICES: [&str; 9] =
    ["-fuse-ld", "--ld-path", "-B", "-T", "-Wl,-T", "-Wl,--script", "-Wl,-dT", "-Wl,-plugin", "-Wl,--plugin"];

/// Makes `options` link with the C compiler of the target's machine, if that is another one and the compiler
/// is installed.
pub fn prefer_cross(options: &mut Options) {
    if let Some(target) = machine_without_linker(options)
        && let Ok(Some(compiler)) = target.linker()
    {
        options.cg.linker = Some(compiler);
    } else if options.cg.linker.is_none() && lacks_bare_linker(options) {
        options.cg.linker = on_path(BARE_LINKER);
    }
}

/// Ends the compilation before a link for another machine without a linker.
pub fn require(sess: &Session, crate_types: &[CrateType]) {
    let links = |kind: &CrateType| !matches!(kind, CrateType::Rlib | CrateType::StaticLib);
    if !sess.opts.output_types.contains_key(&OutputType::Exe) || !crate_types.iter().any(links) {
        return;
    }
    if let Some(Err(missing)) = machine_without_linker(&sess.opts).map(Target::linker) {
        let help = "name another linker with `-Clinker` or cargo's `target.<triple>.linker`";
        sess.dcx().struct_fatal(missing.to_string()).with_help(help).emit();
    }
}

/// Returns the machine of a Linux target if it is another one than this, and the command line does not
/// choose a linker.
fn machine_without_linker(options: &Options) -> Option<&'static Target> {
    let codegen = &options.cg;
    let triple = options.target_triple.tuple();
    let is_open = codegen.linker.is_none() && codegen.linker_flavor.is_none() && triple.contains("-linux-");
    Target::of_machine_in(triple).filter(|target| is_open && !target.is_host())
}

/// Whether the target is bare and rustc's linker for it is not installed: rustup's compilers come
/// with `rust-lld`, Debian's do not.
fn lacks_bare_linker(options: &Options) -> bool {
    let triple = options.target_triple.tuple();
    let is_bare = Target::of_machine_in(triple).is_some() && triple.contains("-none");
    let folder = options.sysroot.path().join("lib/rustlib").join(host_tuple()).join("bin");
    is_bare
        && options.cg.linker_flavor.is_none()
        && !folder.join("rust-lld").exists()
        && on_path("rust-lld").is_none()
}

/// Makes `options` link with `linker`, unless the project chooses one.
pub fn prefer(linker: Linker, options: &mut Options) {
    if is_left_to_the_project(options) {
        return;
    }
    if options.target_triple.tuple() != host_tuple() {
        let folder = machine_without_linker(options).and_then(|target| folder_for(target, linker));
        let Some(folder) = folder else { return };
        options.cg.link_args.push(format!("-B{}", folder.display()));
    }
    options.cg.link_args.push(format!("-fuse-ld={}", linker.name()));
    // rustup's compilers link with their own lld unless this feature is disabled.
    options.cg.linker_features.disabled.insert(LinkerFeatures::LLD);
}

/// Returns the folder where the C compiler of another machine finds `linker`; `None` if it cannot use it.
fn folder_for(target: &Target, linker: Linker) -> Option<PathBuf> {
    let program = on_path(&format!("ld.{}", linker.name()))?;
    let is_usable = match linker {
        Linker::Mold => target.accepts_mold,
        Linker::Lld => target.accepts_lld(&program),
    };
    is_usable.then(|| program.parent().map(Path::to_owned)).flatten()
}

fn is_left_to_the_project(options: &Options) -> bool {
    let codegen = &options.cg;
    let features = &codegen.linker_features;
    let unstable = &options.unstable_opts;
    let arguments = codegen.link_args.iter().chain(&unstable.pre_link_args);
    codegen.linker.is_some()
        || codegen.linker_flavor.is_some()
        || !features.enabled.is_empty()
        || !features.disabled.is_empty()
        || arguments.into_iter().any(|argument| is_own_choice(argument))
}

/// Whether an argument is about the linker itself. `-Xlinker` counts, since `-T` and the like may follow it.
fn is_own_choice(argument: &str) -> bool {
    argument == "-Xlinker" || OWN_CHOICES.iter().any(|beginning| argument.starts_with(beginning))
}
