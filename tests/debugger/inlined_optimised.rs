//! Inlined frames of an optimised program: the backtrace shows them like calls.
// flags: -Copt-level=2

use std::hint::black_box;

#[inline]
fn outer(value: u32) -> u32 {
    middle(value + 1) + 1 // #line_1
}

#[inline]
fn middle(value: u32) -> u32 {
    stop(value + 1) + 2 // #middle
}

#[inline(never)]
fn stop(value: u32) -> u32 {
    black_box(value); // #stop
    value
}

#[inline(never)]
fn run(start: u32) -> u32 {
    outer(black_box(start)) + 3 // #line_2
}

fn main() {
    black_box(run(5)); // #line_3
    //> break inlined_optimised::stop
    //> run
    //gdb is: inlined_optimised::stop at #stop
    //lldb is: core::hint::black_box at hint.rs:491
    //> backtrace
    //gdb is: #0 inlined_optimised::stop at #stop #1 inlined_optimised::middle at #middle #2 inlined_optimised::outer at #line_1 #3 inlined_optimised::run at #line_2 #4 inlined_optimised::main at #line_3
    //lldb is: #0 core::hint::black_box at hint.rs:491 #1 inlined_optimised::stop at #stop #2 inlined_optimised::middle at #middle #3 inlined_optimised::outer at #line_1 #4 inlined_optimised::run at #line_2 #5 inlined_optimised::main at #line_3
}
