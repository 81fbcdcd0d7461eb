//! Destructors that run while a panic unwinds, and the program after it was caught.

use std::panic;

struct Guard {
    name: &'static str,
}

impl Drop for Guard {
    fn drop(&mut self) {
        let name = self.name;
        look(name); // #drop
    }
}

fn fails(depth: u32) -> u32 {
    let _guard = Guard { name: "inner" };
    if depth == 0 {
        panic!("on purpose"); // #panic
    }
    fails(depth - 1) + 1 // #line_1
} // #line_2

fn main() {
    panic::set_hook(Box::new(|_| {}));
    let outer = Guard { name: "outer" };
    let result = panic::catch_unwind(|| fails(1)); // #caught
    let failed = result.is_err();
    look(outer.name); // #after
    let _ = failed;
    //> break #drop
    //> run
    //gdb is: unwinding::{impl#0}::drop at #drop
    //lldb is: _$LT$unwinding..Guard$u20$as$u20$core..ops..drop..Drop$GT$::drop at #drop
    //> print name
    //gdb is: "inner"
    //lldb is: "inner" { [0] = 'i' [1] = 'n' [2] = 'n' [3] = 'e' [4] = 'r' }
    //> print *self
    //gdb is: unwinding::Guard {name: "inner"}
    //lldb is: { name = "inner" { [0] = 'i' [1] = 'n' [2] = 'n' [3] = 'e' [4] = 'r' } }
    //> backtrace
    //gdb has: #0 unwinding::{impl#0}::drop at #drop #1 core::ptr::drop_in_place<unwinding::Guard> at mod.rs
    //gdb has: #2 unwinding::fails at #line_2 #3 unwinding::fails at #line_1 #4 unwinding::main::{closure#1} at #caught
    //lldb has: ::drop at #drop #1 core::ptr::drop_in_place$LT$unwinding..Guard$GT$ at mod.rs
    //lldb has: #2 unwinding::fails at #line_2 #3 unwinding::fails at #line_1 #4 unwinding::main::
    //lldb has: at #caught
    //both has: unwinding::main at #caught
    //> continue
    //gdb is: unwinding::{impl#0}::drop at #drop
    //lldb is: _$LT$unwinding..Guard$u20$as$u20$core..ops..drop..Drop$GT$::drop at #drop
    //> print name
    //gdb is: "inner"
    //lldb is: "inner" { [0] = 'i' [1] = 'n' [2] = 'n' [3] = 'e' [4] = 'r' }
    //> break #after
    //> continue
    //both is: unwinding::main at #after
    //> print failed
    //both is: true
    //> print outer
    //gdb is: unwinding::Guard {name: "outer"}
    //lldb is: { name = "outer" { [0] = 'o' [1] = 'u' [2] = 't' [3] = 'e' [4] = 'r' } }
    //> continue
    //gdb is: unwinding::{impl#0}::drop at #drop
    //lldb is: _$LT$unwinding..Guard$u20$as$u20$core..ops..drop..Drop$GT$::drop at #drop
    //> print name
    //gdb is: "outer"
    //lldb is: "outer" { [0] = 'o' [1] = 'u' [2] = 't' [3] = 'e' [4] = 'r' }
}

fn look(_: &str) {}
