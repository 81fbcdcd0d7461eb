//! Checks the work products of a CGU in the incremental cache before the CGU is reused.
//!
//! For objects, this reads the file header and the section headers. It finds files that were truncated,
//! emptied or replaced by something else, but not a changed byte within a section. For texts, it reads the
//! first and the last line.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use object::elf::FileHeader64;
use object::endian::Endianness;
use object::read::elf::{FileHeader, SectionHeader};
use object::read::{ReadCache, ReadRef};

use super::{ArtifactKind, CguFiles};

/// Checks that `cached` has a complete file of the CGU `name` for each kind in `wanted`.
///
/// # Errors
///
/// The first file that is missing or damaged, and why.
pub fn check_work_products(name: &str, cached: &CguFiles, wanted: &CguFiles) -> Result<(), String> {
    for kind in [ArtifactKind::Object, ArtifactKind::Assembly, ArtifactKind::Clif] {
        if kind.of_cgu(wanted).is_none() {
            continue;
        }
        let path = kind.of_cgu(cached);
        let path = path.ok_or_else(|| format!("the cache has no `{}` file", kind.extension()))?;
        let result = match kind.first_and_last_line(name) {
            Some(lines) => check_text(path, &lines),
            None => check_object(path),
        };
        result.map_err(|error| format!("`{}`: {error}", path.display()))?;
    }
    // Not every CGU has split debug information.
    if let Some(path) = cached.dwarf_object.as_deref().filter(|_| wanted.dwarf_object.is_some()) {
        check_object(path).map_err(|error| format!("`{}`: {error}", path.display()))?;
    }
    Ok(())
}

/// Why a cached file cannot be used.
#[derive(Debug, thiserror::Error)]
enum CachedFileError {
    /// The file was removed, or cannot be read.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// The file was truncated or replaced.
    #[error("not an object file: {0}")]
    Malformed(#[from] object::read::Error),
    /// The file was replaced.
    #[error("an ELF file, but not a relocatable object")]
    NotRelocatable,
    /// The file was truncated.
    #[error("section {0} is not wholly in the file")]
    Truncated(usize),
    /// The file was truncated or replaced.
    #[error("not the text that was written there")]
    OtherText,
}

/// Checks that a text begins and ends with these lines.
fn check_text(path: &Path, [first, last]: &[String; 2]) -> Result<(), CachedFileError> {
    let mut file = File::open(path)?;
    let mut start = vec![0; first.len()];
    let mut end = vec![0; last.len()];
    // A shorter file cannot be whole.
    let is_read = file.read_exact(&mut start).is_ok()
        && file.seek(SeekFrom::End(-(last.len() as i64))).is_ok()
        && file.read_exact(&mut end).is_ok();
    let is_whole = is_read && start == first.as_bytes() && end == last.as_bytes();
    if is_whole { Ok(()) } else { Err(CachedFileError::OtherText) }
}

/// Checks that `path` is a complete relocatable object. A `.dwo` file is one, too.
fn check_object(path: &Path) -> Result<(), CachedFileError> {
    let cache = ReadCache::new(File::open(path)?);
    let data = &cache;
    let header = FileHeader64::<Endianness>::parse(data)?;
    let endian = header.endian()?;
    if header.e_type(endian) != object::elf::ET_REL {
        return Err(CachedFileError::NotRelocatable);
    }
    let length = ReadRef::len(data).map_err(|()| io::Error::other("its size cannot be read"))?;
    for (index, section) in header.section_headers(endian, data)?.iter().enumerate() {
        let Some((offset, size)) = section.file_range(endian) else { continue };
        if offset.checked_add(size).is_none_or(|end| end > length) {
            return Err(CachedFileError::Truncated(index));
        }
    }
    Ok(())
}
