//! Names worker threads after their current work, for `top -H`, `gdb` and `perf`.
//!
//! Linux shows [`SHOWN`] bytes. To leave most of them for the CGU's name, the work has three letters: `gen`
//! compiles functions, `obj` writes an object, `cpy` copies work products, `lto` combines CGUs.

use super::config::WorkKind;

/// The number of bytes of a thread's name that Linux keeps.
const SHOWN: usize = 15;

/// Returns the name for a piece of work, at most [`SHOWN`] bytes. The names of a crate's CGUs have the same
/// prefix, unless they are hashes. Only the rest (`cgu.3`) is used.
pub(super) fn of_job(kind: WorkKind, cgu: &str) -> String {
    let word = match kind {
        WorkKind::Compile => "gen",
        WorkKind::Finish => "obj",
        WorkKind::Copy => "cpy",
        WorkKind::Combine => "lto",
    };
    let cgu = cgu.rfind("-cgu.").map_or(cgu, |position| &cgu[position + 1..]);
    let mut name = format!("{word} {cgu}");
    name.truncate(name.floor_char_boundary(SHOWN));
    name.trim_end().to_owned()
}

/// Renames the calling thread for the operating system. Its name in Rust stays the same.
pub(super) fn show(name: &str) {
    let mut bytes = [0_u8; SHOWN + 1];
    let length = name.len().min(SHOWN);
    bytes[..length].copy_from_slice(&name.as_bytes()[..length]);
    // SAFETY: the pointer is valid during the call, and the text ends with a zero byte. A failure keeps the
    // old name.
    #[cfg(target_os = "linux")]
    unsafe {
        libc::prctl(libc::PR_SET_NAME, bytes.as_ptr())
    };
    #[cfg(not(target_os = "linux"))]
    let _ = bytes;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_contain_the_work_and_the_cgu() {
        for (kind, cgu, name) in [
            (WorkKind::Compile, "regex.f10ba03eb5ec7975-cgu.12", "gen cgu.12"),
            (WorkKind::Finish, "2i52vvl2hco29us0", "obj 2i52vvl2hco"),
            (WorkKind::Copy, "größe", "cpy größe"),
            (WorkKind::Finish, "0123456789ß", "obj 0123456789"),
            (WorkKind::Combine, "", "lto"),
        ] {
            assert_eq!(of_job(kind, cgu), name);
            assert!(name.len() <= SHOWN);
        }
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_thread_is_shown_under_its_new_name() {
        let shown = || std::fs::read_to_string("/proc/thread-self/comm").unwrap();
        std::thread::spawn(move || {
            show("obj cgu.1");
            assert_eq!(shown(), "obj cgu.1\n");
            show("a name that is too long for it");
            assert_eq!(shown(), "a name that is \n");
        })
        .join()
        .unwrap();
    }
}
