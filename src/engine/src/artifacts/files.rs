//! Writing outputs so that half of one is never visible, and otherwise as a plain write (LLVM's) would leave
//! them.
//!
//! A file comes into being under a temporary name in the same folder and is renamed when it is complete
//! ([`replace`]). Where a rename would make another difference than that, the contents are written in place,
//! from what is complete elsewhere:
//! - devices, pipes, and what a process has open (`--emit=obj=/dev/stdout`);
//! - files with several hard links or of another owner, which would be lost;
//! - files that cannot be replaced but written to: a mount over a file, a folder that cannot be written to.
//!
//! A symbolic link is followed, also if nothing is at its end yet. A file that may not be written to is not
//! replaced.

use std::fs::{self, File, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// How many links lead on before it is a loop, as for Linux.
const MOST_LINKS: usize = 40;
/// What keeps a file from being replaced, but perhaps not from being written to.
const FOLDER_ERRORS: [i32; 5] = [libc::EACCES, libc::EPERM, libc::EROFS, libc::EBUSY, libc::EXDEV];

/// Writes `bytes` to `path`, replacing what is there; a file that is there keeps its mode.
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    create(path, |place, existing| {
        fs::write(place, bytes)?;
        match existing {
            Some(existing) => fs::set_permissions(place, existing.permissions()),
            None => Ok(()),
        }
    })
}

/// Copies `from` with its mode to `to`, replacing what is there.
pub fn copy(from: &Path, to: &Path) -> io::Result<()> {
    create(to, |place, _| fs::copy(from, place).map(drop))
}

/// Makes `to` a hard link to `from`, or a copy where links cannot be made. Replaces what is there.
pub fn link_or_copy(from: &Path, to: &Path) -> io::Result<()> {
    match fs::remove_file(to) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    fs::hard_link(from, to).or_else(|_| copy(from, to))
}

/// What is at a path, links followed.
enum OutputPlace {
    /// A file, or nothing yet.
    File(PathBuf, Option<Metadata>),
    /// Something that only makes sense to be written to.
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
                // What a process has open; only the link itself leads there.
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

/// Lets `fill` make a file, which is given the metadata of the one that it replaces if it is not that file
/// itself.
fn create(path: &Path, fill: impl Fn(&Path, Option<&Metadata>) -> io::Result<()>) -> io::Result<()> {
    let OutputPlace::File(place, existing) = OutputPlace::of(path)? else { return fill(path, None) };
    if existing.is_some() {
        // Whoever may replace a file need not be allowed to write to it.
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
    /// It would have got another owner or group.
    NotAllowed,
}

/// Lets `fill` make a file under a temporary name, then renames it to `path`. Nothing is left of a failure.
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
        // The first error is the one that counts.
        let _ = fs::remove_file(&temporary);
    }
    result
}

/// Not used by any other process or thread. Short, for the file's own name may be as long as the system
/// allows.
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
    fn links_are_followed_to_what_is_not_there_yet() {
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
    fn what_is_open_is_written_to() {
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
    fn nothing_is_left_of_a_failure() {
        let folder = tempfile::tempdir().unwrap();
        let missing = folder.path().join("missing");
        assert!(copy(&missing, &folder.path().join("output")).is_err());
        assert_eq!(names(folder.path()), 0);
        assert!(write(&missing.join("output"), b"").is_err());
    }
}
