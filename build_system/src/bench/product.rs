//! Measures the size of programs and libraries, and how much of it is debug information.

use std::path::Path;

use anyhow::{Context, Result};
use object::read::archive::ArchiveFile;
use object::{Object, ObjectSection};

use crate::files;

/// The sizes of a program or library, in bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Size {
    /// The whole file.
    pub file: u64,
    /// Its `.debug_*` sections.
    pub debug: u64,
    /// Its sections that contain code.
    pub code: u64,
}

/// Measures a program, an object or an archive of objects.
pub fn size_of(path: &Path) -> Result<Size> {
    let bytes = files::read_file(path)?;
    let context = || format!("cannot read {}", path.display());
    let mut size = Size { file: bytes.len() as u64, ..Size::default() };
    if !bytes.starts_with(b"!<arch>\n") {
        size.add(&bytes).with_context(context)?;
        return Ok(size);
    }
    for member in ArchiveFile::parse(&*bytes).with_context(context)?.members() {
        let member = member.with_context(context)?;
        // Other members (metadata) may not be objects.
        if member.name().ends_with(b".o") {
            size.add(member.data(&*bytes).with_context(context)?).with_context(context)?;
        }
    }
    Ok(size)
}

impl Size {
    /// Adds the sizes of an object's sections.
    fn add(&mut self, bytes: &[u8]) -> Result<()> {
        for section in object::File::parse(bytes)?.sections() {
            if section.name()?.starts_with(".debug_") {
                self.debug += section.compressed_file_range()?.compressed_size;
            } else if section.kind() == object::SectionKind::Text {
                self.code += section.size();
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use object::write;

    fn object() -> Vec<u8> {
        let mut object = write::Object::new(
            object::BinaryFormat::Elf,
            object::Architecture::X86_64,
            object::Endianness::Little,
        );
        for (name, kind, size) in [
            (".text", object::SectionKind::Text, 10),
            (".debug_info", object::SectionKind::Debug, 20),
            (".debug_line", object::SectionKind::Debug, 5),
            (".rodata", object::SectionKind::ReadOnlyData, 7),
        ] {
            let section = object.add_section(Vec::new(), name.as_bytes().to_vec(), kind);
            object.append_section_data(section, &vec![1; size], 1);
        }
        object.write().unwrap()
    }

    #[test]
    fn sections_are_told_apart() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x");
        std::fs::write(&path, object()).unwrap();
        let size = size_of(&path).unwrap();
        assert_eq!((size.debug, size.code, size.file), (25, 10, object().len() as u64));
        std::fs::write(&path, "#!/bin/sh").unwrap();
        assert!(size_of(&path).unwrap_err().to_string().contains("cannot read"));
    }

    #[test]
    fn archives_of_objects_are_looked_into() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.rlib");
        std::fs::write(&path, crate::toolchain::archive::with_one_member("a.o", &object())).unwrap();
        assert_eq!((size_of(&path).unwrap().debug, size_of(&path).unwrap().code), (25, 10));
    }
}
