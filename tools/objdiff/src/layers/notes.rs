//! Facts of the file: notes, `.comment`, the attributes of riscv64, whether the stack may be executed.

use gimli::{EndianSlice, LittleEndian, Reader as _};
use object::elf;

use crate::error::Error;
use crate::layers::Reader;
use crate::layers::debug::file_entity;
use crate::model::{Fact, Layer, Property};
use crate::view::{Machine, Section, View};

/// A note, by its section, owner and type.
pub const NOTE: Property = Property::new(Layer::Notes, "note");
/// The hash of everything that was linked.
pub const BUILD_ID: Property = Property::new(Layer::Notes, "build-id");
/// A property that the linker combines (`NT_GNU_PROPERTY_TYPE_0`).
pub const GNU_PROPERTY: Property = Property::new(Layer::Notes, "gnu-property");
/// The texts of `.comment`.
pub const COMMENT: Property = Property::new(Layer::Notes, "comment");
/// An attribute of `.riscv.attributes`.
pub const ATTRIBUTE: Property = Property::new(Layer::Notes, "attribute");
/// Whether the file asks for a stack that can be executed.
pub const STACK: Property = Property::new(Layer::Notes, "stack");

/// The most bytes of a note that are shown.
const LONGEST: usize = 64;

type Bytes<'b> = EndianSlice<'b, LittleEndian>;

/// Adds the facts of the file.
///
/// # Errors
///
/// Fails if a note is damaged.
pub fn read(reader: &mut Reader<'_, '_>) -> Result<(), Error> {
    let view = reader.view;
    let mut facts: Vec<Fact> = Vec::new();
    for section in &view.sections {
        let at = |error: gimli::Error| view.damaged(section.name, error);
        if section.kind == elf::SHT_NOTE {
            notes(section, &mut facts).map_err(at)?;
        } else if section.name == ".comment" {
            comments(section, &mut facts);
        } else if section.kind == elf::SHT_RISCV_ATTRIBUTES && view.machine == Machine::Riscv64 {
            attributes(section, &mut facts).map_err(at)?;
        }
    }
    facts.extend(stack(view));
    file_entity(&mut reader.model, &view.unit).facts.extend(facts);
    Ok(())
}

fn fact(property: Property, of: impl Into<String>, value: impl Into<String>) -> Fact {
    Fact { property, of: of.into(), value: value.into() }
}

/// Reads notes (System V gABI, "Note Section"). The parts of those of GNU's properties are aligned to 8.
fn notes(section: &Section<'_>, facts: &mut Vec<Fact>) -> gimli::Result<()> {
    let alignment = if section.alignment == 8 { 8 } else { 4 };
    let whole = section.data.len();
    let mut reader = Bytes::new(section.data, LittleEndian);
    // Objects of some assemblers are padded at the end.
    while reader.len() >= 12 {
        let name_size = reader.read_u32()? as usize;
        let size = reader.read_u32()? as usize;
        let kind = reader.read_u32()?;
        let name = reader.split(name_size)?;
        skip_padding(&mut reader, whole, alignment)?;
        let contents = reader.split(size)?;
        skip_padding(&mut reader, whole, alignment)?;
        let name = name.to_string_lossy();
        let name = name.trim_end_matches('\0');
        match (name, kind) {
            ("GNU", elf::NT_GNU_BUILD_ID) => facts.push(fact(BUILD_ID, "", hexadecimal(contents.slice()))),
            ("GNU", elf::NT_GNU_PROPERTY_TYPE_0) => properties(contents, facts)?,
            _ => {
                let of = format!("{}: {name} {kind}", section.name);
                facts.push(fact(NOTE, of, hexadecimal(contents.slice())));
            }
        }
    }
    Ok(())
}

fn skip_padding(reader: &mut Bytes<'_>, whole: usize, alignment: usize) -> gimli::Result<()> {
    let position = whole - reader.len().min(whole);
    let padding = position.next_multiple_of(alignment) - position;
    reader.skip(padding.min(reader.len()))
}

/// Reads the properties of a note (Linux Extensions to gABI).
fn properties(mut reader: Bytes<'_>, facts: &mut Vec<Fact>) -> gimli::Result<()> {
    let whole = reader.len();
    while reader.len() >= 8 {
        let kind = reader.read_u32()?;
        let size = reader.read_u32()? as usize;
        let contents = reader.split(size)?;
        skip_padding(&mut reader, whole, 8)?;
        facts.push(fact(GNU_PROPERTY, format!("{kind:#x}"), hexadecimal(contents.slice())));
    }
    Ok(())
}

fn comments(section: &Section<'_>, facts: &mut Vec<Fact>) {
    let texts = section.data.split(|byte| *byte == 0).filter(|text| !text.is_empty());
    let mut comments: Vec<Fact> =
        texts.map(|text| fact(COMMENT, "", String::from_utf8_lossy(text))).collect();
    comments.sort_unstable();
    comments.dedup();
    facts.append(&mut comments);
}

