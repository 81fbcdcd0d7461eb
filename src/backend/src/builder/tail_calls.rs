//! Explicit tail calls (`become`).
//!
//! A function that makes one gets CLIF's convention `tail`, if its callers cannot tell it from the C
//! convention. When it is finished, its results move to where the C convention has them
//! ([`clif_engine::calls::TailCallRules`]). The callee may be any function of the C convention: rustc has
//! checked that its signature is the same.
//!
//! Other functions get an entry shim. They store the arguments in its buffer, in the places of their own
//! parameters, and return the callee's address. The shim makes the tail call ([`clif_engine::llvm::shim`]).

use clif_engine::clif::memory::plain_memory;
use clif_engine::llvm::shim::ShimPlan;
use cranelift_codegen::ir::InstBuilder;
use cranelift_codegen::isa::CallConv;

use crate::builder::Builder;
use crate::clif::signatures::SignatureId;
use crate::clif::values::Value;

impl<'a, 'tcx> Builder<'a, 'tcx> {
    /// Ends the block with a tail call of `callee`.
    pub fn become_call(&mut self, id: SignatureId, callee: Value, arguments: &[Value]) {
        let own = self.with_function(|state| state.signature);
        let plan = self.cx.signatures.borrow().get(own).shim.clone();
        if let Some(plan) = plan.filter(|plan| plan.has_tail_calls()) {
            return self.become_call_of_shim(&plan, callee, arguments);
        }
        let signature = self.checked_signature(id);
        // Functions of `rust-cold` have another.
        let own = self.with_function(|state| state.clif.signature.call_conv);
        let is_possible = signature.shim.is_none() && [CallConv::SystemV, CallConv::Tail].contains(&own);
        let rules = self.cx.machine.calls.tail_calls.as_ref();
        let Some(rules) = rules.filter(|rules| is_possible && (rules.accepts)(&signature.clif)) else {
            self.cx.unsupported_here(
                "explicit tail calls (`become`) of functions with arguments on the stack or another calling convention",
            );
            return self.trap();
        };
        let packed = self.pack_arguments(&signature, callee, arguments);
        let address = self.clif(callee);
        let tail_signature = (rules.signature)(&signature.clif);
        self.with_function(|state| state.clif.signature.call_conv = CallConv::Tail);
        let reference = self.with_function(|state| state.clif.import_signature(tail_signature));
        self.emit(|c| c.ins().return_call_indirect(reference, address, &packed));
    }

    /// Returns to the entry shim, which calls `callee`.
    fn become_call_of_shim(&mut self, plan: &ShimPlan, callee: Value, arguments: &[Value]) {
        let buffer = self.with_function(|state| state.shim_buffer());
        for (index, &argument) in arguments.iter().enumerate() {
            let place = self.offset_by(buffer, plan.parameter_offset(index));
            self.store_value(argument, place, plain_memory());
        }
        let address = self.clif(callee);
        self.emit(|c| c.ins().return_(&[address]));
    }
}
