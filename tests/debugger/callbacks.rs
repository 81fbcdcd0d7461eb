//! C code that calls back: the frames of both languages, and arguments that came from C.

use std::ffi::{c_int, c_void};

type Comparison = extern "C" fn(*const c_void, *const c_void) -> c_int;

unsafe extern "C" {
    fn qsort(base: *mut c_void, count: usize, size: usize, compare: Comparison);
}

extern "C" fn compare(left: *const c_void, right: *const c_void) -> c_int {
    let (one, two) = unsafe { (*left.cast::<i32>(), *right.cast::<i32>()) };
    one.cmp(&two) as c_int // #compare
}

fn main() {
    let mut numbers = [3, 2];
    unsafe { qsort(numbers.as_mut_ptr().cast(), 2, 4, compare) }; // #sort
    look(); // #here
    //> break #compare
    //> run
    //both is: callbacks::compare at #compare
    //> print one
    //both is: 3
    //> print two
    //both is: 2
    //> backtrace
    //both has: #0 callbacks::compare at #compare
    //both has: callbacks::main at #sort
    //> delete
    //> break #here
    //> continue
    //both is: callbacks::main at #here
    //> print numbers
    //gdb is: [2, 3]
    //lldb is: { [0] = 2 [1] = 3 }
    let _ = numbers;
}

fn look() {}
