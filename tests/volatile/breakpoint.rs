//! A breakpoint in the program's code, for processors without a trap flag.
//!
//! While it is set, this module calls none of the library's functions: the breakpoint may be in them.

use std::ffi::{c_int, c_void};

unsafe extern "C" {
    fn mprotect(at: *mut c_void, size: usize, protection: c_int) -> c_int;
}

/// Reading, writing and executing.
const ALL: c_int = 7;
/// The size of a page. An instruction never lies in two, as its size divides its address.
const PAGE: u64 = 0x1000;

/// Where the breakpoint is, and the program's instruction there.
static mut PLACE: u64 = 0;
static mut OLD: u64 = 0;

/// Puts an instruction at an address, which is a multiple of its size.
pub fn set<T: Copy + Into<u64>>(address: u64, instruction: T) {
    let place = address as *mut T;
    unsafe {
        mprotect((address & !(PAGE - 1)) as *mut c_void, PAGE as usize, ALL);
        PLACE = address;
        OLD = (*place).into();
        *place = instruction;
    }
}

/// Puts the program's instruction back. `from` makes it from a number.
pub fn clear<T: Copy>(address: u64, from: impl Fn(u64) -> T) {
    unsafe {
        *(PLACE as *mut T) = from(OLD);
        assert!(address == PLACE, "a trap elsewhere");
    }
}
