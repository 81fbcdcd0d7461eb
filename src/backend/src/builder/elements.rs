//! Addresses of elements, arrays that are filled with one value, and lanes of vectors whose index is known
//! only at run time.

use clif_engine::clif::memory::plain_memory;
use cranelift_codegen::ir;
use cranelift_codegen::ir::InstBuilder;
use rustc_codegen_ssa::mir::operand::OperandRef;
use rustc_codegen_ssa::mir::place::{PlaceRef, PlaceValue};
use rustc_middle::bug;

use crate::builder::Builder;
use crate::clif::operations::Signedness;
use crate::clif::types::Type;
use crate::clif::values::{Value, sign_extend};

impl<'a, 'tcx> Builder<'a, 'tcx> {
    /// Returns `address + index * size_of(ty)`: LLVM's `getelementptr` with one index.
    pub fn element_address(&mut self, ty: Type, address: Value, indices: &[Value]) -> Value {
        let [index] = indices else { bug!("an address with {} indices", indices.len()) };
        let size = ty.size();
        if let Some(index) = index.as_constant() {
            let index = sign_extend(index, Type::I64) as i64;
            return self.offset_by(address, index.wrapping_mul(size as i64));
        }
        let (address, index) = (self.clif(address), self.clif(*index));
        self.emit_value(Type::Pointer, |c| {
            let offset = match size {
                1 => index,
                size if size.is_power_of_two() => {
                    let shift = c.ins().iconst(ir::types::I64, i64::from(size.trailing_zeros()));
                    c.ins().ishl(index, shift)
                }
                size => {
                    let size = c.ins().iconst(ir::types::I64, size as i64);
                    c.ins().imul(index, size)
                }
            };
            c.ins().iadd(address, offset)
        })
    }

    /// Stores `element` `count` times from `destination` on, in a loop that increments an address.
    pub fn fill_with_operand(
        &mut self,
        element: OperandRef<'tcx, Value>,
        count: u64,
        destination: PlaceRef<'tcx, Value>,
    ) {
        let size = element.layout.size;
        let start = self.clif(destination.val.llval);
        let end = self.offset_by(destination.val.llval, (size.bytes() * count) as i64);
        let end = self.clif(end);
        let (header, body, done) = self.with_function(|state| {
            let header = state.new_block();
            (header, state.new_block(), state.new_block())
        });
        let current = self.with_function(|state| state.clif.dfg.append_block_param(header, ir::types::I64));
        self.emit(|c| c.ins().jump(header, &[start.into()]));
        self.block.block = header;
        self.emit(|c| {
            let more = c.ins().icmp(ir::condcodes::IntCC::NotEqual, current, end);
            c.ins().brif(more, body, &[], done, &[])
        });
        self.block.block = body;
        let align = destination.val.align.restrict_for_offset(size);
        let place = PlaceValue::new_sized(Value::Instruction { value: current, ty: Type::Pointer }, align);
        element.val.store(self, place.with_type(element.layout));
        self.emit(|c| {
            let step = c.ins().iconst(ir::types::I64, size.bytes() as i64);
            let next = c.ins().iadd(current, step);
            c.ins().jump(header, &[next.into()])
        });
        self.block.block = done;
    }

    /// Returns one lane of a vector through memory. The index may be known only at run time.
    pub fn vector_lane(&mut self, vector: Value, index: Value) -> Value {
        let Type::Vector { element, .. } = vector.ty() else { bug!("{vector:?} is no vector") };
        let slot = self.with_function(|state| state.stack_slot(vector.ty().size(), 16));
        let address = Value::Stack { slot, offset: 0 };
        self.store_value(vector, address, plain_memory());
        let index = self.cast_integer(index, Type::I64, Signedness::Unsigned);
        let lane = self.element_address(element.scalar_type(), address, &[index]);
        self.load_value(element.scalar_type(), lane, plain_memory())
    }
}
