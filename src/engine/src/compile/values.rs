//! Finds the register or stack slot of each labelled value, for debug info of optimised code.
//!
//! Lowering gives each label (`ValueLabel`) to one SSA value, and another one to its extensions, which are
//! used where the value itself is gone ([`add_extensions`]). Cranelift reports ranges of code in which
//! the register allocator keeps such a value in a register or a spill slot. These ranges begin and end at
//! instructions of Cranelift's VCode, which is not precise enough: one of these may be several machine
//! instructions, and the allocator inserts moves between them. Between the start of one and the next, a
//! register may already contain another value, or not yet the reported one. Debuggers do stop there: when
//! they step single machine instructions, on a signal, and in every frame but the innermost, where the
//! program counter is inside a call.
//!
//! The reported location is certain only at the start of each of these instructions. Only some starts are
//! known: those at which source ranges begin, and those at which Cranelift's ranges begin or end. So the
//! ranges are shortened:
//! 1. A range ends one byte after its last known start. The value is there until that instruction runs. So a
//!    value that a call does not preserve is unknown while the callee runs. If the value is in another
//!    location right after the call, the call preserved it; then the range reaches to the return address.
//! 2. At the end of a block with one successor, the allocator moves values to the locations that the
//!    successor expects. Ranges have a gap from before these moves to the end of the block ([`Gaps`]).
//! 3. At the start of a block with one predecessor, the allocator moves values from their locations in the
//!    predecessor. Ranges have a gap up to the first known start.
//!
//! A value in the same spill slot on both sides of the edge does not move, so its range has no gap. A
//! function may have as many values in spill slots as it has variables; without this exception, each of them
//! would have a range per block. Only few values are in registers at a time.
//!
//! Apart from moves, every row of the line table is a known start, so little is lost where debuggers usually
//! stop.

use std::collections::HashMap;

use cranelift_codegen::ir::Function;
use cranelift_codegen::isa::{CallConv, TargetIsa};
use cranelift_codegen::{CompiledCode, LabelValueLoc, RegClass, ValueLocRange};
use rustc_hash::FxBuildHasher;

use crate::description::EXTENSION_LABEL;
use crate::machines;

/// Distance in bytes from the address in the frame pointer to the CFA, on all targets: the saved frame
/// pointer and the return address.
const FRAME_POINTER_TO_CFA: i64 = 16;

/// A range of code in which a value has one location.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ValueRange {
    /// The `ValueLabel` of the value.
    pub label: u32,
    /// In bytes from the start of the code; `end` is exclusive.
    pub start: u32,
    pub end: u32,
    pub location: ValueLocation,
}

/// The location of a value. In larger registers and spill slots, the value is in the low bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ValueLocation {
    /// DWARF's number of the register.
    Register(u16),
    /// In memory, at this offset in bytes from the address in the frame pointer.
    Frame(i64),
}

/// Computes the ranges of all labels of `function`, sorted by label and start. Those of one label are
/// disjoint.
pub(super) fn value_ranges(
    isa: &dyn TargetIsa,
    function: &Function,
    code: &CompiledCode,
) -> Box<[ValueRange]> {
    if code.value_labels_ranges.is_empty() || code.bb_starts.is_empty() || !has_plain_layout(function) {
        return Box::default();
    }
    let starts = Starts::of(code);
    let gaps = Gaps::of(isa, code, &starts);
    let mut ranges: Vec<ValueRange> = Vec::new();
    let mut extensions: Vec<ValueRange> = Vec::new();
    for (&label, label_ranges) in &code.value_labels_ranges {
        let is_extension = label.as_u32() & EXTENSION_LABEL != 0;
        let label = label.as_u32() & !EXTENSION_LABEL;
        let ranges = if is_extension { &mut extensions } else { &mut ranges };
        let label_ranges = LabelRanges::of(label_ranges);
        for &range in &label_ranges.0 {
            let Some(location) = location(isa, range.loc) else { continue };
            let Some(end) = starts.certain_end(&range, label_ranges.continues_elsewhere(&range)) else {
                continue;
            };
            let stays = |gap: &Gap| {
                matches!(location, ValueLocation::Frame(_))
                    && label_ranges.at(gap.other_side) == Some(range.loc)
            };
            gaps.cut(range.start, end, stays, |start, end| {
                ranges.push(ValueRange { label, start, end, location });
            });
        }
    }
    ranges.sort_unstable_by_key(|range| (range.label, range.start));
    add_extensions(&mut ranges, &extensions);
    ranges.into_boxed_slice()
}

