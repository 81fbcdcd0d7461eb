//! Writes the locations of variables, as DWARF expressions (DWARF 5 section 2.5) based on the frame and
//! registers.
//!
//! A variable in the frame and a constant have one expression for the whole scope. A variable that is a value
//! of optimised code ([`VariableLocation::Value`]) has one expression per range of code in which the register
//! allocator keeps the value in one location; these form a location list.

use gimli::leb128::write::Leb128;
use gimli::{
    DW_OP_breg0, DW_OP_bregx, DW_OP_deref, DW_OP_fbreg, DW_OP_implicit_value, DW_OP_piece, DW_OP_plus_uconst,
    DW_OP_reg0, DW_OP_regx, DW_OP_stack_value, Register,
};

use super::DescribedFunction;
use super::scopes::CodeRange;
use crate::compile::{Frame, ValueLocation, ValueRange};
use crate::description::{Variable, VariableLocation, VariablePiece};

/// The base of frame offsets in expressions.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FrameBase {
    /// The frame pointer, in this register, whose DWARF number is below 32. It is set up after the prologue.
    Register(Register),
}

impl FrameBase {
    /// Returns the expression of `DW_AT_frame_base`.
    pub fn expression(self) -> [u8; 1] {
        match self {
            FrameBase::Register(register) => [DW_OP_reg0.0 + register.0 as u8],
        }
    }
}

/// The expressions of one variable; reused for its capacity.
#[derive(Default)]
pub struct LocationWriter {
    bytes: Vec<u8>,
    /// The ranges of code, and the part of `bytes` that is the expression there; sorted by start.
    ranges: Vec<(CodeRange, std::ops::Range<usize>)>,
    boundaries: Vec<u32>,
}

/// How much of a variable's location is known.
pub enum Known {
    Nothing,
    /// One location in the whole scope: [`LocationWriter::expression`].
    Everywhere,
    /// Several locations, or gaps: [`LocationWriter::expressions`].
    Ranges,
}

impl LocationWriter {
    /// Finds the location of `variable` in the code of its scope (all of the function without `scope`).
    pub fn find(
        &mut self,
        variable: &Variable,
        function: &DescribedFunction<'_>,
        scope: Option<&[CodeRange]>,
    ) -> Known {
        self.bytes.clear();
        self.ranges.clear();
        let Some(frame) = function.frame else { return Known::Nothing };
        let locations = FunctionLocations { frame, values: function.values };
        if !variable.pieces.iter().any(|piece| label_of(&piece.location).is_some()) {
            return if self.write(variable, locations, 0) { Known::Everywhere } else { Known::Nothing };
        }
        let all = [CodeRange { start: 0, end: function.size }];
        let scope = scope.unwrap_or(&all);
        self.find_ranges(variable, locations, scope, function.size);
        match &*self.ranges {
            [] => Known::Nothing,
            [(range, bytes)]
                if scope.iter().all(|code| range.start <= code.start && code.end <= range.end) =>
            {
                self.bytes.truncate(bytes.end);
                self.bytes.drain(..bytes.start);
                Known::Everywhere
            }
            _ => Known::Ranges,
        }
    }

    pub fn expression(&self) -> &[u8] {
        &self.bytes
    }

    pub fn expressions(&self) -> impl Iterator<Item = (CodeRange, &[u8])> {
        self.ranges.iter().map(|(range, bytes)| (*range, &self.bytes[bytes.clone()]))
    }

    /// Adds one expression for each range between two boundaries, where a value's location changes. Only the
    /// value ranges that overlap the scope's code are considered: a value may live long after the scope, it
    /// may have as many ranges as the function has instructions, and many variables in small scopes share one
    /// value (`self` of inlined calls).
    fn find_ranges(
        &mut self,
        variable: &Variable,
        locations: FunctionLocations<'_>,
        scope: &[CodeRange],
        size: u32,
    ) {
        let mut boundaries = std::mem::take(&mut self.boundaries);
        boundaries.clear();
        for piece in &variable.pieces {
            let Some(label) = label_of(&piece.location) else {
                boundaries.extend([0, size]);
                continue;
            };
            let ranges = locations.ranges_of(label);
            for code in scope {
                let ranges = overlapping(ranges, code);
                boundaries.extend(ranges.iter().flat_map(|range| [range.start, range.end]));
            }
        }
        boundaries.sort_unstable();
        boundaries.dedup();
        for pair in boundaries.windows(2) {
            let range = CodeRange { start: pair[0], end: pair[1] };
            // Between two boundaries, nothing changes within the scope. Outside, something may.
            let Some(offset) = first_in(scope, range) else { continue };
            let start = self.bytes.len();
            if !self.write(variable, locations, offset) {
                continue;
            }
            let bytes = start..self.bytes.len();
            match self.ranges.last_mut() {
                Some((last, same))
                    if last.end == range.start && self.bytes[same.clone()] == self.bytes[bytes.clone()] =>
                {
                    last.end = range.end;
                    self.bytes.truncate(start);
                }
                _ => self.ranges.push((range, bytes)),
            }
        }
        self.boundaries = boundaries;
    }

