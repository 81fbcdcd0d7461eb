//! Calls and invokes.
//!
//! 1. [`Builder::pack_arguments`] converts the backend's arguments to CLIF arguments, according to the
//!    [`Signature`].
//! 2. A call that cannot unwind into this function is a plain `call`. An invoke is a `try_call`, which ends
//!    the block: its results are parameters of the block at which execution continues.
//! 3. The results become one backend value again.
//!
//! Calls with a shim work differently: see [`crate::abi::shims`].

use std::rc::Rc;

use clif_engine::calls::ByValue;
use clif_engine::cgu::{Binding, SymbolId, Visibility};
use clif_engine::clif::conditions;
use clif_engine::clif::memory::plain_memory;
use clif_engine::compile::{CATCH_TAG, TERMINATE_TAG};
use clif_engine::llvm::shim::ShimPlan;
use cranelift_codegen::cursor::{Cursor, FuncCursor};
use cranelift_codegen::ir;
use cranelift_codegen::ir::{BlockArg, BlockCall, ExceptionTableData, ExceptionTableItem, InstBuilder};
use rustc_abi::{Align, Size};
use rustc_codegen_ssa::traits::ConstCodegenMethods;
use rustc_middle::bug;

use crate::builder::{Builder, bitcast};
use crate::clif::function::{BasicBlock, LandingPad};
use crate::clif::signatures::{Parameter, Piece, Signature, SignatureId};
use crate::clif::types::Type;
use crate::clif::values::Value;
use crate::session::isa;

/// The callee of a CLIF call.
#[derive(Clone, Copy)]
enum Callee {
    Direct(ir::FuncRef),
    Indirect(ir::Value),
}

/// The blocks at which execution continues after an invoke.
#[derive(Clone, Copy)]
pub struct InvokeTargets {
    pub normal: BasicBlock,
    pub unwind: BasicBlock,
}

impl<'a, 'tcx> Builder<'a, 'tcx> {
    /// Calls `callee`. The result has the signature's result type.
    pub fn call_with_signature(&mut self, id: SignatureId, callee: Value, arguments: &[Value]) -> Value {
        let signature = self.checked_signature(id);
        if let Some(plan) = &signature.shim {
            return self.call_through_shim((&signature, plan), callee, arguments, None);
        }
        let packed = self.pack_arguments(&signature, callee, arguments);
        let callee = self.callee(id, &signature, callee);
        let results: Vec<ir::Value> = match callee {
            Callee::Direct(function) => self.emit(|c| {
                let call = c.ins().call(function, &packed);
                c.func.dfg.inst_results(call).to_vec()
            }),
            Callee::Indirect(address) => {
                let reference = self.signature_reference(id, &signature);
                self.emit(|c| {
                    let call = c.ins().call_indirect(reference, address, &packed);
                    c.func.dfg.inst_results(call).to_vec()
                })
            }
        };
        let types = self.result_types(&signature);
        let results = self.emit(|c| narrow_all(c, &types, results));
        self.unpack_results(&signature, &results)
    }

    /// Calls `callee` and ends the block. Execution continues at `targets.normal` when it returns, at
    /// `targets.unwind` when it unwinds.
    pub fn invoke_with_signature(
        &mut self,
        id: SignatureId,
        callee: Value,
        arguments: &[Value],
        targets: InvokeTargets,
    ) -> Value {
        let signature = self.checked_signature(id);
        if let Some(plan) = signature.shim.as_ref().or(signature.invoke_shim.as_ref()) {
            return self.call_through_shim((&signature, plan), callee, arguments, Some(targets));
        }
        let packed = self.pack_arguments(&signature, callee, arguments);
        let callee = self.callee(id, &signature, callee);
        let reference = self.signature_reference(id, &signature);
        let (normal, results) = self.normal_return(&signature, targets.normal);
        let table = self.exception_table(reference, normal, results.len(), targets.unwind);
        self.emit(|c| match callee {
            Callee::Direct(function) => c.ins().try_call(function, &packed, table),
            Callee::Indirect(address) => c.ins().try_call_indirect(address, &packed, table),
        });
        self.unpack_results(&signature, &results)
    }

    /// Returns the signature, after a diagnostic if the backend cannot make such a call.
    pub fn checked_signature(&self, id: SignatureId) -> Rc<Signature> {
        let signature = self.cx.signatures.borrow().get(id);
        if let Some(reason) = &signature.unsupported {
            self.cx.unsupported_here(reason);
        }
        signature
    }