/// Adds the parts of `extensions` in which the value itself has no range. `ranges` are sorted, before and
/// after.
fn add_extensions(ranges: &mut Vec<ValueRange>, extensions: &[ValueRange]) {
    let mut parts = Vec::new();
    for extension in extensions {
        let mut start = extension.start;
        let first = ranges.partition_point(|own| (own.label, own.end) <= (extension.label, start));
        let is_inside = |own: &&ValueRange| own.label == extension.label && own.start < extension.end;
        for own in ranges[first..].iter().take_while(is_inside) {
            if start < own.start {
                parts.push(ValueRange { start, end: own.start, ..*extension });
            }
            start = own.end;
        }
        if start < extension.end {
            parts.push(ValueRange { start, ..*extension });
        }
    }
    if !parts.is_empty() {
        ranges.append(&mut parts);
        ranges.sort_unstable_by_key(|range| (range.label, range.start));
    }
}

/// Cranelift's ranges of one label, sorted by start.
struct LabelRanges(Vec<ValueLocRange>);

impl LabelRanges {
    fn of(ranges: &[ValueLocRange]) -> Self {
        let mut ranges = ranges.to_vec();
        ranges.sort_unstable_by_key(|range| range.start);
        LabelRanges(ranges)
    }

    /// Returns the location of the value at `offset`.
    fn at(&self, offset: u32) -> Option<LabelValueLoc> {
        let range = self.0[..self.0.partition_point(|range| range.start <= offset)].last()?;
        (offset < range.end).then_some(range.loc)
    }

    /// Returns whether another range begins where `range` ends.
    fn continues_elsewhere(&self, range: &ValueLocRange) -> bool {
        self.0.binary_search_by_key(&range.end, |other| other.start).is_ok()
    }
}

/// The known starts of Cranelift's instructions and the return addresses of calls, both sorted.
struct Starts {
    instructions: Vec<u32>,
    returns: Vec<u32>,
}

impl Starts {
    fn of(code: &CompiledCode) -> Self {
        let ranges = code.value_labels_ranges.values().flatten();
        let mut instructions: Vec<u32> = ranges.flat_map(|range| [range.start, range.end]).collect();
        instructions.extend(code.buffer.get_srclocs_sorted().iter().map(|location| location.start));
        instructions.sort_unstable();
        instructions.dedup();
        let mut returns: Vec<u32> = code.buffer.call_sites().map(|call| call.ret_addr).collect();
        returns.sort_unstable();
        Starts { instructions, returns }
    }

    fn last_before(&self, offset: u32) -> Option<u32> {
        let before = self.instructions.partition_point(|&start| start < offset);
        self.instructions[..before].last().copied()
    }

    fn first_from(&self, offset: u32) -> Option<u32> {
        let before = self.instructions.partition_point(|&start| start < offset);
        self.instructions[before..].first().copied()
    }

    /// Returns the offset up to which the value of `range` is certainly in its location, or `None` if it is
    /// so nowhere.
    fn certain_end(&self, range: &ValueLocRange, continues_elsewhere: bool) -> Option<u32> {
        let calls = self.returns.partition_point(|&offset| offset <= range.end);
        let last_call = self.returns[..calls].last().copied().filter(|_| continues_elsewhere);
        let last = self.last_before(range.end).max(last_call)?;
        (last >= range.start).then_some(range.end.min(last + 1))
    }
}

/// A range of code in which the allocator moves values for an edge between two blocks.
#[derive(Clone, Copy)]
struct Gap {
    start: u32,
    end: u32,
    /// An offset in the code on the other side of the edge.
    other_side: u32,
}

