//! The entries (DIEs) of one unit as a table, with the attributes that have a meaning. Entries are in the
//! order of the file: children follow their parent.

use std::borrow::Cow;
use std::ops::Range;

use gimli::{AttributeValue, DwAt, DwTag, Dwarf, Operation};

use super::sections::{Bytes, Unit};

/// The most entries around another one.
const DEEPEST: usize = 1 << 16;

/// An entry.
pub struct Entry {
    pub tag: DwTag,
    /// The offset in the unit.
    offset: usize,
    pub parent: Option<u32>,
    /// The number of the first entry that is not in this one.
    pub end: u32,
    attributes: Range<u32>,
}

/// The value of an attribute.
#[derive(Clone, Copy, Debug)]
pub enum Value<'b> {
    Text(&'b [u8]),
    /// Constants keep the sign that they were written with.
    Number(i128),
    /// A number written as a block of bytes.
    Block(i128),
    /// The offset of another entry in the unit.
    Entry(usize),
    Address(u64),
    Expression(Bytes<'b>),
    /// A list of locations or ranges.
    List(AttributeValue<Bytes<'b>>),
}

/// The entries of a unit.
pub struct Entries<'b> {
    pub all: Vec<Entry>,
    values: Vec<(DwAt, Value<'b>)>,
}

/// The attributes that are read. The others differ for good reasons (addresses), or have no meaning here.
const READ: [DwAt; 30] = [
    gimli::DW_AT_name,
    gimli::DW_AT_linkage_name,
    gimli::DW_AT_MIPS_linkage_name,
    gimli::DW_AT_byte_size,
    gimli::DW_AT_alignment,
    gimli::DW_AT_data_member_location,
    gimli::DW_AT_type,
    gimli::DW_AT_specification,
    gimli::DW_AT_abstract_origin,
    gimli::DW_AT_discr,
    gimli::DW_AT_discr_value,
    gimli::DW_AT_const_value,
    gimli::DW_AT_decl_line,
    gimli::DW_AT_decl_file,
    gimli::DW_AT_declaration,
    gimli::DW_AT_count,
    gimli::DW_AT_upper_bound,
    gimli::DW_AT_call_line,
    gimli::DW_AT_location,
    gimli::DW_AT_encoding,
    gimli::DW_AT_containing_type,
    gimli::DW_AT_GNU_vector,
    gimli::DW_AT_low_pc,
    gimli::DW_AT_high_pc,
    gimli::DW_AT_ranges,
    gimli::DW_AT_producer,
    gimli::DW_AT_language,
    gimli::DW_AT_bit_size,
    gimli::DW_AT_data_bit_offset,
    gimli::DW_AT_artificial,
];

impl<'b> Entries<'b> {
    /// Reads the entries of a unit.
    pub fn read(dwarf: &Dwarf<Bytes<'b>>, unit: &Unit<'b>) -> gimli::Result<Self> {
        let mut entries = Entries { all: Vec::new(), values: Vec::new() };
        let mut open: Vec<u32> = Vec::new();
        let mut raw = unit.entries_raw(None)?;
        while !raw.is_empty() {
            let offset = raw.next_offset().0;
            let Some(abbreviation) = raw.read_abbreviation()? else {
                if let Some(closed) = open.pop() {
                    entries.close(closed);
                }
                continue;
            };
            let first = entries.values.len() as u32;
            for specification in abbreviation.attributes() {
                let attribute = raw.read_attribute(*specification)?;
                if READ.contains(&attribute.name())
                    && let Some(value) = value(dwarf, unit, &attribute)?
                {
                    entries.values.push((attribute.name(), value));
                }
            }
            let number = entries.all.len() as u32;
            let attributes = first..entries.values.len() as u32;
            let parent = open.last().copied();
            entries.all.push(Entry { tag: abbreviation.tag(), offset, parent, end: number + 1, attributes });
            if abbreviation.has_children() {
                open.push(number);
            }
            if open.len() > DEEPEST {
                return Err(gimli::Error::UnexpectedEof(gimli::ReaderOffsetId(offset as u64)));
            }
        }
        while let Some(closed) = open.pop() {
            entries.close(closed);
        }
        Ok(entries)
    }

    fn close(&mut self, number: u32) {
        let end = self.all.len() as u32;
        if let Some(entry) = self.all.get_mut(number as usize) {
            entry.end = end;
        }
    }

    pub fn get(&self, number: u32) -> &Entry {
        // Numbers come from this table, which is not empty then.
        self.all.get(number as usize).unwrap_or(&self.all[0])
    }

    /// Returns the children of an entry.
    pub fn children(&self, parent: u32) -> impl Iterator<Item = u32> {
        let end = self.get(parent).end;
        let first = Some(parent + 1).filter(|first| *first < end);
        std::iter::successors(first, move |child| Some(self.get(*child).end).filter(|next| *next < end))
    }

    /// Returns an attribute.
    pub fn value(&self, number: u32, name: DwAt) -> Option<Value<'b>> {
        let Range { start, end } = self.get(number).attributes;
        let values = self.values.get(start as usize..end as usize)?;
        values.iter().find(|(other, _)| *other == name).map(|(_, value)| *value)
    }

    pub fn has(&self, number: u32, name: DwAt) -> bool {
        self.value(number, name).is_some()
    }

    /// Returns an attribute that is a text.
    pub fn text(&self, number: u32, name: DwAt) -> Option<Cow<'b, str>> {
        match self.value(number, name)? {
            Value::Text(text) => Some(String::from_utf8_lossy(text)),
            _ => None,
        }
    }

    /// Returns the name of an entry.
    pub fn name(&self, number: u32) -> Cow<'b, str> {
        self.text(number, gimli::DW_AT_name).unwrap_or(Cow::Borrowed("{unnamed}"))
    }

    /// Returns an attribute that is a number.
    pub fn number(&self, number: u32, name: DwAt) -> Option<i128> {
        match self.value(number, name)? {
            Value::Number(number) | Value::Block(number) => Some(number),
            _ => None,
        }
    }

    /// Returns an attribute that refers to another entry of the unit.
    pub fn entry(&self, number: u32, name: DwAt) -> Option<u32> {
        let Value::Entry(offset) = self.value(number, name)? else { return None };
        let found = self.all.binary_search_by_key(&offset, |entry| entry.offset);
        found.ok().map(|number| number as u32)
    }

    /// Returns the address at which the code of an entry begins.
    pub fn low_address(&self, number: u32) -> Option<u64> {
        match self.value(number, gimli::DW_AT_low_pc)? {
            Value::Address(address) => Some(address),
            _ => None,
        }
    }

    /// Whether an entry has code of its own. Those without are declarations, or what inlined functions
    /// have in common.
    pub fn has_code(&self, number: u32) -> bool {
        self.has(number, gimli::DW_AT_low_pc) || self.has(number, gimli::DW_AT_ranges)
    }

    /// Returns an entry, and the entries that complete it.
    pub fn origins(&self, number: u32) -> Vec<u32> {
        let mut found = vec![number];
        // A chain of a hostile file may be a circle.
        while let Some(&current) = found.last().filter(|_| found.len() < 8) {
            let next = self.entry(current, gimli::DW_AT_abstract_origin);
            let Some(next) = next.or_else(|| self.entry(current, gimli::DW_AT_specification)) else { break };
            found.push(next);
        }
        found
    }
}

