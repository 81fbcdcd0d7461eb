//! Optimised code without stores that only a debugger would see.
//!
//! `rustc_codegen_ssa` stores every value that has a name in a slot of its own, and leaves it to LLVM to undo
//! that in optimised code. Cranelift keeps stores, so that debug information would slow down optimised code.
//! Slots that are written and never read are therefore removed with their stores. A variable in such a slot
//! is described by the value that was stored ([`value_labels`]), if it is the only one, or by the constant.
//!
//! In order:
//! 1. [`UnreadSlots::remove`]: all slots with a key (those that variables are in) are candidates. A slot
//!    stays if something reads it, takes its address elsewhere or is a volatile access of it. The stores to
//!    the others are removed; Cranelift drops the instructions that computed their addresses, which are dead
//!    then.
//! 2. [`UnreadSlots::pieces`]: the variables are described anew.

use cranelift_codegen::cursor::{Cursor, FuncCursor};
use cranelift_codegen::ir;
use rustc_hash::{FxHashMap, FxHashSet};

use super::memory::is_volatile;
use super::value_labels;
use crate::description::{VariablePiece, VariablePlace};

/// Size of an address in bytes on all targets.
const ADDRESS_SIZE: u64 = 8;

/// A store to a slot.
#[derive(Clone, Copy)]
struct Store {
    inst: ir::Inst,
    value: ir::Value,
    /// Which bytes of the slot; none if it is not known exactly.
    bytes: Option<(u64, u64)>,
}

/// What a variable's pieces depend on, beside what was stored.
#[derive(Clone, Copy, Debug)]
pub struct VariableFacts {
    /// It is different things, one after the other.
    pub is_reassigned: bool,
    /// All code of its scope comes after it was assigned.
    pub follows_assignment: bool,
}

/// The slots that were removed, by their keys, with the stores to each.
pub struct UnreadSlots(FxHashMap<u64, Vec<Store>>);

impl UnreadSlots {
    /// Removes the slots of `function` that only hold values for the debugger, and all stores to them.
    pub fn remove(function: &mut ir::Function) -> UnreadSlots {
        let unread = unread_slots(function);
        let mut cursor = FuncCursor::new(function);
        for store in unread.values().flatten() {
            cursor.goto_inst(store.inst);
            cursor.remove_inst();
        }
        for &slot in unread.keys() {
            function.sized_stack_slots[slot].size = 0;
        }
        UnreadSlots(unread.into_iter().map(|(slot, stores)| (u64::from(slot.as_u32()), stores)).collect())
    }

    /// What is left of `piece`, which has `size` bytes, of a variable: the values that were stored in a
    /// removed slot, or the piece itself if it lies elsewhere. To the slots with the keys in `spilled`,
    /// values were stored as soon as they came into being.
    pub fn pieces(
        &self,
        function: &mut ir::Function,
        piece: VariablePiece,
        size: u64,
        variable: VariableFacts,
        spilled: &FxHashSet<u64>,
    ) -> Vec<VariablePiece> {
        match &piece.place {
            VariablePlace::Frame { slot, .. } => match self.0.get(slot) {
                Some(stores) if !variable.is_reassigned => {
                    let is_spilled = spilled.contains(slot);
                    let follows = is_spilled && variable.follows_assignment;
                    Stored { function, stores, is_spilled, follows }.pieces(&piece, size)
                }
                Some(_) => vec![],
                None => vec![piece],
            },
            VariablePlace::AddressOf(place) => {
                let is_gone =
                    matches!(**place, VariablePlace::Frame { slot, .. } if self.0.contains_key(&slot));
                let stays = !is_gone && !variable.is_reassigned && size == ADDRESS_SIZE;
                if stays { vec![piece] } else { vec![] }
            }
            VariablePlace::Value { .. } if variable.is_reassigned => vec![],
            VariablePlace::Value { .. } | VariablePlace::Constant(_) => vec![piece],
        }
    }
}

/// What was stored in a slot that was removed.
struct Stored<'f> {
    function: &'f mut ir::Function,
    stores: &'f [Store],
    /// When it came into being.
    is_spilled: bool,
    /// Before all code that the variable in question is of.
    follows: bool,
}

