//! Files come into being under a temporary name in the same folder and are renamed when they are complete.
//!
//! The exceptions are devices and pipes (`--emit obj=/dev/null`), which are written to; a symbolic link is followed,
//! as a plain copy would.

use std::borrow::Cow;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// Writes `bytes` to `path`, replacing what is there.
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    create(path, |place| fs::write(place, bytes))
}

/// Copies `from` to `to`, replacing what is there.
pub fn copy(from: &Path, to: &Path) -> io::Result<()> {
    create(to, |place| fs::copy(from, place).map(drop))
}

/// Makes `to` a hard link to `from`, or a copy where links cannot be made. Replaces what is there.
pub fn link_or_copy(from: &Path, to: &Path) -> io::Result<()> {
    match fs::remove_file(to) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    fs::hard_link(from, to).or_else(|_| copy(from, to))
}

/// Lets `fill` make a file under a temporary name, then renames it to `path`. Nothing is left of a failure.
fn create(path: &Path, fill: impl FnOnce(&Path) -> io::Result<()>) -> io::Result<()> {
    let path = match fs::metadata(path) {
        Ok(metadata) if !metadata.is_file() => return fill(path),
        Ok(_) if path.is_symlink() => Cow::Owned(fs::canonicalize(path)?),
        _ => Cow::Borrowed(path),
    };
    let temporary = temporary_name(&path);
    let result = fill(&temporary).and_then(|()| fs::rename(&temporary, &path));
    if result.is_err() {
        // The first error is the one that counts.
        let _ = fs::remove_file(&temporary);
    }
    result
}

/// Not used by any other process or thread. Short, for the file's own name may be as long as the system allows.
fn temporary_name(path: &Path) -> PathBuf {
    static COUNTER: AtomicU32 = AtomicU32::new(0);
    let number = COUNTER.fetch_add(1, Ordering::Relaxed);
    path.with_file_name(format!(".clif-{}-{number}.tmp", std::process::id()))
}
