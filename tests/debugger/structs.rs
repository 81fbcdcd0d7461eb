//! Structs: plain, tuple, unit, packed, `repr(C)`, with fields that are reordered.

struct Reordered {
    small: u8,
    large: u64,
    middle: u16,
}

struct Meters(f64);

struct Nothing;

#[repr(C)]
struct Foreign {
    first: u8,
    second: u32,
}

#[repr(C, packed)]
struct Packed {
    first: u8,
    second: u32,
}

struct Nested {
    inner: Reordered,
    unit: Nothing,
    length: Meters,
}

fn main() {
    let reordered = Reordered { small: 1, large: 2, middle: 3 };
    let meters = Meters(1.25);
    let nothing = Nothing;
    let foreign = Foreign { first: 4, second: 5 };
    let packed = Packed { first: 6, second: 7 };
    let nested = Nested { inner: Reordered { small: 8, large: 9, middle: 10 }, unit: Nothing, length: Meters(0.5) };
    look(); // #here
    //> break #here
    //> run
    //both is: structs::main at #here
    //> print reordered
    //gdb is: structs::Reordered {small: 1, large: 2, middle: 3}
    //lldb is: { small = '\x01' large = 2 middle = 3 }
    //> print reordered.large
    //both is: 2
    //> print meters
    //gdb is: structs::Meters (1.25)
    //lldb is: { 0 = 1.25 }
    //> print nothing
    //gdb is: structs::Nothing
    //lldb is:
    //> print foreign
    //gdb is: structs::Foreign {first: 4, second: 5}
    //lldb is: { first = '\x04' second = 5 }
    //> print packed
    //gdb is: structs::Packed {first: 6, second: 7}
    //lldb is: { first = '\x06' second = 7 }
    //> print nested
    //gdb is: structs::Nested {inner: structs::Reordered {small: 8, large: 9, middle: 10}, unit: structs::Nothing, length: structs::Meters (0.5)}
    //lldb is: { inner = { small = '\b' large = 9 middle = 10 } unit = length = { 0 = 0.5 } }
    //> print nested.inner.middle
    //both is: 10
    //> type nested
    //both is: structs::Nested
    //gdb> raw ptype Reordered
    //gdb is: type = struct structs::Reordered { small: u8, large: u64, middle: u16, }
    //gdb> raw print sizeof(Packed)
    //gdb is: $9 = 5
    //gdb> raw print sizeof(Foreign)
    //gdb is: $10 = 8
    let _ = (reordered.small, reordered.large, reordered.middle, meters.0, nothing);
    let _ = (foreign.first, foreign.second, packed.first, { packed.second });
    let _ = (nested.inner.small, nested.unit, nested.length.0);
}

fn look() {}
