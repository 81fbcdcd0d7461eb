//! Removes stack slots of optimised code that only a debugger would read.
//!
//! `rustc_codegen_ssa` stores each named value in its own slot and relies on LLVM to remove these stores from
//! optimised code. Cranelift keeps them, so debug information would make optimised code slower. Slots that
//! are written but never read are therefore removed, with their stores. A variable in such a slot is then
//! described by the stored value ([`value_labels`]), if there is only one, or by a constant.
//!
//! 1. [`UnreadSlots::remove`] considers all slots with a key, which are the slots of variables. A slot stays
//!    if the code reads it, uses its address for anything but a store, or accesses it as volatile. The stores
//!    to all other slots are removed. The instructions that computed their addresses are now dead, and
//!    Cranelift drops them.
//! 2. [`UnreadSlots::pieces`] describes the variables without these slots.

use cranelift_codegen::cursor::{Cursor, FuncCursor};
use cranelift_codegen::ir;
use rustc_hash::{FxHashMap, FxHashSet};

use super::memory::is_volatile;
use super::value_labels;
use crate::description::{VariableLocation, VariablePiece};

/// Size of an address in bytes on all targets.
const ADDRESS_SIZE: u64 = 8;

/// A store to a slot.
#[derive(Clone, Copy)]
struct Store {
    inst: ir::Inst,
    value: ir::Value,
    /// Start and size of the stored bytes in the slot; `None` if not known.
    bytes: Option<(u64, u64)>,
}

/// The assignments to a variable.
#[derive(Clone, Copy, Debug)]
pub struct VariableFacts {
    /// Whether it is assigned more than once.
    pub is_reassigned: bool,
    /// Whether all code of its scope comes after its assignment.
    pub follows_assignment: bool,
}

/// The removed slots by their keys, each with the removed stores to it.
pub struct UnreadSlots(FxHashMap<u64, Vec<Store>>);

impl UnreadSlots {
    /// Removes the slots of `function` that only a debugger would read, and all stores to them.
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

    /// Returns the pieces that replace `piece` of `variable`, which has `size` bytes. If its slot was
    /// removed, they are the stored values that are known. Otherwise, `piece` is returned. `spilled` are the
    /// keys of slots to which each value was stored where it was defined.
    pub fn pieces(
        &self,
        function: &mut ir::Function,
        piece: VariablePiece,
        size: u64,
        variable: VariableFacts,
        spilled: &FxHashSet<u64>,
    ) -> Vec<VariablePiece> {
        match &piece.location {
            VariableLocation::Frame { slot, .. } => match self.0.get(slot) {
                Some(stores) if !variable.is_reassigned => {
                    let is_spilled = spilled.contains(slot);
                    let follows = is_spilled && variable.follows_assignment;
                    Stored { function, stores, is_spilled, follows }.pieces(&piece, size)
                }
                Some(_) => vec![],
                None => vec![piece],
            },
            VariableLocation::AddressOf(location) => {
                let is_gone =
                    matches!(**location, VariableLocation::Frame { slot, .. } if self.0.contains_key(&slot));
                let stays = !is_gone && !variable.is_reassigned && size == ADDRESS_SIZE;
                if stays { vec![piece] } else { vec![] }
            }
            VariableLocation::Value { .. } if variable.is_reassigned => vec![],
            VariableLocation::Value { .. } | VariableLocation::Constant(_) => vec![piece],
        }
    }
}

/// The values that were stored in a removed slot.
struct Stored<'f> {
    function: &'f mut ir::Function,
    stores: &'f [Store],
    /// Whether each value was stored where it was defined.
    is_spilled: bool,
    /// Whether, in addition, all code of the variable's scope comes after the assignment.
    follows: bool,
}

impl Stored<'_> {
    /// Returns the values of `piece`, which has `size` bytes in the slot. Bytes without a known value are
    /// left out.
    fn pieces(&mut self, piece: &VariablePiece, size: u64) -> Vec<VariablePiece> {
        let VariableLocation::Frame { offset, indirections, .. } = &piece.location else { return Vec::new() };
        if !indirections.is_empty() {
            let location =
                self.value_at((*offset, ADDRESS_SIZE)).and_then(|value| self.location(value, indirections));
            return location
                .map(|location| VariablePiece { fragment: piece.fragment, location })
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
            let Some(location) = value.and_then(|value| self.value_or_constant(value)) else { continue };
            let fragment =
                if length == size { piece.fragment } else { Some((in_variable + start - offset, length)) };
            pieces.push(VariablePiece { fragment, location });
        }
        pieces
    }

    /// Returns the value that was stored to exactly the bytes `start..start + size`, if no other store
    /// overlaps them.
    fn value_at(&self, (start, size): (u64, u64)) -> Option<ir::Value> {
        let overlaps = |store: &&Store| {
            store.bytes.is_none_or(|(other, length)| other < start + size && start < other + length)
        };
        let mut overlapping = self.stores.iter().filter(overlaps);
        let store = overlapping.next().filter(|store| store.bytes == Some((start, size)))?;
        overlapping.next().is_none().then_some(store.value)
    }

    fn value_or_constant(&mut self, value: ir::Value) -> Option<VariableLocation> {
        match value_labels::constant(self.function, value) {
            Some(bytes) => self.is_spilled.then_some(VariableLocation::Constant(bytes)),
            None => self.location(value, &[]),
        }
    }

    fn location(&mut self, value: ir::Value, indirections: &[u64]) -> Option<VariableLocation> {
        let is_known = self.follows || value_labels::is_of_entry(self.function, value);
        is_known.then(|| value_labels::location(self.function, value, indirections.to_vec()))
    }
}

/// Returns the slots of variables that are never read, with the stores to them.
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

/// Returns the store `inst`, whose address operand is `address` bytes into a slot.
fn store(function: &ir::Function, inst: ir::Inst, address: i32) -> Option<Store> {
    let ir::InstructionData::Store { opcode, args: [value, _], offset, .. } = function.dfg.insts[inst] else {
        return None;
    };
    let start = u64::try_from(i64::from(address) + i64::from(i32::from(offset))).ok();
    let size = u64::from(function.dfg.value_type(value).bytes());
    let bytes = start.filter(|_| opcode == ir::Opcode::Store).map(|start| (start, size));
    Some(Store { inst, value, bytes })
}

/// Returns the values that are addresses in the slots of `candidates`, each with its slot and its offset in
/// bytes.
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
