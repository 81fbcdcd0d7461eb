//! The callers are known at every instruction of functions that end in a tail call: direct and through a pointer.
// machines: x86_64 aarch64 (LLVM cannot compile it for riscv64)
#![feature(explicit_tail_calls)]
#![allow(incomplete_features)]

use std::hint::black_box;

#[inline(never)]
fn last(count: u64, sum: u64) -> u64 {
    count + sum
}

#[inline(never)]
fn direct(count: u64, sum: u64) -> u64 {
    let numbers = [count; 4];
    let sum = black_box(&numbers)[1] ^ sum;
    become last(count, sum)
}

#[inline(never)]
fn indirect(count: u64, sum: u64) -> u64 {
    let next: fn(u64, u64) -> u64 = black_box(last);
    if count == 0 {
        return sum;
    }
    become next(count, sum)
}

fn main() {
    black_box(direct(1, 2)); // #direct
    black_box(indirect(1, 2)); // #indirect
    black_box(indirect(0, 2)); // #return
    //> break #direct
    //> run
    //both is: callers_tail::main at #direct
    //> callers callers_tail::direct
    //both is: the same callers at every instruction
    //> callers callers_tail::indirect
    //both is: the same callers at every instruction
    //> callers callers_tail::indirect
    //both is: the same callers at every instruction
}
