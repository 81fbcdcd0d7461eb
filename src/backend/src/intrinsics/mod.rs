//! placeholder
use rustc_codegen_ssa::mir::operand::OperandRef;
use rustc_codegen_ssa::mir::place::PlaceRef;
use rustc_codegen_ssa::traits::IntrinsicCallBuilderMethods;
use rustc_middle::ty::Instance;
use rustc_span::Span;
use crate::builder::Builder;
use crate::values::Value;
impl<'a, 'tcx> IntrinsicCallBuilderMethods<'tcx> for Builder<'a, 'tcx> {
    fn codegen_intrinsic_call(&mut self, instance: Instance<'tcx>, _args: &[OperandRef<'tcx, Value>], _result_dest: PlaceRef<'tcx, Value>, span: Span) -> Result<(), Instance<'tcx>> {
        if self.cx.tcx.intrinsic(instance.def_id()).is_some_and(|i| i.must_be_overridden) {
            self.cx.unsupported(span, format!("the intrinsic {}", self.cx.tcx.item_name(instance.def_id())));
            return Ok(());
        }
        Err(Instance::new_raw(instance.def_id(), instance.args))
    }
    fn codegen_llvm_intrinsic_call(&mut self, instance: Instance<'tcx>, _args: &[OperandRef<'tcx, Value>], _is_cleanup: bool) -> Value {
        self.cx.unsupported_here(format!("{instance:?}"));
        Value::Undefined(crate::types::Type::Void)
    }
    fn abort(&mut self) { self.abort_here(); }
    fn assume(&mut self, _val: Value) {}
    fn expect(&mut self, cond: Value, _expected: bool) -> Value { cond }
    fn type_checked_load(&mut self, _: Value, _: u64, _: &[u8]) -> Value { Value::Undefined(crate::types::Type::Pointer) }
    fn va_start(&mut self, val: Value) -> Value { val }
    fn va_end(&mut self, val: Value) -> Value { val }
}