    fn signature_reference(&mut self, id: SignatureId, signature: &Signature) -> ir::SigRef {
        self.with_function(|state| state.signature_ref(id, || signature.clif.clone()))
    }

    fn callee(&mut self, id: SignatureId, signature: &Signature, callee: Value) -> Callee {
        let symbol = match (callee, signature.variadic_callee) {
            (_, Some(variadic)) => self.cx.variadic_stub(variadic.stack_offset),
            (Value::Symbol { symbol, offset: 0 }, None) if !self.is_called_through_got(symbol) => symbol,
            (address, None) => return Callee::Indirect(self.clif(address)),
        };
        Callee::Direct(self.with_function(|state| state.callee(symbol, id, || signature.clif.clone())))
    }

    /// Returns whether a call loads the address from the GOT (`-Zplt=no`). Without the flag, the linker makes
    /// a PLT entry.
    fn is_called_through_got(&self, symbol: SymbolId) -> bool {
        if !isa::calls_through_got(self.cx.tcx.sess) {
            return false;
        }
        let symbols = self.cx.symbols.borrow();
        let symbol = symbols.get(symbol);
        symbol.binding != Binding::Local && symbol.visibility == Visibility::Default
    }

    /// Returns the arguments of a CLIF call. Parameters that only fill registers are zero.
    pub fn pack_arguments(
        &mut self,
        signature: &Signature,
        callee: Value,
        arguments: &[Value],
    ) -> Vec<ir::Value> {
        let mut packed: Vec<Option<ir::Value>> = vec![None; signature.clif.params.len()];
        if arguments.len() != signature.parameters.len() && signature.unsupported.is_none() {
            bug!("{} arguments for {} parameters", arguments.len(), signature.parameters.len());
        }
        for (parameter, &argument) in signature.parameters.iter().zip(arguments) {
            self.pack_argument(parameter, argument, &mut packed);
        }
        if let Some(variadic) = signature.variadic_callee {
            packed[variadic.parameter] = Some(self.clif(callee));
        }
        let parameters = packed.into_iter().zip(&signature.clif.params);
        parameters
            .map(|(value, parameter)| match value {
                Some(value) => self.emit(|c| extend(c, parameter, value)),
                None => self.emit(|c| zero(c, parameter.value_type)),
            })
            .collect()
    }

    fn pack_argument(&mut self, parameter: &Parameter, argument: Value, packed: &mut [Option<ir::Value>]) {
        if let Some(by_value) = parameter.by_value {
            let address = match by_value {
                ByValue::Stack { size, .. } => self.padded_copy(argument, size),
                ByValue::Address { size, alignment } => self.copy_in_slot(argument, size, alignment),
            };
            self.pack_piece(parameter.pieces[0], address, packed);
            return;
        }
        match parameter.ty {
            Type::Aggregate(_) => {
                let elements = self.cx.aggregate_elements(argument);
                for (&piece, element) in parameter.pieces.iter().zip(elements) {
                    self.pack_piece(piece, element, packed);
                }
            }
            _ => {
                if let Some(&piece) = parameter.pieces.first() {
                    self.pack_piece(piece, argument, packed);
                }
            }
        }
    }

    fn pack_piece(&mut self, piece: Piece, value: Value, packed: &mut [Option<ir::Value>]) {
        match piece {
            Piece::Whole(index) => packed[index] = Some(self.clif(value)),
            Piece::Halves { low, high } => {
                let whole = self.clif(value);
                let (low_value, high_value) = self.emit(|c| c.ins().isplit(whole));
                packed[low] = Some(low_value);
                packed[high] = Some(high_value);
            }
            Piece::Bits(index) => {
                let float = self.clif(value);
                let bits = self.emit(|c| {
                    let integer = c.func.dfg.value_type(float).as_int();
                    bitcast(c, integer, float)
                });
                packed[index] = Some(bits);
            }
        }
    }

    /// Returns the address of an aggregate that may be read in whole stack slots: the original if its size is
    /// a multiple of theirs, otherwise a copy.
    fn padded_copy(&mut self, address: Value, size: u64) -> Value {
        let unit = self.cx.machine.calls.stack_slot;
        if size.is_multiple_of(unit) {
            return address;
        }
        let slot = self.with_function(|state| state.stack_slot(size.next_multiple_of(unit), unit));
        let copy = Value::Stack { slot, offset: 0 };
        self.copy_bytes(copy, address, size);
        copy
    }

    fn copy_in_slot(&mut self, address: Value, size: u64, alignment: u64) -> Value {
        let align = Align::from_bytes(alignment).unwrap_or(Align::ONE);
        let copy = self.allocate(Size::from_bytes(size), align);
        self.copy_bytes(copy, address, size);
        copy
    }

