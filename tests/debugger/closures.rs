//! Closures: what they captured, from outside and from within.

fn main() {
    let offset = 10u32;
    let name = String::from("moved");
    let mut count = 0u8;
    let adds = |value: u32| {
        let sum = value + offset;
        keep(sum) // #in_adds
    };
    let owns = move || name.len(); // #in_owns
    let mut counts = || {
        count += 1; // #in_counts
    };
    let empty = |left: u8, right: u8| left < right;
    look(); // #here
    adds(5); // #line
    owns();
    counts();
    counts();
    empty(1, 2);
    //> break #here
    //> run
    //both is: closures::main at #here
    //> print adds
    //gdb is: closures::main::{closure_env#0} {_ref__offset: [..]}
    //lldb is: { _ref__offset = [..] }
    //> print owns
    //gdb is: closures::main::{closure_env#1} {name: "moved"}
    //lldb is: { name = "moved" { [0] = 'm' [1] = 'o' [2] = 'v' [3] = 'e' [4] = 'd' } }
    //> type adds
    //both is: closures::main::{closure_env#0}
    //> type empty
    //both is: closures::main::{closure_env#3}
    //> break #in_adds
    //> continue
    //gdb is: closures::main::{closure#0} at #in_adds
    //lldb is: closures::main::_$u7b$$u7b$closure$u7d$$u7d$ at #in_adds
    //> print value
    //both is: 5
    //> print sum
    //both is: 15
    //> locals
    //gdb is: sum = 15 offset = 10
    //lldb is: (unsigned int) offset = 10 (unsigned int) sum = 15
    //> print offset
    //both is: 10
    //> backtrace
    //gdb is: #0 closures::main::{closure#0} at #in_adds #1 closures::main at #line
    //lldb is: #0 closures::main::_$u7b$$u7b$closure$u7d$$u7d$ at #in_adds #1 closures::main at #line
    //> break #in_owns
    //> continue
    //gdb is: closures::main::{closure#1} at #in_owns
    //lldb is: closures::main::_$u7b$$u7b$closure$u7d$$u7d$ at #in_owns
    //> print name
    //gdb is: "moved"
    //lldb is: "moved" { [0] = 'm' [1] = 'o' [2] = 'v' [3] = 'e' [4] = 'd' }
    //> break #in_counts
    //> continue
    //gdb is: closures::main::{closure#2} at #in_counts
    //lldb is: closures::main::_$u7b$$u7b$closure$u7d$$u7d$ at #in_counts
    //> print count
    //gdb is: 0
    //lldb is: '\0'
    //> continue
    //gdb is: closures::main::{closure#2} at #in_counts
    //lldb is: closures::main::_$u7b$$u7b$closure$u7d$$u7d$ at #in_counts
    //> print count
    //gdb is: 1
    //lldb is: '\x01'
}

fn look() {}

fn keep(value: u32) -> u32 {
    value
}
