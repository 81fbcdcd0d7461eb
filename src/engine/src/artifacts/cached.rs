//! Is a file from the incremental cache whole? The header and the section headers are read, not the contents: a file
//! that was truncated, emptied or replaced by something else is found, a changed byte within a section is not.

use std::fs::File;
use std::io;
use std::path::Path;

use object::elf::FileHeader64;
use object::endian::Endianness;
use object::read::elf::{FileHeader, SectionHeader};
use object::read::{ReadCache, ReadRef};

/// Why a cached object cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CachedObjectError {
    /// It was removed, or cannot be read.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// It was truncated or replaced.
    #[error("not an object file: {0}")]
    Malformed(#[from] object::read::Error),
    /// It was replaced.
    #[error("an ELF file, but not a relocatable object")]
    NotRelocatable,
    /// It was truncated.
    #[error("section {0} is not wholly in the file")]
    Truncated(usize),
}

/// Whether `path` is a whole relocatable object (or `.dwo`, which is one too).
pub fn check_object(path: &Path) -> Result<(), CachedObjectError> {
    let cache = ReadCache::new(File::open(path)?);
    let data = &cache;
    let header = FileHeader64::<Endianness>::parse(data)?;
    let endian = header.endian()?;
    if header.e_type(endian) != object::elf::ET_REL {
        return Err(CachedObjectError::NotRelocatable);
    }
    let length = ReadRef::len(data).map_err(|()| io::Error::other("its size cannot be read"))?;
    for (index, section) in header.section_headers(endian, data)?.iter().enumerate() {
        let Some((offset, size)) = section.file_range(endian) else { continue };
        if offset.checked_add(size).is_none_or(|end| end > length) {
            return Err(CachedObjectError::Truncated(index));
        }
    }
    Ok(())
}
