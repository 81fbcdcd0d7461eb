//! Stores incoming arguments and the results of calls in memory.

use rustc_codegen_ssa::MemFlags;
use rustc_codegen_ssa::mir::operand::{OperandRef, OperandValue};
use rustc_codegen_ssa::mir::place::{PlaceRef, PlaceValue};
use rustc_codegen_ssa::traits::{ArgAbiBuilderMethods, BuilderMethods, ConstCodegenMethods};
use rustc_middle::bug;
use rustc_middle::ty::Ty;
use rustc_target::callconv::{ArgAbi, CastTarget, PassMode};

use crate::builder::Builder;
use crate::clif::values::Value;

impl<'a, 'tcx> ArgAbiBuilderMethods<'tcx> for Builder<'a, 'tcx> {
    fn store_fn_arg(
        &mut self,
        arg_abi: &ArgAbi<'tcx, Ty<'tcx>>,
        index: &mut usize,
        destination: PlaceRef<'tcx, Value>,
    ) {
        match arg_abi.mode {
            PassMode::Ignore => {}
            PassMode::Pair(..) => {
                let first = self.parameter(*index);
                let second = self.parameter(*index + 1);
                *index += 2;
                OperandValue::Pair(first, second).store(self, destination);
            }
            PassMode::Indirect { meta_attrs: Some(_), .. } => bug!("an unsized argument cannot be stored"),
            PassMode::Direct(_) | PassMode::Indirect { .. } | PassMode::Cast { .. } => {
                let value = self.parameter(*index);
                *index += 1;
                self.store_arg(arg_abi, value, destination);
            }
        }
    }

    fn store_arg(
        &mut self,
        arg_abi: &ArgAbi<'tcx, Ty<'tcx>>,
        value: Value,
        destination: PlaceRef<'tcx, Value>,
    ) {
        match &arg_abi.mode {
            PassMode::Ignore => {}
            PassMode::Indirect { attrs, meta_attrs: None, .. } => {
                let align = attrs.pointee_align.unwrap_or(arg_abi.layout.align.abi);
                OperandValue::Ref(PlaceValue::new_sized(value, align)).store(self, destination);
            }
            PassMode::Indirect { meta_attrs: Some(_), .. } => bug!("an unsized argument cannot be stored"),
            PassMode::Cast { cast, .. } => self.store_cast_argument(arg_abi, cast, value, destination),
            PassMode::Pair(..) | PassMode::Direct { .. } => {
                OperandRef::from_immediate_or_packed_pair(self, value, arg_abi.layout)
                    .val
                    .store(self, destination);
            }
        }
    }
}

impl<'a, 'tcx> Builder<'a, 'tcx> {
    /// Stores registers to a destination whose size may differ from theirs, since either may have trailing
    /// padding.
    fn store_cast_argument(
        &mut self,
        arg_abi: &ArgAbi<'tcx, Ty<'tcx>>,
        cast: &CastTarget,
        value: Value,
        destination: PlaceRef<'tcx, Value>,
    ) {
        let align = cast.align(self.cx);
        let copied = cast.unaligned_size(self.cx).min(arg_abi.layout.size);
        if cast.unaligned_size(self.cx) <= arg_abi.layout.size {
            // This writes no byte beyond the destination.
            self.store(value, destination.val.llval, destination.val.align);
            return;
        }
        let scratch = self.alloca(cast.size(self.cx), align);
        self.store(value, scratch, align);
        let bytes = self.cx.const_usize(copied.bytes());
        let target = destination.val;
        self.memcpy(target.llval, target.align, scratch, align, bytes, MemFlags::empty(), None);
    }
}
