//! Prints the entries of a unit as text that is the same for every target, version and kind of split.
//!
//! Each entry is a line with its tag and attributes, indented by depth. Addresses are printed as symbols,
//! references as the name of the referenced entry, locations in the frame as slots. Attributes that only
//! locate tables are omitted.

use std::fmt::Write as _;

use gimli::{AttributeValue, DwAt, EndianSlice, LittleEndian, Operation};
use object::read::{Object as _, ObjectSymbol as _};

use crate::compile::{CompiledFunction, Frame};
use crate::object::tests::read::Loaded;

type Reader<'a> = EndianSlice<'a, LittleEndian>;
type Dwarf<'a> = gimli::Dwarf<Reader<'a>>;
type Unit<'a> = gimli::Unit<Reader<'a>>;
type Die<'a> = gimli::DebuggingInformationEntry<Reader<'a>>;

/// Attributes that locate tables, which depend on version and split.
const TABLES: [DwAt; 12] = [
    gimli::DW_AT_producer,
    gimli::DW_AT_stmt_list,
    gimli::DW_AT_comp_dir,
    gimli::DW_AT_str_offsets_base,
    gimli::DW_AT_addr_base,
    gimli::DW_AT_rnglists_base,
    gimli::DW_AT_loclists_base,
    gimli::DW_AT_dwo_name,
    gimli::DW_AT_GNU_dwo_name,
    gimli::DW_AT_GNU_dwo_id,
    gimli::DW_AT_GNU_addr_base,
    gimli::DW_AT_GNU_ranges_base,
];

/// Prints the unit of an object and of its split part.
pub(super) fn dump(
    loaded: &Loaded<'_>,
    split: Option<&Loaded<'_>>,
    functions: &[CompiledFunction],
) -> String {
    let frame = functions.first().and_then(|function| function.frame.as_ref()).expect("a frame");
    read(loaded, split, |dwarf, unit, ranges_of| Dumper { dwarf, unit, ranges_of, loaded, frame }.text())
}

