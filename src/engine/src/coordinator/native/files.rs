//! Files come into being under a temporary name in the same folder and are renamed when they are complete.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use crate::coordinator::shell::Problem;

/// Writes `bytes` to `path`, replacing what is there.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<(), Box<Problem>> {
    create(path, |temporary| fs::write(temporary, bytes)).map_err(|error| problem("write", path, error))
}

/// Makes `to` a hard link to `from`, or a copy where links cannot be made.
pub(super) fn link_or_copy(from: &Path, to: &Path) -> Result<(), Box<Problem>> {
    let removed = match fs::remove_file(to) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    };
    removed.map_err(|error| problem("replace", to, error))?;
    if fs::hard_link(from, to).is_ok() {
        return Ok(());
    }
    if let Err(error) = fs::metadata(from) {
        return Err(problem("read the cached file", from, error));
    }
    create(to, |temporary| fs::copy(from, temporary).map(drop)).map_err(|error| problem("write", to, error))
}

/// Lets `fill` make a file under a temporary name, then renames it to `path`. Nothing is left of a failure.
fn create(path: &Path, fill: impl FnOnce(&Path) -> io::Result<()>) -> io::Result<()> {
    let temporary = temporary_name(path);
    let result = fill(&temporary).and_then(|()| fs::rename(&temporary, path));
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

fn problem(action: &'static str, path: &Path, error: io::Error) -> Box<Problem> {
    Box::new(Problem::File { action, path: path.to_owned(), error })
}