    /// Returns the block that an invoke returns to, and its parameters for the results.
    ///
    /// The block is `target` itself if it is empty: `rustc_codegen_ssa` ensures that a block that uses an
    /// invoke's result has no other predecessor. Otherwise, as for the shared block of calls that never
    /// return, it is a new block that jumps to `target`.
    fn normal_return(&mut self, signature: &Signature, target: BasicBlock) -> (ir::Block, Vec<ir::Value>) {
        let types: Vec<ir::Type> = signature.clif.returns.iter().map(|result| result.value_type).collect();
        let result_types = self.result_types(signature);
        self.with_function(|state| {
            if types.is_empty() {
                return (target.block, vec![]);
            }
            let is_fresh = state.is_empty(target.block);
            let block = if is_fresh { target.block } else { state.new_block() };
            let values = types.into_iter().map(|ty| state.clif.dfg.append_block_param(block, ty)).collect();
            let values = narrow_all(&mut state.cursor(block), &result_types, values);
            if !is_fresh {
                state.cursor(block).ins().jump(target.block, &[]);
            }
            (block, values)
        })
    }

    fn exception_table(
        &mut self,
        signature: ir::SigRef,
        normal: ir::Block,
        results: usize,
        unwind: BasicBlock,
    ) -> ir::ExceptionTable {
        self.with_function(|state| {
            let Some((kind, entrance)) = state.enter_landing_pad(unwind.block) else {
                bug!("an invoke unwinds to a block that is no landing pad")
            };
            let parameters = state.clif.dfg.num_block_params(entrance) as u32;
            let pool = &mut state.clif.dfg.value_lists;
            let returned = (0..results).map(|index| BlockArg::TryCallRet(index as u32));
            let normal = BlockCall::new(normal, returned, pool);
            // The exception and its selector, in the two registers that the unwinder sets.
            let thrown = (0..parameters).map(BlockArg::TryCallExn);
            let pad = BlockCall::new(entrance, thrown, pool);
            let item = match kind {
                LandingPad::Cleanup => ExceptionTableItem::Default(pad),
                LandingPad::Catch => ExceptionTableItem::Tag(ir::ExceptionTag::from_u32(CATCH_TAG), pad),
                LandingPad::Terminate => {
                    ExceptionTableItem::Tag(ir::ExceptionTag::from_u32(TERMINATE_TAG), pad)
                }
            };
            let table = ExceptionTableData::new(signature, normal, [item]);
            state.clif.dfg.exception_tables.push(table)
        })
    }

    /// Returns the CLIF types of the scalars in a result that the lowering may have extended.
    fn result_types(&self, signature: &Signature) -> Vec<ir::Type> {
        match signature.result {
            Type::Aggregate(id) => {
                let types = self.cx.types.borrow();
                let scalars: Option<Vec<ir::Type>> =
                    types.get(id).elements.iter().map(|element| element.ty.clif()).collect();
                scalars.unwrap_or_default()
            }
            ty => ty.clif().into_iter().collect(),
        }
    }

    fn unpack_results(&mut self, signature: &Signature, results: &[ir::Value]) -> Value {
        match signature.result {
            Type::Aggregate(id) => {
                let types: Vec<Type> = self.cx.types.borrow().get(id).elements.iter().map(|e| e.ty).collect();
                let values: Vec<Value> = types
                    .into_iter()
                    .zip(results)
                    .map(|(ty, &value)| Value::Instruction { value, ty })
                    .collect();
                self.cx.aggregate(signature.result, values)
            }
            ty => match results.first() {
                Some(&value) => Value::Instruction { value, ty },
                None => Value::Undefined(ty),
            },
        }
    }

    /// Ends the block: returns `value`.
    pub fn return_value(&mut self, value: Value) {
        let id = self.with_function(|state| state.signature);
        let plan = self.cx.signatures.borrow().get(id).shim.clone();
        if let Some(plan) = plan {
            return self.return_to_shim(&plan, value);
        }
        let elements = match value.ty() {
            Type::Void => vec![],
            Type::Aggregate(_) => self.cx.aggregate_elements(value),
            _ => vec![value],
        };
        let mut values: Vec<ir::Value> = elements.into_iter().map(|element| self.clif(element)).collect();
        self.emit(|c| {
            for (index, value) in values.iter_mut().enumerate() {
                let result = c.func.signature.returns[index];
                *value = extend(c, &result, *value);
            }
            c.ins().return_(&values)
        });
    }

