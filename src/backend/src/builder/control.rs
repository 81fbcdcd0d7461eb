//! Blocks, branches, switches and landing pads.
//!
//! A switch over many values becomes a tree: sorted cases are split in the middle by comparisons until few are left,
//! and ranges that are dense become a jump table.

use cranelift_codegen::cursor::FuncCursor;
use cranelift_codegen::ir;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{BlockCall, InstBuilder};
use rustc_codegen_ssa::traits::ConstCodegenMethods;

use crate::builder::{Builder, FunctionStart};
use crate::cgu::context::CodegenCx;
use crate::clif::function::{BasicBlock, Function, LandingPad};
use crate::clif::types::{AggregateElement, AggregateType, Type};
use crate::clif::values::Value;

/// Up to this many cases are compared one after the other.
const LINEAR_CASES: usize = 3;
/// A jump table needs at least this many cases, and a case for every `TABLE_DENSITY` values.
const TABLE_CASES: usize = 5;
const TABLE_DENSITY: u128 = 4;

impl<'a, 'tcx> Builder<'a, 'tcx> {
    /// A new block of `function`, which begins with this if it is not under construction yet.
    pub fn new_block(cx: &'a CodegenCx<'tcx>, function: Function) -> BasicBlock {
        let start = Self::begin_function(cx, function);
        let mut state = cx.function.borrow_mut();
        let state = state.as_mut().unwrap_or_else(|| rustc_middle::bug!("the function has just begun"));
        let block = match start {
            FunctionStart::New => state.entry,
            FunctionStart::Continued => state.new_block(),
        };
        BasicBlock { function, block }
    }

    pub fn jump(&mut self, destination: BasicBlock) {
        self.emit(|c| c.ins().jump(destination.block, &[]));
    }

    pub fn branch(&mut self, condition: Value, then_block: BasicBlock, else_block: BasicBlock) {
        if let Some(bits) = condition.as_constant() {
            return self.jump(if bits != 0 { then_block } else { else_block });
        }
        let condition = self.clif(condition);
        self.emit(|c| c.ins().brif(condition, then_block.block, &[], else_block.block, &[]));
    }

    pub fn switch_on(
        &mut self,
        value: Value,
        default: BasicBlock,
        cases: impl Iterator<Item = (u128, BasicBlock)>,
    ) {
        let ty = value.ty();
        let mut cases: Vec<(u128, ir::Block)> =
            cases.map(|(bits, block)| (crate::clif::values::truncate(bits, ty), block.block)).collect();
        cases.sort_by_key(|&(bits, _)| bits);
        let value = self.clif(value);
        let block = self.block.block;
        let mut state = self.function();
        let tables = self.cx.tcx.sess.opts.cg.jump_tables;
        let mut switch = Switch { ty, value, default: default.block, tables };
        switch.lower(&mut state, block, &cases);
    }

    /// Makes this block a landing pad, and gives its parameters.
    pub fn landing_pad(&mut self, personality: Function, kind: LandingPad) -> Vec<ir::Value> {
        let block = self.block.block;
        self.with_function(|state| state.make_landing_pad(block, kind, personality))
    }

    /// A landing pad that goes on unwinding later: what it has to keep, as Rust's types have it.
    pub fn cleanup_pad_values(&mut self, personality: Function) -> (Value, Value) {
        let parameters = self.landing_pad(personality, LandingPad::Cleanup);
        let selector = self.emit_value(Type::I32, |c| c.ins().ireduce(ir::types::I32, parameters[1]));
        (Value::Instruction { value: parameters[0], ty: Type::Pointer }, selector)
    }

    /// Goes on unwinding after cleanup (`_Unwind_Resume` of the Itanium C++ ABI: exception handling, 1.5.3).
    pub fn resume_unwinding(&mut self, exception: Value) {
        self.call_runtime("_Unwind_Resume", &[exception], Type::Void);
        self.trap();
    }

    /// Stops the program. The block ends here, but its builder may go on: what follows is dead.
    pub fn abort_here(&mut self) {
        self.trap();
        let dead = self.with_function(|state| state.new_block());
        self.block.block = dead;
    }

    /// Ends the block where control cannot come; if it does all the same, the program stops at once.
    pub fn unreachable_here(&mut self) {
        self.trap();
    }

    /// The value pair of checked arithmetic and compare-exchange.
    pub fn pair_aggregate(&self, first: Value, second: Value) -> Value {
        let element = |ty: Type, offset| AggregateElement { ty, offset, bytes: ty.size() };
        let size = first.ty().size();
        let ty = self.cx.intern_aggregate(AggregateType {
            elements: vec![
                element(first.ty(), 0),
                element(second.ty(), size.next_multiple_of(second.ty().size().max(1))),
            ],
        });
        self.cx.aggregate(ty, vec![first, second])
    }

    pub fn extract(&mut self, aggregate: Value, index: u64) -> Value {
        self.cx.aggregate_elements(aggregate)[index as usize]
    }

