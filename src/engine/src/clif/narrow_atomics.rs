//! The compare-and-exchange of 8 or 16 bits by one of the 32 bits around them.
//!
//! For machines without [`Instructions::narrow_compare_exchange`](crate::machine::Instructions). It compares
//! and exchanges the aligned word that holds the value, and repeats that while only other bytes of the word
//! changed in between.

use cranelift_codegen::cursor::{Cursor, FuncCursor};
use cranelift_codegen::ir;
use cranelift_codegen::ir::InstBuilder;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::types::{I32, I64};

use crate::clif::memory::plain_memory;

const WORD: ir::Type = I32;

/// Emits a sequentially consistent compare-and-exchange of the type of `expected` at `address`, which is
/// aligned. Returns the old value. This ends the current block; `c` is then in the block that follows.
pub fn compare_exchange(
    c: &mut FuncCursor<'_>,
    address: ir::Value,
    expected: ir::Value,
    new: ir::Value,
) -> ir::Value {
    let ty = c.func.dfg.value_type(expected);
    let [repeat, exchange, done] = [(); 3].map(|()| new_block(c.func));
    let word = c.func.dfg.append_block_param(repeat, WORD);
    let place = Place::find(c, address, ty);

    let first = c.ins().atomic_load(WORD, plain_memory(), place.address);
    c.ins().jump(repeat, &[first.into()]);

    c.goto_bottom(repeat);
    let old = place.part(c, word);
    let is_expected = c.ins().icmp(IntCC::Equal, old, expected);
    c.ins().brif(is_expected, exchange, &[], done, &[]);

    c.goto_bottom(exchange);
    let changed = place.replace_part(c, word, new);
    let seen = c.ins().atomic_cas(plain_memory(), place.address, word, changed);
    let is_exchanged = c.ins().icmp(IntCC::Equal, seen, word);
    c.ins().brif(is_exchanged, done, &[], repeat, &[seen.into()]);

    c.goto_bottom(done);
    old
}

/// Where a narrow value is.
struct Place {
    /// The type of the value.
    ty: ir::Type,
    /// The address of the word around it.
    address: ir::Value,
    /// The number of the value's lowest bit in the word.
    shift: ir::Value,
    /// A word with ones where the value is.
    mask: ir::Value,
}

impl Place {
    fn find(c: &mut FuncCursor<'_>, address: ir::Value, ty: ir::Type) -> Self {
        let bytes = i64::from(WORD.bytes());
        let clear_low = c.ins().iconst(I64, -bytes);
        let word_address = c.ins().band(address, clear_low);
        let low = c.ins().iconst(I64, bytes - 1);
        let offset = c.ins().band(address, low);
        let [three, ones] = [3, (1 << ty.bits()) - 1].map(|bits| c.ins().iconst(WORD, bits));
        // Little-endian, so the byte with the lowest address has the lowest bits.
        let offset = c.ins().ireduce(WORD, offset);
        let shift = c.ins().ishl(offset, three);
        let mask = c.ins().ishl(ones, shift);
        Self { ty, address: word_address, shift, mask }
    }

    fn part(&self, c: &mut FuncCursor<'_>, word: ir::Value) -> ir::Value {
        let shifted = c.ins().ushr(word, self.shift);
        c.ins().ireduce(self.ty, shifted)
    }

    fn replace_part(&self, c: &mut FuncCursor<'_>, word: ir::Value, new: ir::Value) -> ir::Value {
        let new = c.ins().uextend(WORD, new);
        let new = c.ins().ishl(new, self.shift);
        let others = c.ins().band_not(word, self.mask);
        c.ins().bor(others, new)
    }
}

fn new_block(function: &mut ir::Function) -> ir::Block {
    let block = function.dfg.make_block();
    function.layout.append_block(block);
    block
}
