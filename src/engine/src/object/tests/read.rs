//! Reads objects back, and applies their relocations at artificial addresses.

use std::collections::HashMap;
use std::io::Read as _;

use gimli::{EndianSlice, LittleEndian};
use object::read::elf::{ElfFile64, ElfSection64, ElfSymbol64};
use object::read::{Object, ObjectSection, ObjectSymbol, RelocationTarget, SectionIndex};
use object::{Endianness, RelocationFlags, SectionFlags, elf};

pub(crate) type File<'a> = ElfFile64<'a, Endianness>;
pub(crate) type Section<'a, 'f> = ElfSection64<'a, 'f, Endianness>;
pub(crate) type Symbol<'a, 'f> = ElfSymbol64<'a, 'f, Endianness>;

/// Distance between the artificial addresses of two loaded sections, in bytes.
const SECTION_SPACING: u64 = 0x10_0000;

/// Artificial address of the first undefined symbol; the next ones follow in steps of 16.
const UNDEFINED_BASE: u64 = 0x4000_0000;

/// An object file in memory.
pub(crate) struct Loaded<'a> {
    pub(crate) file: File<'a>,
    /// The relocated contents of each section.
    contents: HashMap<SectionIndex, Vec<u8>>,
}

impl<'a> Loaded<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        let file = File::parse(bytes).expect("an ELF object");
        let mut contents = HashMap::new();
        for section in file.sections() {
            let mut data = decompressed(&section);
            for (offset, relocation) in section.relocations() {
                apply(&file, &section, &mut data, offset, &relocation);
            }
            contents.insert(section.index(), data);
        }
        Loaded { file, contents }
    }

    /// Returns the relocated contents of the section `name`.
    pub(crate) fn contents(&self, name: &str) -> &[u8] {
        self.file.section_by_name(name).map_or(&[], |section| &self.contents[&section.index()])
    }

    pub(crate) fn section_address(&self, name: &str) -> u64 {
        section_address(&self.file.section_by_name(name).expect("the section"))
    }

    pub(crate) fn symbol(&self, name: &str) -> Symbol<'a, '_> {
        self.try_symbol(name).unwrap_or_else(|| panic!("there is no symbol `{name}`"))
    }

    pub(crate) fn try_symbol(&self, name: &str) -> Option<Symbol<'a, '_>> {
        self.file.symbols().find(|symbol| symbol.name() == Ok(name))
    }

    /// Returns the artificial address of a symbol.
    pub(crate) fn address(&self, name: &str) -> u64 {
        symbol_address(&self.file, &self.symbol(name))
    }

    /// Returns the section that defines `name`.
    pub(crate) fn section_of(&self, name: &str) -> Section<'a, '_> {
        let index = self.symbol(name).section_index().expect("a definition");
        self.file.section_by_index(index).expect("the section")
    }

    pub(crate) fn dwarf(&self) -> gimli::Dwarf<EndianSlice<'_, LittleEndian>> {
        let load = |id: gimli::SectionId| -> Result<_, gimli::Error> {
            Ok(EndianSlice::new(self.contents(id.name()), LittleEndian))
        };
        gimli::Dwarf::load(load).expect("debug sections")
    }

    /// Loads the split part of the CGU's debug information.
    pub(crate) fn split_dwarf(&self) -> gimli::Dwarf<EndianSlice<'_, LittleEndian>> {
        let load = |id: gimli::SectionId| -> Result<_, gimli::Error> {
            let name = id.dwo_name();
            Ok(EndianSlice::new(name.map_or(&[], |name| self.contents(name)), LittleEndian))
        };
        gimli::Dwarf::load(load).expect("debug sections")
    }
}

/// Returns the uncompressed contents of a section (ELF gABI, "Section Compression").
fn decompressed(section: &Section<'_, '_>) -> Vec<u8> {
    let data = section.data().expect("section data");
    if flags(section) & u64::from(elf::SHF_COMPRESSED) == 0 {
        return data.to_vec();
    }
    let (header, data) = data.split_at(24);
    let mut result = Vec::new();
    let read = match u32::from_le_bytes(header[..4].try_into().expect("four bytes")) {
        elf::ELFCOMPRESS_ZLIB => flate2::read::ZlibDecoder::new(data).read_to_end(&mut result),
        elf::ELFCOMPRESS_ZSTD => {
            let decoder = ruzstd::decoding::StreamingDecoder::new(data);
            decoder.expect("a frame").read_to_end(&mut result)
        }
        kind => panic!("compression {kind}"),
    };
    let size = u64::from_le_bytes(header[8..16].try_into().expect("eight bytes"));
    assert_eq!(read.expect("compressed data") as u64, size);
    result
}

