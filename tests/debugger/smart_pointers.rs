//! `Rc`, `Arc`, `Box`, `Cell` and `RefCell` with their pretty printers.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

fn main() {
    let shared = Rc::new(41u32);
    let other = Rc::clone(&shared);
    let weak = Rc::downgrade(&shared);
    let atomic = Arc::new(String::from("arc"));
    let boxed = Box::new((1u8, 2u16));
    let cell = Cell::new(-4i64);
    let free = RefCell::new(5u32);
    let borrowed = RefCell::new(6u32);
    let guard = borrowed.borrow();
    let changing = RefCell::new(7u32);
    let exclusive = changing.borrow_mut();
    let both = Rc::new(RefCell::new(vec![1u8, 2]));
    look(); // #here
    //> break #here
    //> run
    //both is: smart_pointers::main at #here
    //> print shared
    //gdb is: Rc(strong=2, weak=1) = {value = 41, strong = 2, weak = 1}
    //lldb is: strong=2, weak=1 { value = 41 }
    //> print atomic
    //gdb is: Arc(strong=1, weak=0) = {value = "arc", strong = 1, weak = 0}
    //lldb is: strong=1, weak=0 { data = "arc" { [0] = 'a' [1] = 'r' [2] = 'c' } }
    //> print *boxed
    //gdb is: (1, 2)
    //lldb is: ('\x01', 2)
    //> print cell
    //gdb is: Cell = {value = -4}
    //lldb is: { value = -4 }
    //gdb> print free
    //gdb is: RefCell(borrow=0) = {value = 5, borrow = 0}
    //gdb> print borrowed
    //gdb is: RefCell(borrow=1) = {value = 6, borrow = 1}
    //gdb> print changing
    //gdb is: RefCell(borrow_mut=1) = {value = 7, borrow = -1}
    //gdb> print both
    //gdb is: Rc(strong=1, weak=0) = {value = RefCell(borrow=0) = {value = Vec(size=2) = {1, 2}, borrow = 0}, strong = 1, weak = 0}
    //> type shared
    //gdb is: alloc::rc::Rc<u32, alloc::alloc::Global>
    //lldb is: alloc::rc::Rc<unsigned int, alloc::alloc::Global>
    //> type both
    //gdb is: alloc::rc::Rc<core::cell::RefCell<alloc::vec::Vec<u8, alloc::alloc::Global>>, alloc::alloc::Global>
    //lldb is: alloc::rc::Rc<core::cell::RefCell<alloc::vec::Vec<unsigned char, alloc::alloc::Global> >, alloc::alloc::Global>
    let _ = (other, weak, atomic, boxed, cell, free, *guard, *exclusive, both);
}

fn look() {}
