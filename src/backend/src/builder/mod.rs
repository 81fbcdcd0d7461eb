//! The builder: turns the calls of `rustc_codegen_ssa` into CLIF instructions at the end of one block.
//!
//! - This module: [`Builder`], which turns values into CLIF values, and begins functions.
//! - [`control`]: blocks, branches, switches, landing pads.
//! - [`calls`]: calls and invokes; [`tail_calls`]; [`inlining`], which replaces calls by the instructions of
//!   the body.
//! - [`memory`]: stack slots, loads, stores, copies; [`alignment`], [`atomics`].
//! - [`arithmetic`], [`floats`] and [`casts`]: operations on scalars. They call compiler-builtins for what
//!   Cranelift does not have.
//! - [`methods`]: `BuilderMethods` itself, one line for each method.

pub mod alignment;
pub mod arithmetic;
pub mod atomics;
pub mod calls;
pub mod casts;
pub mod control;
mod elements;
pub mod floats;
pub mod inlining;
pub mod memory;
pub mod methods;
pub mod tail_calls;

use std::cell::RefMut;
use std::ops::Deref;

use clif_engine::cgu::SymbolId;
use clif_engine::clif::memory::plain_memory;
use cranelift_codegen::cursor::FuncCursor;
use cranelift_codegen::ir;
use cranelift_codegen::ir::InstBuilder;
use rustc_abi::{HasDataLayout, TargetDataLayout};
use rustc_codegen_ssa::traits::{
    AbiBuilderMethods, BackendTypes, CoverageInfoBuilderMethods, MiscCodegenMethods,
};
use rustc_middle::bug;
use rustc_middle::mir::coverage::CoverageKind;
use rustc_middle::ty::layout::{
    FnAbiError, FnAbiOfHelpers, FnAbiRequest, HasTyCtxt, HasTypingEnv, LayoutError, LayoutOfHelpers,
    TyAndLayout,
};
use rustc_middle::ty::{self, Instance, Ty, TyCtxt};
use rustc_span::Span;
use rustc_target::callconv::FnAbi;
use rustc_target::spec::{HasTargetSpec, Target};

use crate::builder::calls::narrow;
use crate::cgu::context::CodegenCx;
use crate::clif::function::{BasicBlock, Function, FunctionState};
use crate::clif::signatures::{Piece, SignatureId};
use crate::clif::types::{AggregateElement, FloatFormat, Type};
use crate::clif::values::{Value, offset_address};
use crate::debuginfo::{DebugLocation, DebugScope, DebugVariable};

/// Appends instructions to one block of the function under construction.
pub struct Builder<'a, 'tcx> {
    pub cx: &'a CodegenCx<'tcx>,
    /// The block to which the next instruction is appended.
    pub block: BasicBlock,
    /// The source location of the next instruction. Each builder has one: while one makes a call, another may
    /// make the landing pad that the call unwinds to.
    pub location: ir::SourceLoc,
}

