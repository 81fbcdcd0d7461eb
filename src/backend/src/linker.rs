//! The linker that `cargo-clif` found, for links that ask for nothing of their own.
//!
//! `cargo-clif` names mold or lld in `CLIF_LINKER` (`src/cargo_clif/src/linker.rs`). [`prefer`] turns that into
//! `-fuse-ld=NAME`, unless the command line names a linker, a flavour or linker features, gives the linker a script
//! or a plug-in (of which mold and lld know less than GNU's), or compiles for something else than Linux on this
//! machine. A name that means nothing here is an error, since it was the user who wrote it.

use rustc_session::config::Options;
use rustc_target::spec::LinkerFeatures;

/// Beginnings of linker arguments with which the choice is left to the project.
const OWN_CHOICES: [&str; 9] =
    ["-fuse-ld", "--ld-path", "-B", "-T", "-Wl,-T", "-Wl,--script", "-Wl,-dT", "-Wl,-plugin", "-Wl,--plugin"];

/// Has `options` link with `name`, the value of `CLIF_LINKER`. An error is a message for the user.
pub fn prefer(name: &str, options: &mut Options) -> Result<(), String> {
    match name {
        "" | "default" => return Ok(()),
        "mold" | "lld" => {}
        other => {
            return Err(format!("CLIF_LINKER={other} is not known; it can be `mold`, `lld` or `default`"));
        }
    }
    if is_left_to_the_project(options) {
        return Ok(());
    }
    options.cg.link_args.push(format!("-fuse-ld={name}"));
    // rustup's compilers link with their own lld unless told otherwise.
    options.cg.linker_features.disabled.insert(LinkerFeatures::LLD);
    Ok(())
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
