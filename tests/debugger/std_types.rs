//! Smaller types of std.

use std::num::{NonZeroI16, Wrapping};
use std::ops::{Bound, ControlFlow, RangeInclusive};
use std::time::Duration;

fn main() {
    let range = 3..9u32;
    let inclusive: RangeInclusive<u8> = 1..=4;
    let wrapping = Wrapping(250u8);
    let non_zero = NonZeroI16::new(-5);
    let duration = Duration::new(2, 500);
    let order = 1.cmp(&2);
    let bound = Bound::Included(6u32);
    let flow: ControlFlow<u8, &str> = ControlFlow::Continue("on");
    look(); // #here
    //> break #here
    //> run
    //both is: std_types::main at #here
    //> print range
    //gdb is: core::ops::range::Range<u32> {start: 3, end: 9}
    //lldb is: { start = 3 end = 9 }
    //> print inclusive
    //gdb is: core::ops::range::RangeInclusive<u8> {start: 1, end: 4, exhausted: false}
    //lldb is: { start = '\x01' end = '\x04' exhausted = false }
    //> print wrapping
    //gdb is: core::num::wrapping::Wrapping<u8> (250)
    //lldb is: { 0 = '\xfa' }
    //> print non_zero
    //gdb is: core::option::Option<core::num::nonzero::NonZero<i16>>::Some(-5)
    //lldb is: Some(-5) { 0 = -5 { 0 = { 0 = -5 } } }
    //> print order
    //gdb is: core::cmp::Ordering::Less
    //lldb is: Less
    //> print bound
    //gdb is: core::ops::range::Bound<u32>::Included(6)
    //lldb is: Included(6) { 0 = 6 }
    //> print flow
    //gdb is: core::ops::control_flow::ControlFlow<u8, &str>::Continue("on")
    //lldb is: Continue("on") { 0 = "on" { [0] = 'o' [1] = 'n' } }
    //> type duration
    //both is: core::time::Duration
    //> type range
    //gdb is: core::ops::range::Range<u32>
    //lldb is: core::ops::range::Range<unsigned int>
    let _ = (range, inclusive, wrapping, non_zero, duration, order, bound, flow);
}

fn look() {}