/// Reads `.riscv.attributes` (RISC-V ELF psABI, "Attributes").
fn attributes(section: &Section<'_>, facts: &mut Vec<Fact>) -> gimli::Result<()> {
    let mut reader = Bytes::new(section.data, LittleEndian);
    let version = reader.read_u8()?;
    if version != b'A' {
        facts.push(fact(ATTRIBUTE, "version", version.to_string()));
        return Ok(());
    }
    while !reader.is_empty() {
        // Lengths include themselves.
        let length = (reader.read_u32()? as usize).saturating_sub(4);
        let mut of_vendor = reader.split(length)?;
        of_vendor.read_null_terminated_slice()?;
        while !of_vendor.is_empty() {
            let whole = of_vendor.len();
            let _scope = of_vendor.read_uleb128()?;
            let length = of_vendor.read_u32()? as usize;
            let head = whole - of_vendor.len();
            let mut own = of_vendor.split(length.saturating_sub(head))?;
            while !own.is_empty() {
                let tag = own.read_uleb128()?;
                // Odd ones are texts.
                let value = match tag % 2 {
                    1 => own.read_null_terminated_slice()?.to_string_lossy().into_owned(),
                    _ => own.read_uleb128()?.to_string(),
                };
                facts.push(fact(ATTRIBUTE, attribute_name(tag), value));
            }
        }
    }
    Ok(())
}

/// Names an attribute (`Tag_RISCV_*`).
fn attribute_name(tag: u64) -> String {
    match tag {
        4 => "stack_align".into(),
        5 => "arch".into(),
        6 => "unaligned_access".into(),
        8 => "priv_spec".into(),
        14 => "atomic_abi".into(),
        16 => "x3_reg_usage".into(),
        tag => tag.to_string(),
    }
}

/// Says whether the stack may be executed: objects say so in a section, linked files in a segment.
fn stack(view: &View<'_>) -> Option<Fact> {
    let endian = object::Endianness::Little;
    let segments = view.elf.elf_program_headers();
    let segment = segments.iter().find(|segment| segment.p_type.get(endian) == elf::PT_GNU_STACK);
    let section = view.sections.iter().find(|section| section.name == ".note.GNU-stack");
    let is_executable = match (segment, section) {
        (Some(segment), _) => segment.p_flags.get(endian) & elf::PF_X != 0,
        (None, section) => section?.is_code(),
    };
    Some(fact(STACK, "", if is_executable { "executable" } else { "not executable" }))
}

/// Shows bytes; of many, the first ones.
fn hexadecimal(bytes: &[u8]) -> String {
    let shown = bytes.iter().take(LONGEST).map(|byte| format!("{byte:02x}"));
    let mut text: String = shown.collect();
    if bytes.len() > LONGEST {
        text.push_str(&format!("... ({} bytes)", bytes.len()));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn section<'d>(name: &'d str, alignment: u64, data: &'d [u8]) -> Section<'d> {
        Section {
            name,
            kind: elf::SHT_NOTE,
            flags: 0,
            address: 0,
            size: data.len() as u64,
            alignment,
            entry_size: 0,
            group: None,
            data,
            relocations: Vec::new(),
            sole: None,
        }
    }

    #[test]
    fn notes_have_an_owner() {
        let mut data = Vec::new();
        for word in [4_u32, 2, 1] {
            data.extend(word.to_le_bytes());
        }
        data.extend(b"GNU\0\x01\x02\0\0");
        let mut facts = Vec::new();
        notes(&section(".note", 4, &data), &mut facts).unwrap();
        assert_eq!(facts, [fact(NOTE, ".note: GNU 1", "0102")]);
        data[0] = 0xff;
        assert!(notes(&section(".note", 4, &data), &mut facts).is_err());
    }

    #[test]
    fn riscv_attributes_are_named() {
        let mut data = b"A\x19\0\0\0riscv\0\x01\x0f\0\0\0\x04\x10\x05rv64i2\0".to_vec();
        let mut facts = Vec::new();
        attributes(&section(".riscv.attributes", 1, &data), &mut facts).unwrap();
        let expected = [fact(ATTRIBUTE, "stack_align", "16"), fact(ATTRIBUTE, "arch", "rv64i2")];
        assert_eq!(facts, expected);
        data.truncate(20);
        assert!(attributes(&section(".riscv.attributes", 1, &data), &mut facts).is_err());
    }

    #[test]
    fn comments_are_a_set() {
        let mut facts = Vec::new();
        comments(&section(".comment", 1, b"\0a\0b\0a\0"), &mut facts);
        assert_eq!(facts, [fact(COMMENT, "", "a"), fact(COMMENT, "", "b")]);
    }
}
