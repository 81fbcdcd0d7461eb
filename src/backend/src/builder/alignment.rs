//! Accesses on targets that allow only aligned ones (LLVM's feature `strict-align`), as before the memory of
//! a machine is set up.
//!
//! An access is aligned if its flags say so, if it is volatile, or if it is in a stack slot at a multiple of
//! its size. All others are made byte by byte. So copies soon become calls ([`Builder::inline_bytes`]).

use clif_engine::clif::memory::is_volatile;
use cranelift_codegen::ir;
use cranelift_codegen::ir::InstBuilder;

use super::bitcast;
use crate::builder::Builder;
use crate::clif::values::Value;

/// The feature's name in LLVM.
pub const STRICT_ALIGNMENT: &str = "+strict-align";

/// The bits of a byte.
const BYTE: i64 = 8;

impl<'a, 'tcx> Builder<'a, 'tcx> {
    /// Returns whether an access has to be made byte by byte.
    pub fn is_bytewise(&self, ty: ir::Type, address: Value, offset: i64, flags: ir::MemFlagsData) -> bool {
        if !self.cx.strict_alignment || ty.bytes() == 1 || flags.aligned() || is_volatile(flags) {
            return false;
        }
        let Value::Stack { slot, offset: start } = address else { return true };
        let bytes = i64::from(ty.bytes());
        let alignment = self.with_function(|state| 1 << state.clif.sized_stack_slots[slot].align_shift);
        bytes > alignment || (i64::from(start) + offset) % bytes != 0
    }

    /// Loads a value byte by byte.
    pub fn load_bytewise(
        &mut self,
        ty: ir::Type,
        address: Value,
        offset: i64,
        flags: ir::MemFlagsData,
    ) -> ir::Value {
        let address = self.settled(address);
        let half = i64::from(ir::types::I64.bytes());
        if i64::from(ty.bytes()) > half {
            let low = self.load_bytewise(ir::types::I64, address, offset, flags);
            let high = self.load_bytewise(ir::types::I64, address, offset + half, flags);
            return self.emit(|c| {
                let whole = c.ins().iconcat(low, high);
                if ty == ir::types::I128 { whole } else { bitcast(c, ty, whole) }
            });
        }
        let integer = ty.as_int();
        let mut whole = None;
        for index in 0..i64::from(ty.bytes()) {
            let byte = self.load_clif(ir::types::I8, address, offset + index, flags);
            whole = Some(self.emit(|c| {
                let wide = c.ins().uextend(integer, byte);
                let Some(lower) = whole else { return wide };
                let distance = c.ins().iconst(ir::types::I64, index * BYTE);
                let shifted = c.ins().ishl(wide, distance);
                c.ins().bor(lower, shifted)
            }));
        }
        let Some(whole) = whole else { rustc_middle::bug!("a load of {ty}") };
        if ty == integer { whole } else { self.emit(|c| bitcast(c, ty, whole)) }
    }

    /// Stores a value byte by byte.
    pub fn store_bytewise(&mut self, value: ir::Value, address: Value, offset: i64, flags: ir::MemFlagsData) {
        let address = self.settled(address);
        let half = i64::from(ir::types::I64.bytes());
        let ty = self.emit(|c| c.func.dfg.value_type(value));
        let integer = ir::Type::int(ty.bits() as u16);
        let Some(integer) = integer else { rustc_middle::bug!("a store of {ty}") };
        let bits = if ty == integer { value } else { self.emit(|c| bitcast(c, integer, value)) };
        if i64::from(ty.bytes()) > half {
            let (low, high) = self.emit(|c| c.ins().isplit(bits));
            self.store_bytewise(low, address, offset, flags);
            return self.store_bytewise(high, address, offset + half, flags);
        }
        for index in 0..i64::from(ty.bytes()) {
            let byte = self.emit(|c| {
                let distance = c.ins().iconst(ir::types::I64, index * BYTE);
                let shifted = c.ins().ushr(bits, distance);
                c.ins().ireduce(ir::types::I8, shifted)
            });
            self.store_clif(byte, address, offset + index, flags);
        }
    }
}
