//! The functions that `core::arch` declares with the names of LLVM's intrinsics.

use rustc_codegen_ssa::mir::operand::OperandRef;
use rustc_middle::ty;

use crate::builder::Builder;
use crate::types::Type;
use crate::values::Value;

pub fn lower<'tcx>(
    builder: &mut Builder<'_, 'tcx>,
    instance: ty::Instance<'tcx>,
    _arguments: &[OperandRef<'tcx, Value>],
) -> Value {
    builder.cx.unsupported_here(format_args!("`{}`", builder.cx.tcx.symbol_name(instance).name));
    Value::Undefined(Type::Void)
}
