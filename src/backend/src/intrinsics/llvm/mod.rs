//! Lowers calls of functions that `core::arch` and others declare with the names of LLVM's intrinsics
//! (`link_name = "llvm.*"`).
//!
//! 1. [`lower`] finds the layout of the result.
//! 2. [`frame`] has the intrinsics about the frame of the function that calls them.
//! 3. [`stubs`] calls all others through a function in LLVM's IR. rustc's own LLVM compiles that function
//!    when the CGU is finished ([`clif_engine::llvm::stub`]), with the target features of the calling
//!    function. [`ir_types`] has the types.
//! 4. [`atomics`] has those of 128 bits, which work in the same way.
//!
//! So LLVM decides which intrinsics exist, on every machine. An intrinsic that it rejects is an error at the
//! call.

mod atomics;
mod frame;
mod ir_types;
pub mod stubs;

use rustc_codegen_ssa::mir::operand::OperandRef;
use rustc_middle::bug;
use rustc_middle::ty::layout::{LayoutOf, TyAndLayout};
use rustc_middle::ty::{self, Instance};

use crate::builder::Builder;
use crate::clif::types::Type;
use crate::clif::values::Value;

pub fn lower<'tcx>(
    builder: &mut Builder<'_, 'tcx>,
    instance: Instance<'tcx>,
    arguments: &[OperandRef<'tcx, Value>],
) -> Value {
    let name = builder.cx.tcx.symbol_name(instance).name;
    let layout = result_layout(builder, instance);
    if frame::is_out_of_reach(name, builder.cx.machine.facts.instructions.common_frame_pointers) {
        builder.cx.unsupported_here(format_args!("`{name}`, which accesses its caller's frame,"));
        return Value::Undefined(stubs::result_type(builder, layout));
    }
    stubs::call(builder, name, arguments, layout)
}

/// Returns the layout of the result of the intrinsic `instance`.
fn result_layout<'tcx>(builder: &Builder<'_, 'tcx>, instance: Instance<'tcx>) -> TyAndLayout<'tcx> {
    let tcx = builder.cx.tcx;
    let ty::FnDef(def_id, args) = *instance.ty(tcx, ty::TypingEnv::fully_monomorphized()).kind() else {
        bug!("{instance:?} is not a function")
    };
    let signature = tcx.instantiate_bound_regions_with_erased(tcx.fn_sig(def_id).instantiate(tcx, args));
    builder.cx.layout_of(signature.output())
}

/// The type of a call without a result.
const NOTHING: Type = Type::Void;