    /// Writes the expression for `variable` in the code at `offset`. Returns false, and writes nothing, if no
    /// byte's location is known.
    fn write(&mut self, variable: &Variable, locations: FunctionLocations<'_>, offset: u32) -> bool {
        if let [VariablePiece { fragment: None, location }] = &*variable.pieces {
            return self.write_location(location, locations, offset);
        }
        let start = self.bytes.len();
        let mut is_known = false;
        // The number of bytes of the variable that the expression describes so far.
        let mut described = 0;
        for piece in &variable.pieces {
            let Some((first, size)) = piece.fragment.filter(|&(first, size)| first >= described && size > 0)
            else {
                continue;
            };
            if first > described {
                // An empty location: these bytes are unknown.
                self.piece(first - described);
            }
            is_known |= self.write_location(&piece.location, locations, offset);
            self.piece(size);
            described = first + size;
        }
        if !is_known {
            self.bytes.truncate(start);
        }
        is_known
    }

    /// Writes the operations that compute the address of `location`, or its bytes. Returns false, and writes
    /// nothing, if neither is known.
    fn write_location(
        &mut self,
        location: &VariableLocation,
        locations: FunctionLocations<'_>,
        offset: u32,
    ) -> bool {
        match location {
            VariableLocation::Constant(bytes) => {
                self.bytes.push(DW_OP_implicit_value.0);
                self.unsigned(bytes.len() as u64);
                self.bytes.extend_from_slice(bytes);
                true
            }
            VariableLocation::Frame { slot, offset, indirections } => {
                let Some(offset) = slot_offset(*slot, *offset, locations.frame) else { return false };
                self.frame_base(offset);
                self.indirections(indirections);
                true
            }
            VariableLocation::Value { label, indirections } => {
                let Some(location) = locations.location_of(*label, offset) else { return false };
                self.value(location, indirections);
                true
            }
            VariableLocation::AddressOf(location) => {
                let is_known = self.write_location(location, locations, offset);
                if is_known {
                    self.bytes.push(DW_OP_stack_value.0);
                }
                is_known
            }
        }
    }

    /// Writes the location of a value's bytes, or computes an address from the value.
    fn value(&mut self, location: ValueLocation, indirections: &[u64]) {
        match (location, indirections) {
            (ValueLocation::Frame(offset), _) => {
                self.frame_base(offset);
                self.indirections(indirections);
            }
            (ValueLocation::Register(register), []) => {
                self.register(register, DW_OP_reg0.0, DW_OP_regx.0);
            }
            (ValueLocation::Register(register), [first, rest @ ..]) => {
                self.register(register, DW_OP_breg0.0, DW_OP_bregx.0);
                self.signed(*first as i64);
                self.indirections(rest);
            }
        }
    }

    /// Writes an operation that has short forms for the first 32 registers.
    fn register(&mut self, register: u16, short: u8, long: u8) {
        match register {
            0..32 => self.bytes.push(short + register as u8),
            _ => {
                self.bytes.push(long);
                self.unsigned(u64::from(register));
            }
        }
    }

    fn frame_base(&mut self, offset: i64) {
        self.bytes.push(DW_OP_fbreg.0);
        self.signed(offset);
    }

    fn indirections(&mut self, steps: &[u64]) {
        for &step in steps {
            self.bytes.push(DW_OP_deref.0);
            if step != 0 {
                self.bytes.push(DW_OP_plus_uconst.0);
                self.unsigned(step);
            }
        }
    }

    fn piece(&mut self, size: u64) {
        self.bytes.push(DW_OP_piece.0);
        self.unsigned(size);
    }

    fn unsigned(&mut self, value: u64) {
        self.bytes.extend_from_slice(Leb128::unsigned(value).bytes());
    }

    fn signed(&mut self, value: i64) {
        self.bytes.extend_from_slice(Leb128::signed(value).bytes());
    }
}

/// The locations of a function's slots and values.
#[derive(Clone, Copy)]
struct FunctionLocations<'a> {
    frame: &'a Frame,
    values: &'a [ValueRange],
}

