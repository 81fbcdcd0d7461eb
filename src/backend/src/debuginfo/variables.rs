//! Finds where the variables of the function under construction are in its frame.
//!
//! `rustc_codegen_ssa` keeps named locals in memory. Their addresses are
//! - stack slots, which get a key by which they are found in the finished frame, or
//! - computed: over-aligned slots, arguments that are passed by reference. Right after such an address is
//!   computed, it is stored in its own slot, through which the variable is found.
//!
//! Optimised code stores nothing for the debugger alone ([`clif_engine::clif::unread_slots`]). Constants and
//! values that would be stored are still known ([`clif_engine::clif::value_labels`]).

use std::collections::hash_map::Entry;
use std::ops::Range;

use clif_engine::clif::memory::plain_memory;
use clif_engine::clif::value_labels;
use clif_engine::description::{ScopeId, Variable, VariableKind, VariableLocation, VariablePiece};
use cranelift_codegen::cursor::{Cursor, FuncCursor};
use cranelift_codegen::entity::SecondaryMap;
use cranelift_codegen::ir;
use cranelift_codegen::ir::{InstBuilder, StackSlotKey};
use rustc_abi::Size;
use rustc_codegen_ssa::mir::debuginfo::VariableKind as KindOfMir;
use rustc_data_structures::fx::FxHashMap;
use rustc_middle::ty::Ty;
use rustc_session::config::OptLevel;
use rustc_span::{Span, Symbol};

use super::lines::NO_POSITION;
use super::scopes::{DebugScope, OpenFunction};
use crate::builder::Builder;
use crate::cgu::context::CodegenCx;
use crate::clif::function::FunctionState;
use crate::clif::values::Value;

/// A variable of the function under construction.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct DebugVariable(u32);

/// A variable whose scope may turn out to have no code.
pub(super) struct OpenVariable<'tcx> {
    name: Symbol,
    pub(super) ty: Ty<'tcx>,
    pub(super) scope: ScopeId,
    /// The opaque position of the declaration.
    declaration: u32,
    kind: VariableKind,
    pub(super) pieces: Vec<VariablePiece>,
    /// All code of its scope comes after its assignment.
    pub(super) follows_assignment: bool,
    /// It was assigned something without a location of its own.
    is_assigned: bool,
    /// It is assigned more than once.
    pub(super) is_reassigned: bool,
}

impl<'tcx> OpenVariable<'tcx> {
    fn is_in_pieces(&self) -> bool {
        self.pieces.iter().any(|piece| piece.fragment.is_some())
    }

    /// Returns what the pieces of one variable have in common.
    fn identity(&self) -> (Symbol, Ty<'tcx>, ScopeId, u32, VariableKind) {
        (self.name, self.ty, self.scope, self.declaration, self.kind)
    }
}

impl<'tcx> CodegenCx<'tcx> {
    pub(super) fn declare_variable(
        &self,
        name: Symbol,
        ty: Ty<'tcx>,
        scope: DebugScope,
        kind: KindOfMir,
        span: Span,
    ) -> DebugVariable {
        let kind = match kind {
            KindOfMir::ArgumentVariable(number) => VariableKind::Argument(number as u32),
            KindOfMir::LocalVariable => VariableKind::Local,
        };
        let declaration = self.span_position(span);
        let variable = OpenVariable {
            name,
            ty,
            scope: scope.0,
            declaration,
            kind,
            pieces: Vec::new(),
            follows_assignment: false,
            is_assigned: false,
            is_reassigned: false,
        };
        DebugVariable(self.open_function(|function| {
            function.variables.push(variable);
            function.variables.len() as u32 - 1
        }))
    }

    /// Describes a variable of a finished function. `scopes` maps its scopes to their final numbers.
    pub(super) fn describe_variable(
        &self,
        variable: OpenVariable<'tcx>,
        scopes: &SecondaryMap<ScopeId, ScopeId>,
    ) -> Variable {
        Variable {
            name: variable.name.as_str().into(),
            ty: self.describe_type(variable.ty),
            scope: scopes[variable.scope],
            declaration: (variable.declaration != NO_POSITION).then_some(variable.declaration),
            kind: variable.kind,
            pieces: variable.pieces,
        }
    }
}