impl Stored<'_> {
    /// `piece`, which has `size` bytes in the slot, as the values of these bytes; those of which nothing is
    /// known are left out.
    fn pieces(&mut self, piece: &VariablePiece, size: u64) -> Vec<VariablePiece> {
        let VariablePlace::Frame { offset, indirections, .. } = &piece.place else { return Vec::new() };
        if !indirections.is_empty() {
            let place =
                self.value_at((*offset, ADDRESS_SIZE)).and_then(|value| self.place(value, indirections));
            return place
                .map(|place| VariablePiece { fragment: piece.fragment, place })
                .into_iter()
                .collect();
        }
        let in_variable = piece.fragment.map_or(0, |(start, _)| start);
        let stores = self.stores.iter().filter_map(|store| store.bytes);
        let mut bytes: Vec<(u64, u64)> =
            stores.filter(|&(start, length)| *offset <= start && start + length <= offset + size).collect();
        bytes.sort_unstable();
        let mut pieces = Vec::new();
        for (start, length) in bytes {
            let value = self.value_at((start, length));
            let Some(place) = value.and_then(|value| self.value_or_constant(value)) else { continue };
            let fragment =
                if length == size { piece.fragment } else { Some((in_variable + start - offset, length)) };
            pieces.push(VariablePiece { fragment, place });
        }
        pieces
    }

    /// The only value that these bytes, from where and how many, ever are.
    fn value_at(&self, (start, size): (u64, u64)) -> Option<ir::Value> {
        let overlaps = |store: &&Store| {
            store.bytes.is_none_or(|(other, length)| other < start + size && start < other + length)
        };
        let mut overlapping = self.stores.iter().filter(overlaps);
        let store = overlapping.next().filter(|store| store.bytes == Some((start, size)))?;
        overlapping.next().is_none().then_some(store.value)
    }

    fn value_or_constant(&mut self, value: ir::Value) -> Option<VariablePlace> {
        match value_labels::constant(self.function, value) {
            Some(bytes) => self.is_spilled.then_some(VariablePlace::Constant(bytes)),
            None => self.place(value, &[]),
        }
    }

    fn place(&mut self, value: ir::Value, indirections: &[u64]) -> Option<VariablePlace> {
        let is_known = self.follows || value_labels::is_of_entry(self.function, value);
        is_known.then(|| value_labels::place(self.function, value, indirections.to_vec()))
    }
}

/// The described slots that are never read, and the stores to them.
fn unread_slots(function: &ir::Function) -> FxHashMap<ir::StackSlot, Vec<Store>> {
    let mut stores: FxHashMap<ir::StackSlot, Vec<Store>> = function
        .sized_stack_slots
        .iter()
        .filter(|(_, slot)| slot.key.is_some())
        .map(|(slot, _)| (slot, Vec::new()))
        .collect();
    if stores.is_empty() {
        return stores;
    }
    let addresses = addresses_of(function, &stores);
    for block in function.layout.blocks() {
        for inst in function.layout.block_insts(block) {
            let stored_to = match &function.dfg.insts[inst] {
                ir::InstructionData::Store { args: [value, address], flags, .. }
                    if value != address && !is_volatile(function.dfg.mem_flags[*flags]) =>
                {
                    Some(*address)
                }
                _ => None,
            };
            for value in function.dfg.inst_values(inst) {
                let Some(&(slot, offset)) = addresses.get(&value) else { continue };
                if stored_to == Some(value) {
                    let store = store(function, inst, offset);
                    stores.entry(slot).and_modify(|stores| stores.extend(store));
                } else {
                    stores.remove(&slot);
                }
            }
        }
    }
    stores
}

/// The store `inst` to `address` bytes into a slot and what the instruction adds to that.
fn store(function: &ir::Function, inst: ir::Inst, address: i32) -> Option<Store> {
    let ir::InstructionData::Store { opcode, args: [value, _], offset, .. } = function.dfg.insts[inst] else {
        return None;
    };
    let start = u64::try_from(i64::from(address) + i64::from(i32::from(offset))).ok();
    let size = u64::from(function.dfg.value_type(value).bytes());
    let bytes = start.filter(|_| opcode == ir::Opcode::Store).map(|start| (start, size));
    Some(Store { inst, value, bytes })
}

/// The values that are addresses in the slots of `candidates`, and how many bytes from the start.
fn addresses_of(
    function: &ir::Function,
    candidates: &FxHashMap<ir::StackSlot, Vec<Store>>,
) -> FxHashMap<ir::Value, (ir::StackSlot, i32)> {
    let mut addresses = FxHashMap::default();
    for block in function.layout.blocks() {
        for inst in function.layout.block_insts(block) {
            if let ir::InstructionData::StackAddr { stack_slot, offset, .. } = function.dfg.insts[inst]
                && candidates.contains_key(&stack_slot)
            {
                addresses.insert(function.dfg.first_result(inst), (stack_slot, offset.into()));
            }
        }
    }
    addresses
}
