//! The linker that `cargo-clif` found, for links that ask for nothing of their own.
//!
//! `cargo-clif` names mold or lld in `CLIF_LINKER` (`src/cargo_clif/src/linker.rs`). [`prefer`] turns that
//! into `-fuse-ld=NAME`, unless the command line names a linker, a flavour or linker features, gives the
//! linker a script or a plug-in (of which mold and lld know less than GNU's), or compiles for something else
//! than Linux on this machine.

use rustc_session::config::Options;
use rustc_target::spec::LinkerFeatures;

use crate::session::environment::Linker;

/// Beginnings of linker arguments with which the choice is left to the project.
const OWN_CHOICES: [&str; 9] =
    ["-fuse-ld", "--ld-path", "-B", "-T", "-Wl,-T", "-Wl,--script", "-Wl,-dT", "-Wl,-plugin", "-Wl,--plugin"];

/// Has `options` link with the linker that `CLIF_LINKER` names.
pub fn prefer(linker: Linker, options: &mut Options) {
    if is_left_to_the_project(options) {
        return;
    }
    options.cg.link_args.push(format!("-fuse-ld={}", linker.name()));
    // rustup's compilers link with their own lld unless told otherwise.
    options.cg.linker_features.disabled.insert(LinkerFeatures::LLD);
}

fn is_left_to_the_project(options: &Options) -> bool {
    let generation = &options.cg;
    let features = &generation.linker_features;
    let unstable = &options.unstable_opts;
    let is_host = options.target_triple.tuple() == rustc_session::config::host_tuple();
    let arguments = generation.link_args.iter().chain(&unstable.pre_link_args);
    !is_host
        || generation.linker.is_some()
        || generation.linker_flavor.is_some()
        || !features.enabled.is_empty()
        || !features.disabled.is_empty()
        || arguments.into_iter().any(|argument| is_own_choice(argument))
}

/// Whether an argument is about the linker itself. `-T` and the like may come after `-Xlinker`.
fn is_own_choice(argument: &str) -> bool {
    argument == "-Xlinker" || OWN_CHOICES.iter().any(|beginning| argument.starts_with(beginning))
}
