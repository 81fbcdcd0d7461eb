//! Sections. What is true of a section with a single function or static is a fact of that one; of the other
//! sections, it is a fact of the section, by its name without hashes. Names of sections in which there is a
//! symbol of the same name are shown as `.text.*`.

use object::elf;

use crate::layers::Reader;
use crate::model::{Entity, Kind, Layer, Property};
use crate::names;
use crate::view::Section;

pub const PRESENCE: Property = Property::new(Layer::Sections, "presence");
pub const NAME: Property = Property::new(Layer::Sections, "name");
pub const TYPE: Property = Property::new(Layer::Sections, "type");
pub const FLAGS: Property = Property::new(Layer::Sections, "flags");
pub const ALIGNMENT: Property = Property::new(Layer::Sections, "alignment");
pub const ENTRY_SIZE: Property = Property::new(Layer::Sections, "entry-size");
pub const SIZE: Property = Property::new(Layer::Sections, "size");
pub const GROUP: Property = Property::new(Layer::Sections, "group");

/// Adds the facts of all sections, apart from those that other layers read: symbols, strings, relocations,
/// groups and debug information.
pub fn read(reader: &mut Reader<'_, '_>) {
    for section in &reader.view.sections {
        match section.sole {
            Some(definition) => {
                let symbol = reader.view.symbols[reader.view.definitions[definition].symbol.0].name;
                let entity = reader.entity(definition);
                entity.add(NAME, section.name.replace(symbol, "*"));
                add_facts(entity, section);
            }
            None if !is_read_elsewhere(section) => {
                let name = names::without_hashes(section.name);
                let entity = reader.model.add(Kind::Section, name, section.name, &reader.view.unit);
                add_facts(entity, section);
                entity.add(SIZE, section.size.to_string());
            }
            None => {}
        }
    }
}

fn is_read_elsewhere(section: &Section<'_>) -> bool {
    let kinds = [
        elf::SHT_NULL,
        elf::SHT_SYMTAB,
        elf::SHT_SYMTAB_SHNDX,
        elf::SHT_STRTAB,
        elf::SHT_RELA,
        elf::SHT_REL,
        elf::SHT_GROUP,
    ];
    // The layer of notes says what this one means.
    kinds.contains(&section.kind) || section.is_debug() || section.name == ".note.GNU-stack"
}

fn add_facts(entity: &mut Entity, section: &Section<'_>) {
    entity.add(TYPE, section_type(section.kind));
    entity.add(FLAGS, section_flags(section.flags));
    entity.add(ALIGNMENT, section.alignment.max(1).to_string());
    if section.entry_size != 0 {
        entity.add(ENTRY_SIZE, section.entry_size.to_string());
    }
    if let Some((signature, flags)) = &section.group {
        let kind = if flags & elf::GRP_COMDAT != 0 { "COMDAT " } else { "" };
        entity.add(GROUP, format!("{kind}{signature}"));
    }
}

/// Names a section type (`sh_type`, System V gABI).
fn section_type(kind: u32) -> String {
    match kind {
        elf::SHT_PROGBITS => "PROGBITS".into(),
        elf::SHT_NOTE => "NOTE".into(),
        elf::SHT_NOBITS => "NOBITS".into(),
        elf::SHT_DYNSYM => "DYNSYM".into(),
        elf::SHT_DYNAMIC => "DYNAMIC".into(),
        elf::SHT_HASH => "HASH".into(),
        elf::SHT_INIT_ARRAY => "INIT_ARRAY".into(),
        elf::SHT_FINI_ARRAY => "FINI_ARRAY".into(),
        elf::SHT_PREINIT_ARRAY => "PREINIT_ARRAY".into(),
        kind => format!("{kind:#x}"),
    }
}

/// The letters of section flags (`sh_flags`), as `readelf` prints them. `SHF_INFO_LINK` and `SHF_GROUP` are
/// left out: they follow from other facts.
fn section_flags(flags: u64) -> String {
    let letters = [
        (elf::SHF_WRITE, 'W'),
        (elf::SHF_ALLOC, 'A'),
        (elf::SHF_EXECINSTR, 'X'),
        (elf::SHF_MERGE, 'M'),
        (elf::SHF_STRINGS, 'S'),
        (elf::SHF_LINK_ORDER, 'L'),
        (elf::SHF_OS_NONCONFORMING, 'O'),
        (elf::SHF_TLS, 'T'),
        (elf::SHF_COMPRESSED, 'C'),
        (elf::SHF_GNU_RETAIN, 'R'),
        (elf::SHF_EXCLUDE, 'E'),
    ];
    let set = letters.iter().filter(|(flag, _)| flags & u64::from(*flag) != 0);
    let mut text: String = set.map(|(_, letter)| letter).collect();
    let known = letters.iter().fold(0, |all, (flag, _)| all | u64::from(*flag));
    let others = flags & !known & !u64::from(elf::SHF_INFO_LINK | elf::SHF_GROUP);
    if others != 0 {
        text.push_str(&format!("+{others:#x}"));
    }
    if text.is_empty() { "none".into() } else { text }
}
