//! Handles files: writes them atomically, reads, links, lists and copies them with errors that name the path,
//! and locks folders.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context, Result};

use crate::console::Console;

/// Whether a written file can be executed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Data.
    Plain,
    /// A program or shared library.
    Executable,
}

/// Returns a temporary name beside `path` that no other process or thread uses.
fn temporary_name(path: &Path) -> PathBuf {
    static COUNTER: AtomicU32 = AtomicU32::new(0);
    let number = COUNTER.fetch_add(1, Ordering::Relaxed);
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(format!(".{}-{number}.partial", std::process::id()));
    path.with_file_name(name)
}

/// Writes a file under a temporary name and renames it, so that a file under its final name is complete.
pub fn write_atomically(path: &Path, bytes: &[u8], mode: Mode) -> Result<()> {
    let temporary = temporary_name(path);
    let write = || -> io::Result<()> {
        let mut file = File::create(&temporary)?;
        file.write_all(bytes)?;
        if mode == Mode::Executable {
            file.set_permissions(fs::Permissions::from_mode(0o755))?;
        }
        drop(file);
        fs::rename(&temporary, path)
    };
    write().inspect_err(|_| {
        // A full disk leaves part of the file. If it cannot be removed, it goes later with its folder.
        let _ = fs::remove_file(&temporary);
    })?;
    Ok(())
}

/// Like [`write_atomically`], but creates the folder and names the file in the error.
pub fn write_file(path: &Path, bytes: &[u8], mode: Mode) -> Result<()> {
    if let Some(folder) = path.parent() {
        create_folder(folder)?;
    }
    write_atomically(path, bytes, mode).with_context(|| format!("cannot write {}", path.display()))
}

/// Reads a whole file, and names it in the error.
pub fn read_file(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

/// Reads a text file, and names it in the error.
pub fn read_text(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

/// Creates a folder with its parents.
pub fn create_folder(path: &Path) -> Result<()> {
    fs::create_dir_all(path).with_context(|| format!("cannot create the folder {}", path.display()))
}

/// Removes a file or a whole folder, if it exists.
pub fn remove(path: &Path) -> Result<()> {
    let result = match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => Err(error),
        Ok(metadata) if metadata.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
    };
    result.with_context(|| format!("cannot remove {}", path.display()))
}

/// Makes `link` a symbolic link to `target`. Replaces an existing one atomically.
pub fn link(target: &Path, link: &Path) -> Result<()> {
    if fs::read_link(link).is_ok_and(|existing| existing == target) {
        return Ok(());
    }
    if let Some(folder) = link.parent() {
        create_folder(folder)?;
    }
    let temporary = temporary_name(link);
    remove(&temporary)?;
    let context = || format!("cannot link {} to {}", link.display(), target.display());
    symlink(target, &temporary).with_context(context)?;
    if fs::symlink_metadata(link).is_ok_and(|metadata| metadata.is_dir()) {
        remove(link)?;
    }
    fs::rename(&temporary, link).with_context(context)
}

/// Returns the entries of a folder, sorted by name.
pub fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let context = || format!("cannot read the folder {}", folder.display());
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).with_context(context)? {
        found.push(entry.with_context(context)?.path());
    }
    found.sort();
    Ok(found)
}

/// Copies a folder with everything in it.
pub fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    create_folder(to)?;
    for path in entries(from)? {
        let target = to.join(name_of(&path));
        if path.is_dir() {
            copy_folder(&path, &target)?;
        } else {
            fs::copy(&path, &target).with_context(|| format!("cannot create {}", target.display()))?;
        }
    }
    Ok(())
}

/// Returns the name of a file as text, with anything that is not UTF-8 replaced.
pub fn name_of(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// A lock, held until it is dropped or the process ends in any way.
pub struct FolderLock {
    /// The open file that has the lock.
    _file: File,
}

/// Takes the lock at `path`. Waits for another process that has it, and says so.
pub fn lock(path: &Path, what: &str, console: Console) -> Result<FolderLock> {
    if let Some(folder) = path.parent() {
        create_folder(folder)?;
    }
    let context = || format!("cannot lock {}", path.display());
    let file = File::options().create(true).append(true).open(path).with_context(context)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            console.say(format!("Another ./y.sh is using {what}; waiting for it to finish ..."));
            file.lock().with_context(context)?;
        }
        Err(TryLockError::Error(error)) => return Err(error).with_context(context),
    }
    Ok(FolderLock { _file: file })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_written_file_leaves_no_temporary() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a b").join("ü");
        write_file(&path, b"one", Mode::Plain).unwrap();
        write_file(&path, b"two", Mode::Executable).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o111, 0o111);
        assert_eq!(entries(path.parent().unwrap()).unwrap(), [path]);
    }

    #[test]
    fn a_link_replaces_a_link_and_a_folder() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("link");
        link(Path::new("/one"), &path).unwrap();
        link(Path::new("/two"), &path).unwrap();
        assert_eq!(fs::read_link(&path).unwrap(), Path::new("/two"));
        remove(&path).unwrap();
        fs::create_dir(&path).unwrap();
        fs::write(path.join("inside"), "x").unwrap();
        link(Path::new("/three"), &path).unwrap();
        assert_eq!(fs::read_link(&path).unwrap(), Path::new("/three"));
    }

    #[test]
    fn a_held_lock_is_seen_by_others() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let held = lock(&path, "it", Console::new(false)).unwrap();
        let other = File::options().append(true).open(&path).unwrap();
        assert!(matches!(other.try_lock(), Err(TryLockError::WouldBlock)));
        drop(held);
        other.try_lock().unwrap();
    }
}
