//! Variables of the function under construction, and where they are.
//!
//! `rustc_codegen_ssa` puts locals that have a name into memory. Their addresses are
//! - stack slots, which are given a key for the finished frame to be searched for, or
//! - computed: over-aligned slots, arguments that are passed by reference. Such an address is stored once, right where it
//!   comes into being, in a slot of its own, and the variable is found through it.
//!
//! In optimised code, nothing is stored for the debugger alone ([`super::spills`]); of what would be, constants are known
//! all the same.

use std::ops::Range;

use clif_engine::description::{ScopeId, Variable, VariableKind, VariablePiece, VariablePlace};
use cranelift_codegen::cursor::{Cursor, FuncCursor};
use cranelift_codegen::entity::SecondaryMap;
use cranelift_codegen::ir;
use cranelift_codegen::ir::{InstBuilder, StackSlotKey};
use rustc_abi::Size;
use rustc_codegen_ssa::mir::debuginfo::VariableKind as KindOfMir;
use rustc_middle::ty::Ty;
use rustc_session::config::OptLevel;
use rustc_span::{Span, Symbol};

use super::lines::NO_POSITION;
use super::scopes::DebugScope;
use crate::builder::{Builder, plain_memory};
use crate::context::CodegenCx;
use crate::function::FunctionState;
use crate::values::Value;

/// A variable of the function under construction.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct DebugVariable(u32);

/// A variable whose scope may turn out to have no code.
pub(super) struct OpenVariable<'tcx> {
    name: Symbol,
    pub(super) ty: Ty<'tcx>,
    pub(super) scope: ScopeId,
    /// Opaque position of the declaration.
    declaration: u32,
    kind: VariableKind,
    pub(super) pieces: Vec<VariablePiece>,
}

impl<'tcx> OpenVariable<'tcx> {
    fn is_in_pieces(&self) -> bool {
        self.pieces.iter().any(|piece| piece.fragment.is_some())
    }

    fn is_same(&self, other: &OpenVariable<'tcx>) -> bool {
        (self.name, self.ty, self.scope, self.declaration, self.kind)
            == (other.name, other.ty, other.scope, other.declaration, other.kind)
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
        let variable = OpenVariable { name, ty, scope: scope.0, declaration, kind, pieces: Vec::new() };
        DebugVariable(self.open_function(|function| {
            function.variables.push(variable);
            function.variables.len() as u32 - 1
        }))
    }

    /// Describes a variable of a finished function, whose scopes have got the numbers `scopes`.
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

/// Makes one variable of those that are pieces of the same: the compiler meets each piece by itself.
pub(super) fn unify(variables: &mut Vec<OpenVariable<'_>>) {
    if !variables.iter().any(OpenVariable::is_in_pieces) {
        return;
    }
    let mut unified: Vec<OpenVariable<'_>> = Vec::with_capacity(variables.len());
    for variable in variables.drain(..) {
        let whole = unified.iter_mut().find(|other| other.is_in_pieces() && other.is_same(&variable));
        match whole {
            Some(other) if variable.is_in_pieces() => other.pieces.extend(variable.pieces),
            _ => unified.push(variable),
        }
    }
    for variable in unified.iter_mut().filter(|variable| variable.is_in_pieces()) {
        variable.pieces.sort_by_key(|piece| piece.fragment);
        variable.pieces.dedup_by_key(|piece| piece.fragment);
    }
    *variables = unified;
}

impl<'a, 'tcx> Builder<'a, 'tcx> {
    /// `variable`, or a fragment of it, is in memory at `address` + `direct_offset`, or behind pointers from there.
    pub(super) fn place_variable(
        &mut self,
        variable: DebugVariable,
        address: Value,
        direct_offset: Size,
        indirect_offsets: &[Size],
        fragment: &Option<Range<Size>>,
    ) {
        let direct_offset = direct_offset.bytes();
        let may_store = self.cx.tcx.sess.opts.optimize == OptLevel::No;
        let steps = indirect_offsets.iter().map(|offset| offset.bytes());
        let (slot, offset, indirections) = match address {
            Value::Stack { slot, offset } => (slot, offset as u64 + direct_offset, steps.collect()),
            Value::Instruction { value, .. } if may_store => {
                let slot = self.with_function(|state| state.slot_of_address(value));
                (slot, 0, std::iter::once(direct_offset).chain(steps).collect())
            }
            Value::Offset { base, offset } if may_store => {
                let slot = self.with_function(|state| state.slot_of_address(base));
                let first = direct_offset.wrapping_add(offset as u64);
                (slot, 0, std::iter::once(first).chain(steps).collect())
            }
            // Nowhere in the frame, or only in a register.
            _ => return,
        };
        let key = self.with_function(|state| state.key_of_slot(slot));
        let fragment =
            fragment.as_ref().map(|range| (range.start.bytes(), (range.end - range.start).bytes()));
        let constant = match may_store {
            true => None,
            false => self.function().constant_just_stored(self.block.block, slot),
        };
        let piece =
            VariablePiece { fragment, place: VariablePlace::Frame { slot: key, offset, indirections } };
        self.cx.open_function(|function| {
            let pieces = &mut function.variables[variable.0 as usize].pieces;
            // A variable that is in several places, one after the other, is known to be in the first, and no constant.
            match pieces.iter().find(|other| other.fragment == piece.fragment) {
                Some(VariablePiece { place: VariablePlace::Frame { slot, .. }, .. }) => {
                    function.constants.remove(slot);
                }
                Some(_) => {}
                None => {
                    pieces.push(piece);
                    function.constants.extend(constant.map(|bytes| (key, bytes)));
                }
            }
        });
    }
}

impl FunctionState {
    /// The bytes of the constant that the last instruction of `block` stores at the start of `slot`, if it does that.
    fn constant_just_stored(&self, block: ir::Block, slot: ir::StackSlot) -> Option<Box<[u8]>> {
        let dfg = &self.clif.dfg;
        let instruction_of = |value| dfg.value_def(value).inst().map(|inst| dfg.insts[inst]);
        let stored = self.clif.layout.last_inst(block)?;
        let ir::InstructionData::Store { opcode: ir::Opcode::Store, args: [value, address], offset, .. } =
            dfg.insts[stored]
        else {
            return None;
        };
        match instruction_of(address)? {
            ir::InstructionData::StackAddr { stack_slot, offset: start, .. }
                if stack_slot == slot && i32::from(start) == 0 && i32::from(offset) == 0 => {}
            _ => return None,
        }
        let bits = match instruction_of(value)? {
            ir::InstructionData::UnaryImm { opcode: ir::Opcode::Iconst, imm } => imm.bits() as u64,
            ir::InstructionData::UnaryIeee32 { imm, .. } => u64::from(imm.bits()),
            ir::InstructionData::UnaryIeee64 { imm, .. } => imm.bits(),
            _ => return None,
        };
        Some(bits.to_le_bytes().get(..dfg.value_type(value).bytes() as usize)?.into())
    }

    /// The key by which the engine finds `slot` in the finished frame.
    fn key_of_slot(&mut self, slot: ir::StackSlot) -> u64 {
        let key = u64::from(slot.as_u32());
        self.clif.sized_stack_slots[slot].key = Some(StackSlotKey::new(key));
        key
    }

    /// A slot in which `address` is stored, wherever it is known.
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
        let place = cursor.ins().stack_addr(ir::types::I64, slot, 0);
        cursor.ins().store(plain_memory(), address, place, 0);
        self.address_slots.insert(address, slot);
        slot
    }
}