/// Returns what an attribute means; `None` if nothing that is compared.
fn value<'b>(
    dwarf: &Dwarf<Bytes<'b>>,
    unit: &Unit<'b>,
    attribute: &gimli::Attribute<Bytes<'b>>,
) -> gimli::Result<Option<Value<'b>>> {
    let number = match attribute.value() {
        AttributeValue::UnitRef(offset) => return Ok(Some(Value::Entry(offset.0))),
        AttributeValue::Sdata(number) => i128::from(number),
        AttributeValue::Flag(flag) => i128::from(flag),
        AttributeValue::Encoding(encoding) => i128::from(encoding.0),
        AttributeValue::Language(language) => i128::from(language.0),
        AttributeValue::FileIndex(index) => i128::from(index),
        AttributeValue::Data16(number) => number.cast_signed(),
        AttributeValue::Block(block) => return Ok(little_endian(block.slice()).map(Value::Block)),
        AttributeValue::Addr(address) => return Ok(Some(Value::Address(address))),
        // Without the main file, the address of a split unit is not known.
        AttributeValue::DebugAddrIndex(index) => {
            return Ok(Some(Value::Address(dwarf.address(unit, index).unwrap_or(0))));
        }
        AttributeValue::Exprloc(expression) => {
            // In DWARF 2, the offset of a member is an expression that adds to an address.
            if attribute.name() == gimli::DW_AT_data_member_location {
                let mut operations = expression.operations(unit.encoding());
                return Ok(match operations.next()? {
                    Some(Operation::PlusConstant { value }) => Some(Value::Number(value.into())),
                    _ => None,
                });
            }
            return Ok(Some(Value::Expression(expression.0)));
        }
        list @ (AttributeValue::LocationListsRef(_)
        | AttributeValue::DebugLocListsIndex(_)
        | AttributeValue::RangeListsRef(_)
        | AttributeValue::DebugRngListsIndex(_)) => return Ok(Some(Value::List(list))),
        other => match other.udata_value() {
            Some(number) => i128::from(number),
            None => return Ok(dwarf.attr_string(unit, other).ok().map(|text| Value::Text(text.slice()))),
        },
    };
    Ok(Some(Value::Number(number)))
}

/// Reads a number of up to 16 bytes.
fn little_endian(bytes: &[u8]) -> Option<i128> {
    let mut whole = [0; 16];
    whole.get_mut(..bytes.len())?.copy_from_slice(bytes);
    Some(i128::from_le_bytes(whole))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_numbers() {
        assert_eq!(little_endian(&[1, 2]), Some(0x201));
        assert_eq!(little_endian(&[0; 17]), None);
    }
}