impl<'a, 'tcx> Builder<'a, 'tcx> {
    /// Returns the function under construction.
    pub fn function(&self) -> RefMut<'a, FunctionState> {
        RefMut::map(self.cx.function.borrow_mut(), |state| {
            let state = state.as_mut().unwrap_or_else(|| bug!("no function is under construction"));
            state.source_location = self.location;
            state
        })
    }

    /// Calls `f` with the function under construction.
    pub fn with_function<R>(&self, f: impl FnOnce(&mut FunctionState) -> R) -> R {
        f(&mut self.function())
    }

    /// Emits instructions at the end of the block.
    pub fn emit<R>(&mut self, f: impl FnOnce(&mut FuncCursor<'_>) -> R) -> R {
        let block = self.block.block;
        let mut state = self.function();
        f(&mut state.cursor(block))
    }

    /// Emits one instruction with one result of the type `ty`.
    pub fn emit_value(&mut self, ty: Type, f: impl FnOnce(&mut FuncCursor<'_>) -> ir::Value) -> Value {
        let value = self.emit(f);
        Value::Instruction { value, ty }
    }

    /// Returns the CLIF value of a scalar or 128-bit vector. Constants and addresses are materialised here.
    pub fn clif(&mut self, value: Value) -> ir::Value {
        match value {
            Value::Instruction { value, .. } => value,
            Value::Constant { bits, ty } => self.clif_constant(bits, ty),
            Value::Undefined(ty) => self.clif_undefined(ty),
            Value::Offset { base, offset } => self.emit(|c| {
                let offset = c.ins().iconst(ir::types::I64, offset);
                c.ins().iadd(base, offset)
            }),
            Value::Symbol { symbol, offset } => self.clif_symbol(symbol, offset),
            Value::Stack { slot, offset } => self.emit(|c| c.ins().stack_addr(ir::types::I64, slot, offset)),
            Value::Aggregate { ty: Type::Vector { .. }, .. } => self.clif_vector(value),
            Value::MemoryVector { .. } | Value::Aggregate { .. } => {
                bug!("{value:?} is no single CLIF value")
            }
        }
    }

    fn clif_undefined(&mut self, ty: Type) -> ir::Value {
        match ty {
            // Any value is right.
            Type::Vector { .. } => {
                let ty = ty.clif_or_bug();
                self.emit(|c| {
                    let zero = c.func.dfg.constants.insert(vec![0; 16].into());
                    let bytes = c.ins().vconst(ir::types::I8X16, zero);
                    if ty == ir::types::I8X16 { bytes } else { bitcast(c, ty, bytes) }
                })
            }
            _ => self.clif_constant(0, ty),
        }
    }

    fn clif_constant(&mut self, bits: u128, ty: Type) -> ir::Value {
        self.emit(|c| match ty {
            Type::I128 | Type::SoftFloat(FloatFormat::Quad) => {
                let low = c.ins().iconst(ir::types::I64, bits as u64 as i64);
                let high = c.ins().iconst(ir::types::I64, (bits >> 64) as u64 as i64);
                c.ins().iconcat(low, high)
            }
            Type::F16 => c.ins().f16const(ir::immediates::Ieee16::with_bits(bits as u16)),
            Type::F32 => c.ins().f32const(ir::immediates::Ieee32::with_bits(bits as u32)),
            Type::F64 => c.ins().f64const(ir::immediates::Ieee64::with_bits(bits as u64)),
            Type::F128 => {
                let constant = c.func.dfg.constants.insert(bits.to_le_bytes().to_vec().into());
                c.ins().f128const(constant)
            }
            Type::Vector { .. } => {
                let constant = c.func.dfg.constants.insert(bits.to_le_bytes().to_vec().into());
                c.ins().vconst(ty.clif_or_bug(), constant)
            }
            scalar => c.ins().iconst(scalar.clif_or_bug(), bits as u64 as i64),
        })
    }

    fn clif_symbol(&mut self, symbol: SymbolId, offset: i64) -> ir::Value {
        let local = {
            let symbols = self.cx.symbols.borrow();
            symbols.get(symbol).binding.is_definition()
        };
        let global = self.with_function(|state| state.global(symbol, local));
        self.emit(|c| {
            let address = c.ins().symbol_value(ir::types::I64, global);
            if offset == 0 {
                return address;
            }
            let offset = c.ins().iconst(ir::types::I64, offset);
            c.ins().iadd(address, offset)
        })
    }

    /// Makes a vector of scalars, through a stack slot: lanes are few, and this is rare.
    fn clif_vector(&mut self, value: Value) -> ir::Value {
        let Value::Aggregate { ty: ty @ Type::Vector { element, .. }, .. } = value else {
            bug!("{value:?} is no vector made of scalars")
        };
        let elements = self.cx.aggregate_elements(value);
        if let Some(bytes) = constant_bytes(&elements, element.size() as usize) {
            return self.emit(|c| {
                let constant = c.func.dfg.constants.insert(bytes.into());
                c.ins().vconst(ty.clif_or_bug(), constant)
            });
        }
        let slot = self.with_function(|state| state.stack_slot(16, 16));
        for (lane, element_value) in elements.iter().enumerate() {
            let offset = (lane as u64 * element.size()) as i32;
            let lane_value = self.clif(*element_value);
            self.emit(|c| {
                let address = c.ins().stack_addr(ir::types::I64, slot, 0);
                c.ins().store(plain_memory(), lane_value, address, offset)
            });
        }
        self.emit(|c| {
            let address = c.ins().stack_addr(ir::types::I64, slot, 0);
            c.ins().load(ty.clif_or_bug(), plain_memory(), address, 0)
        })
    }

    /// Returns the value of the backend parameter `index`.
    pub fn parameter(&mut self, index: usize) -> Value {
        let (signature, entry) = self.with_function(|state| (state.signature, state.entry));
        let signature = self.cx.signatures.borrow().get(signature);
        let parameter = &signature.parameters[index];
        if let Some(plan) = &signature.shim {
            let buffer = self.with_function(|state| state.shim_buffer());
            let place = self.offset_by(buffer, plan.parameter_offset(index));
            return self.load_from_buffer(parameter.ty, place);
        }
        let elements: Vec<AggregateElement> = match parameter.ty {
            Type::Aggregate(id) => self.cx.types.borrow().get(id).elements.clone(),
            ty => vec![AggregateElement { ty, offset: 0, bytes: ty.size() }],
        };
        let values: Vec<Value> = parameter
            .pieces
            .iter()
            .zip(&elements)
            .map(|(&piece, element)| self.parameter_piece(entry, piece, element.ty))
            .collect();
        match parameter.ty {
            Type::Aggregate(_) => self.cx.aggregate(parameter.ty, values),
            ty => values.first().copied().unwrap_or(Value::Undefined(ty)),
        }
    }

    fn parameter_piece(&mut self, entry: ir::Block, piece: Piece, ty: Type) -> Value {
        let parameter =
            |builder: &Self, index: usize| builder.with_function(|s| s.clif.dfg.block_params(entry)[index]);
        match piece {
            Piece::Whole(index) => {
                let whole = parameter(self, index);
                self.emit_value(ty, |c| narrow(c, ty.clif_or_bug(), whole))
            }
            Piece::Halves { low, high } => {
                let (low, high) = (parameter(self, low), parameter(self, high));
                self.emit_value(ty, |c| c.ins().iconcat(low, high))
            }
            Piece::Bits(index) => {
                let bits = parameter(self, index);
                self.emit_value(ty, |c| bitcast(c, ty.clif_or_bug(), bits))
            }
        }
    }

    /// Returns the address of a thread-local in the current thread.
    pub fn thread_local_address(&mut self, symbol: SymbolId) -> Value {
        let global = self.with_function(|state| state.thread_local(symbol));
        self.emit_value(Type::Pointer, |c| c.ins().tls_value(ir::types::I64, global))
    }

    /// Returns `base + offset` with a constant offset.
    pub fn offset_by(&mut self, base: Value, offset: i64) -> Value {
        if offset == 0 {
            return base;
        }
        if let Some(address) = offset_address(base, offset) {
            return address;
        }
        let base = self.clif(base);
        Value::Offset { base, offset }
    }

    /// Begins the function `function` if it is not under construction yet.
    pub fn begin_function(cx: &'a CodegenCx<'tcx>, function: Function) -> FunctionStart {
        if cx.function.borrow().as_ref().is_some_and(|state| state.function == function) {
            return FunctionStart::Continued;
        }
        cx.begin_function(function);
        FunctionStart::New
    }

    /// Calls a function of the runtime (compiler-builtins, libm, libc) by name.
    pub fn call_runtime(&mut self, name: &str, arguments: &[Value], result: Type) -> Value {
        let types: Vec<Type> = arguments.iter().map(|argument| argument.ty()).collect();
        let signature = self.cx.plain_signature(&types, result);
        let callee = self.cx.import_function(name);
        let address = Value::Symbol { symbol: callee.0, offset: 0 };
        self.call_with_signature(signature, address, arguments)
    }

    /// Ends the block with a trap.
    pub fn trap(&mut self) {
        self.emit(|c| c.ins().trap(UNREACHABLE));
    }
}

/// Whether `append_block` began a function.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum FunctionStart {
    New,
    Continued,
}

