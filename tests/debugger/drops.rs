//! Stepping to the end of a scope, where values are dropped.

struct Noisy(u32);

impl Drop for Noisy {
    fn drop(&mut self) {
        look(self.0); // #drop
    }
}

fn main() {
    let first = Noisy(1);
    {
        let second = Noisy(2);
        look(second.0); // #inner
    }
    let third = Noisy(3);
    drop(third); // #line
    look(first.0); // #last
    //> break #drop
    //> run
    //gdb is: drops::{impl#0}::drop at #drop
    //lldb is: _$LT$drops..Noisy$u20$as$u20$core..ops..drop..Drop$GT$::drop at #drop
    //> print *self
    //gdb is: drops::Noisy (2)
    //lldb is: { 0 = 2 }
    //> finish
    //gdb is: core::ptr::drop_in_place<drops::Noisy> at mod.rs:810
    //lldb is: core::ptr::drop_in_place$LT$drops..Noisy$GT$ at mod.rs:810
    //> continue
    //gdb is: drops::{impl#0}::drop at #drop
    //lldb is: _$LT$drops..Noisy$u20$as$u20$core..ops..drop..Drop$GT$::drop at #drop
    //> print *self
    //gdb is: drops::Noisy (3)
    //lldb is: { 0 = 3 }
    //> backtrace
    //gdb is: #0 drops::{impl#0}::drop at #drop #1 core::ptr::drop_in_place<drops::Noisy> at mod.rs:810 #2 core::mem::drop<drops::Noisy> at mod.rs:1003 #3 drops::main at #line
    //lldb is: #0 _$LT$drops..Noisy$u20$as$u20$core..ops..drop..Drop$GT$::drop at #drop #1 core::ptr::drop_in_place$LT$drops..Noisy$GT$ at mod.rs:810 #2 core::mem::drop at mod.rs:1003 #3 drops::main at #line
    //> continue
    //gdb is: drops::{impl#0}::drop at #drop
    //lldb is: _$LT$drops..Noisy$u20$as$u20$core..ops..drop..Drop$GT$::drop at #drop
    //> print *self
    //gdb is: drops::Noisy (1)
    //lldb is: { 0 = 1 }
    //> continue
    //both is: exited with 0
}

fn look(_: u32) {}
