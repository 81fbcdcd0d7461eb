//! Lowers the intrinsics that `rustc_codegen_ssa` does not lower itself.
//!
//! 1. [`Call`] is one call of an intrinsic, [`Outcome`] how it was lowered.
//! 2. The families are tried one after the other, the most frequent first. Each maps the symbol to one small
//!    function per case: [`memory`], [`integers`], [`control`], [`floats`], [`simd`].
//! 3. An intrinsic that no family knows is a call of the body that the library gives it, or else an error.
//! 4. [`llvm`] lowers functions that are declared with the names of LLVM's intrinsics, as in `core::arch`.
//!
//! `docs/architecture.md` says how to add an intrinsic.

mod control;
mod floats;
pub mod integers;
mod llvm;
mod memory;
mod simd;

use rustc_codegen_ssa::mir::operand::OperandRef;
use rustc_codegen_ssa::mir::place::PlaceRef;
use rustc_codegen_ssa::traits::{BuilderMethods, IntrinsicCallBuilderMethods};
use rustc_middle::ty::{self, Ty};
use rustc_span::{Span, Symbol, sym};

use crate::builder::Builder;
use crate::clif::types::Type;
use crate::clif::values::Value;

pub use control::{TRY_FUNCTION, build_try_function};
pub use llvm::stubs::Stubs;

/// One call of an intrinsic.
pub struct Call<'c, 'tcx> {
    pub instance: ty::Instance<'tcx>,
    pub name: Symbol,
    pub arguments: &'c [OperandRef<'tcx, Value>],
    pub result: PlaceRef<'tcx, Value>,
    pub span: Span,
}

impl<'tcx> Call<'_, 'tcx> {
    /// Returns the argument with this index, which is one value.
    pub fn value(&self, index: usize) -> Value {
        self.arguments[index].immediate()
    }

    pub fn argument_type(&self, index: usize) -> Ty<'tcx> {
        self.arguments[index].layout.ty
    }
}

/// How a call of an intrinsic was lowered.
pub enum Outcome {
    /// The result, still to be stored.
    Result(Value),
    /// Nothing is left to do.
    Done,
    /// The body that the library gives the intrinsic has to be called.
    Fallback,
}

impl<'a, 'tcx> Builder<'a, 'tcx> {
    fn lower_intrinsic(&mut self, call: &Call<'_, 'tcx>) -> Outcome {
        memory::lower(self, call)
            .or_else(|| integers::lower(self, call))
            .or_else(|| control::lower(self, call))
            .or_else(|| floats::lower(self, call))
            .or_else(|| simd::lower(self, call))
            .unwrap_or_else(|| self.lower_unknown_intrinsic(call))
    }

    fn lower_unknown_intrinsic(&mut self, call: &Call<'_, 'tcx>) -> Outcome {
        let has_body = self
            .cx
            .tcx
            .intrinsic(call.instance.def_id())
            .is_some_and(|intrinsic| !intrinsic.must_be_overridden);
        if has_body && !matches!(call.name, sym::autodiff | sym::offload) {
            return Outcome::Fallback;
        }
        self.cx.unsupported(call.span, format_args!("the intrinsic `{}`", call.name));
        Outcome::Done
    }

    /// Stores the result of an intrinsic.
    fn store_intrinsic_result(&mut self, value: Value, result: PlaceRef<'tcx, Value>) {
        if result.layout.is_zst() {
            return;
        }
        let value = self.from_immediate(value);
        self.store(value, result.val.llval, result.val.align);
    }
}

impl<'a, 'tcx> IntrinsicCallBuilderMethods<'tcx> for Builder<'a, 'tcx> {
    fn codegen_intrinsic_call(
        &mut self,
        instance: ty::Instance<'tcx>,
        args: &[OperandRef<'tcx, Value>],
        result_dest: PlaceRef<'tcx, Value>,
        span: Span,
    ) -> Result<(), ty::Instance<'tcx>> {
        let name = self.cx.tcx.item_name(instance.def_id());
        let call = Call { instance, name, arguments: args, result: result_dest, span };
        match self.lower_intrinsic(&call) {
            Outcome::Result(value) => {
                self.store_intrinsic_result(value, result_dest);
                Ok(())
            }
            Outcome::Done => Ok(()),
            Outcome::Fallback => Err(ty::Instance::new_raw(instance.def_id(), instance.args)),
        }
    }

    fn codegen_llvm_intrinsic_call(
        &mut self,
        instance: ty::Instance<'tcx>,
        args: &[OperandRef<'tcx, Value>],
        _is_cleanup: bool,
    ) -> Value {
        llvm::lower(self, instance, args)
    }

    fn abort(&mut self) {
        self.abort_here();
    }

    fn assume(&mut self, _condition: Value) {
        // Cranelift has no use for this hint.
    }

    fn expect(&mut self, condition: Value, _expected: bool) -> Value {
        condition
    }

    fn type_checked_load(&mut self, _vtable: Value, _vtable_byte_offset: u64, _typeid: &[u8]) -> Value {
        self.cx.unsupported_here("virtual function elimination");
        Value::Undefined(Type::Pointer)
    }

    fn va_start(&mut self, list: Value) -> Value {
        self.start_variadic_arguments(list);
        Value::Undefined(Type::Void)
    }

    fn va_end(&mut self, _list: Value) -> Value {
        // Nothing was allocated for the list.
        Value::Undefined(Type::Void)
    }
}