    /// Stores the result in the buffer of the entry shim, and returns.
    fn return_to_shim(&mut self, plan: &ShimPlan, value: Value) {
        if let Some(offset) = plan.result_offset() {
            let buffer = self.with_function(|state| state.shim_buffer());
            let place = self.offset_by(buffer, offset);
            self.store_in_buffer(value, place);
        }
        self.emit(|c| {
            if plan.has_tail_calls() {
                let no_callee = c.ins().iconst(ir::types::I64, 0);
                c.ins().return_(&[no_callee])
            } else {
                c.ins().return_(&[])
            }
        });
    }

    /// Calls a function of the C library like `memcpy`, with three arguments, and ignores its result.
    pub fn call_memory_function(&mut self, name: &str, arguments: [Value; 3]) {
        self.call_runtime(name, &arguments, Type::Pointer);
    }

    /// Calls a function of compiler-builtins that stores an overflow flag through a pointer to an `i32`.
    /// Returns its result and the flag.
    pub fn call_with_overflow_flag(&mut self, name: &str, left: Value, right: Value) -> (Value, Value) {
        let slot = self.with_function(|state| state.stack_slot(4, 4));
        let flag_address = Value::Stack { slot, offset: 0 };
        let zero = self.cx.const_i32(0);
        self.store_scalar(zero, flag_address, plain_memory());
        let result = self.call_runtime(name, &[left, right, flag_address], left.ty());
        let flag = self.load_scalar(Type::I32, flag_address, plain_memory());
        let flag = self.clif(flag);
        let overflowed = self.emit_value(Type::Bool, |c| {
            let zero = c.ins().iconst(ir::types::I32, 0);
            c.ins().icmp(ir::condcodes::IntCC::NotEqual, flag, zero)
        });
        (result, overflowed)
    }
}

/// Emits what only fills a register or stack slot.
fn zero(c: &mut FuncCursor<'_>, ty: ir::Type) -> ir::Value {
    if ty.is_float() { c.ins().f64const(0.0) } else { c.ins().iconst(ty, 0) }
}

/// Emits `value` as the CLIF parameter or result `parameter`, which may be a wider integer.
fn extend(c: &mut FuncCursor<'_>, parameter: &ir::AbiParam, value: ir::Value) -> ir::Value {
    let (from, to) = (c.func.dfg.value_type(value), parameter.value_type);
    if from == to {
        return value;
    }
    let is_signed = parameter.extension == ir::ArgumentExtension::Sext;
    let dfg = &c.func.dfg;
    if let Some(bits) = conditions::constant(dfg, value) {
        let unused = 64 - from.bits();
        let extended = (bits << unused) as i64 >> unused;
        return c.ins().iconst(to, if is_signed { extended } else { bits as i64 });
    }
    match conditions::zero_extended(dfg, value) {
        Some(whole) if !is_signed && to == ir::types::I64 => whole,
        _ if is_signed => c.ins().sextend(to, value),
        _ => zero_extend(c, to, value),
    }
}

/// Emits a zero extension. A comparison in the same block is extended where it is made: aarch64 has one
/// instruction for both, which would have the position of the extension, and no one could stop at the
/// comparison.
fn zero_extend(c: &mut FuncCursor<'_>, to: ir::Type, value: ir::Value) -> ir::Value {
    let block = c.current_block();
    let comparison = c.func.dfg.value_def(value).inst().filter(|&inst| {
        let is_comparison = matches!(c.func.dfg.insts[inst].opcode(), ir::Opcode::Icmp | ir::Opcode::Fcmp);
        is_comparison && c.func.layout.inst_block(inst) == block
    });
    let Some(inst) = comparison else { return c.ins().uextend(to, value) };
    let location = c.func.srcloc(inst);
    let mut after = FuncCursor::new(c.func).after_inst(inst).with_srcloc(location);
    after.ins().uextend(to, value)
}

/// Emits the scalar of the type `scalar` in a CLIF parameter or result, which may be a wider integer.
pub fn narrow(c: &mut FuncCursor<'_>, scalar: ir::Type, value: ir::Value) -> ir::Value {
    if c.func.dfg.value_type(value) == scalar { value } else { c.ins().ireduce(scalar, value) }
}

/// Emits the scalars in the results of a call.
fn narrow_all(c: &mut FuncCursor<'_>, scalars: &[ir::Type], mut values: Vec<ir::Value>) -> Vec<ir::Value> {
    for (value, &scalar) in values.iter_mut().zip(scalars) {
        *value = narrow(c, scalar, *value);
    }
    values
}
