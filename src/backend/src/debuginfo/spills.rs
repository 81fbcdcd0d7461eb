//! Optimised code without stores that only a debugger would see.
//!
//! `rustc_codegen_ssa` stores every value that has a name in a slot of its own, and leaves it to LLVM to undo that in
//! optimised code. Cranelift keeps stores, so that a debugger would cost speed that was asked for. Slots that are
//! written and never read are therefore removed with their stores; the variables in them have no location. One that is
//! only written once, where it is declared, and with a constant, is that constant.
//!
//! In order: all slots that variables are in are candidates; whatever reads a candidate or takes its address elsewhere
//! saves it; the stores to the others are removed. The instructions that computed their addresses are dead then, and
//! Cranelift drops them.

use clif_engine::description::VariablePlace;
use cranelift_codegen::cursor::{Cursor, FuncCursor};
use cranelift_codegen::ir;
use rustc_data_structures::fx::FxHashMap;
use rustc_middle::ty::Ty;

use super::variables::OpenVariable;

/// Removes the slots of `function` that only hold values for the debugger, and the places that `variables` have there.
/// `constants` are the bytes of those that begin with a constant, by the slot's key.
pub fn remove<'tcx>(
    function: &mut ir::Function,
    variables: &mut [OpenVariable<'tcx>],
    constants: &FxHashMap<u64, Box<[u8]>>,
    size_of: impl Fn(Ty<'tcx>) -> u64,
) {
    let unread = unread_slots(function);
    if unread.is_empty() {
        return;
    }
    let mut cursor = FuncCursor::new(function);
    for store in unread.values().flatten() {
        cursor.goto_inst(*store);
        cursor.remove_inst();
    }
    for &slot in unread.keys() {
        function.sized_stack_slots[slot].size = 0;
    }
    let stores: FxHashMap<u64, usize> =
        unread.iter().map(|(slot, stores)| (u64::from(slot.as_u32()), stores.len())).collect();
    for OpenVariable { ty, pieces, .. } in variables {
        pieces.retain_mut(|piece| {
            let VariablePlace::Frame { slot, offset, indirections } = &piece.place else { return true };
            let Some(stores) = stores.get(slot) else { return true };
            let is_whole_slot = *stores == 1 && *offset == 0 && indirections.is_empty();
            let size = piece.fragment.map_or_else(|| size_of(*ty), |(_, size)| size);
            match constants.get(slot) {
                Some(bytes) if is_whole_slot && bytes.len() as u64 == size => {
                    piece.place = VariablePlace::Constant(bytes.clone());
                    true
                }
                _ => false,
            }
        });
    }
}

/// The described slots that are never read, and the stores to them.
fn unread_slots(function: &ir::Function) -> FxHashMap<ir::StackSlot, Vec<ir::Inst>> {
    let mut stores: FxHashMap<ir::StackSlot, Vec<ir::Inst>> = function
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
                ir::InstructionData::Store { args: [value, address], .. } if value != address => {
                    Some(*address)
                }
                _ => None,
            };
            for value in function.dfg.inst_values(inst) {
                let Some(slot) = addresses.get(&value) else { continue };
                if stored_to == Some(value) {
                    stores.entry(*slot).and_modify(|stores| stores.push(inst));
                } else {
                    stores.remove(slot);
                }
            }
        }
    }
    stores
}

/// The values that are addresses in the slots of `candidates`.
fn addresses_of(
    function: &ir::Function,
    candidates: &FxHashMap<ir::StackSlot, Vec<ir::Inst>>,
) -> FxHashMap<ir::Value, ir::StackSlot> {
    let mut addresses = FxHashMap::default();
    for block in function.layout.blocks() {
        for inst in function.layout.block_insts(block) {
            if let ir::InstructionData::StackAddr { stack_slot, .. } = function.dfg.insts[inst]
                && candidates.contains_key(&stack_slot)
            {
                addresses.insert(function.dfg.first_result(inst), stack_slot);
            }
        }
    }
    addresses
}
