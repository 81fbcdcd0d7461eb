//! Explicit tail calls (`become`).
//!
//! A function that makes one gets CLIF's convention `tail`, if its callers cannot tell it from the C
//! convention. When it is finished, its results move to where the C convention has them
//! ([`clif_engine::calls::TailCallRules`]).
//!
//! The callee may be any function of the C convention: rustc has checked that its signature is the same.

use cranelift_codegen::ir::InstBuilder;
use cranelift_codegen::isa::CallConv;

use crate::builder::Builder;
use crate::clif::signatures::SignatureId;
use crate::clif::values::Value;

impl<'a, 'tcx> Builder<'a, 'tcx> {
    /// Ends the block with a tail call of `callee`.
    pub fn become_call(&mut self, id: SignatureId, callee: Value, arguments: &[Value]) {
        let signature = self.checked_signature(id);
        let rules = self.cx.machine.calls.tail_calls.as_ref();
        let Some(rules) = rules.filter(|rules| signature.shim.is_none() && (rules.accepts)(&signature.clif))
        else {
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
}
