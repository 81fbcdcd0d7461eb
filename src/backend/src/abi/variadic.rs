//! C-variadic functions: calls and definitions.
//!
//! Calls go through a stub of machine code ([`clif_engine::x86_64::variadic`]). It needs to know only where
//! the callee's address lies, so there is one per size of stack arguments.
//!
//! Definitions have a CLIF parameter for every register that may hold an argument, and one for the address of
//! the stack arguments. In order:
//! 1. on entry, all these registers are saved in a slot ("register save area");
//! 2. named parameters are read from there, or from the stack ([`SavedPiece`]);
//! 3. `va_start` makes a list of what follows them, and `va_arg` takes its arguments one by one.

use clif_engine::cgu::{Binding, Contents, DataDefinition, Placement, SymbolId, SymbolKind, Visibility};
use clif_engine::clif::memory::plain_memory;
use clif_engine::x86_64::arguments::{FLOAT_REGISTERS, INTEGER_REGISTERS};
use clif_engine::x86_64::variadic::{
    FLOAT_BYTES, FLOATS_OFFSET, FP_OFFSET, GP_OFFSET, INTEGER_BYTES, NamedParameters, OVERFLOW_ARG_AREA,
    REG_SAVE_AREA, SAVE_AREA_BYTES, SavedPiece, saved_offset, stub_code,
};
use cranelift_codegen::ir;
use cranelift_codegen::ir::InstBuilder;
use cranelift_codegen::ir::condcodes::IntCC;

use crate::builder::Builder;
use crate::cgu::context::CodegenCx;
use crate::clif::function::FunctionState;
use crate::clif::function::SavedArguments;
use crate::clif::types::Type;
use crate::clif::values::Value;

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

impl FunctionState {
    /// Saves the registers at the start of the entry block. `al` is not asked: it is only a hint.
    pub fn save_arguments(&mut self, named: NamedParameters) {
        let registers = self.stack_slot(SAVE_AREA_BYTES, FLOAT_BYTES);
        let parameters = self.clif.dfg.block_params(self.entry).to_vec();
        let entry = self.entry;
        let mut cursor = self.cursor(entry);
        let area = cursor.ins().stack_addr(ir::types::I64, registers, 0);
        for (index, &parameter) in parameters[..INTEGER_REGISTERS + FLOAT_REGISTERS].iter().enumerate() {
            let offset = match index.checked_sub(INTEGER_REGISTERS) {
                None => saved_offset(true, index),
                Some(rank) => saved_offset(false, rank),
            };
            cursor.ins().store(plain_memory(), parameter, area, offset as i32);
        }
        let stack = parameters[INTEGER_REGISTERS + FLOAT_REGISTERS];
        self.variadic = Some(SavedArguments { named, registers, stack });
    }
}

impl<'a, 'tcx> Builder<'a, 'tcx> {
    fn saved_arguments(&self) -> SavedArguments {
        self.with_function(|state| state.variadic)
            .unwrap_or_else(|| rustc_middle::bug!("the function is not C-variadic"))
    }

    pub fn saved_address(&mut self, piece: SavedPiece) -> Value {
        let saved = self.saved_arguments();
        match piece {
            SavedPiece::Register { offset } => Value::Stack { slot: saved.registers, offset: offset as i32 },
            SavedPiece::Stack { offset } => Value::Offset { base: saved.stack, offset: offset as i64 },
        }
    }

    /// The value of a named parameter.
    pub fn saved_parameter(&mut self, piece: SavedPiece, ty: Type) -> Value {
        let address = self.saved_address(piece);
        self.load_scalar(ty, address, plain_memory())
    }

    /// Makes the list at the address `list` that of the arguments after the named ones.
    pub fn start_variadic_arguments(&mut self, list: Value) {
        let saved = self.saved_arguments();
        let after = |is_integer, rank| Value::constant(Type::I32, saved_offset(is_integer, rank).into());
        let fields = [
            (GP_OFFSET, after(true, saved.named.integers)),
            (FP_OFFSET, after(false, saved.named.floats)),
            (OVERFLOW_ARG_AREA, self.saved_address(SavedPiece::Stack { offset: saved.named.stack_bytes })),
            (REG_SAVE_AREA, self.saved_address(SavedPiece::Register { offset: 0 })),
        ];
        for (offset, value) in fields {
            let field = self.offset_by(list, offset);
            self.store_scalar(value, field, plain_memory());
        }
    }

    /// Takes the next argument, a scalar of the type `ty`, from the list at the address `list`.
    pub fn next_variadic_argument(&mut self, list: Value, ty: Type) -> Value {
        let (field, step, end) = if ty.is_float() {
            (FP_OFFSET, FLOAT_BYTES, SAVE_AREA_BYTES)
        } else {
            (GP_OFFSET, INTEGER_BYTES, FLOATS_OFFSET)
        };
        let (word, pointer, memory) = (ir::types::I32, ir::types::I64, plain_memory());
        let offset = self.load_clif(word, list, field, memory);
        let overflow = self.load_clif(pointer, list, OVERFLOW_ARG_AREA, memory);
        let save_area = self.load_clif(pointer, list, REG_SAVE_AREA, memory);
        let (address, next_offset, next_overflow) = self.emit(|c| {
            let last = c.ins().iconst(word, (end - step) as i64);
            let in_register = c.ins().icmp(IntCC::UnsignedLessThanOrEqual, offset, last);
            let wide_offset = c.ins().uextend(pointer, offset);
            let register = c.ins().iadd(save_area, wide_offset);
            let step = c.ins().iconst(word, step as i64);
            let next_offset = c.ins().iadd(offset, step);
            let slot = c.ins().iconst(pointer, INTEGER_BYTES as i64);
            let next_overflow = c.ins().iadd(overflow, slot);
            (
                c.ins().select(in_register, register, overflow),
                c.ins().select(in_register, next_offset, offset),
                c.ins().select(in_register, overflow, next_overflow),
            )
        });
        self.store_clif(next_offset, list, field, memory);
        self.store_clif(next_overflow, list, OVERFLOW_ARG_AREA, memory);
        self.load_scalar(ty, Value::Instruction { value: address, ty: Type::Pointer }, memory)
    }
}
