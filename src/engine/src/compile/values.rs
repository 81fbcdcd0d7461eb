//! Where the values are that debug info asks for, by Cranelift's value labels.
//!
//! Lowering gives each label to one SSA value only. The label gets the ranges in which the register allocator
//! keeps that value in a register or a spill slot. Cranelift's ranges are made of its own instructions. One
//! of those may be several instructions of the machine, and moves of the allocator stand between two of them.
//! There, a register may already hold something else, or not yet what it is said to hold. A debugger looks at
//! such places when it steps by single machine instructions, on a signal, and in every frame but the
//! innermost, where it asks for the middle of the call.
//!
//! What is certain is the start of each of Cranelift's instructions, as far as we know where it is: where
//! code of another line begins, and where a range begins or ends. So:
//! 1. A range ends right after the last such start: until that instruction runs, the value is still there. A
//!    value that a call does not preserve is therefore not shown in the callers of an inner frame. A value
//!    that is somewhere else right after the call was preserved: its range reaches to where the call returns.
//! 2. At the end of a block with one successor, before the jump, values go to where the successor wants them:
//!    ranges have a gap from there on ([`Gaps`]).
//! 3. Where a block begins that only one jump leads to, values come from where they were before the jump:
//!    there is a gap up to the first start.
//!
//! A value that is in the same spill slot on both sides of the jump stays there while others move, so its
//! range has no gap. A function may have as many values in spill slots as it has variables; without this
//! rule, each of them would have a range per block. Only a few values are in registers at a time.
//!
//! Without moves, the rows of the line table are such starts, so little is lost where a debugger usually
//! stops.

use std::collections::HashMap;

use cranelift_codegen::ir::Function;
use cranelift_codegen::isa::{CallConv, TargetIsa};
use cranelift_codegen::{CompiledCode, LabelValueLoc, RegClass, ValueLocRange};
use rustc_hash::FxBuildHasher;

use crate::machine::Machine;

/// The saved frame pointer and the return address, on all targets.
const FRAME_POINTER_TO_CFA: i64 = 16;

/// Code in which a value has one place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ValueRange {
    /// Which value: its `ValueLabel`.
    pub label: u32,
    /// In bytes from the start of the code; `end` is exclusive.
    pub start: u32,
    pub end: u32,
    pub location: ValueLocation,
}

/// Where a value is. Registers and spill slots may be larger than it: it is in the low bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ValueLocation {
    /// DWARF's number of the register.
    Register(u16),
    /// In memory, in bytes from where the frame pointer points.
    Frame(i64),
}

/// The ranges of all labels of `function`, by label and start; those of one label are disjoint.
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
    for (label, of_label) in &code.value_labels_ranges {
        let of_label = OfLabel::of(of_label);
        for &range in &of_label.0 {
            let Some(location) = location(isa, range.loc) else { continue };
            let Some(end) = starts.certain_end(&range, of_label.is_moved_on(&range)) else { continue };
            let stays = |gap: &Gap| {
                matches!(location, ValueLocation::Frame(_)) && of_label.at(gap.other_side) == Some(range.loc)
            };
            gaps.cut(range.start, end, stays, |start, end| {
                ranges.push(ValueRange { label: label.as_u32(), start, end, location });
            });
        }
    }
    ranges.sort_unstable_by_key(|range| (range.label, range.start));
    ranges.into_boxed_slice()
}

/// Cranelift's ranges of one label, by start.
struct OfLabel(Vec<ValueLocRange>);

impl OfLabel {
    fn of(ranges: &[ValueLocRange]) -> Self {
        let mut ranges = ranges.to_vec();
        ranges.sort_unstable_by_key(|range| range.start);
        OfLabel(ranges)
    }

    /// Where the value is at `offset`.
    fn at(&self, offset: u32) -> Option<LabelValueLoc> {
        let range = self.0[..self.0.partition_point(|range| range.start <= offset)].last()?;
        (offset < range.end).then_some(range.loc)
    }

    /// Whether the value is somewhere else right after `range`.
    fn is_moved_on(&self, range: &ValueLocRange) -> bool {
        self.0.binary_search_by_key(&range.end, |other| other.start).is_ok()
    }
}

/// Known starts of Cranelift's instructions, and where calls return to, each in order.
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

    /// Up to where the value of `range` is certainly there.
    fn certain_end(&self, range: &ValueLocRange, is_moved_on: bool) -> Option<u32> {
        let calls = self.returns.partition_point(|&offset| offset <= range.end);
        let last_call = self.returns[..calls].last().copied().filter(|_| is_moved_on);
        let last = self.last_before(range.end).max(last_call)?;
        (last >= range.start).then_some(range.end.min(last + 1))
    }
}

/// Code in which values move because of a jump between two blocks.
#[derive(Clone, Copy)]
struct Gap {
    start: u32,
    end: u32,
    /// An offset at the other end of the jump.
    other_side: u32,
}

/// Code in which a value is not certain to be where it is said to be, by start; it may overlap.
struct Gaps {
    gaps: Vec<Gap>,
    /// How far the gaps up to each one reach.
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
        let jump_size = Machine::of(isa.triple().architecture).and_then(|machine| machine.final_jump_size);
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
                    // Any start could be the jump's.
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

    /// Calls `keep` with what is left from `start` to `end`. The value that `stays` over a gap is not cut
    /// there.
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

/// Whether Cranelift's ranges can be relied on: cold blocks are not where their numbers say, so that a range
/// that reaches into one is taken for all code up to the end; and functions with tail calls move their frame.
fn has_plain_layout(function: &Function) -> bool {
    let layout = &function.layout;
    function.signature.call_conv != CallConv::Tail && !layout.blocks().any(|block| layout.is_cold(block))
}

fn location(isa: &dyn TargetIsa, location: LabelValueLoc) -> Option<ValueLocation> {
    match location {
        // Where vector registers are a class of their own, Cranelift's numbers of them are not DWARF's.
        LabelValueLoc::Reg(register) if register.class() == RegClass::Vector => None,
        LabelValueLoc::Reg(register) => {
            isa.map_regalloc_reg_to_dwarf(register).ok().map(ValueLocation::Register)
        }
        LabelValueLoc::CFAOffset(offset) => Some(ValueLocation::Frame(offset + FRAME_POINTER_TO_CFA)),
    }
}