/// The trap of code that must not be reached. All traps are the same instruction in the program.
pub const UNREACHABLE: ir::TrapCode = ir::TrapCode::unwrap_user(1);

/// Casts the bits between types of the same size, in the target's (little-endian) lane order.
pub fn bitcast(cursor: &mut FuncCursor<'_>, ty: ir::Type, value: ir::Value) -> ir::Value {
    if cursor.func.dfg.value_type(value) == ty {
        return value;
    }
    let flags = ir::MemFlagsData::new().with_endianness(ir::Endianness::Little);
    cursor.ins().bitcast(ty, flags, value)
}

/// Returns the bytes of a vector of constants with lanes of `size` bytes; `None` if a lane is not a constant.
fn constant_bytes(elements: &[Value], size: usize) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(elements.len() * size);
    for element in elements {
        let bits = match element {
            Value::Constant { bits, .. } => *bits,
            Value::Undefined(_) => 0,
            _ => return None,
        };
        bytes.extend_from_slice(&bits.to_le_bytes()[..size]);
    }
    Some(bytes)
}

impl<'tcx> CodegenCx<'tcx> {
    /// Makes `function` the function under construction. It must have been declared with its signature.
    pub fn begin_function(&self, function: Function) {
        let signatures = self.signatures.borrow();
        let id: SignatureId = signatures
            .definition(function)
            .unwrap_or_else(|| bug!("`{}` has no signature", self.symbols.borrow().get(function.0).name))
            .signature;
        let signature = signatures.get(id);
        drop(signatures);
        self.aggregates.borrow_mut().clear();
        let body = signature.shim.as_ref().map(|plan| self.define_entry_shim(function, plan));
        let mut state = FunctionState::new(function, id, signature.clif.clone(), self.functions.take());
        state.body = body;
        let previous = self.function.borrow_mut().replace(state);
        if let Some(previous) = previous {
            bug!("`{}` was not taken out", self.symbols.borrow().get(previous.function.0).name);
        }
    }
}

