//! Lowers a switch to a tree of comparisons and jump tables.
//!
//! Comparisons split the sorted cases in the middle until few are left. These are compared one after the
//! other. Where the cases are dense, a jump table replaces the comparisons.

use cranelift_codegen::cursor::{Cursor, FuncCursor};
use cranelift_codegen::ir;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{BlockCall, InstBuilder};

/// Up to this many cases are compared one after the other.
const LINEAR_CASES: usize = 3;
/// A jump table needs at least this many cases, and a case for every `TABLE_DENSITY` values.
const TABLE_CASES: usize = 5;
const TABLE_DENSITY: u128 = 4;

/// Whether dense ranges may become jump tables (`-Cjump-tables`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum JumpTables {
    Allowed,
    Forbidden,
}

/// A switch being lowered.
pub struct Switch<'f> {
    pub function: &'f mut ir::Function,
    /// The location of all instructions.
    pub location: ir::SourceLoc,
    /// An integer.
    pub value: ir::Value,
    /// The target of all values that are not a case.
    pub default: ir::Block,
    pub tables: JumpTables,
}

impl Switch<'_> {
    /// Ends `block` with a branch to the case that equals the value. The bits of `cases` are sorted, without
    /// duplicates, and zero above the value's width.
    pub fn lower(&mut self, block: ir::Block, cases: &[(u128, ir::Block)]) {
        if self.is_dense(cases) {
            return self.lower_table(block, cases);
        }
        if cases.len() <= LINEAR_CASES {
            return self.lower_linear(block, cases);
        }
        let (low, high) = cases.split_at(cases.len() / 2);
        let (low_block, high_block) = (self.new_block(), self.new_block());
        let (value, ty) = (self.value, self.ty());
        let mut cursor = self.cursor(block);
        let pivot = constant(&mut cursor, ty, high[0].0);
        let below = cursor.ins().icmp(IntCC::UnsignedLessThan, value, pivot);
        cursor.ins().brif(below, low_block, &[], high_block, &[]);
        self.lower(low_block, low);
        self.lower(high_block, high);
    }

    fn is_dense(&self, cases: &[(u128, ir::Block)]) -> bool {
        let [(first, _), .., (last, _)] = cases else { return false };
        let span = last - first;
        self.tables == JumpTables::Allowed
            && cases.len() >= TABLE_CASES
            && span < cases.len() as u128 * TABLE_DENSITY
    }

    fn lower_linear(&mut self, mut block: ir::Block, cases: &[(u128, ir::Block)]) {
        let (value, ty) = (self.value, self.ty());
        for (index, &(bits, target)) in cases.iter().enumerate() {
            let next = if index + 1 == cases.len() { self.default } else { self.new_block() };
            let mut cursor = self.cursor(block);
            let case = constant(&mut cursor, ty, bits);
            let equal = cursor.ins().icmp(IntCC::Equal, value, case);
            cursor.ins().brif(equal, target, &[], next, &[]);
            block = next;
        }
        if cases.is_empty() {
            let default = self.default;
            self.cursor(block).ins().jump(default, &[]);
        }
    }

    /// Ends `block` with a jump table over `value - first`. Its index has 32 bits, so the range of wider
    /// values is checked before they are reduced.
    fn lower_table(&mut self, block: ir::Block, cases: &[(u128, ir::Block)]) {
        let first = cases[0].0;
        let span = cases[cases.len() - 1].0 - first;
        let mut targets = vec![self.default; span as usize + 1];
        for &(bits, target) in cases {
            targets[(bits - first) as usize] = target;
        }
        let (value, ty) = (self.value, self.ty());
        let mut cursor = self.cursor(block);
        let base = constant(&mut cursor, ty, first);
        let index = if first == 0 { value } else { cursor.ins().isub(value, base) };
        match ty {
            ir::types::I32 => self.jump_through_table(block, index, &targets),
            ir::types::I8 | ir::types::I16 => {
                let index = cursor.ins().uextend(ir::types::I32, index);
                self.jump_through_table(block, index, &targets);
            }
            _ => {
                let last = constant(&mut cursor, ty, span);
                let outside = cursor.ins().icmp(IntCC::UnsignedGreaterThan, index, last);
                let (default, inside) = (self.default, self.new_block());
                self.cursor(block).ins().brif(outside, default, &[], inside, &[]);
                let index = self.cursor(inside).ins().ireduce(ir::types::I32, index);
                self.jump_through_table(inside, index, &targets);
            }
        }
    }

    /// Ends `block` with a jump to `targets[index]`; `index` is an `i32`.
    fn jump_through_table(&mut self, block: ir::Block, index: ir::Value, targets: &[ir::Block]) {
        let pool = &mut self.function.dfg.value_lists;
        let default = BlockCall::new(self.default, [], pool);
        let calls: Vec<BlockCall> = targets.iter().map(|&target| BlockCall::new(target, [], pool)).collect();
        let table = self.function.dfg.jump_tables.push(ir::JumpTableData::new(default, &calls));
        self.cursor(block).ins().br_table(index, table);
    }

    fn ty(&self) -> ir::Type {
        self.function.dfg.value_type(self.value)
    }

    fn new_block(&mut self) -> ir::Block {
        let block = self.function.dfg.make_block();
        self.function.layout.append_block(block);
        block
    }

    fn cursor(&mut self, block: ir::Block) -> FuncCursor<'_> {
        FuncCursor::new(self.function).at_bottom(block).with_srcloc(self.location)
    }
}

/// Returns `bits` as a constant of the integer type `ty`.
fn constant(cursor: &mut FuncCursor<'_>, ty: ir::Type, bits: u128) -> ir::Value {
    if ty == ir::types::I128 {
        let low = cursor.ins().iconst(ir::types::I64, bits as u64 as i64);
        let high = cursor.ins().iconst(ir::types::I64, (bits >> 64) as u64 as i64);
        return cursor.ins().iconcat(low, high);
    }
    cursor.ins().iconst(ty, bits as u64 as i64)
}