/// Merges variables that are pieces of the same variable: rustc declares each piece separately.
pub(super) fn unify(variables: &mut Vec<OpenVariable<'_>>) {
    if !variables.iter().any(OpenVariable::is_in_pieces) {
        return;
    }
    let mut unified: Vec<OpenVariable<'_>> = Vec::with_capacity(variables.len());
    let mut in_pieces: FxHashMap<_, usize> = FxHashMap::default();
    for variable in variables.drain(..) {
        if !variable.is_in_pieces() {
            unified.push(variable);
            continue;
        }
        match in_pieces.entry(variable.identity()) {
            Entry::Occupied(whole) => unified[*whole.get()].pieces.extend(variable.pieces),
            Entry::Vacant(whole) => {
                whole.insert(unified.len());
                unified.push(variable);
            }
        }
    }
    for variable in unified.iter_mut().filter(|variable| variable.is_in_pieces()) {
        variable.pieces.sort_by_key(|piece| piece.fragment);
        variable.pieces.dedup_by_key(|piece| piece.fragment);
    }
    *variables = unified;
}

impl<'a, 'tcx> Builder<'a, 'tcx> {
    /// Notes that `variable`, or a fragment of it, is in memory at `address` + `direct_offset`, or reached
    /// from there through pointers.
    pub(super) fn place_variable(
        &mut self,
        variable: DebugVariable,
        address: Value,
        direct_offset: Size,
        indirect_offsets: &[Size],
        fragment: &Option<Range<Size>>,
    ) {
        let Some(location) = self.location_at(variable, address, direct_offset, indirect_offsets) else {
            self.cx.open_function(|function| function.variables[variable.0 as usize].is_assigned = true);
            return;
        };
        let piece = piece(fragment, location);
        let spilled = match address {
            Value::Stack { slot, .. } if self.is_optimised() => {
                self.function().is_just_stored_to(self.block.block, slot).then(|| u64::from(slot.as_u32()))
            }
            _ => None,
        };
        let location = self.location;
        self.cx.open_function(|function| {
            let follows_assignment = function.is_after(variable, location);
            let variable = &mut function.variables[variable.0 as usize];
            if let Some(earlier) = variable.pieces.iter().find(|other| other.fragment == piece.fragment) {
                // A variable with several locations one after the other keeps the first, and gets no values.
                variable.is_reassigned |= *earlier != piece;
                return;
            }
            variable.is_reassigned |= variable.is_assigned;
            variable.follows_assignment = follows_assignment;
            variable.pieces.push(piece);
            function.spilled.extend(spilled);
        });
    }

    /// Notes that `variable`, or a fragment of it, is a reference to the memory at `address` +
    /// `direct_offset`, or reached from there through pointers. If `address` is undefined, its target is
    /// unknown.
    pub(super) fn assign_reference(
        &mut self,
        variable: DebugVariable,
        address: Value,
        direct_offset: Size,
        indirect_offsets: &[Size],
        fragment: &Option<Range<Size>>,
    ) {
        let location = self.location_at(variable, address, direct_offset, indirect_offsets);
        self.cx.open_function(|function| {
            let variable = &mut function.variables[variable.0 as usize];
            variable.is_reassigned |= variable.is_assigned || !variable.pieces.is_empty();
            variable.is_assigned = true;
            let location = location.map(|location| VariableLocation::AddressOf(Box::new(location)));
            variable.pieces.extend(location.map(|location| piece(fragment, location)));
        });
    }