impl<'a, 'tcx> Deref for Builder<'a, 'tcx> {
    type Target = CodegenCx<'tcx>;
    fn deref(&self) -> &CodegenCx<'tcx> {
        self.cx
    }
}

impl<'a, 'tcx> BackendTypes for Builder<'a, 'tcx> {
    type Function = Function;
    type BasicBlock = BasicBlock;
    type Funclet = ();
    type Value = Value;
    type Type = Type;
    type FunctionSignature = SignatureId;
    type DIScope = DebugScope;
    type DILocation = DebugLocation;
    type DIVariable = DebugVariable;
}

impl<'a, 'tcx> AbiBuilderMethods for Builder<'a, 'tcx> {
    fn get_param(&mut self, index: usize) -> Value {
        self.parameter(index)
    }
}

impl<'a, 'tcx> CoverageInfoBuilderMethods<'tcx> for Builder<'a, 'tcx> {
    fn add_coverage(&mut self, _instance: Instance<'tcx>, _kind: &CoverageKind) {
        // `-Cinstrument-coverage` is refused when the session starts.
    }
}

impl<'a, 'tcx> HasDataLayout for Builder<'a, 'tcx> {
    fn data_layout(&self) -> &TargetDataLayout {
        self.cx.data_layout()
    }
}

impl<'a, 'tcx> HasTargetSpec for Builder<'a, 'tcx> {
    fn target_spec(&self) -> &Target {
        &self.cx.sess().target
    }
}

impl<'a, 'tcx> HasTyCtxt<'tcx> for Builder<'a, 'tcx> {
    fn tcx(&self) -> TyCtxt<'tcx> {
        self.cx.tcx
    }
}

impl<'a, 'tcx> HasTypingEnv<'tcx> for Builder<'a, 'tcx> {
    fn typing_env(&self) -> ty::TypingEnv<'tcx> {
        self.cx.typing_env()
    }
}

impl<'a, 'tcx> LayoutOfHelpers<'tcx> for Builder<'a, 'tcx> {
    type LayoutOfResult = TyAndLayout<'tcx>;
    fn handle_layout_err(&self, error: LayoutError<'tcx>, span: Span, ty: Ty<'tcx>) -> ! {
        self.cx.handle_layout_err(error, span, ty)
    }
}

impl<'a, 'tcx> FnAbiOfHelpers<'tcx> for Builder<'a, 'tcx> {
    type FnAbiOfResult = &'tcx FnAbi<'tcx, Ty<'tcx>>;
    fn handle_fn_abi_err(&self, error: FnAbiError<'tcx>, span: Span, request: FnAbiRequest<'tcx>) -> ! {
        self.cx.handle_fn_abi_err(error, span, request)
    }
}
