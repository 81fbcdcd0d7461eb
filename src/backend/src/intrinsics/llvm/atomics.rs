//! Calls functions in LLVM's IR for atomics of 128 bits ([`clif_engine::llvm::AtomicOperation`]).

use clif_engine::cgu::{Binding, SymbolKind, Visibility};
use clif_engine::llvm::AtomicOperation;

use super::NOTHING;
use super::stubs::has_function_sections;
use crate::builder::Builder;
use crate::clif::types::Type;
use crate::clif::values::Value;

impl Builder<'_, '_> {
    /// Performs `operation` on the memory at `address`. Returns its result.
    pub fn call_wide_atomic(
        &mut self,
        operation: AtomicOperation,
        address: Value,
        operands: &[Value],
    ) -> Value {
        let attributes = self.stub_attributes();
        let key = (operation, attributes);
        let known = self.cx.stubs.borrow().atomics.get(&key).copied();
        let symbol = known.unwrap_or_else(|| {
            let number = self.cx.stubs.borrow().atomics.len();
            let name = format!("wide_atomic.{}.{number}", self.cx.cgu_name_in_symbols());
            let symbol =
                self.cx.define_symbol(&name, SymbolKind::Function, Binding::Local, Visibility::Default);
            let section = match has_function_sections(self.cx.tcx.sess) {
                true => format!(" section \".text.{name}\""),
                false => String::new(),
            };
            let function = operation.function(name, &key.1, &section);
            self.cx.llvm.borrow_mut().functions.push(function);
            self.cx.stubs.borrow_mut().atomics.insert(key, symbol);
            symbol
        });
        let mut parameters = vec![Type::Pointer];
        parameters.extend(operands.iter().map(|_| Type::I128));
        let result = if operation == AtomicOperation::Store { NOTHING } else { Type::I128 };
        let signature = self.cx.plain_signature(&parameters, result);
        let arguments: Vec<Value> = std::iter::once(address).chain(operands.iter().copied()).collect();
        self.call_with_signature(signature, Value::Symbol { symbol, offset: 0 }, &arguments)
    }
}
