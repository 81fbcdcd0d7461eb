//! The two inputs: which files they consist of, and which file is compared with which.
//!
//! A path is an object, an archive, a program or shared object, or a folder of such files. The members of an
//! archive are compared as one: their functions are matched by name, wherever they are. Files of folders are
//! paired by their paths without hashes.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use memmap2::Mmap;
use object::read::archive::ArchiveFile;

use crate::error::Error;
use crate::names;
use crate::view::View;

/// A file in memory.
pub struct Mapped {
    pub path: PathBuf,
    data: Contents,
}

enum Contents {
    Mapped(Mmap),
    /// Files of length zero cannot be mapped.
    Empty,
}

impl Mapped {
    /// Maps a file.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be opened or mapped.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let at = |error| Error::File { path: path.into(), error };
        let file = File::open(path).map_err(at)?;
        if file.metadata().map_err(at)?.len() == 0 {
            return Ok(Mapped { path: path.into(), data: Contents::Empty });
        }
        // SAFETY: the mapping is only read. If another process shortens the file in the meantime, the system
        // ends this one with a signal; the inputs are results of builds that have ended.
        let map = unsafe { Mmap::map(&file) }.map_err(at)?;
        Ok(Mapped { path: path.into(), data: Contents::Mapped(map) })
    }

    pub fn bytes(&self) -> &[u8] {
        match &self.data {
            Contents::Mapped(map) => map,
            Contents::Empty => &[],
        }
    }

    /// Parses the object, or all objects of the archive. Members that are not objects, such as metadata, are
    /// left out.
    ///
    /// # Errors
    ///
    /// Fails if the file is neither, or damaged.
    pub fn views(&self) -> Result<Vec<View<'_>>, Error> {
        let label = self.path.display().to_string();
        let data = self.bytes();
        let Ok(archive) = ArchiveFile::parse(data) else {
            let name = self.path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
            return Ok(vec![View::parse(data, &label, &name)?]);
        };
        let mut views = Vec::new();
        for member in archive.members() {
            let member = member.map_err(|error| Error::damaged(&label, "archive", error))?;
            let name = String::from_utf8_lossy(member.name()).into_owned();
            let contents = member.data(data).map_err(|error| Error::damaged(&label, &name, error))?;
            // `lib.rmeta` is an object around rustc's metadata.
            if name.ends_with(".rmeta") || !contents.starts_with(b"\x7fELF") {
                continue;
            }
            views.push(View::parse(contents, &format!("{label}({name})"), &name)?);
        }
        Ok(views)
    }
}

/// Two files that are compared, or one that has no counterpart.
#[derive(Debug, PartialEq, Eq)]
pub struct Pair {
    /// The common name without hashes.
    pub name: String,
    pub paths: [Option<PathBuf>; 2],
}

/// Pairs the files of two paths: the paths themselves, or the files in two folders.
///
/// # Errors
///
/// Fails if a path cannot be read, or if only one of them is a folder.
pub fn pair(left: &Path, right: &Path) -> Result<Vec<Pair>, Error> {
    let kinds = [left, right].map(|path| path.metadata().map_err(|error| at(path, error)));
    let [left_kind, right_kind] = kinds;
    match (left_kind?.is_dir(), right_kind?.is_dir()) {
        (false, false) => {
            let name = right.file_name().map(|name| names::without_hashes(&name.to_string_lossy()));
            let paths = [Some(left.to_owned()), Some(right.to_owned())];
            Ok(vec![Pair { name: name.unwrap_or_default(), paths }])
        }
        (true, true) => Ok(pair_files(files(left)?, files(right)?)),
        (left_is_folder, _) => {
            let (folder, file) = if left_is_folder { (left, right) } else { (right, left) };
            let reason = format!("it is a folder, and `{}` is a file", file.display());
            Err(Error::Unsupported { path: folder.into(), reason })
        }
    }
}

fn at(path: &Path, error: io::Error) -> Error {
    Error::File { path: path.into(), error }
}

/// The objects, archives and shared objects below a folder, with their names from there on.
fn files(folder: &Path) -> Result<Vec<(String, PathBuf)>, Error> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(current) = open.pop() {
        for entry in current.read_dir().map_err(|error| at(&current, error))? {
            let path = entry.map_err(|error| at(&current, error))?.path();
            let kind = path.symlink_metadata().map_err(|error| at(&path, error))?;
            if kind.is_dir() {
                open.push(path);
            } else if kind.is_file() && is_object(&path)? {
                let below = path.strip_prefix(folder).unwrap_or(&path).to_string_lossy().into_owned();
                found.push((names::without_hashes(&below), path));
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Whether a file is an ELF file or an archive, by its first bytes.
fn is_object(path: &Path) -> Result<bool, Error> {
    let mut start = [0; 8];
    let mut file = File::open(path).map_err(|error| at(path, error))?;
    match io::Read::read_exact(&mut file, &mut start) {
        Ok(()) => Ok(start.starts_with(b"\x7fELF") || &start == b"!<arch>\n"),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(at(path, error)),
    }
}

/// Pairs files by name. Of several with one name, such as two versions of a crate, the first ones are paired.
fn pair_files(left: Vec<(String, PathBuf)>, right: Vec<(String, PathBuf)>) -> Vec<Pair> {
    let mut pairs = Vec::new();
    let mut right = right.into_iter().peekable();
    for (name, path) in left {
        while let Some((name, path)) = right.next_if(|(other, _)| *other < name) {
            pairs.push(Pair { name, paths: [None, Some(path)] });
        }
        let other = right.next_if(|(other, _)| *other == name).map(|(_, path)| path);
        pairs.push(Pair { name, paths: [Some(path), other] });
    }
    pairs.extend(right.map(|(name, path)| Pair { name, paths: [None, Some(path)] }));
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_paired_by_name() {
        let files = |names: &[&str]| -> Vec<(String, PathBuf)> {
            names.iter().map(|name| ((*name).to_owned(), PathBuf::from(name))).collect()
        };
        let pairs = pair_files(files(&["a", "b", "b", "d"]), files(&["b", "c", "d"]));
        let shape: Vec<_> =
            pairs.iter().map(|pair| (&*pair.name, pair.paths.each_ref().map(Option::is_some))).collect();
        let (left, right, both) = ([true, false], [false, true], [true, true]);
        assert_eq!(shape, [("a", left), ("b", both), ("b", left), ("c", right), ("d", both)]);
    }
}
