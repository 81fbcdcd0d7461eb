//! Compiled by the suite `debug-versions`: every kind of entry, small enough to be linked and debugged quickly.
#![no_std]
#![no_main]

use core::hint::black_box;

#[link(name = "c")]
unsafe extern "C" {}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {}
}

#[derive(Clone, Copy)]
pub enum Shape {
    Circle(u32),
    Square(u16, u16),
    Empty,
}

#[derive(Clone, Copy)]
#[repr(i128)]
pub enum Large {
    Small = 5,
    Below = -1,
    Above = 1 << 100,
}

#[derive(Clone, Copy)]
pub enum Ordinary {
    First,
    Second,
}

/// Nothing unwinds, but `core` mentions it.
#[unsafe(no_mangle)]
extern "C" fn rust_eh_personality() {}

pub union Either {
    pub whole: u32,
    pub half: u16,
}

pub struct Pair<T> {
    pub first: T,
    pub second: [u8; 3],
}

pub static GLOBAL: u32 = 42;

impl<T: Copy> Pair<T> {
    #[inline(never)]
    pub fn first(&self, shape: Shape) -> T {
        let copy = self.first;
        if let Shape::Square(width, height) = shape {
            let area = u32::from(width) * u32::from(height);
            stop(area); // #method
        }
        copy
    }
}

#[inline(never)]
fn stop(value: u32) {
    black_box(value);
}

#[inline(always)]
fn inlined(value: u32) -> u32 {
    let squared = value.wrapping_mul(value);
    stop(squared); // #inlined
    squared
}

mod other {
    pub struct Ends<'a>(pub &'a mut u32);

    impl Drop for Ends<'_> {
        fn drop(&mut self) {
            *self.0 += 1;
        }
    }
}

#[unsafe(no_mangle)]
extern "C" fn main(count: i32, _arguments: *const *const u8) -> i32 {
    let mut drops = 0;
    let large = [Large::Small, Large::Below, Large::Above];
    let ordinary = [Ordinary::First, Ordinary::Second];
    let either = Either { whole: 0x10002 };
    {
        let ends = other::Ends(&mut drops);
        let pair = Pair { first: 7u64, second: [1, 2, 3] };
        let text = "some text";
        let mut shape = Shape::Empty;
        for _ in 0..2 {
            let found = pair.first(shape);
            shape = if found == 7 { Shape::Square(4, 5) } else { Shape::Circle(count as u32) };
            black_box((text, ends.0 as *const u32));
        }
    }
    let squared = inlined(count as u32 + 8);
    black_box((&large, &ordinary, &either, &GLOBAL));
    stop(squared); // #main
    i32::from(drops != 1)
}
