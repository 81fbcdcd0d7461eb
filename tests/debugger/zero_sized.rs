//! Values without any bytes.

use std::marker::PhantomData;

#[derive(Clone, Copy)]
struct Marker;

struct Typed<T> {
    id: u32,
    of: PhantomData<T>,
}

fn main() {
    let unit = ();
    let marker = Marker;
    let typed = Typed::<String> { id: 6, of: PhantomData };
    let none: [u32; 0] = [];
    let markers = [Marker; 2];
    look(unit, marker); // #here
    //> break #here
    //> run
    //both is: zero_sized::main at #here
    //> print typed.id
    //both is: 6
    //> print typed
    //gdb is: zero_sized::Typed<alloc::string::String> {id: 6, of: core::marker::PhantomData<alloc::string::String>}
    //lldb is: { id = 6 of = }
    //> print none
    //gdb is: []
    //lldb is: {}
    //gdb> print unit
    //gdb is: ()
    //> type marker
    //both is: zero_sized::Marker
    //> type typed
    //both is: zero_sized::Typed<alloc::string::String>
    //> type none
    //gdb is: [u32; 0]
    //lldb is: unsigned int[0]
    //> break #look
    //> continue
    //both is: zero_sized::look at #look
    //> type b
    //both is: zero_sized::Marker
    let _ = (typed.id, typed.of, none, markers);
}

fn look(_a: (), b: Marker) {
    end(); // #look
    let _ = b;
}

fn end() {}
