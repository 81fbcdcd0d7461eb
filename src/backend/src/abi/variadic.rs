//! C-variadic functions: calls and definitions. What depends on the machine is in
//! [`clif_engine::calls::VariadicRules`].
//!
//! A call may need a stub of machine code. The stub has to know only where the callee's address is, so there
//! is one for each size of stack arguments.
//!
//! A definition has a CLIF parameter for every register that may hold an argument:
//! 1. On entry, it saves all these registers in a stack slot (the *register save area*).
//! 2. It reads named parameters from there, or from the stack arguments ([`SavedPiece`]).
//! 3. `va_start` makes a list of the arguments that follow them, and `va_arg` takes them one by one.

use clif_engine::calls::{CallRules, ListField, NamedParameters, SavedPiece};
use clif_engine::cgu::{Binding, Contents, DataDefinition, Placement, SymbolId, SymbolKind, Visibility};
use clif_engine::clif::memory::plain_memory;
use cranelift_codegen::ir;
use cranelift_codegen::ir::InstBuilder;

use crate::builder::Builder;
use crate::cgu::context::CodegenCx;
use crate::clif::function::FunctionState;
use crate::clif::function::SavedArguments;
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

impl FunctionState {
    /// Saves the argument registers at the start of the entry block.
    pub fn save_arguments(&mut self, named: NamedParameters, rules: &CallRules) {
        let variadic = &rules.variadic;
        let registers = self.stack_slot(variadic.save_area_bytes, variadic.save_area_alignment);
        let parameters = self.clif.dfg.block_params(self.entry).to_vec();
        let entry = self.entry;
        let mut cursor = self.cursor(entry);
        let area = cursor.ins().stack_addr(ir::types::I64, registers, 0);
        let (integers, floats) = parameters.split_at(rules.integer_registers);
        let floats = &floats[..rules.float_registers];
        for (is_integer, kind) in [(true, integers), (false, floats)] {
            for (rank, &parameter) in kind.iter().enumerate() {
                let offset = (variadic.saved_offset)(is_integer, rank);
                cursor.ins().store(plain_memory(), parameter, area, offset as i32);
            }
        }
        let stack = (variadic.stack_arguments)(&mut cursor, &parameters);
        self.variadic = Some(SavedArguments { named, registers, stack });
    }
}

impl<'a, 'tcx> Builder<'a, 'tcx> {
    fn saved_arguments(&self) -> SavedArguments {
        self.with_function(|state| state.variadic)
            .unwrap_or_else(|| rustc_middle::bug!("the function is not C-variadic"))
    }

    /// Returns the address of a named parameter.
    pub fn saved_address(&mut self, piece: SavedPiece) -> Value {
        let saved = self.saved_arguments();
        match piece {
            SavedPiece::Register { offset } => Value::Stack { slot: saved.registers, offset: offset as i32 },
            SavedPiece::Stack { offset } => Value::Offset { base: saved.stack, offset: offset as i64 },
        }
    }

    /// Loads the value of a named parameter.
    pub fn saved_parameter(&mut self, piece: SavedPiece, ty: Type) -> Value {
        let address = self.saved_address(piece);
        self.load_scalar(ty, address, plain_memory())
    }

    /// Makes a list of the arguments after the named ones at the address `list`.
    pub fn start_variadic_arguments(&mut self, list: Value) {
        let named = self.saved_arguments().named;
        for (offset, field) in (self.cx.machine.calls.variadic.start)(named) {
            let value = match field {
                ListField::Number(number) => Value::constant(Type::I32, number.into()),
                ListField::Address(piece) => self.saved_address(piece),
            };
            let field = self.offset_by(list, offset);
            self.store_scalar(value, field, plain_memory());
        }
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
