//! Chooses names, types and flags of sections, and creates them.
//!
//! [`Sections::of_symbol`] creates a section for one symbol, with its name. [`Sections::shared`] finds or
//! creates the section that several symbols share.

use std::collections::HashMap;

use object::write::{Object, SectionId};
use object::{SectionFlags, SectionKind, elf};

use crate::cgu::SectionLayout;

/// Name, type and flags of an ELF section, without its contents.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct SectionHeader<'a> {
    pub(super) name: &'a str,
    /// `SHT_*`.
    pub(super) kind: u32,
    /// `SHF_*`.
    pub(super) flags: u32,
}

/// The contents of a section that the user named.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Holds {
    Code,
    ReadOnlyData,
    WritableData,
    ThreadLocalData,
}

/// The initial bytes of a section.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Fill {
    /// Only zeroes, which need no space in the file.
    Zeroes,
    Bytes,
}

impl<'a> SectionHeader<'a> {
    pub(super) fn text() -> Self {
        SectionHeader { name: ".text", kind: elf::SHT_PROGBITS, flags: elf::SHF_ALLOC | elf::SHF_EXECINSTR }
    }

    pub(super) fn read_only_data() -> Self {
        SectionHeader { name: ".rodata", kind: elf::SHT_PROGBITS, flags: elf::SHF_ALLOC }
    }

    /// Constants with addresses. The dynamic linker writes them and makes them read-only (`-z relro`).
    pub(super) fn relocated_data() -> Self {
        SectionHeader {
            name: ".data.rel.ro",
            kind: elf::SHT_PROGBITS,
            flags: elf::SHF_ALLOC | elf::SHF_WRITE,
        }
    }

    pub(super) fn writable(fill: Fill) -> Self {
        let flags = elf::SHF_ALLOC | elf::SHF_WRITE;
        match fill {
            Fill::Zeroes => SectionHeader { name: ".bss", kind: elf::SHT_NOBITS, flags },
            Fill::Bytes => SectionHeader { name: ".data", kind: elf::SHT_PROGBITS, flags },
        }
    }

    pub(super) fn thread_local(fill: Fill) -> Self {
        let flags = elf::SHF_ALLOC | elf::SHF_WRITE | elf::SHF_TLS;
        match fill {
            Fill::Zeroes => SectionHeader { name: ".tbss", kind: elf::SHT_NOBITS, flags },
            Fill::Bytes => SectionHeader { name: ".tdata", kind: elf::SHT_PROGBITS, flags },
        }
    }

    /// A section that is not loaded (`.debug_*`, `.note.GNU-stack`).
    pub(super) fn unloaded(name: &'a str) -> Self {
        SectionHeader { name, kind: elf::SHT_PROGBITS, flags: 0 }
    }

    /// A section that is not loaded and has a type of its own.
    pub(super) fn attributes(name: &'a str, kind: u32) -> Self {
        SectionHeader { name, kind, flags: 0 }
    }

    /// Strings that are not loaded and that the linker deduplicates (`SHF_MERGE`): debug strings, `.comment`.
    pub(super) fn merged_strings(name: &'a str) -> Self {
        SectionHeader { name, kind: elf::SHT_PROGBITS, flags: elf::SHF_MERGE | elf::SHF_STRINGS }
    }

    /// A section of `#[link_section = name]`. The name decides the type, as in LLVM and the GNU assembler.
    pub(super) fn named(name: &'a str, holds: Holds, fill: Fill) -> Self {
        let kind = match () {
            () if is_or_below(name, ".init_array") => elf::SHT_INIT_ARRAY,
            () if is_or_below(name, ".fini_array") => elf::SHT_FINI_ARRAY,
            () if is_or_below(name, ".preinit_array") => elf::SHT_PREINIT_ARRAY,
            () if name.starts_with(".note") => elf::SHT_NOTE,
            () if fill == Fill::Zeroes && (is_or_below(name, ".bss") || is_or_below(name, ".tbss")) => {
                elf::SHT_NOBITS
            }
            () => elf::SHT_PROGBITS,
        };
        let flags = match holds {
            Holds::Code => elf::SHF_ALLOC | elf::SHF_EXECINSTR,
            // Every CGU contains the same scripts; the linker keeps one of each.
            Holds::ReadOnlyData if name == ".debug_gdb_scripts" => {
                elf::SHF_ALLOC | elf::SHF_MERGE | elf::SHF_STRINGS
            }
            Holds::ReadOnlyData => elf::SHF_ALLOC,
            Holds::WritableData => elf::SHF_ALLOC | elf::SHF_WRITE,
            Holds::ThreadLocalData => elf::SHF_ALLOC | elf::SHF_WRITE | elf::SHF_TLS,
        };
        SectionHeader { name, kind, flags }
    }

    pub(super) fn retained(mut self, retain: bool) -> Self {
        if retain {
            self.flags |= elf::SHF_GNU_RETAIN;
        }
        self
    }

    /// Returns whether the section takes no space in the file.
    pub(super) fn is_zeroed(&self) -> bool {
        self.kind == elf::SHT_NOBITS
    }

    fn section_kind(&self) -> SectionKind {
        if self.flags & elf::SHF_STRINGS != 0 {
            // Only for this kind, the ELF writer sets `sh_entsize` to 1.
            return SectionKind::OtherString;
        }
        match (self.kind, self.flags & elf::SHF_TLS) {
            (elf::SHT_NOBITS, 0) => SectionKind::UninitializedData,
            (elf::SHT_NOBITS, _) => SectionKind::UninitializedTls,
            (kind, _) => SectionKind::Elf(kind),
        }
    }
}

/// Returns whether `name` is `base` or `base.<anything>`.
fn is_or_below(name: &str, base: &str) -> bool {
    name.strip_prefix(base).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// The shared sections, by header.
#[derive(Default)]
pub(super) struct Sections<'a> {
    shared: HashMap<SectionHeader<'a>, SectionId>,
}

impl<'a> Sections<'a> {
    /// Creates an empty section.
    pub(super) fn own(object: &mut Object<'a>, header: &SectionHeader<'_>) -> SectionId {
        Self::called(object, header.name.as_bytes().to_vec(), header)
    }

    /// Creates an empty section for `symbol` alone. It is named `.text.<symbol>` and the like, for linker
    /// scripts, maps and linkers' messages, unless the layout has no such names.
    pub(super) fn of_symbol(
        object: &mut Object<'a>,
        header: &SectionHeader<'_>,
        symbol: &str,
        layout: SectionLayout,
    ) -> SectionId {
        if !layout.names() {
            return Self::own(object, header);
        }
        Self::called(object, [header.name, ".", symbol].concat().into_bytes(), header)
    }

    fn called(object: &mut Object<'a>, name: Vec<u8>, header: &SectionHeader<'_>) -> SectionId {
        let id = object.add_section(Vec::new(), name, header.section_kind());
        object.section_mut(id).flags = SectionFlags::Elf { sh_flags: u64::from(header.flags) };
        id
    }

    /// Returns the shared section with this header, and creates it at its first use.
    pub(super) fn shared(&mut self, object: &mut Object<'a>, header: SectionHeader<'a>) -> SectionId {
        if let Some(&id) = self.shared.get(&header) {
            return id;
        }
        let id = Self::own(object, &header);
        self.shared.insert(header, id);
        id
    }
}