/// Returns `SHF_*` of a section.
pub(crate) fn flags(section: &Section<'_, '_>) -> u64 {
    match section.flags() {
        SectionFlags::Elf { sh_flags } => sh_flags,
        other => panic!("{other:?}"),
    }
}

/// Returns offset, `R_*` type, name of the symbol (or section) and addend of each relocation of a section.
pub(crate) fn relocations(file: &File<'_>, section: &Section<'_, '_>) -> Vec<(u64, u32, String, i64)> {
    section
        .relocations()
        .map(|(offset, relocation)| {
            let RelocationTarget::Symbol(index) = relocation.target() else { panic!("a symbol") };
            let symbol = file.symbol_by_index(index).expect("the symbol");
            let name = match symbol.kind() {
                object::SymbolKind::Section => {
                    let index = symbol.section_index().expect("a section");
                    file.section_by_index(index).expect("the section").name().expect("a name").to_owned()
                }
                _ => symbol.name().expect("a name").to_owned(),
            };
            (offset, elf_type(relocation.flags()), name, relocation.addend())
        })
        .collect()
}

fn elf_type(flags: RelocationFlags) -> u32 {
    match flags {
        RelocationFlags::Elf { r_type } => r_type,
        other => panic!("{other:?}"),
    }
}

fn section_address(section: &Section<'_, '_>) -> u64 {
    match flags(section) & u64::from(elf::SHF_ALLOC) {
        0 => 0,
        _ => section.index().0 as u64 * SECTION_SPACING,
    }
}

fn symbol_address(file: &File<'_>, symbol: &Symbol<'_, '_>) -> u64 {
    match symbol.section_index() {
        Some(index) => {
            section_address(&file.section_by_index(index).expect("the section")) + symbol.address()
        }
        // As linkers and debuggers do it.
        None if symbol.is_weak() => 0,
        None => UNDEFINED_BASE + symbol.index().0 as u64 * 16,
    }
}

/// Applies a relocation of data; those of code are ignored.
fn apply(
    file: &File<'_>,
    section: &Section<'_, '_>,
    data: &mut [u8],
    offset: u64,
    relocation: &object::read::Relocation,
) {
    let RelocationTarget::Symbol(index) = relocation.target() else { panic!("a symbol") };
    let symbol = file.symbol_by_index(index).expect("the symbol");
    let value = symbol_address(file, &symbol).wrapping_add(relocation.addend() as u64);
    let place = section_address(section) + offset;
    let start = offset as usize;
    match elf_type(relocation.flags()) {
        elf::R_X86_64_64 if file.architecture() == object::Architecture::X86_64 => {
            data[start..start + 8].copy_from_slice(&value.to_le_bytes());
        }
        elf::R_X86_64_32 if file.architecture() == object::Architecture::X86_64 => {
            data[start..start + 4].copy_from_slice(&(value as u32).to_le_bytes());
        }
        elf::R_RISCV_64 | elf::R_RISCV_32 if file.architecture() == object::Architecture::Riscv64 => {
            let size = if elf_type(relocation.flags()) == elf::R_RISCV_64 { 8 } else { 4 };
            data[start..start + size].copy_from_slice(&value.to_le_bytes()[..size]);
        }
        elf::R_X86_64_DTPOFF64 if section.name().is_ok_and(|name| name.starts_with(".debug")) => {
            data[start..start + 8].copy_from_slice(&value.to_le_bytes());
        }
        kind @ (elf::R_RISCV_ADD64 | elf::R_RISCV_SUB64) => {
            let before = u64::from_le_bytes(data[start..start + 8].try_into().expect("eight bytes"));
            let change = if kind == elf::R_RISCV_ADD64 { value } else { value.wrapping_neg() };
            data[start..start + 8].copy_from_slice(&before.wrapping_add(change).to_le_bytes());
        }
        elf::R_AARCH64_ABS64 => data[start..start + 8].copy_from_slice(&value.to_le_bytes()),
        elf::R_AARCH64_ABS32 => data[start..start + 4].copy_from_slice(&(value as u32).to_le_bytes()),
        kind if section.name() == Ok(".eh_frame") => {
            assert!([elf::R_X86_64_PC32, elf::R_AARCH64_PREL32, elf::R_RISCV_32_PCREL].contains(&kind));
            let distance = value.wrapping_sub(place) as u32;
            data[start..start + 4].copy_from_slice(&distance.to_le_bytes());
        }
        _ => {}
    }
}
