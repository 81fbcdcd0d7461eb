//! An optimised program: the shown value of a variable is right, or it is optimised out.
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

/// Values that are needed after the call: in registers, and in slots as there are many; one after the other in a loop;
/// smaller than a register, or in two.
#[inline(never)]
fn walk(numbers: &[u16], factor: f64, narrow: u16, text: &str) -> f64 {
    let mut total = 0.0;
    for &number in numbers {
        let scaled = scale(number, factor);
        let (low, high) = around(number);
        leaf(u32::from(number)); // #in_loop
        total += scaled + scale(narrow, factor) * scale(low, factor) * scale(high, factor);
    }
    total + length(text)
}

#[inline(never)]
fn scale(number: u16, factor: f64) -> f64 {
    black_box(f64::from(number) * factor)
}

#[inline(never)]
fn around(number: u16) -> (u16, u16) {
    (black_box(number - 1), black_box(number + 1))
}

#[inline(never)]
fn length(text: &str) -> f64 {
    black_box(text).len() as f64
}

fn main() {
    let table = black_box([10, 20, 30, 40]);
    black_box(compute(black_box(3), &table)); // #line_2
    black_box(walk(black_box(&[5, 250]), black_box(2.5), black_box(200), black_box("text")));
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
    //both is: 30
    //> print input
    //both llvm is: 3
    //gdb clif is: <optimized out>
    //lldb clif has: not available>
    //reason: the call is the last to need the value and may overwrite the register; our programs keep no second copy
    //> print *table
    //gdb llvm is: [10, 20, 30, 40]
    //lldb llvm is: <parent failed to evaluate: register rsi is not available>
    //gdb clif is: error: value has been optimized out
    //lldb clif has: not available>
    //reason: the call is the last to need the value and may overwrite the register; our programs keep no second copy
    //> continue
    //gdb is: optimised::leaf at #line_1
    //lldb is: core::hint::black_box at hint.rs:491
    //gdb> frame 1
    //gdb is: optimised::walk at #in_loop
    //lldb> frame 2
    //lldb is: optimised::walk at #in_loop
    //> print scaled
    //both is: 12.5
    //> print low
    //both is: 4
    //> print high
    //both is: 6
    //> print narrow
    //both is: 200
    //> print factor
    //both is: 2.5
    //> print total
    //both is: 0
    //> print text
    //gdb is: "text"
    //lldb has: "text"
    //> continue
    //gdb is: optimised::leaf at #line_1
    //lldb is: core::hint::black_box at hint.rs:491
    //gdb> frame 1
    //lldb> frame 2
    //> print scaled
    //both is: 625
    //> print high
    //both is: 251
    //> print total
    //both is: 75012.5
}
