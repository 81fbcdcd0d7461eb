//! Blocks, branches, switches ([`clif_engine::clif::switch`]) and landing pads.

use clif_engine::clif::conditions::{self, Condition};
use clif_engine::clif::switch::{JumpTables, Switch};
use cranelift_codegen::ir;
use cranelift_codegen::ir::InstBuilder;
use rustc_codegen_ssa::traits::ConstCodegenMethods;

use crate::builder::{Builder, FunctionStart};
use crate::cgu::context::CodegenCx;
use crate::clif::function::{BasicBlock, Function, FunctionState, LandingPad};
use crate::clif::types::{AggregateElement, AggregateType, Type};
use crate::clif::values::Value;

impl<'a, 'tcx> Builder<'a, 'tcx> {
    /// Appends a block to `function`. If the function is not under construction yet, this begins it.
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
        self.emit(|c| {
            let Condition { value, negated } = conditions::condition(&c.func.dfg, condition);
            let [then_block, else_block] = match negated {
                true => [else_block.block, then_block.block],
                false => [then_block.block, else_block.block],
            };
            c.ins().brif(value, then_block, &[], else_block, &[])
        });
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
        let tables =
            if self.cx.tcx.sess.opts.cg.jump_tables { JumpTables::Allowed } else { JumpTables::Forbidden };
        let location = state.source_location;
        let mut switch =
            Switch { function: &mut state.clif, location, value, default: default.block, tables };
        switch.lower(block, &cases);
    }

    /// Makes this block a landing pad, and returns its parameters.
    pub fn landing_pad(&mut self, personality: Function, kind: LandingPad) -> Vec<ir::Value> {
        let block = self.block.block;
        self.with_function(|state| state.make_landing_pad(block, kind, personality))
    }

    /// Makes this block a landing pad after which unwinding continues. Returns the exception and its
    /// selector, with Rust's types.
    pub fn cleanup_pad_values(&mut self, personality: Function) -> (Value, Value) {
        let parameters = self.landing_pad(personality, LandingPad::Cleanup);
        let selector = self.emit_value(Type::I32, |c| c.ins().ireduce(ir::types::I32, parameters[1]));
        (Value::Instruction { value: parameters[0], ty: Type::Pointer }, selector)
    }

    /// Continues unwinding after cleanup (`_Unwind_Resume` of the Itanium C++ ABI: exception handling,
    /// 1.5.3).
    pub fn resume_unwinding(&mut self, exception: Value) {
        self.call_runtime("_Unwind_Resume", &[exception], Type::Void);
        self.trap();
    }

    /// Ends the block: the program stops. Instructions that the builder appends afterwards are dead.
    pub fn abort_here(&mut self) {
        self.trap();
        let dead = self.with_function(FunctionState::new_block);
        self.block.block = dead;
    }

    /// Ends a block that is never executed. If it is, the program stops.
    pub fn unreachable_here(&mut self) {
        self.trap();
    }

    /// Returns the pair of values that checked arithmetic and compare-exchange have as their result.
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
