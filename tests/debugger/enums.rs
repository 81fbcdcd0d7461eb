//! Enums whose variants carry data.

#![allow(dead_code)]

#[derive(Clone, Copy)]
enum Shape {
    Point,
    Circle(f32),
    Rectangle { width: u32, height: u16 },
    Pair(i8, i64),
}

#[repr(u8)]
enum Tagged {
    Small(u8) = 3,
    Large { value: u32 } = 200,
}

enum Only {
    Variant(u32, bool),
}

enum Generic<T> {
    Empty,
    Full(T),
}

fn main() {
    let point = Shape::Point;
    let circle = Shape::Circle(2.5);
    let rectangle = Shape::Rectangle { width: 640, height: 480 };
    let pair = Shape::Pair(-1, -2);
    let small = Tagged::Small(4);
    let large = Tagged::Large { value: 100_000 };
    let only = Only::Variant(1, true);
    let full = Generic::Full((1u8, 'c'));
    let empty: Generic<u64> = Generic::Empty;
    let reference = &circle;
    look(); // #here
    //> break #here
    //> run
    //both is: enums::main at #here
    //> print point
    //gdb is: enums::Shape::Point
    //lldb is: Point
    //> print circle
    //gdb is: enums::Shape::Circle(2.5)
    //lldb is: Circle(2.5) { 0 = 2.5 }
    //> print rectangle
    //gdb is: enums::Shape::Rectangle{width: 640, height: 480}
    //lldb is: Rectangle{width:640, height:480} { width = 640 height = 480 }
    //> print pair
    //gdb is: enums::Shape::Pair(-1, -2)
    //lldb is: Pair('\xff', -2) { 0 = '\xff' 1 = -2 }
    //> print small
    //gdb is: enums::Tagged::Small(4)
    //lldb is: Small('\x04') { 0 = '\x04' }
    //> print large
    //gdb is: enums::Tagged::Large{value: 100000}
    //lldb is: Large{value:100000} { value = 100000 }
    //> print only
    //gdb is: enums::Only::Variant(1, true)
    //lldb is: Variant(1, true) { 0 = 1 1 = true }
    //> print full
    //gdb is: enums::Generic<(u8, char)>::Full((1, 99 'c'))
    //lldb is: Full(('\x01', U+0x00000063 U'c')) { 0 = ('\x01', U+0x00000063 U'c') }
    //> print empty
    //gdb is: enums::Generic<u64>::Empty
    //lldb is: Empty
    //> print *reference
    //gdb is: enums::Shape::Circle(2.5)
    //lldb is: Circle(2.5) { 0 = 2.5 }
    //> type circle
    //both is: enums::Shape
    //> type full
    //both is: enums::Generic<(u8, char)>
    //> continue
    //both is: exited with 0
    let _ = (point, circle, rectangle, pair, small, large, only, full, empty, reference);
}

fn look() {}
