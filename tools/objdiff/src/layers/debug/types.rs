//! The facts of types: size, alignment, members, variants, parameters.

use gimli::DwTag;

use super::entries::{Entries, Value};
use super::names::Names;
use super::scratch::Scratch;
use super::{
    ALIGNMENT, DISCRIMINANT, ENCODING, ENUMERATOR, HOLDER, MEMBER, PARAMETER_TYPE, SIZE, TAG, TARGET, VARIANT,
};

/// Writes the facts of a type; returns `false` if it is not defined here.
pub fn facts<'b>(entries: &Entries<'b>, names: &Names<'_, 'b>, number: u32, scratch: &mut Scratch) -> bool {
    let tag = entries.get(number).tag;
    if entries.has(number, gimli::DW_AT_declaration) || tag == gimli::DW_TAG_subroutine_type {
        return false;
    }
    let tag_name = tag.static_string().unwrap_or("?").trim_start_matches("DW_TAG_");
    scratch.add(TAG, format_args!(""), format_args!("{tag_name}"));
    let writer = Writer { entries, names };
    writer.common(number, tag, scratch);
    writer.members(number, "", scratch);
    let size = entries.number(number, gimli::DW_AT_byte_size);
    for child in entries.children(number) {
        match entries.get(child).tag {
            gimli::DW_TAG_enumerator => {
                let value = writer.constant(child, gimli::DW_AT_const_value, size);
                let value = value.as_deref().unwrap_or("?");
                scratch.add(ENUMERATOR, format_args!("{}", entries.name(child)), format_args!("{value}"));
            }
            gimli::DW_TAG_variant_part => writer.variants(child, scratch),
            gimli::DW_TAG_template_type_parameter => {
                let name = entries.name(child);
                scratch.add(PARAMETER_TYPE, format_args!("{name}"), format_args!("{}", names.type_of(child)));
            }
            _ => {}
        }
    }
    true
}

struct Writer<'w, 'e, 'b> {
    entries: &'w Entries<'b>,
    names: &'w Names<'e, 'b>,
}

impl Writer<'_, '_, '_> {
    /// Adds size, alignment, encoding and target.
    fn common(&self, number: u32, tag: DwTag, scratch: &mut Scratch) {
        let numbers = [
            (SIZE, gimli::DW_AT_byte_size),
            (ALIGNMENT, gimli::DW_AT_alignment),
            (ENCODING, gimli::DW_AT_encoding),
        ];
        for (property, attribute) in numbers {
            if let Some(value) = self.entries.number(number, attribute) {
                scratch.add(property, format_args!(""), format_args!("{value}"));
            }
        }
        let pointing = [gimli::DW_TAG_pointer_type, gimli::DW_TAG_typedef, gimli::DW_TAG_enumeration_type];
        if pointing.contains(&tag) {
            scratch.add(TARGET, format_args!(""), format_args!("{}", self.names.type_of(number)));
        }
        if let Some(holder) = self.entries.entry(number, gimli::DW_AT_containing_type) {
            scratch.add(HOLDER, format_args!(""), format_args!("{}", self.names.type_name(holder)));
        }
    }

    /// Adds the members of a struct, union or variant.
    fn members(&self, number: u32, prefix: &str, scratch: &mut Scratch) {
        let property = if prefix.is_empty() { MEMBER } else { VARIANT };
        for member in self.entries.children(number) {
            if self.entries.get(member).tag != gimli::DW_TAG_member {
                continue;
            }
            let offset = shown(self.entries.number(member, gimli::DW_AT_data_member_location));
            let alignment = self.entries.number(member, gimli::DW_AT_alignment);
            let alignment = alignment.map(|number| format!(", alignment {number}")).unwrap_or_default();
            let name = self.entries.name(member);
            scratch.add(
                property,
                format_args!("{prefix}{name}"),
                format_args!("{} at {offset}{alignment}", self.names.type_of(member)),
            );
        }
    }

    /// Adds the variants of an enum.
    fn variants(&self, part: u32, scratch: &mut Scratch) {
        let mut size = None;
        if let Some(discriminant) = self.entries.entry(part, gimli::DW_AT_discr) {
            let offset = shown(self.entries.number(discriminant, gimli::DW_AT_data_member_location));
            let name = self.names.type_of(discriminant);
            scratch.add(DISCRIMINANT, format_args!(""), format_args!("{name} at {offset}"));
            let of = self.entries.entry(discriminant, gimli::DW_AT_type);
            size = of.and_then(|of| self.entries.number(of, gimli::DW_AT_byte_size));
        }
        for variant in self.entries.children(part) {
            if self.entries.get(variant).tag == gimli::DW_TAG_variant {
                let value = self.constant(variant, gimli::DW_AT_discr_value, size);
                let prefix = format!("{}: ", value.as_deref().unwrap_or("otherwise"));
                self.members(variant, &prefix, scratch);
            }
        }
    }

    /// Shows a constant as the unsigned number of the same size, so that it does not matter whether it was
    /// written as signed. Whether it is a block of bytes does: debuggers show blocks in another way.
    fn constant(&self, number: u32, attribute: gimli::DwAt, size: Option<i128>) -> Option<String> {
        let mask = match size {
            Some(size @ 1..16) => (1 << (size * 8)) - 1,
            _ => -1,
        };
        match self.entries.value(number, attribute)? {
            Value::Number(value) => Some((value & mask).to_string()),
            Value::Block(value) => Some(format!("{} (a block)", value & mask)),
            _ => None,
        }
    }
}

/// Shows a number, if there is one.
pub fn shown(number: Option<i128>) -> String {
    number.map_or("?".to_owned(), |number| number.to_string())
}
