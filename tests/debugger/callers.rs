//! The callers are known at every instruction, as profilers need it: in prologues, where large frames are probed, and
//! in epilogues.

use std::hint::black_box;

#[inline(never)]
fn leaf(value: u64) -> u64 {
    value.wrapping_add(1)
}

#[inline(never)]
fn early(value: u64) -> u64 {
    if value > 2 {
        return leaf(value);
    }
    leaf(value) + leaf(value + 1)
}

/// Its frame is larger than a page.
#[inline(never)]
fn large(index: usize) -> u64 {
    let mut numbers = [0u64; 5000];
    numbers[index] = leaf(7);
    black_box(&numbers);
    numbers[index / 2]
}

struct Guard;

impl Drop for Guard {
    fn drop(&mut self) {
        black_box(());
    }
}

/// It has a landing pad, and many values at once.
#[inline(never)]
fn many(a: u64, b: u64, c: u64, d: u64, e: u64, f: u64, g: u64, h: u64) -> u64 {
    let _guard = Guard;
    let (x, y, z) = (leaf(a) ^ b, leaf(c) ^ d, leaf(e) ^ f);
    let w = leaf(g) ^ h;
    x ^ y ^ z ^ w ^ leaf(x | y | z | w)
}

fn main() {
    black_box(leaf(1)); // #leaf
    black_box(early(1)); // #early_1
    black_box(early(5)); // #early_2
    black_box(large(9)); // #large
    black_box(many(1, 2, 3, 4, 5, 6, 7, 8)); // #many
    //> break #leaf
    //> run
    //both is: callers::main at #leaf
    //> callers callers::leaf
    //both is: the same callers at every instruction
    //> callers callers::early
    //both is: the same callers at every instruction
    //> callers callers::early
    //both is: the same callers at every instruction
    //> callers callers::large
    //both is: the same callers at every instruction
    //> callers callers::many
    //both is: the same callers at every instruction
}
