//! An optimised program: what is shown of a variable is right, or that it is optimised out.
// flags: -Copt-level=2

use std::hint::black_box;

#[inline(never)]
fn compute(input: u32, table: &[u32; 4]) -> u32 {
    let limit = 4u32;
    let doubled = input * 2;
    let found = table[(doubled % limit) as usize];
    leaf(found); // #here
    doubled + found
}

#[inline(never)]
fn leaf(value: u32) {
    black_box(value); // #line_1
}

fn main() {
    let table = black_box([10, 20, 30, 40]);
    black_box(compute(black_box(3), &table)); // #line_2
    //> break optimised::leaf
    //> run
    //gdb is: optimised::leaf at #line_1
    //lldb is: core::hint::black_box at hint.rs:491
    //> backtrace
    //gdb is: #0 optimised::leaf at #line_1 #1 optimised::compute at #here #2 optimised::main at #line_2
    //lldb is: #0 core::hint::black_box at hint.rs:491 #1 optimised::leaf at #line_1 #2 optimised::compute at #here #3 optimised::main at #line_2
    //gdb> frame 1
    //gdb is: optimised::compute at #here
    //lldb> frame 2
    //lldb is: optimised::compute at #here
    //> print doubled
    //gdb is: <optimized out>
    //lldb is: <no location, value may have been optimized out>
    //> print limit
    //both is: 4
    //> print found
    //both llvm is: 30
    //gdb clif is: <optimized out>
    //lldb clif has: optimized out>
    //reason: our optimised programs keep what the program itself needs only, and say so
    //> print input
    //both llvm is: 3
    //gdb clif is: <optimized out>
    //lldb clif has: optimized out>
    //reason: our optimised programs keep what the program itself needs only, and say so
    //> print *table
    //gdb llvm is: [10, 20, 30, 40]
    //lldb llvm is: <parent failed to evaluate: register rsi is not available>
    //gdb clif is: error: value has been optimized out
    //lldb clif has: optimized out>
    //reason: our optimised programs keep what the program itself needs only, and say so
}
