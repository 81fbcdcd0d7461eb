//! Breakpoints on functions by name: in modules, generic ones, closures, within functions.

mod outer {
    pub mod inner {
        pub fn leaf(value: u8) -> u8 {
            value + 1 // #inner
        }
    }

    pub fn leaf(value: u8) -> u8 {
        inner::leaf(value) + 1 // #outer
    }
}

fn generic<T: Into<u64>>(value: T) -> u64 {
    value.into() + 1 // #generic
}

fn main() {
    fn local(value: u32) -> u32 {
        value * 2 // #local
    }
    let closure = |value: i32| value - 1; // #closure
    //> break break_by_name::outer::leaf
    //> run
    //both is: break_by_name::outer::leaf at #outer
    //> delete
    //> break break_by_name::outer::inner::leaf
    //> continue
    //both is: break_by_name::outer::inner::leaf at #inner
    //> backtrace
    //both is: #0 break_by_name::outer::inner::leaf at #inner #1 break_by_name::outer::leaf at #outer #2 break_by_name::main at #first
    let first = outer::leaf(1); // #first
    //> delete
    //gdb> break break_by_name::generic<u32>
    //lldb> raw breakpoint set --func-regex break_by_name::generic
    //> continue
    //gdb is: break_by_name::generic<u32> at #generic
    //lldb is: break_by_name::generic at #generic
    //> print value
    //both is: 7
    //> type value
    //gdb is: u32
    //lldb is: unsigned int
    let second = generic(7u32);
    let third = generic(8u8);
    //> delete
    //> break break_by_name::main::local
    //> continue
    //both is: break_by_name::main::local at #local
    //> args
    //gdb is: value = 4
    //lldb is: (unsigned int) value = 4
    let fourth = local(4);
    //> delete
    //gdb> break break_by_name::main::{closure#0}
    //lldb> raw breakpoint set --func-regex break_by_name::main::.*closure
    //> continue
    //gdb is: break_by_name::main::{closure#0} at #closure
    //lldb is: break_by_name::main::_$u7b$$u7b$closure$u7d$$u7d$ at #closure
    //> args
    //gdb is: value = 5
    //lldb is: (break_by_name::main::{closure_env#0} *) = [..] (int) value = 5
    let fifth = closure(5);
    let _ = (first, second, third, fourth, fifth);
}
