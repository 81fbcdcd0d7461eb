//! The callers are known at every instruction of functions that make a tail call with arguments on the stack.
// machines: x86_64 aarch64 (LLVM cannot compile it for riscv64)
#![feature(explicit_tail_calls)]
#![allow(incomplete_features)]

use std::hint::black_box;

type Numbers = [u64; 5];

#[inline(never)]
fn last(a: u64, b: u64, c: u64, d: u64, e: u64, f: u64, g: u64, h: u64, i: u64, j: u64, k: &Numbers) -> u64 {
    a + b + c + d + e + f + g + h + i + j + k[0]
}

#[inline(never)]
fn first(a: u64, b: u64, c: u64, d: u64, e: u64, f: u64, g: u64, h: u64, i: u64, j: u64, k: &Numbers) -> u64 {
    let numbers = [a; 4];
    let a = black_box(&numbers)[1] ^ b;
    become last(j, i, h, g, f, e, d, c, b, a, k)
}

fn main() {
    black_box(first(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, &[11; 5])); // #call
    //> break #call
    //> run
    //both is: callers_tail_stack::main at #call
    //> callers callers_tail_stack::first
    //both is: the same callers at every instruction
}
