//! A `match` on an enum with data: the tag is read, then the fields of the variant.

#![crate_type = "lib"]
#![no_std]

pub enum Shape {
    Square(u32),
    Rectangle { width: u32, height: u32 },
    Nothing,
}

#[unsafe(no_mangle)]
pub fn area(shape: &Shape) -> u32 {
    match shape {
        Shape::Square(side) => side & 0xff,
        Shape::Rectangle { width, height } => width ^ height,
        Shape::Nothing => 0,
    }
}
