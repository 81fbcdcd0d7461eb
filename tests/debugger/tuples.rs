//! Tuples, their fields, and patterns that take them apart.

fn main() {
    let pair = (1u8, -2i64);
    let mixed = (true, 'z', 2.5f32, "text");
    let nested = ((1u16, 2u16), [3u8, 4]);
    let unit = ();
    let single = (5u32,);
    let (left, right) = (10i32, 20i32);
    let pairs = [(1u32, 2u8), (3, 4)];
    look(); // #here
    //> break #here
    //> run
    //both is: tuples::main at #here
    //> print pair
    //gdb is: (1, -2)
    //lldb is: ('\x01', -2)
    //> print mixed
    //gdb is: (true, 122 'z', 2.5, "text")
    //lldb is: (true, U+0x0000007a U'z', 2.5, "text")
    //> print nested
    //gdb is: ((1, 2), [3, 4])
    //lldb is: ((1, 2), "\U00000003\U00000004")
    //gdb> print unit
    //gdb is: ()
    //> print single
    //both is: (5)
    //> print left
    //both is: 10
    //> print right
    //both is: 20
    //> print pairs
    //gdb is: [(1, 2), (3, 4)]
    //lldb is: { [0] = (1, '\x02') [1] = (3, '\x04') }
    //> type pair
    //both is: (u8, i64)
    //> type nested
    //both is: ((u16, u16), [u8; 2])
    //gdb> print pair.1
    //gdb is: -2
    let _ = (pair, mixed, nested, unit, single, left, right, pairs);
}

fn look() {}
