//! C-variadic functions: calls and definitions. What depends on the machine is in
//! [`clif_engine::calls::VariadicRules`].
//!
//! A call may need a stub of machine code. The stub has to know only where the callee's address is, so there
//! is one for each size of stack arguments.
//!
//! A definition is the body of an entry shim ([`crate::abi::shims`]), which starts a list of the variable
//! arguments. `va_start` copies this list, and `va_arg` takes the arguments one by one.

use clif_engine::cgu::{Binding, Contents, DataDefinition, Placement, SymbolId, SymbolKind, Visibility};
use clif_engine::clif::memory::plain_memory;
use cranelift_codegen::ir;

use crate::builder::Builder;
use crate::cgu::context::CodegenCx;
use crate::clif::types::Type;
use crate::clif::values::Value;

impl<'tcx> CodegenCx<'tcx> {
    /// Returns the stub for calls that pass the callee's address `stack_offset` bytes into the stack
    /// arguments.
    pub fn variadic_stub(&self, stack_offset: u64) -> SymbolId {
        let name = format!(".Lvariadic_call.{stack_offset}");
        if let Some(symbol) = self.symbols.borrow().lookup(&name) {
            return symbol;
        }
        let Some(stub_code) = self.machine.calls.variadic.call_stub else {
            rustc_middle::bug!("variadic calls need no stub")
        };
        let symbol = self.define_symbol(&name, SymbolKind::Function, Binding::Local, Visibility::Default);
        self.data.borrow_mut().push(DataDefinition {
            symbol,
            contents: Contents::Bytes(stub_code(stack_offset).into()),
            alignment: 16,
            placement: Placement::Code,
            relocations: vec![],
            retain: false,
        });
        symbol
    }
}

impl<'a, 'tcx> Builder<'a, 'tcx> {
    /// Makes a list of the arguments after the named ones at the address `list`: a copy of the shim's.
    pub fn start_variadic_arguments(&mut self, list: Value) {
        let (id, buffer) = self.with_function(|state| (state.signature, state.shim_buffer()));
        let signature = self.cx.signatures.borrow().get(id);
        let Some(offset) = signature.shim.as_ref().and_then(|plan| plan.list_offset()) else {
            rustc_middle::bug!("the function is not C-variadic")
        };
        let started = self.offset_by(buffer, offset);
        self.copy_bytes(list, started, self.cx.machine.calls.variadic.list_size);
    }

    /// Takes the next argument, a scalar of the type `ty`, from the list at the address `list`.
    pub fn next_variadic_argument(&mut self, list: Value, ty: Type) -> Value {
        let rules = &self.cx.machine.calls.variadic;
        let (clif, memory) = (ty.clif_or_bug(), plain_memory());
        let fields = (rules.list_fields)(clif).iter();
        let fields: Vec<ir::Value> =
            fields.map(|&(ty, offset)| self.load_clif(ty, list, offset, memory)).collect();
        let next = self.emit(|c| (rules.next)(c, clif, &fields));
        for (offset, value) in next.stores {
            self.store_clif(value, list, offset, memory);
        }
        self.load_scalar(ty, Value::Instruction { value: next.address, ty: Type::Pointer }, memory)
    }
}
