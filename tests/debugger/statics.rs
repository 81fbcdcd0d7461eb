//! Statics, in modules and functions, and constants' users.

use std::sync::atomic::{AtomicU32, Ordering};

static LIMIT: u64 = 500;
static NAME: &str = "static";
static mut COUNTER: i32 = -1;
static ATOMIC: AtomicU32 = AtomicU32::new(3);

mod settings {
    pub static TABLE: [u16; 3] = [7, 8, 9];
}

fn main() {
    static LOCAL: (u8, bool) = (4, true);
    ATOMIC.store(30, Ordering::Relaxed);
    unsafe { COUNTER += 11 };
    look(LIMIT, NAME, &settings::TABLE, &LOCAL); // #here
    //> break #here
    //> run
    //both is: statics::main at #here
    //gdb> print LIMIT
    //gdb is: 500
    //gdb> print statics::NAME
    //gdb is: "static"
    //gdb> print COUNTER
    //gdb is: 10
    //gdb> print ATOMIC
    //gdb is: core::sync::atomic::Atomic<u32> {v: core::cell::UnsafeCell<core::sync::atomic::private::Align4<u32>> {value: core::sync::atomic::private::Align4<u32> (30)}}
    //gdb> print statics::settings::TABLE
    //gdb is: [7, 8, 9]
    //gdb> print statics::main::LOCAL
    //gdb is: (4, true)
    //lldb> raw target variable LIMIT
    //lldb is: (unsigned long) LIMIT = 500
    //lldb> raw target variable NAME
    //lldb is: (&str) NAME = "static" { [0] = 's' [1] = 't' [2] = 'a' [3] = 't' [4] = 'i' [5] = 'c' }
    //lldb> raw target variable statics::COUNTER
    //lldb is: (int) statics::COUNTER = 10
    //lldb> raw target variable ATOMIC
    //lldb is: (core::sync::atomic::Atomic<unsigned int>) ATOMIC = { v = { value = { 0 = 30 } } }
    //lldb> raw target variable statics::settings::TABLE
    //lldb is: (unsigned short[3]) statics::settings::TABLE = { [0] = 7 [1] = 8 [2] = 9 }
    //lldb> raw target variable LOCAL
    //lldb is: ((u8, bool)) LOCAL = ('\x04', true)
    //gdb> set COUNTER = 5
    //gdb> print COUNTER
    //gdb is: 5
}

fn look(_: u64, _: &str, _: &[u16; 3], _: &(u8, bool)) {}
