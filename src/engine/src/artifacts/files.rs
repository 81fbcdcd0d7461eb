//! Writes output files so that an incomplete one is never visible.
//!
//! A file is written under a temporary name in the same folder and renamed when it is complete ([`replace`]).
//! Apart from that, the result is the same as if the file had been opened and overwritten, as LLVM does it.
//! Where a rename would lead to another result, the file is overwritten in place:
//! - devices, pipes and open files of a process (`--emit=obj=/dev/stdout`);
//! - files with several hard links or with another owner, since a new file would lose these;
//! - files that can be written but not replaced: the target of a mount, a file in a read-only folder.
//!
//! Symbolic links are followed, also to a file that does not exist yet. A file without write permission is
//! not replaced.

use std::fs::{self, File, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// The number of symbolic links after which Linux assumes a loop.
const MOST_LINKS: usize = 40;
/// Errors of replacing a file that can perhaps still be written in place.
const FOLDER_ERRORS: [i32; 5] = [libc::EACCES, libc::EPERM, libc::EROFS, libc::EBUSY, libc::EXDEV];

/// Writes `bytes` to `path`. An existing file is replaced, and its mode is kept.
///
/// # Errors
///
/// If the file cannot be written. Nothing new is left at `path` then, unless it is written in place.
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    create(path, |place, existing| {
        fs::write(place, bytes)?;
        match existing {
            Some(existing) => fs::set_permissions(place, existing.permissions()),
            None => Ok(()),
        }
    })
}

/// Copies `from` with its mode to `to`. An existing file is replaced.
///
/// # Errors
///
/// If `from` cannot be read or `to` cannot be written.
pub fn copy(from: &Path, to: &Path) -> io::Result<()> {
    create(to, |place, _| fs::copy(from, place).map(drop))
}

/// Makes `to` a hard link to `from`, or a copy if that fails. An existing file is replaced.
///
/// # Errors
///
/// If the old file cannot be removed, or if neither a link nor a copy can be made.
pub fn link_or_copy(from: &Path, to: &Path) -> io::Result<()> {
    match fs::remove_file(to) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    fs::hard_link(from, to).or_else(|_| copy(from, to))
}

/// How to write to a path, after following symbolic links.
enum OutputPlace {
    /// By replacing this file, which may not exist yet.
    File(PathBuf, Option<Metadata>),
    /// By writing in place.
    InPlace,
}

impl OutputPlace {
    fn of(path: &Path) -> io::Result<OutputPlace> {
        let mut path = path.to_owned();
        for _ in 0..MOST_LINKS {
            let metadata = match fs::symlink_metadata(&path) {
                Ok(metadata) => metadata,
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    return Ok(OutputPlace::File(path, None));
                }
                Err(error) => return Err(error),
            };
            if metadata.is_symlink() {
                let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
                let folder = fs::canonicalize(folder.unwrap_or(Path::new(".")))?;
                // An open file of a process. Only the link itself leads to it.
                if folder.starts_with("/proc") {
                    return Ok(OutputPlace::InPlace);
                }
                path = folder.join(fs::read_link(&path)?);
            } else if metadata.is_file() && metadata.nlink() == 1 {
                return Ok(OutputPlace::File(path, Some(metadata)));
            } else {
                return Ok(OutputPlace::InPlace);
            }
        }
        Err(io::Error::from_raw_os_error(libc::ELOOP))
    }
}

/// Calls `fill` to write the file at `path`. `fill` gets the path to write to and, if that is a new file, the
/// metadata of the file that it will replace.
fn create(path: &Path, fill: impl Fn(&Path, Option<&Metadata>) -> io::Result<()>) -> io::Result<()> {
    let OutputPlace::File(place, existing) = OutputPlace::of(path)? else { return fill(path, None) };
    if existing.is_some() {
        // Permission to replace a file does not include permission to write to it.
        drop(File::options().write(true).open(&place)?);
    }
    match replace(&place, existing.as_ref(), &fill) {
        Ok(Replaced::Yes) => Ok(()),
        Ok(Replaced::NotAllowed) => fill(&place, None),
        Err(error) if error.raw_os_error().is_some_and(|code| FOLDER_ERRORS.contains(&code)) => {
            fill(&place, None)
        }
        Err(error) => Err(error),
    }
}

/// Whether a file was replaced.
enum Replaced {
    Yes,
    /// No: the new file would have another owner or group.
    NotAllowed,
}

