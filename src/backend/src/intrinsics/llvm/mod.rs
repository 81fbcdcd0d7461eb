//! The functions that `core::arch` declares with the names of LLVM's intrinsics.
//!
//! In order:
//! 1. [`lower`] finds out what the call is to return and looks the name up;
//! 2. [`scalars`]: intrinsics that are a few CLIF instructions;
//! 3. [`table`], [`avx512`] and [`newer`]: those that are one instruction of the CPU which CLIF does not have (or only for
//!    newer CPUs than the target's baseline), in the terms of [`instruction`]. They become calls of a few bytes of machine
//!    code ([`stubs`], [`encoding`]) with that instruction: `core::arch` promises that the program has asked whether the
//!    CPU knows it;
//! 4. [`key_locker`]: those with more results than a stub returns.
//!
//! To add an intrinsic: a line in a table. Everything else is a diagnostic. `./y.sh test intrinsics` compares the code
//! with LLVM's, and says which names of the library there are no lines for.

mod avx512;
mod encoding;
mod instruction;
mod key_locker;
mod newer;
mod scalars;
mod stubs;
mod table;

use rustc_codegen_ssa::mir::operand::{OperandRef, OperandValue};
use rustc_middle::bug;
use rustc_middle::ty::layout::{LayoutOf, TyAndLayout};
use rustc_middle::ty::{self, Instance};
use rustc_target::spec::Arch;

use crate::builder::Builder;
use crate::builder::memory::memory_flags;
use crate::types::Type;
use crate::values::Value;

/// One call of such a function.
struct LlvmCall<'c> {
    name: &'c str,
    arguments: &'c [Value],
    result: Type,
}

pub fn lower<'tcx>(
    builder: &mut Builder<'_, 'tcx>,
    instance: Instance<'tcx>,
    arguments: &[OperandRef<'tcx, Value>],
) -> Value {
    let layout = result_layout(builder, instance);
    let result = if layout.is_zst() { Type::Void } else { builder.cx.layout_type(layout, true) };
    let arguments: Vec<Value> =
        arguments.iter().filter_map(|argument| argument_value(builder, argument)).collect();
    let name = builder.cx.tcx.symbol_name(instance).name;
    let call = LlvmCall { name, arguments: &arguments, result };
    if let Some(value) = lower_known(builder, &call) {
        return value;
    }
    builder.cx.unsupported_here(format_args!("`{name}`"));
    Value::Undefined(result)
}

fn lower_known(builder: &mut Builder<'_, '_>, call: &LlvmCall<'_>) -> Option<Value> {
    if call.name == "llvm.prefetch" {
        return Some(Value::Undefined(Type::Void));
    }
    let name = call.name.strip_prefix("llvm.x86.")?;
    if builder.cx.tcx.sess.target.arch != Arch::X86_64 {
        return None;
    }
    if let Some(value) = scalars::lower(builder, name, call) {
        return Some(value);
    }
    if let Some(value) = key_locker::lower(builder, name, call) {
        return Some(value);
    }
    let instruction = table::instruction(name)?;
    stubs::call(builder, &instruction, call)
}

fn result_layout<'tcx>(builder: &Builder<'_, 'tcx>, instance: Instance<'tcx>) -> TyAndLayout<'tcx> {
    let tcx = builder.cx.tcx;
    let ty::FnDef(def_id, args) = *instance.ty(tcx, ty::TypingEnv::fully_monomorphized()).kind() else {
        bug!("{instance:?} is no function")
    };
    let signature = tcx.instantiate_bound_regions_with_erased(tcx.fn_sig(def_id).instantiate(tcx, args));
    builder.cx.layout_of(signature.output())
}

/// An argument as one value; none for what has no size.
fn argument_value<'tcx>(
    builder: &mut Builder<'_, 'tcx>,
    argument: &OperandRef<'tcx, Value>,
) -> Option<Value> {
    match argument.val {
        OperandValue::ZeroSized => None,
        OperandValue::Immediate(value) => Some(value),
        OperandValue::Pair(..) => Some(argument.immediate_or_packed_pair(builder)),
        OperandValue::Ref(place) if argument.layout.ty.is_simd() => {
            let ty = builder.shape(argument.layout.ty).ty();
            Some(builder.load_value(ty, place.llval, memory_flags(ty, place.align)))
        }
        OperandValue::Ref(place) => Some(place.llval),
    }
}
