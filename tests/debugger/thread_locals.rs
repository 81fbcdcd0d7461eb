//! Thread-locals: each thread sees its own.

use std::cell::Cell;
use std::thread;

thread_local! {
    static DEPTH: Cell<u32> = const { Cell::new(1) };
}

fn main() {
    DEPTH.set(5);
    visit(50); // #main
    let handle = thread::Builder::new().name("other".into()).spawn(|| {
        DEPTH.set(6);
        visit(60);
    });
    let _ = handle.map(|handle| handle.join());
    //> break #visit
    //> run
    //both is: thread_locals::visit at #visit
    //> print depth
    //both is: 5
    //> print argument
    //both is: 50
    //gdb> raw python print(gdb.lookup_static_symbol("thread_locals::DEPTH::{constant#0}::{closure#0}::__RUST_STD_INTERNAL_VAL").value())
    //gdb is: std::sys::thread_local::native::eager::Storage<core::cell::Cell<u32>> {val: core::cell::UnsafeCell<core::cell::Cell<u32>> {value: Cell = {value = 5}}, state: Cell = {value = std::sys::thread_local::native::eager::State::Initial}}
    //> continue
    //both is: thread_locals::visit at #visit
    //> print depth
    //both is: 6
    //> print argument
    //both is: 60
    //gdb> raw python print(gdb.lookup_static_symbol("thread_locals::DEPTH::{constant#0}::{closure#0}::__RUST_STD_INTERNAL_VAL").value())
    //gdb is: std::sys::thread_local::native::eager::Storage<core::cell::Cell<u32>> {val: core::cell::UnsafeCell<core::cell::Cell<u32>> {value: Cell = {value = 6}}, state: Cell = {value = std::sys::thread_local::native::eager::State::Initial}}
    //> threads
    //both is: 1 program 2 other
}

fn visit(argument: u32) {
    let depth = DEPTH.get();
    look(argument + depth); // #visit
}

fn look(_: u32) {}
