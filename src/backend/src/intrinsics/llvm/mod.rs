//! The functions that `core::arch` and others declare with the names of LLVM's intrinsics (`link_name =
//! "llvm.*"`).
//!
//! In order:
//! 1. [`lower`] finds out what the call is to return;
//! 2. [`frame`]: intrinsics that are about the frame of the function that calls them;
//! 3. [`stubs`]: everything else is called in a function of LLVM's IR, which rustc's own LLVM compiles when
//!    the CGU is finished ([`clif_engine::llvm::stub`]), with the target features of the calling function.
//!    [`ir_types`] has the types.
//!
//! So LLVM decides what there is, for every machine; what it rejects becomes an error at the call.

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
    if frame::is_out_of_reach(name) {
        builder.cx.unsupported_here(format_args!("`{name}`, which is about the frame of its caller,"));
        return Value::Undefined(stubs::result_type(builder, layout));
    }
    stubs::call(builder, name, arguments, layout)
}

/// The layout of what the intrinsic `instance` returns.
fn result_layout<'tcx>(builder: &Builder<'_, 'tcx>, instance: Instance<'tcx>) -> TyAndLayout<'tcx> {
    let tcx = builder.cx.tcx;
    let ty::FnDef(def_id, args) = *instance.ty(tcx, ty::TypingEnv::fully_monomorphized()).kind() else {
        bug!("{instance:?} is no function")
    };
    let signature = tcx.instantiate_bound_regions_with_erased(tcx.fn_sig(def_id).instantiate(tcx, args));
    builder.cx.layout_of(signature.output())
}

/// The type of a call that returns nothing, or is not there.
const NOTHING: Type = Type::Void;
