//! Structs in C's convention: in integer and float registers, mixed, and in memory.

#![crate_type = "lib"]
#![no_std]

#[repr(C)]
pub struct Point {
    x: f32,
    y: f32,
    z: f32,
}

#[repr(C)]
pub struct Mixed {
    weight: f64,
    count: i32,
}

#[repr(C)]
pub struct Bytes {
    bytes: [u8; 5],
}

#[unsafe(no_mangle)]
pub extern "C" fn point(point: Point) -> f32 {
    point.x + point.y * point.z
}

#[unsafe(no_mangle)]
pub extern "C" fn mixed(mixed: Mixed) -> Mixed {
    Mixed { weight: -mixed.weight, count: mixed.count }
}

#[unsafe(no_mangle)]
pub extern "C" fn bytes(bytes: Bytes) -> u8 {
    bytes.bytes[4]
}
