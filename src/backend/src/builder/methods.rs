//! Implements `BuilderMethods`. Most methods are one line that calls the function which does the work.

use clif_engine::clif::memory::{plain_memory, volatile_memory};
use cranelift_codegen::ir::SourceLoc;
use rustc_abi::{Align, Scalar, Size, WrappingRange};
use rustc_ast::expand::typetree::FncTree;
use rustc_codegen_ssa::MemFlags;
use rustc_codegen_ssa::common::{AtomicRmwBinOp, IntPredicate, RealPredicate, SynchronizationScope};
use rustc_codegen_ssa::mir::operand::OperandRef;
use rustc_codegen_ssa::mir::place::PlaceRef;
use rustc_codegen_ssa::traits::{BuilderMethods, OverflowOp};
use rustc_middle::bug;
use rustc_middle::middle::codegen_fn_attrs::CodegenFnAttrs;
use rustc_middle::ty::layout::TyAndLayout;
use rustc_middle::ty::{AtomicOrdering, Instance, Ty};
use rustc_span::Span;
use rustc_target::callconv::FnAbi;

use crate::builder::Builder;
use crate::builder::calls::InvokeTargets;
use crate::builder::memory::{flags_of, memory_flags};
use crate::cgu::context::CodegenCx;
use crate::clif::function::{BasicBlock, Function, LandingPad};
use crate::clif::operations::{FloatOperation, IntegerOperation, Signedness};
use crate::clif::signatures::SignatureId;
use crate::clif::types::{Element, Type};
use crate::clif::values::Value;

/// Defines methods that are one operation on two integers.
macro_rules! integer_operations {
    ($($method:ident => $operation:ident),* $(,)?) => {
        $(fn $method(&mut self, left: Value, right: Value) -> Value {
            self.integer_operation(IntegerOperation::$operation, left, right)
        })*
    };
}

/// Defines methods that are one operation on two floats. "Fast" and "algebraic" allow less exact results, but
/// do not require them.
macro_rules! float_operations {
    ($($method:ident => $operation:ident),* $(,)?) => {
        $(fn $method(&mut self, left: Value, right: Value) -> Value {
            self.float_operation(FloatOperation::$operation, left, right)
        })*
    };
}

/// Stands in for the methods of exception handling that only MSVC targets use.
fn only_msvc() -> ! {
    bug!("funclets are only used on MSVC targets")
}

impl<'a, 'tcx> BuilderMethods<'a, 'tcx> for Builder<'a, 'tcx> {
    type CodegenCx = CodegenCx<'tcx>;

    fn build(cx: &'a CodegenCx<'tcx>, block: BasicBlock) -> Self {
        Builder { cx, block, location: SourceLoc::default() }
    }