    pub fn insert(&mut self, aggregate: Value, element: Value, index: u64) -> Value {
        let ty = aggregate.ty();
        let mut elements = self.cx.aggregate_elements(aggregate);
        elements[index as usize] = element;
        self.cx.aggregate(ty, elements)
    }

    pub fn truth(&self, value: bool) -> Value {
        self.cx.const_bool(value)
    }
}

/// A switch being lowered.
struct Switch {
    ty: Type,
    value: ir::Value,
    default: ir::Block,
    /// Whether dense ranges become jump tables (`-Cjump-tables`).
    tables: bool,
}

impl Switch {
    /// Ends `block` with a branch to the case that equals the value.
    fn lower(
        &mut self,
        state: &mut crate::clif::function::FunctionState,
        block: ir::Block,
        cases: &[(u128, ir::Block)],
    ) {
        if self.is_dense(cases) {
            return self.lower_table(state, block, cases);
        }
        if cases.len() <= LINEAR_CASES {
            return self.lower_linear(state, block, cases);
        }
        let (low, high) = cases.split_at(cases.len() / 2);
        let (low_block, high_block) = (state.new_block(), state.new_block());
        let cursor = &mut state.cursor(block);
        let pivot = self.constant(cursor, high[0].0);
        let below = cursor.ins().icmp(IntCC::UnsignedLessThan, self.value, pivot);
        cursor.ins().brif(below, low_block, &[], high_block, &[]);
        self.lower(state, low_block, low);
        self.lower(state, high_block, high);
    }

    fn is_dense(&self, cases: &[(u128, ir::Block)]) -> bool {
        let [(first, _), .., (last, _)] = cases else { return false };
        let span = last - first;
        self.tables && cases.len() >= TABLE_CASES && span < cases.len() as u128 * TABLE_DENSITY
    }

    fn constant(&self, cursor: &mut FuncCursor<'_>, bits: u128) -> ir::Value {
        if self.ty == Type::I128 {
            let low = cursor.ins().iconst(ir::types::I64, bits as u64 as i64);
            let high = cursor.ins().iconst(ir::types::I64, (bits >> 64) as u64 as i64);
            return cursor.ins().iconcat(low, high);
        }
        cursor.ins().iconst(self.ty.clif_or_bug(), bits as u64 as i64)
    }

    fn lower_linear(
        &mut self,
        state: &mut crate::clif::function::FunctionState,
        mut block: ir::Block,
        cases: &[(u128, ir::Block)],
    ) {
        for (index, &(bits, target)) in cases.iter().enumerate() {
            let next = if index + 1 == cases.len() { self.default } else { state.new_block() };
            let cursor = &mut state.cursor(block);
            let case = self.constant(cursor, bits);
            let equal = cursor.ins().icmp(IntCC::Equal, self.value, case);
            cursor.ins().brif(equal, target, &[], next, &[]);
            block = next;
        }
        if cases.is_empty() {
            state.cursor(block).ins().jump(self.default, &[]);
        }
    }

    /// A jump table over `value - first`; its index has 32 bits, so wider values are bounded before they are cut.
    fn lower_table(
        &mut self,
        state: &mut crate::clif::function::FunctionState,
        block: ir::Block,
        cases: &[(u128, ir::Block)],
    ) {
        let first = cases[0].0;
        let span = cases[cases.len() - 1].0 - first;
        let mut targets = vec![self.default; span as usize + 1];
        for &(bits, target) in cases {
            targets[(bits - first) as usize] = target;
        }
        let cursor = &mut state.cursor(block);
        let base = self.constant(cursor, first);
        let index = if first == 0 { self.value } else { cursor.ins().isub(self.value, base) };
        let index = match self.ty.clif_or_bug() {
            ir::types::I32 => index,
            ir::types::I8 | ir::types::I16 => cursor.ins().uextend(ir::types::I32, index),
            _ => {
                let last = self.constant(cursor, span);
                let outside = cursor.ins().icmp(IntCC::UnsignedGreaterThan, index, last);
                let inside = state.new_block();
                state.cursor(block).ins().brif(outside, self.default, &[], inside, &[]);
                return self.jump_through_table(state, inside, index, &targets, Width::ReduceTo32);
            }
        };
        self.jump_through_table(state, block, index, &targets, Width::Is32);
    }

    fn jump_through_table(
        &mut self,
        state: &mut crate::clif::function::FunctionState,
        block: ir::Block,
        index: ir::Value,
        targets: &[ir::Block],
        width: Width,
    ) {
        let pool = &mut state.clif.dfg.value_lists;
        let default = BlockCall::new(self.default, [], pool);
        let calls: Vec<BlockCall> = targets.iter().map(|&target| BlockCall::new(target, [], pool)).collect();
        let table = state.clif.dfg.jump_tables.push(ir::JumpTableData::new(default, &calls));
        let cursor = &mut state.cursor(block);
        let index = match width {
            Width::Is32 => index,
            Width::ReduceTo32 => cursor.ins().ireduce(ir::types::I32, index),
        };
        cursor.ins().br_table(index, table);
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Width {
    Is32,
    ReduceTo32,
}