/// The gaps of a function, sorted by start. They may overlap.
struct Gaps {
    gaps: Vec<Gap>,
    /// For each gap, the largest end of the gaps up to and including it.
    reach: Vec<u32>,
}

impl Gaps {
    fn of(isa: &dyn TargetIsa, code: &CompiledCode, starts: &Starts) -> Self {
        let mut successors: HashMap<u32, (u32, u32), FxBuildHasher> = HashMap::default();
        let mut predecessors: HashMap<u32, (u32, u32), FxBuildHasher> = HashMap::default();
        for &(from, to) in &code.bb_edges {
            let (count, last) = successors.entry(from).or_default();
            (*count, *last) = (*count + 1, to);
            let (count, last) = predecessors.entry(to).or_default();
            (*count, *last) = (*count + 1, from);
        }
        let jump_size = machines::of(isa.triple().architecture).and_then(|machine| machine.final_jump_size);
        let code_end = code.buffer.data().len() as u32;
        let mut gaps = Vec::new();
        for (index, &block) in code.bb_starts.iter().enumerate() {
            let end = code.bb_starts.get(index + 1).copied().unwrap_or(code_end);
            let before = index.checked_sub(1).map(|index| code.bb_starts[index]);
            if let Some(&(1, from)) = predecessors.get(&block)
                && Some(from) != before
            {
                let after = code.bb_starts.partition_point(|&start| start <= from);
                let other_side = code.bb_starts.get(after).copied().unwrap_or(code_end).saturating_sub(1);
                gaps.push(Gap { start: block, end: starts.first_from(block).unwrap_or(end), other_side });
            }
            if let Some(&(1, to)) = successors.get(&block)
                && to != end
            {
                let last = match jump_size {
                    Some(size) => starts.last_before(end.saturating_sub(size)),
                    // Any of the starts could be that of the jump.
                    None => starts.last_before(end).and_then(|jump| starts.last_before(jump)),
                };
                let start = last.map_or(block, |last| block.max(last + 1));
                gaps.push(Gap { start, end, other_side: to });
            }
        }
        gaps.sort_unstable_by_key(|gap| (gap.start, gap.end));
        let mut furthest = 0;
        let reach = gaps.iter().map(|gap| {
            furthest = gap.end.max(furthest);
            furthest
        });
        Gaps { reach: reach.collect(), gaps }
    }

    /// Cuts the gaps out of the range from `start` to `end`, and calls `keep` with each remaining piece. Gaps
    /// for which `stays` returns true are not cut out.
    fn cut(&self, mut start: u32, end: u32, stays: impl Fn(&Gap) -> bool, mut keep: impl FnMut(u32, u32)) {
        let first = self.reach.partition_point(|&reach| reach <= start);
        for gap in self.gaps[first..].iter().take_while(|gap| gap.start < end) {
            if gap.end <= start || stays(gap) {
                continue;
            }
            if start < gap.start {
                keep(start, gap.start);
            }
            start = gap.end;
        }
        if start < end {
            keep(start, end);
        }
    }
}

/// Returns whether Cranelift's ranges are reliable. Cold blocks are emitted out of order, so a range that
/// reaches into one would cover all code up to its end. Functions with tail calls move their frame.
fn has_plain_layout(function: &Function) -> bool {
    let layout = &function.layout;
    function.signature.call_conv != CallConv::Tail && !layout.blocks().any(|block| layout.is_cold(block))
}

fn location(isa: &dyn TargetIsa, location: LabelValueLoc) -> Option<ValueLocation> {
    match location {
        // If a machine has a register class for vectors, Cranelift's numbers of them are not DWARF's.
        LabelValueLoc::Reg(register) if register.class() == RegClass::Vector => None,
        LabelValueLoc::Reg(register) => {
            isa.map_regalloc_reg_to_dwarf(register).ok().map(ValueLocation::Register)
        }
        LabelValueLoc::CFAOffset(offset) => Some(ValueLocation::Frame(offset + FRAME_POINTER_TO_CFA)),
    }
}