/// Calls `fill` to write a file under a temporary name, then renames it to `path`. Removes the temporary file
/// after a failure.
fn replace(
    path: &Path,
    existing: Option<&Metadata>,
    fill: impl Fn(&Path, Option<&Metadata>) -> io::Result<()>,
) -> io::Result<Replaced> {
    let temporary = temporary_name(path);
    let rename = || {
        fill(&temporary, existing)?;
        let owner = |metadata: &Metadata| (metadata.uid(), metadata.gid());
        if let Some(existing) = existing
            && owner(existing) != owner(&fs::metadata(&temporary)?)
        {
            return Ok(Replaced::NotAllowed);
        }
        fs::rename(&temporary, path).map(|()| Replaced::Yes)
    };
    let result = rename();
    if !matches!(result, Ok(Replaced::Yes)) {
        // The first error is the one to report.
        let _ = fs::remove_file(&temporary);
    }
    result
}

/// Returns a name that no other process or thread uses. It is short and does not contain the file's own name,
/// which may already be as long as the system allows.
fn temporary_name(path: &Path) -> PathBuf {
    static COUNTER: AtomicU32 = AtomicU32::new(0);
    let number = COUNTER.fetch_add(1, Ordering::Relaxed);
    path.with_file_name(format!(".clif-{}-{number}.tmp", std::process::id()))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o7777
    }

    fn names(folder: &Path) -> usize {
        fs::read_dir(folder).unwrap().count()
    }

    #[test]
    fn a_file_is_replaced_whole_and_keeps_its_mode() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("output");
        write(&path, b"first").unwrap();
        let before = fs::metadata(&path).unwrap().ino();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        write(&path, b"second").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"second");
        assert_ne!(fs::metadata(&path).unwrap().ino(), before);
        assert_eq!((mode(&path), names(folder.path())), (0o600, 1));
    }

    #[test]
    fn a_copy_has_the_mode_of_its_source() {
        let folder = tempfile::tempdir().unwrap();
        let [from, to] = ["from", "to"].map(|name| folder.path().join(name));
        write(&from, b"text").unwrap();
        fs::set_permissions(&from, fs::Permissions::from_mode(0o640)).unwrap();
        write(&to, b"old").unwrap();
        copy(&from, &to).unwrap();
        assert_eq!((fs::read(&to).unwrap(), mode(&to)), (b"text".to_vec(), 0o640));
    }

    #[test]
    fn hard_links_stay_together() {
        let folder = tempfile::tempdir().unwrap();
        let [path, other] = ["output", "other"].map(|name| folder.path().join(name));
        write(&path, b"first").unwrap();
        fs::hard_link(&path, &other).unwrap();
        write(&path, b"second").unwrap();
        assert_eq!(fs::read(&other).unwrap(), b"second");
    }

    #[test]
    fn links_to_missing_files_are_followed() {
        let folder = tempfile::tempdir().unwrap();
        let within = folder.path().join("within");
        fs::create_dir(&within).unwrap();
        symlink("within/second", folder.path().join("first")).unwrap();
        symlink("../end", within.join("second")).unwrap();
        for text in [b"one", b"two"] {
            write(&folder.path().join("first"), text).unwrap();
            assert_eq!(fs::read(folder.path().join("end")).unwrap(), text);
        }
        assert!(folder.path().join("first").is_symlink() && within.join("second").is_symlink());
        symlink("loop", folder.path().join("loop")).unwrap();
        let error = write(&folder.path().join("loop"), b"").unwrap_err();
        assert_eq!(error.raw_os_error(), Some(libc::ELOOP));
    }

    #[test]
    fn open_files_are_written_in_place() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("open");
        let file = File::create(&path).unwrap();
        let before = file.metadata().unwrap().ino();
        let link = folder.path().join("link");
        symlink(format!("/proc/self/fd/{}", std::os::fd::AsRawFd::as_raw_fd(&file)), &link).unwrap();
        write(&link, b"text").unwrap();
        assert_eq!(
            (fs::read(&path).unwrap(), fs::metadata(&path).unwrap().ino()),
            (b"text".to_vec(), before)
        );
        write(Path::new("/dev/null"), b"text").unwrap();
    }

    #[test]
    fn a_failure_leaves_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let missing = folder.path().join("missing");
        assert!(copy(&missing, &folder.path().join("output")).is_err());
        assert_eq!(names(folder.path()), 0);
        assert!(write(&missing.join("output"), b"").is_err());
    }
}
