//! Faults that are planted in an object, one at a time, and what the object diff must say of each: one
//! difference in this layer, about this subject.
//!
//! To add one: a row in [`FAULTS`].

use anyhow::Result;
use gimli::constants::*;
use object::elf;

use super::object_file::*;

/// A fault.
pub struct Fault {
    pub name: &'static str,
    /// The layer of the difference.
    pub layer: &'static str,
    /// What the name of the subject contains.
    pub subject: &'static str,
    pub plant: fn(&mut ObjectFile) -> Result<()>,
}

const fn fault(
    name: &'static str,
    layer: &'static str,
    subject: &'static str,
    plant: fn(&mut ObjectFile) -> Result<()>,
) -> Fault {
    Fault { name, layer, subject, plant }
}

/// The bits of a symbol's binding and type.
fn with_binding(info: u64, binding: u8) -> u64 {
    (info & 0xf) | (u64::from(binding) << 4)
}

fn with_type(info: u64, kind: u8) -> u64 {
    (info & 0xf0) | u64::from(kind)
}

pub const FAULTS: &[Fault] = &[
    // The file header.
    fault("OS ABI", "header", "", |object| object.header(HEADER_OS_ABI, |_| 9)),
    fault("flags of the machine", "header", "", |object| object.header(HEADER_FLAGS, |flags| flags ^ 0x10)),
    fault("type of the file", "header", "", |object| object.header(HEADER_TYPE, |_| elf::ET_DYN.into())),
    // Sections.
    fault("code is writable", "sections", "doubled", |object| {
        let section = object.section_of("doubled")?;
        object.section_header(&section, SECTION_FLAGS, |flags| flags | u64::from(elf::SHF_WRITE))
    }),
    fault("code cannot be executed", "sections", "halved", |object| {
        let section = object.section_of("halved")?;
        object.section_header(&section, SECTION_FLAGS, |flags| flags & !u64::from(elf::SHF_EXECINSTR))
    }),
    fault("data is retained", "sections", "TABLE_OF_NUMBERS", |object| {
        let section = object.section_of("TABLE_OF_NUMBERS")?;
        object.section_header(&section, SECTION_FLAGS, |flags| flags | u64::from(elf::SHF_GNU_RETAIN))
    }),
    fault("alignment of code", "sections", "doubled", |object| {
        let section = object.section_of("doubled")?;
        object.section_header(&section, SECTION_ALIGNMENT, |_| 32)
    }),
    fault("alignment of data", "sections", "TABLE_OF_NUMBERS", |object| {
        let section = object.section_of("TABLE_OF_NUMBERS")?;
        object.section_header(&section, SECTION_ALIGNMENT, |_| 64)
    }),
    fault("type of a section", "sections", "FIRST_OF_ALL", |object| {
        let section = object.section_of("FIRST_OF_ALL")?;
        object.section_header(&section, SECTION_TYPE, |_| elf::SHT_PROGBITS.into())
    }),
    fault("entry size of a section", "sections", "TABLE_OF_NUMBERS", |object| {
        let section = object.section_of("TABLE_OF_NUMBERS")?;
        object.section_header(&section, SECTION_ENTRY_SIZE, |_| 4)
    }),
    // Symbols.
    fault("a function is weak", "symbols", "doubled", |object| {
        object.symbol("doubled", SYMBOL_INFO, |info| with_binding(info, elf::STB_WEAK))
    }),
    fault("a static is weak", "symbols", "TABLE_OF_NUMBERS", |object| {
        object.symbol("TABLE_OF_NUMBERS", SYMBOL_INFO, |info| with_binding(info, elf::STB_WEAK))
    }),
    fault("a function is unique", "symbols", "catches", |object| {
        object.symbol("catches", SYMBOL_INFO, |info| with_binding(info, elf::STB_GNU_UNIQUE))
    }),
    fault("a function is hidden", "symbols", "halved", |object| {
        object.symbol("halved", SYMBOL_OTHER, |_| elf::STV_HIDDEN.into())
    }),
    fault("a static is protected", "symbols", "COUNTER_OF_CALLS", |object| {
        object.symbol("COUNTER_OF_CALLS", SYMBOL_OTHER, |_| elf::STV_PROTECTED.into())
    }),
    fault("a function is internal", "symbols", "describes", |object| {
        object.symbol("describes", SYMBOL_OTHER, |_| elf::STV_INTERNAL.into())
    }),
    fault("a function is indirect", "symbols", "doubled", |object| {
        object.symbol("doubled", SYMBOL_INFO, |info| with_type(info, elf::STT_GNU_IFUNC))
    }),
    fault("a static is thread-local", "symbols", "COUNTER_OF_CALLS", |object| {
        object.symbol("COUNTER_OF_CALLS", SYMBOL_INFO, |info| with_type(info, elf::STT_TLS))
    }),
    fault("size of a function's symbol", "symbols", "doubled", |object| {
        object.symbol("doubled", SYMBOL_SIZE, |size| size - 2)
    }),
    fault("size of a static's symbol", "symbols", "TABLE_OF_NUMBERS", |object| {
        object.symbol("TABLE_OF_NUMBERS", SYMBOL_SIZE, |size| size - 4)
    }),
    // Contents of statics.
    fault("first byte of data", "data", "TABLE_OF_NUMBERS", |object| {
        object.byte_of("TABLE_OF_NUMBERS", 0, |byte| byte ^ 1)
    }),
    fault("last byte of data", "data", "TABLE_OF_NUMBERS", |object| {
        object.byte_of("TABLE_OF_NUMBERS", 15, |byte| byte ^ 0x80)
    }),
    fault("byte of writable data", "data", "COUNTER_OF_CALLS", |object| {
        object.byte_of("COUNTER_OF_CALLS", 0, |byte| byte ^ 2)
    }),
    fault("data is longer", "data", "ZEROS_OF_MEMORY", |object| {
        let section = object.section_of("ZEROS_OF_MEMORY")?;
        object.section_header(&section, SECTION_SIZE, |size| size + 8)
    }),
    // Code and references.
    fault("an instruction", "code", "halved", |object| object.byte_of("halved", 0, |byte| byte ^ 4)),
    fault("callee of a call", "relocations", "cleans_up", |object| {
        let index = object.relocation_to("cleans_up", "doubled")?;
        let other = object.symbol_index("halved")? as u64;
        object.relocation("cleans_up", index, RELOCATION_SYMBOL, |_| other)
    }),
    fault("addend of a call", "relocations", "cleans_up", |object| {
        let index = object.relocation_to("cleans_up", "doubled")?;
        object.relocation("cleans_up", index, RELOCATION_ADDEND, |addend| addend.wrapping_add(8))
    }),
    fault("kind of a call", "relocations", "cleans_up", |object| {
        let index = object.relocation_to("cleans_up", "doubled")?;
        object.relocation("cleans_up", index, RELOCATION_TYPE, |kind| kind ^ 3)
    }),
    fault("function in a table", "relocations", "TABLE_OF_FUNCTIONS", |object| {
        let index = object.relocation_to("TABLE_OF_FUNCTIONS", "halved")?;
        let other = object.symbol_index("doubled")? as u64;
        object.relocation("TABLE_OF_FUNCTIONS", index, RELOCATION_SYMBOL, |_| other)
    }),
    fault("addend in a table", "relocations", "TABLE_OF_FUNCTIONS", |object| {
        object.relocation("TABLE_OF_FUNCTIONS", 0, RELOCATION_ADDEND, |addend| addend.wrapping_add(4))
    }),
    fault("place of a function in a table", "relocations", "TABLE_OF_FUNCTIONS", |object| {
        let index = object.relocation_to("TABLE_OF_FUNCTIONS", "halved")?;
        object.relocation("TABLE_OF_FUNCTIONS", index, RELOCATION_OFFSET, |offset| offset - 4)
    }),
    fault("function that runs first", "relocations", "FIRST_OF_ALL", |object| {
        let other = object.symbol_index("catches")? as u64;
        object.relocation("FIRST_OF_ALL", 0, RELOCATION_SYMBOL, |_| other)
    }),
    // Debug information.
    fault("offset of a member", "debug", "Planet", |object| {
        object.attribute(DW_TAG_member, "moons_of_planet", DW_AT_data_member_location, |offset| offset + 2)
    }),
    fault("size of a type", "debug", "Planet", |object| {
        object.attribute(DW_TAG_structure_type, "Planet", DW_AT_byte_size, |size| size + 8)
    }),
    fault("alignment of a type", "debug", "Planet", |object| {
        object.attribute(DW_TAG_structure_type, "Planet", DW_AT_alignment, |alignment| alignment * 2)
    }),
    fault("name of a member", "debug", "Planet", |object| object.text(".debug_str", "\0mass_of_planet\0")),
    fault("name of a member of a variant", "debug", "Elliptic", |object| {
        object.text(".debug_str", "\0longest_axis\0")
    }),
    fault("value of an enumerator", "debug", "Colour", |object| {
        object.attribute(DW_TAG_enumerator, "Violet", DW_AT_const_value, |value| value ^ 1)
    }),
    fault("name of an enumerator", "debug", "Colour", |object| object.text(".debug_str", "\0Ochre\0")),
    fault("line of a function", "debug", "doubled", |object| {
        object.attribute(DW_TAG_subprogram, "doubled", DW_AT_decl_line, |line| line + 1)
    }),
    fault("line of a variable", "debug", "cleans_up", |object| {
        object.attribute(DW_TAG_variable, "second_result", DW_AT_decl_line, |line| line + 1)
    }),
    fault("line of a parameter", "debug", "halved", |object| {
        object.attribute(DW_TAG_formal_parameter, "number_to_halve", DW_AT_decl_line, |line| line + 1)
    }),
    fault("name of a variable", "debug", "cleans_up", |object| {
        object.text(".debug_str", "\0guard_of_call\0")
    }),
    fault("name of a parameter", "debug", "doubled", |object| {
        object.text(".debug_str", "\0number_to_double\0")
    }),
    fault("name of a variable in a block", "debug", "sum_of_masses", |object| {
        object.text(".debug_str", "\0planet_of_sum\0")
    }),
    fault("line of a static", "debug", "TABLE_OF_NUMBERS", |object| {
        object.attribute(DW_TAG_variable, "TABLE_OF_NUMBERS", DW_AT_decl_line, |line| line + 1)
    }),
    fault("encoding of a type", "debug", "u16", |object| {
        object.attribute(DW_TAG_base_type, "u16", DW_AT_encoding, |_| DW_ATE_signed.0.into())
    }),
    fault("size of a base type", "debug", "u16", |object| {
        object.attribute(DW_TAG_base_type, "u16", DW_AT_byte_size, |_| 4)
    }),
    // Notes.
    fault("the version in the comment", "notes", "", |object| {
        object.byte_of_section(".comment", 3, |_| b'x')
    }),
    fault("the stack is executable", "notes", "", |object| {
        object.section_header(".note.GNU-stack", SECTION_FLAGS, |flags| flags | u64::from(elf::SHF_EXECINSTR))
    }),
];