/// Reads the unit of an object and of its split part. Passes the unit with all entries and the unit that the
/// linker processes to `work`.
pub(super) fn read<R>(
    loaded: &Loaded<'_>,
    split: Option<&Loaded<'_>>,
    work: impl FnOnce(&Dwarf<'_>, &Unit<'_>, &Unit<'_>) -> R,
) -> R {
    let parent = loaded.dwarf();
    let header = parent.units().next().expect("a unit").expect("a header");
    let skeleton = parent.unit(header).expect("a unit");
    let Some(split) = split else { return work(&parent, &skeleton, &skeleton) };
    assert!(skeleton.dwo_name().expect("a name").is_some());
    let mut dwarf = split.split_dwarf();
    dwarf.make_dwo(&parent);
    let header = dwarf.units().next().expect("a unit").expect("a header");
    let mut unit = dwarf.unit(header).expect("a unit");
    assert_eq!(unit.dwo_id, skeleton.dwo_id);
    assert!(unit.dwo_id.is_some());
    unit.copy_relocated_attributes(&skeleton);
    work(&dwarf, &unit, &skeleton)
}

struct Dumper<'d, 'a> {
    dwarf: &'d Dwarf<'a>,
    unit: &'d Unit<'a>,
    /// The unit with the code ranges.
    ranges_of: &'d Unit<'a>,
    loaded: &'d Loaded<'a>,
    /// The frame of the function with variables.
    frame: &'d Frame,
}

impl<'a> Dumper<'_, 'a> {
    fn text(&self) -> String {
        let mut text = String::new();
        let mut entries = self.unit.entries();
        while let Some(entry) = entries.next_dfs().expect("an entry") {
            let depth = entry.depth() as usize;
            let tag = entry.tag().static_string().expect("a tag").trim_start_matches("DW_TAG_");
            write!(text, "{}{tag}", "  ".repeat(depth)).expect("writing to a string");
            let mut attributes: Vec<String> =
                entry.attrs().iter().filter_map(|attribute| self.attribute(entry, attribute)).collect();
            attributes.sort();
            if entry.tag() == gimli::DW_TAG_compile_unit {
                assert!(
                    self.dwarf
                        .unit_ranges(self.ranges_of)
                        .expect("ranges")
                        .next()
                        .expect("a range")
                        .is_some()
                );
                attributes.retain(|attribute| !attribute.starts_with("code"));
            }
            for attribute in attributes {
                write!(text, " {attribute}").expect("writing to a string");
            }
            text.push('\n');
        }
        text
    }

    fn attribute(&self, entry: &Die<'a>, attribute: &gimli::Attribute<Reader<'a>>) -> Option<String> {
        let name = attribute.name();
        // Before DWARF 5, arrays have a lower bound.
        if TABLES.contains(&name) || name == gimli::DW_AT_high_pc || name == gimli::DW_AT_lower_bound {
            return None;
        }
        if name == gimli::DW_AT_low_pc || name == gimli::DW_AT_ranges {
            // The unit's own base.
            if name == gimli::DW_AT_low_pc && entry.attr(gimli::DW_AT_ranges).is_some() {
                return None;
            }
            return Some(format!("code={}", self.code(entry)));
        }
        let name = name.static_string().expect("an attribute").trim_start_matches("DW_AT_");
        let name = name.trim_start_matches("MIPS_");
        let value = match attribute.value() {
            AttributeValue::UnitRef(offset) => self.name_of(offset),
            AttributeValue::Exprloc(expression) if name == "data_member_location" => {
                self.expression(expression).trim_start_matches("plus ").to_owned()
            }
            AttributeValue::Exprloc(expression) => self.expression(expression),
            value if name == "location" => self.listed(value),
            AttributeValue::Flag(_) => return Some(name.to_owned()),
            AttributeValue::FileIndex(index) => format!("file {index}"),
            AttributeValue::Block(bytes) => format!("{:?}", bytes.slice()),
            value => match self.dwarf.attr_string(self.unit, value) {
                Ok(text) => format!("{:?}", text.to_string_lossy()),
                Err(_) => match (value.sdata_value(), value.udata_value()) {
                    (Some(value), _) => value.to_string(),
                    (_, Some(value)) => value.to_string(),
                    _ => format!("{value:?}"),
                },
            },
        };
        Some(format!("{name}={value}"))
    }

    /// Returns the function that contains the ranges of `entry`, and their number.
    fn code(&self, entry: &Die<'a>) -> String {
        let mut ranges = self.dwarf.die_ranges(self.unit, entry).expect("ranges");
        let mut found: Option<String> = None;
        let mut count = 0;
        while let Some(range) = ranges.next().expect("a range") {
            assert!(range.begin < range.end, "{range:?}");
            let symbol = self.symbol(range.begin);
            assert_eq!(symbol, self.symbol(range.end - 1));
            assert!(
                found
                    .as_ref()
                    .is_none_or(|found| *found == symbol || entry.tag() == gimli::DW_TAG_compile_unit)
            );
            found = Some(symbol);
            count += 1;
        }
        format!("{}*{count}", found.expect("a range"))
    }

    /// Returns the symbol that covers an address.
    fn symbol(&self, address: u64) -> String {
        let covers = |symbol: &object::read::elf::ElfSymbol64<'_, '_, object::Endianness>| {
            let start = symbol.name().map(|name| self.loaded.address(name));
            symbol.size() > 0 && start.is_ok_and(|start| (start..start + symbol.size()).contains(&address))
        };
        let symbol =
            self.loaded.file.symbols().filter(|symbol| symbol.name().is_ok_and(|name| !name.is_empty()));
        symbol
            .filter(|symbol| covers(symbol))
            .map(|symbol| symbol.name().expect("a name").to_owned())
            .next()
            .unwrap_or_else(|| panic!("there is nothing at {address:#x}"))
    }

    /// Returns the name of an entry, or its tag.
    fn name_of(&self, offset: gimli::UnitOffset) -> String {
        let entry = self.unit.entry(offset).expect("an entry");
        let name = entry.attr_value(gimli::DW_AT_name).map(|value| self.dwarf.attr_string(self.unit, value));
        let specification = entry.attr_value(gimli::DW_AT_specification);
        match (name, specification) {
            (Some(name), _) => format!("<{}>", name.expect("a string").to_string_lossy()),
            (None, Some(AttributeValue::UnitRef(offset))) => self.name_of(offset),
            _ => format!("<{}>", entry.tag()).replace("DW_TAG_", ""),
        }
    }

    /// Returns the function that contains the ranges of a location list. Its expressions depend on the
    /// target.
    fn listed(&self, value: AttributeValue<Reader<'a>>) -> String {
        let mut list = self.dwarf.attr_locations(self.unit, value).expect("a list").expect("a list");
        let mut found: Option<String> = None;
        while let Some(entry) = list.next().expect("an entry") {
            assert!(entry.range.begin < entry.range.end, "{entry:?}");
            let symbol = self.symbol(entry.range.begin);
            assert_eq!(symbol, self.symbol(entry.range.end - 1));
            assert!(found.is_none_or(|found| found == symbol));
            found = Some(symbol);
        }
        format!("in {}", found.expect("an entry"))
    }

    fn expression(&self, expression: gimli::Expression<Reader<'a>>) -> String {
        let mut text = Vec::new();
        let mut operations = expression.operations(self.unit.encoding());
        while let Some(operation) = operations.next().expect("an operation") {
            text.push(match operation {
                Operation::FrameOffset { offset } => self.slot(offset),
                Operation::Register { .. } => "register".to_owned(),
                Operation::ImplicitValue { data } => format!("always {:?}", data.slice()),
                Operation::StackValue => "itself".to_owned(),
                Operation::Deref { .. } => "deref".to_owned(),
                Operation::PlusConstant { value } => format!("plus {value}"),
                Operation::Piece { size_in_bits, .. } => format!("piece {size_in_bits}"),
                Operation::Address { address } => self.symbol(address),
                Operation::AddressIndex { index } => {
                    self.symbol(self.dwarf.address(self.unit, index).expect("an address"))
                }
                // The artificial address of a thread-local stands for its offset.
                Operation::UnsignedConstant { value } => self.symbol(value),
                Operation::ConstantIndex { index } => {
                    self.symbol(self.dwarf.address(self.unit, index).expect("an address"))
                }
                Operation::TLS => "thread".to_owned(),
                other => panic!("{other:?}"),
            });
        }
        text.join(",")
    }

    /// Returns the slot at an offset from the frame pointer.
    fn slot(&self, offset: i64) -> String {
        let from_bottom = offset + i64::from(self.frame.to_frame_pointer);
        let slots = self.frame.slots.iter().filter(|slot| i64::from(slot.offset) <= from_bottom);
        let slot = slots.max_by_key(|slot| slot.offset).expect("a slot");
        format!("slot {}+{}", slot.key, from_bottom - i64::from(slot.offset))
    }
}