    fn cx(&self) -> &CodegenCx<'tcx> {
        self.cx
    }

    fn llbb(&self) -> BasicBlock {
        self.block
    }

    fn set_span(&mut self, span: Span) {
        self.cx.current_span.set(span);
    }

    fn append_block(cx: &'a CodegenCx<'tcx>, function: Function, _name: &str) -> BasicBlock {
        Self::new_block(cx, function)
    }

    fn append_sibling_block(&mut self, _name: &str) -> BasicBlock {
        Self::new_block(self.cx, self.block.function)
    }

    fn switch_to_block(&mut self, block: BasicBlock) {
        self.block = block;
    }

    fn ret_void(&mut self) {
        self.return_value(Value::Undefined(Type::Void));
    }

    fn ret(&mut self, value: Value) {
        self.return_value(value);
    }

    fn br(&mut self, destination: BasicBlock) {
        self.jump(destination);
    }

    fn cond_br(&mut self, condition: Value, then_block: BasicBlock, else_block: BasicBlock) {
        self.branch(condition, then_block, else_block);
    }

    fn switch(
        &mut self,
        value: Value,
        default: BasicBlock,
        cases: impl ExactSizeIterator<Item = (u128, BasicBlock)>,
    ) {
        self.switch_on(value, default, cases);
    }

    fn invoke(
        &mut self,
        signature: SignatureId,
        _caller_attrs: Option<&CodegenFnAttrs>,
        abi: Option<&FnAbi<'tcx, Ty<'tcx>>>,
        callee: Value,
        arguments: &[Value],
        normal: BasicBlock,
        unwind: BasicBlock,
        _funclet: Option<&()>,
        instance: Option<Instance<'tcx>>,
    ) -> Value {
        self.note_call(instance);
        if let Some(value) = self.inline_call(instance, abi, arguments) {
            self.jump(normal);
            return value;
        }
        self.invoke_with_signature(signature, callee, arguments, InvokeTargets { normal, unwind })
    }

    fn unreachable(&mut self) {
        self.unreachable_here();
    }

    integer_operations! {
        add => Add, sub => Subtract, mul => Multiply,
        udiv => UnsignedDivide, urem => UnsignedRemainder,
        sdiv => SignedDivide, srem => SignedRemainder,
        shl => ShiftLeft, lshr => LogicalShiftRight, ashr => ArithmeticShiftRight,
        and => And, or => Or, xor => ExclusiveOr,
    }

    fn exactudiv(&mut self, left: Value, right: Value) -> Value {
        self.exact_division(Signedness::Unsigned, left, right)
    }

    fn exactsdiv(&mut self, left: Value, right: Value) -> Value {
        self.exact_division(Signedness::Signed, left, right)
    }

    float_operations! {
        fadd => Add, fadd_fast => Add, fadd_algebraic => Add,
        fsub => Subtract, fsub_fast => Subtract, fsub_algebraic => Subtract,
        fmul => Multiply, fmul_fast => Multiply, fmul_algebraic => Multiply,
        fdiv => Divide, fdiv_fast => Divide, fdiv_algebraic => Divide,
        frem => Remainder, frem_fast => Remainder, frem_algebraic => Remainder,
    }

    fn neg(&mut self, value: Value) -> Value {
        self.negate(value)
    }

    fn fneg(&mut self, value: Value) -> Value {
        self.negate_float(value)
    }

    fn not(&mut self, value: Value) -> Value {
        self.complement(value)
    }

    fn checked_binop(
        &mut self,
        operation: OverflowOp,
        ty: Ty<'tcx>,
        left: Value,
        right: Value,
    ) -> (Value, Value) {
        let signedness = if ty.is_signed() { Signedness::Signed } else { Signedness::Unsigned };
        self.checked_operation(operation, signedness, left, right)
    }

    fn from_immediate(&mut self, value: Value) -> Value {
        match value {
            Value::Instruction { value, ty: Type::Bool } => Value::Instruction { value, ty: Type::I8 },
            Value::Constant { bits, ty: Type::Bool } => Value::Constant { bits, ty: Type::I8 },
            Value::Undefined(Type::Bool) => Value::Undefined(Type::I8),
            other => other,
        }
    }

    fn to_immediate_scalar(&mut self, value: Value, scalar: Scalar) -> Value {
        if !scalar.is_bool() {
            return value;
        }
        match value {
            Value::Instruction { value, .. } => Value::Instruction { value, ty: Type::Bool },
            Value::Constant { bits, .. } => Value::constant(Type::Bool, bits),
            Value::Undefined(_) => Value::Undefined(Type::Bool),
            other => other,
        }
    }

    fn alloca(&mut self, size: Size, align: Align) -> Value {
        self.allocate(size, align)
    }

    fn alloca_with_ty(&mut self, layout: TyAndLayout<'tcx>) -> Value {
        self.allocate(layout.size, layout.align.abi)
    }

    fn load(&mut self, ty: Type, address: Value, align: Align) -> Value {
        self.load_value(ty, address, memory_flags(ty, align))
    }

    fn volatile_load(&mut self, ty: Type, address: Value) -> Value {
        self.load_value(ty, address, volatile_memory())
    }

    fn atomic_load(&mut self, ty: Type, address: Value, _order: AtomicOrdering, _size: Size) -> Value {
        self.load_atomically(ty, address)
    }

    fn load_operand(&mut self, place: PlaceRef<'tcx, Value>) -> OperandRef<'tcx, Value> {
        self.operand_from_place(place)
    }

    fn write_operand_repeatedly(
        &mut self,
        element: OperandRef<'tcx, Value>,
        count: u64,
        destination: PlaceRef<'tcx, Value>,
    ) {
        self.fill_with_operand(element, count, destination);
    }

    fn range_metadata(&mut self, _load: Value, _range: WrappingRange) {}

    fn nonnull_metadata(&mut self, _load: Value) {}

    fn store(&mut self, value: Value, address: Value, align: Align) -> Value {
        self.store_value(value, address, memory_flags(value.ty(), align));
        value
    }

    fn store_with_flags(&mut self, value: Value, address: Value, align: Align, flags: MemFlags) -> Value {
        let memory = if flags.contains(MemFlags::VOLATILE) {
            volatile_memory()
        } else if flags.contains(MemFlags::UNALIGNED) {
            plain_memory()
        } else {
            memory_flags(value.ty(), align)
        };
        self.store_value(value, address, memory);
        value
    }

    fn atomic_store(&mut self, value: Value, address: Value, _order: AtomicOrdering, _size: Size) {
        self.store_atomically(value, address);
    }

    fn gep(&mut self, ty: Type, address: Value, indices: &[Value]) -> Value {
        self.element_address(ty, address, indices)
    }

    fn inbounds_gep(&mut self, ty: Type, address: Value, indices: &[Value]) -> Value {
        self.element_address(ty, address, indices)
    }

    fn trunc(&mut self, value: Value, ty: Type) -> Value {
        self.truncate_integer(value, ty)
    }

    fn sext(&mut self, value: Value, ty: Type) -> Value {
        self.sign_extend(value, ty)
    }

    fn zext(&mut self, value: Value, ty: Type) -> Value {
        self.zero_extend(value, ty)
    }

    fn fptoui_sat(&mut self, value: Value, ty: Type) -> Value {
        self.float_to_integer(value, ty, Signedness::Unsigned)
    }

    fn fptosi_sat(&mut self, value: Value, ty: Type) -> Value {
        self.float_to_integer(value, ty, Signedness::Signed)
    }

    fn fptoui(&mut self, value: Value, ty: Type) -> Value {
        self.float_to_integer(value, ty, Signedness::Unsigned)
    }

    fn fptosi(&mut self, value: Value, ty: Type) -> Value {
        self.float_to_integer(value, ty, Signedness::Signed)
    }

    fn uitofp(&mut self, value: Value, ty: Type) -> Value {
        self.integer_to_float(value, ty, Signedness::Unsigned)
    }

    fn sitofp(&mut self, value: Value, ty: Type) -> Value {
        self.integer_to_float(value, ty, Signedness::Signed)
    }

    fn fptrunc(&mut self, value: Value, ty: Type) -> Value {
        self.narrow_float(value, ty)
    }

    fn fpext(&mut self, value: Value, ty: Type) -> Value {
        self.widen_float(value, ty)
    }

    fn ptrtoint(&mut self, value: Value, ty: Type) -> Value {
        self.address_to_integer(value, ty)
    }

    fn inttoptr(&mut self, value: Value, ty: Type) -> Value {
        self.integer_to_address(value, ty)
    }

    fn bitcast(&mut self, value: Value, ty: Type) -> Value {
        self.cast_bits(value, ty)
    }

    fn intcast(&mut self, value: Value, ty: Type, is_signed: bool) -> Value {
        let signedness = if is_signed { Signedness::Signed } else { Signedness::Unsigned };
        self.cast_integer(value, ty, signedness)
    }

    fn pointercast(&mut self, value: Value, _ty: Type) -> Value {
        value
    }

    fn icmp(&mut self, predicate: IntPredicate, left: Value, right: Value) -> Value {
        self.compare_integers(predicate, left, right)
    }

    fn fcmp(&mut self, predicate: RealPredicate, left: Value, right: Value) -> Value {
        self.compare_floats(predicate, left, right)
    }

    fn memcpy(
        &mut self,
        target: Value,
        _target_align: Align,
        source: Value,
        _source_align: Align,
        size: Value,
        flags: MemFlags,
        _types: Option<FncTree>,
    ) {
        self.copy(target, source, size, flags_of(flags));
    }

    fn memmove(
        &mut self,
        target: Value,
        _target_align: Align,
        source: Value,
        _source_align: Align,
        size: Value,
        flags: MemFlags,
    ) {
        self.move_bytes(target, source, size, flags_of(flags));
    }

    fn memset(&mut self, address: Value, byte: Value, size: Value, _align: Align, flags: MemFlags) {
        self.fill(address, byte, size, flags_of(flags));
    }

    fn select(&mut self, condition: Value, then_value: Value, else_value: Value) -> Value {
        self.choose(condition, then_value, else_value)
    }

    fn va_arg(&mut self, list: Value, ty: Type) -> Value {
        self.next_variadic_argument(list, ty)
    }

    fn extract_element(&mut self, vector: Value, index: Value) -> Value {
        self.vector_lane(vector, index)
    }

    fn vector_splat(&mut self, lanes: usize, element: Value) -> Value {
        let kind: Element = element.ty().element().unwrap_or_else(|| bug!("a vector needs scalar elements"));
        let ty = self.cx.vector_type(kind, lanes as u64);
        self.cx.aggregate(ty, vec![element; lanes])
    }

    fn extract_value(&mut self, aggregate: Value, index: u64) -> Value {
        self.extract(aggregate, index)
    }

    fn insert_value(&mut self, aggregate: Value, element: Value, index: u64) -> Value {
        self.insert(aggregate, element, index)
    }

    fn set_personality_fn(&mut self, _personality: Function) {
        // The first landing pad sets it, so a function without landing pads has no LSDA.
    }

    fn cleanup_landing_pad(&mut self, personality: Function) -> (Value, Value) {
        self.cleanup_pad_values(personality)
    }

    fn filter_landing_pad(&mut self, personality: Function) {
        self.landing_pad(personality, LandingPad::Terminate);
    }

    fn resume(&mut self, exception: Value, _selector: Value) {
        self.resume_unwinding(exception);
    }

    fn cleanup_pad(&mut self, _parent: Option<Value>, _arguments: &[Value]) {
        only_msvc()
    }

    fn cleanup_ret(&mut self, _funclet: &(), _unwind: Option<BasicBlock>) {
        only_msvc()
    }

    fn catch_pad(&mut self, _parent: Value, _arguments: &[Value]) {
        only_msvc()
    }

    fn catch_switch(
        &mut self,
        _parent: Option<Value>,
        _unwind: Option<BasicBlock>,
        _handlers: &[BasicBlock],
    ) -> Value {
        only_msvc()
    }

    fn atomic_cmpxchg(
        &mut self,
        address: Value,
        expected: Value,
        new: Value,
        _order: AtomicOrdering,
        _failure_order: AtomicOrdering,
        _weak: bool,
    ) -> (Value, Value) {
        self.compare_exchange(address, expected, new)
    }

    fn atomic_rmw(
        &mut self,
        operation: AtomicRmwBinOp,
        address: Value,
        operand: Value,
        _order: AtomicOrdering,
        ret_ptr: bool,
    ) -> Value {
        let result = if ret_ptr { Type::Pointer } else { operand.ty() };
        self.read_modify_write(operation, address, operand, result)
    }

    fn atomic_fence(&mut self, _order: AtomicOrdering, scope: SynchronizationScope) {
        match scope {
            SynchronizationScope::SingleThread => self.sequence_point(),
            SynchronizationScope::CrossThread => self.fence(),
        }
    }

    fn set_invariant_load(&mut self, _load: Value) {}

    fn lifetime_start(&mut self, _address: Value, _size: Size) {}

    fn lifetime_end(&mut self, _address: Value, _size: Size) {}

    fn call(
        &mut self,
        signature: SignatureId,
        _caller_attrs: Option<&CodegenFnAttrs>,
        abi: Option<&FnAbi<'tcx, Ty<'tcx>>>,
        callee: Value,
        arguments: &[Value],
        _funclet: Option<&()>,
        instance: Option<Instance<'tcx>>,
    ) -> Value {
        self.note_call(instance);
        if let Some(value) = self.inline_call(instance, abi, arguments) {
            return value;
        }
        self.call_with_signature(signature, callee, arguments)
    }

    fn tail_call(
        &mut self,
        signature: SignatureId,
        _caller_attrs: Option<&CodegenFnAttrs>,
        _fn_abi: &FnAbi<'tcx, Ty<'tcx>>,
        callee: Value,
        arguments: &[Value],
        _funclet: Option<&()>,
        _instance: Option<Instance<'tcx>>,
    ) {
        self.become_call(signature, callee, arguments);
    }

    fn apply_attrs_to_cleanup_callsite(&mut self, _result: Value) {}

    fn typed_place_copy_with_flags(
        &mut self,
        target: rustc_codegen_ssa::mir::place::PlaceValue<Value>,
        source: rustc_codegen_ssa::mir::place::PlaceValue<Value>,
        layout: TyAndLayout<'tcx>,
        flags: MemFlags,
    ) {
        self.copy_bytes_as(flags_of(flags), target.llval, source.llval, layout.size.bytes());
    }
}
