//! Location lists contain the locations of the compiled function's values.

use gimli::Operation;

use super::Reader;
use super::described_unit::HELD;
use super::dump::read;
use super::matrix::{for_all, with_files};
use crate::compile::{CompiledFunction, ValueLocation};

/// A range of code, from the start of the function, and a variable's location in it.
type Found = (u64, u64, Vec<Operation<Reader<'static>>>);

/// Reads the location list of the variable `name`.
fn list_of(
    dwarf: &gimli::Dwarf<Reader<'_>>,
    unit: &gimli::Unit<Reader<'_>>,
    name: &str,
    function: u64,
) -> Vec<Found> {
    let mut entries = unit.entries();
    while let Some(entry) = entries.next_dfs().expect("an entry") {
        let of_entry = entry.attr_value(gimli::DW_AT_name).map(|value| dwarf.attr_string(unit, value));
        if entry.tag() != gimli::DW_TAG_variable
            || of_entry.is_none_or(|found| found.expect("a name").slice() != name.as_bytes())
        {
            continue;
        }
        let location = entry.attr_value(gimli::DW_AT_location).expect("a location");
        let mut list = dwarf.attr_locations(unit, location).expect("a list").expect("a list");
        let mut found = Vec::new();
        while let Some(entry) = list.next().expect("an entry") {
            let mut operations = entry.data.operations(unit.encoding());
            let mut expression = Vec::new();
            while let Some(operation) = operations.next().expect("an operation") {
                expression.push(constant_of(operation));
            }
            found.push((entry.range.begin - function, entry.range.end - function, expression));
        }
        return found;
    }
    panic!("there is no variable `{name}`");
}

/// Returns the same operation without a reference to the section.
fn constant_of(operation: Operation<Reader<'_>>) -> Operation<Reader<'static>> {
    match operation {
        Operation::Register { register } => Operation::Register { register },
        Operation::RegisterOffset { register, offset, base_type } => {
            Operation::RegisterOffset { register, offset, base_type }
        }
        Operation::FrameOffset { offset } => Operation::FrameOffset { offset },
        Operation::Deref { base_type, size, space } => Operation::Deref { base_type, size, space },
        Operation::PlusConstant { value } => Operation::PlusConstant { value },
        Operation::StackValue => Operation::StackValue,
        Operation::Piece { size_in_bits, bit_offset } => Operation::Piece { size_in_bits, bit_offset },
        Operation::ImplicitValue { data } => {
            assert_eq!(data.slice(), [7; 8]);
            Operation::ImplicitValue { data: Reader::new(&[7; 8], gimli::LittleEndian) }
        }
        other => panic!("{other:?}"),
    }
}

/// Returns the expression for a value.
fn held(location: ValueLocation) -> Operation<Reader<'static>> {
    match location {
        ValueLocation::Register(number) => Operation::Register { register: gimli::Register(number) },
        ValueLocation::Frame(offset) => Operation::FrameOffset { offset },
    }
}

/// Returns the expression for the address `offset` bytes after the one that a value is.
fn after(location: ValueLocation, offset: i64) -> Vec<Operation<Reader<'static>>> {
    match location {
        ValueLocation::Register(number) => {
            let register = gimli::Register(number);
            vec![Operation::RegisterOffset { register, offset, base_type: gimli::UnitOffset(0) }]
        }
        ValueLocation::Frame(_) => vec![held(location), deref(), plus(offset as u64)],
    }
}

fn deref() -> Operation<Reader<'static>> {
    Operation::Deref { base_type: gimli::UnitOffset(0), size: 8, space: false }
}

fn plus(value: u64) -> Operation<Reader<'static>> {
    Operation::PlusConstant { value }
}

#[test]
fn lists_follow_values() {
    for_all(|unit, place, name| {
        with_files(unit, place, |loaded, split| {
            let start = loaded.address("function");
            read(loaded, split, |dwarf, read, _| {
                check(&unit.functions[0], name, |variable| list_of(dwarf, read, variable, start));
            });
        });
    });
}

fn check(function: &CompiledFunction, name: &str, list_of: impl Fn(&str) -> Vec<Found>) {
    let ranges = || function.values.iter().filter(|range| range.label == HELD);
    assert!(ranges().next().is_some(), "{name}");
    let expect = |variable: &str, expression: &dyn Fn(ValueLocation) -> Vec<Operation<Reader<'static>>>| {
        let expected: Vec<Found> = ranges()
            .map(|range| (range.start.into(), range.end.into(), expression(range.location)))
            .collect();
        assert_eq!(list_of(variable), expected, "{name}: {variable}");
    };
    expect("held", &|location| vec![held(location)]);
    expect("behind", &|location| [after(location, 16), vec![deref(), plus(8)]].concat());
    expect("held_reference", &|location| [after(location, 32), vec![Operation::StackValue]].concat());
    // The other half is known everywhere.
    let found = list_of("half_held");
    assert_eq!((found[0].0, found[found.len() - 1].1), (0, function.code.len() as u64), "{name}");
    assert!(found.windows(2).all(|pair| pair[0].1 == pair[1].0), "{name}: {found:?}");
    for (start, _, expression) in found {
        assert!(matches!(expression[0], Operation::ImplicitValue { .. }));
        let known = ranges().find(|range| (range.start..range.end).contains(&(start as u32)));
        // A piece after each half; the second one may be empty.
        let half = expression.get(2).filter(|operation| !matches!(operation, Operation::Piece { .. }));
        assert_eq!(half.copied(), known.map(|range| held(range.location)), "{name}");
    }
}
