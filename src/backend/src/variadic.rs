//! Calls of C-variadic functions.
//!
//! System V AMD64, 3.5.7: the caller says in `al` how many vector registers hold arguments at most. CLIF has no way to set
//! a register before a call, so a call goes through a stub of machine code that sets it and jumps to the real callee,
//! whose address the caller passes as one stack argument more than the callee knows of. The stub needs to know only
//! where that lies, so there is one per size of stack arguments.

use clif_engine::unit::{Binding, Contents, DataDefinition, Placement, SymbolId, SymbolKind, Visibility};

use crate::context::CodegenCx;

/// The number of vector registers for arguments: always a valid upper bound.
const VECTOR_REGISTERS: u8 = 8;
/// The return address lies between `rsp` and the stack arguments.
const RETURN_ADDRESS_BYTES: u64 = 8;

impl<'tcx> CodegenCx<'tcx> {
    /// The stub for calls whose callee lies `stack_offset` bytes into the stack arguments.
    pub fn variadic_stub(&self, stack_offset: u64) -> SymbolId {
        let name = format!(".Lvariadic_call.{stack_offset}");
        if let Some(symbol) = self.symbols.borrow().lookup(&name) {
            return symbol;
        }
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

/// `mov eax, 8; jmp [rsp + 8 + stack_offset]` (Intel SDM: B8 id; FF /4 with SIB and a 32-bit displacement).
fn stub_code(stack_offset: u64) -> Vec<u8> {
    let mut code = vec![0xb8, VECTOR_REGISTERS, 0, 0, 0, 0xff, 0xa4, 0x24];
    code.extend_from_slice(&((stack_offset + RETURN_ADDRESS_BYTES) as u32).to_le_bytes());
    code
}
