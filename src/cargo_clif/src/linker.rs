//! Chooses the linker of builds whose project names none.
//!
//! After codegen, linking is the largest part of an incremental build, and it takes the same time each time.
//! [`choose`] looks for mold and then for lld on `PATH`. `cargo-clif` puts the name into [`VARIABLE`] for
//! `rustc-clif`.
//!
//! This program only sets the variable, and only if the user has not. The backend gives it its meaning:
//! `linker()` in `src/backend/src/session/environment.rs` reads it and rejects unknown names, and
//! `src/backend/src/session/linker.rs` applies it, unless the project or the user passes options for the
//! linker. Only the compiler sees all of these options. The two crates share no code, because the backend
//! links against the compiler and this program does not. The suite `cargo-clif` tests them together.

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use clif_targets::tools::in_folders;

/// Tells `rustc-clif` which linker to use: `mold`, `lld`, or `default` for the system's.
pub const VARIABLE: &str = "CLIF_LINKER";
/// Programs and their names in `cc -fuse-ld=`, the fastest first.
const LINKERS: [(&str, &str); 2] = [("mold", "mold"), ("ld.lld", "lld")];

/// Returns the name of the linker to use, and its program for the message. `None` if the user has set
/// [`VARIABLE`], or neither linker is installed.
pub fn choose() -> Option<(&'static str, PathBuf)> {
    if env::var_os(VARIABLE).is_some_and(|value| !value.is_empty()) {
        return None;
    }
    find(&env::var_os("PATH")?)
}

/// Finds the first of [`LINKERS`] in the folders of `path`.
fn find(path: &OsStr) -> Option<(&'static str, PathBuf)> {
    LINKERS.iter().find_map(|&(program, name)| Some((name, in_folders(program, path)?)))
}

/// Whether the user asked cargo for verbose output.
pub fn is_verbose(arguments: &[OsString]) -> bool {
    let own = arguments.iter().take_while(|argument| *argument != "--");
    own.filter_map(|argument| argument.to_str())
        .any(|argument| matches!(argument, "-v" | "-vv" | "--verbose"))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;
    use std::path::Path;

    use super::*;

    #[test]
    fn the_fastest_linker_on_the_path_is_found() {
        let folder = env::temp_dir().join(format!("clif linkers {}", std::process::id()));
        let folders = [folder.join("a"), folder.join("b")];
        for folder in &folders {
            fs::create_dir_all(folder).unwrap();
        }
        let path = env::join_paths(&folders).unwrap();
        let put = |file: &Path, mode: u32| {
            fs::write(file, "").unwrap();
            fs::set_permissions(file, fs::Permissions::from_mode(mode)).unwrap();
        };
        assert_eq!(find(&path), None);
        put(&folders[0].join("ld.lld"), 0o755);
        put(&folders[1].join("mold"), 0o644);
        assert_eq!(find(&path), Some(("lld", folders[0].join("ld.lld"))), "mold is not executable");
        put(&folders[1].join("mold"), 0o755);
        assert_eq!(find(&path), Some(("mold", folders[1].join("mold"))));
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn the_programs_own_arguments_do_not_count() {
        let words = |text: &str| -> Vec<OsString> { text.split(' ').map(OsString::from).collect() };
        assert!(is_verbose(&words("build -v")));
        assert!(!is_verbose(&words("run -- -v")));
    }
}