    /// Returns the location at `address` + `direct_offset`, or reached from there through pointers; `None` if
    /// it is not in the frame.
    fn location_at(
        &mut self,
        variable: DebugVariable,
        address: Value,
        direct_offset: Size,
        indirect_offsets: &[Size],
    ) -> Option<VariableLocation> {
        let direct_offset = direct_offset.bytes();
        let steps = indirect_offsets.iter().map(|offset| offset.bytes());
        match address {
            Value::Stack { slot, offset } => {
                let slot = self.with_function(|state| state.key_of_slot(slot));
                let offset = (offset as u64).wrapping_add(direct_offset);
                Some(VariableLocation::Frame { slot, offset, indirections: steps.collect() })
            }
            Value::Instruction { value, .. } => {
                self.place_behind(variable, value, std::iter::once(direct_offset).chain(steps).collect())
            }
            Value::Offset { base, offset } => {
                let first = direct_offset.wrapping_add(offset as u64);
                self.place_behind(variable, base, std::iter::once(first).chain(steps).collect())
            }
            // Not in the frame.
            _ => None,
        }
    }

    /// Returns the location that the pointer `address` leads to. Without optimisation, the pointer is stored
    /// for the debugger where it is computed. Optimised code has it in a register as long as it needs it.
    fn place_behind(
        &mut self,
        variable: DebugVariable,
        address: ir::Value,
        indirections: Vec<u64>,
    ) -> Option<VariableLocation> {
        if self.is_optimised() {
            let location = self.location;
            let is_after = self.cx.open_function(|function| function.is_after(variable, location));
            return self.with_function(|state| {
                let is_known = is_after || value_labels::is_of_entry(&state.clif, address);
                is_known.then(|| value_labels::location(&mut state.clif, address, indirections))
            });
        }
        let slot = self.with_function(|state| {
            let slot = state.slot_of_address(address);
            state.key_of_slot(slot)
        });
        Some(VariableLocation::Frame { slot, offset: 0, indirections })
    }

    pub(super) fn is_optimised(&self) -> bool {
        self.cx.tcx.sess.opts.optimize != OptLevel::No
    }
}

fn piece(fragment: &Option<Range<Size>>, location: VariableLocation) -> VariablePiece {
    let fragment = fragment.as_ref().map(|range| (range.start.bytes(), (range.end - range.start).bytes()));
    VariablePiece { fragment, location }
}

impl OpenFunction<'_> {
    /// Whether all code of the scope of `variable` comes after the statement at `location`, which assigns to
    /// it. As with `let`, the statement itself is not in that scope.
    fn is_after(&self, variable: DebugVariable, location: ir::SourceLoc) -> bool {
        let of_variable = self.variables[variable.0 as usize].scope;
        !location.is_default() && !self.is_within(location, of_variable)
    }
}

impl FunctionState {
    /// Whether the last instruction of `block` stores to `slot`.
    fn is_just_stored_to(&self, block: ir::Block, slot: ir::StackSlot) -> bool {
        let dfg = &self.clif.dfg;
        let Some(stored) = self.clif.layout.last_inst(block) else { return false };
        let ir::InstructionData::Store { args: [_, address], .. } = dfg.insts[stored] else { return false };
        let address = dfg.value_def(address).inst().map(|inst| dfg.insts[inst]);
        matches!(address, Some(ir::InstructionData::StackAddr { stack_slot, .. }) if stack_slot == slot)
    }

    /// Returns the key by which the engine finds `slot` in the finished frame.
    fn key_of_slot(&mut self, slot: ir::StackSlot) -> u64 {
        let key = u64::from(slot.as_u32());
        self.clif.sized_stack_slots[slot].key = Some(StackSlotKey::new(key));
        key
    }

    /// Returns a slot in which `address` is stored as soon as it is known.
    fn slot_of_address(&mut self, address: ir::Value) -> ir::StackSlot {
        if let Some(&slot) = self.address_slots.get(&address) {
            return slot;
        }
        let slot = self.stack_slot(8, 8);
        let mut cursor = match self.clif.dfg.value_def(address) {
            ir::ValueDef::Result(inst, _) => FuncCursor::new(&mut self.clif).after_inst(inst),
            ir::ValueDef::Param(block, _) => FuncCursor::new(&mut self.clif).at_first_insertion_point(block),
            ir::ValueDef::Union(..) => rustc_middle::bug!("a union value before optimisation"),
        };
        let slot_address = cursor.ins().stack_addr(ir::types::I64, slot, 0);
        cursor.ins().store(plain_memory(), address, slot_address, 0);
        self.address_slots.insert(address, slot);
        slot
    }
}
