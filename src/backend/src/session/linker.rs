//! Passes the linker that `cargo-clif` found on to links that do not choose one.
//!
//! `cargo-clif` names mold or lld in `CLIF_LINKER` (`src/cargo_clif/src/linker.rs`). [`prefer`] adds
//! `-fuse-ld=NAME`, unless the command line
//! - names a linker, a flavor or linker features,
//! - gives the linker a script or a plugin, which mold and lld support less well than GNU's linker, or
//! - compiles for another target than this machine's.

use rustc_session::config::Options;
use rustc_target::spec::LinkerFeatures;

use crate::session::environment::Linker;

/// Prefixes of linker arguments that leave the choice to the project.
const OWN_CHOICES: [&str; 9] =
    ["-fuse-ld", "--ld-path", "-B", "-T", "-Wl,-T", "-Wl,--script", "-Wl,-dT", "-Wl,-plugin", "-Wl,--plugin"];

/// Makes `options` link with `linker`, unless the project chooses one.
pub fn prefer(linker: Linker, options: &mut Options) {
    if is_left_to_the_project(options) {
        return;
    }
    options.cg.link_args.push(format!("-fuse-ld={}", linker.name()));
    // rustup's compilers link with their own lld unless this feature is disabled.
    options.cg.linker_features.disabled.insert(LinkerFeatures::LLD);
}

fn is_left_to_the_project(options: &Options) -> bool {
    let codegen = &options.cg;
    let features = &codegen.linker_features;
    let unstable = &options.unstable_opts;
    let is_host = options.target_triple.tuple() == rustc_session::config::host_tuple();
    let arguments = codegen.link_args.iter().chain(&unstable.pre_link_args);
    !is_host
        || codegen.linker.is_some()
        || codegen.linker_flavor.is_some()
        || !features.enabled.is_empty()
        || !features.disabled.is_empty()
        || arguments.into_iter().any(|argument| is_own_choice(argument))
}

/// Whether an argument is about the linker itself. `-Xlinker` counts, since `-T` and the like may follow it.
fn is_own_choice(argument: &str) -> bool {
    argument == "-Xlinker" || OWN_CHOICES.iter().any(|beginning| argument.starts_with(beginning))
}