impl<'a> FunctionLocations<'a> {
    /// Returns the ranges of one value, sorted by start.
    fn ranges_of(self, label: u32) -> &'a [ValueRange] {
        let start = self.values.partition_point(|range| range.label < label);
        let end = self.values.partition_point(|range| range.label <= label);
        &self.values[start..end]
    }

    fn location_of(self, label: u32, offset: u32) -> Option<ValueLocation> {
        let at = CodeRange { start: offset, end: offset + 1 };
        overlapping(self.ranges_of(label), &at).first().map(|range| range.location)
    }
}

/// Returns those of `ranges` that overlap `code`. They have to be disjoint and sorted.
fn overlapping<'a>(ranges: &'a [ValueRange], code: &CodeRange) -> &'a [ValueRange] {
    let ranges = &ranges[ranges.partition_point(|range| range.end <= code.start)..];
    &ranges[..ranges.partition_point(|range| range.start < code.end)]
}

/// Returns the first offset of `range` that is in `scope`, whose ranges are disjoint and sorted.
fn first_in(scope: &[CodeRange], range: CodeRange) -> Option<u32> {
    let code = scope.get(scope.partition_point(|code| code.end <= range.start))?;
    (code.start < range.end).then(|| range.start.max(code.start))
}

/// Returns the label of the value that `location` depends on.
fn label_of(location: &VariableLocation) -> Option<u32> {
    match location {
        VariableLocation::Value { label, .. } => Some(*label),
        VariableLocation::AddressOf(location) => label_of(location),
        VariableLocation::Frame { .. } | VariableLocation::Constant(_) => None,
    }
}

/// Returns the offset of a byte of a slot from the frame pointer, in bytes; `None` if the slot was removed.
fn slot_offset(slot: u64, offset: u64, frame: &Frame) -> Option<i64> {
    let index = frame.slots.binary_search_by_key(&slot, |slot| slot.key).ok()?;
    Some(i64::from(frame.slots[index].offset) + offset as i64 - i64::from(frame.to_frame_pointer))
}

#[cfg(test)]
mod tests {
    use gimli::DwAte;
    use proptest::prelude::*;

    use super::*;
    use crate::description::{ScopeId, Type, UnitDescription, VariableKind};

    /// Builds consecutive ranges from pairs of a gap and a length.
    fn ranges(lengths: &[(u32, u32)]) -> Vec<CodeRange> {
        let mut end = 0;
        let next = |&(gap, length): &(u32, u32)| {
            let start = end + gap;
            end = start + length;
            CodeRange { start, end }
        };
        lengths.iter().map(next).collect()
    }

    fn lengths() -> impl Strategy<Value = Vec<(u32, u32)>> {
        prop::collection::vec((0u32..6, 1u32..6), 0..8)
    }

    proptest! {
        /// In the code of its scope, a variable's location is that of its values, byte by byte.
        #[test]
        fn locations_are_those_of_the_values(
            first in lengths(),
            second in lengths(),
            scope in lengths(),
            registers in prop::collection::vec(0u16..3, 16),
        ) {
            let of_label = |label: u32, lengths: &[(u32, u32)]| -> Vec<ValueRange> {
                let numbered = ranges(lengths).into_iter().zip(&registers);
                let value = |(range, register): (CodeRange, &u16)| ValueRange {
                    label,
                    start: range.start,
                    end: range.end,
                    location: ValueLocation::Register(*register),
                };
                numbered.map(value).collect()
            };
            let values = [of_label(1, &first), of_label(2, &second)].concat();
            let frame = Frame { to_frame_pointer: 0, slots: Box::default() };
            let locations = FunctionLocations { frame: &frame, values: &values };
            let piece = |label, fragment| VariablePiece {
                fragment: Some(fragment),
                location: VariableLocation::Value { label, indirections: Vec::new() },
            };
            let mut unit = UnitDescription::default();
            let ty = unit.types.push(Type::Base { name: "u64".into(), encoding: DwAte(0), size: 8 });
            let variable = Variable {
                name: "v".into(),
                ty,
                scope: ScopeId::FUNCTION,
                declaration: None,
                kind: VariableKind::Local,
                pieces: vec![piece(1, (0, 4)), piece(2, (4, 4))],
            };
            let scope = ranges(&scope);
            let mut location = LocationWriter::default();
            location.find_ranges(&variable, locations, &scope, 100);
            for offset in scope.iter().flat_map(|code| code.start..code.end) {
                let mut alone = LocationWriter::default();
                let is_known = alone.write(&variable, locations, offset);
                let mut said = location.expressions().filter(|(range, _)| (range.start..range.end).contains(&offset));
                prop_assert_eq!(said.next().map(|(_, bytes)| bytes), is_known.then_some(&*alone.bytes));
                prop_assert!(said.next().is_none());
            }
        }
    }
}
