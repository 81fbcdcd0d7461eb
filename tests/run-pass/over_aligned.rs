//! Over-aligned types (16 to 4096 bytes) on the stack, in statics, boxes, vectors and arguments.

use std::hint::black_box;

macro_rules! aligned {
    ($($name:ident $align:literal)*) => {$(
        #[repr(align($align))]
        #[derive(Debug, Clone, Copy, PartialEq)]
        struct $name(u8);
    )*};
}
aligned!(A16 16 A32 32 A64 64 A256 256 A4096 4096);

#[repr(C, align(32))]
#[derive(Clone, Copy)]
struct Mixed {
    first: u8,
    wide: u128,
    inner: A16,
}

static PAGE: A4096 = A4096(1);
static LINES: [A64; 3] = [A64(2), A64(3), A64(4)];
static mut MUTABLE: A256 = A256(5);
const CONSTANT: A32 = A32(6);

fn is_aligned<T>(value: &T) -> bool {
    black_box(value as *const T).addr().is_multiple_of(align_of::<T>())
}

#[inline(never)]
fn by_value(a: A16, b: u8, c: A64, d: A4096, e: u16, f: A32) -> (A64, u32) {
    let all = is_aligned(&a) && is_aligned(&c) && is_aligned(&d) && is_aligned(&f);
    assert!(all);
    (A64(a.0 + c.0), u32::from(b) + u32::from(d.0) + u32::from(e) + u32::from(f.0))
}

#[inline(never)]
fn locals<T: Copy>(value: T, depth: u32) -> u32 {
    let small = black_box(depth as u8);
    let first = black_box(value);
    let bytes = black_box([small; 5]);
    let second = black_box(first);
    let good = is_aligned(&first) && is_aligned(&second);
    let rest = if depth == 0 { 0 } else { locals(second, depth - 1) };
    u32::from(good) + rest + u32::from(bytes[4]) * 100
}

fn heap<T: Copy>(value: T) -> bool {
    let boxed = Box::new(value);
    let vector = vec![value; 5];
    let slice: &[T] = &vector;
    is_aligned(&*boxed) && slice.iter().all(is_aligned)
}

fn through_dyn(value: &dyn Fn() -> u8) -> (u8, usize, usize) {
    (value(), align_of_val(value), size_of_val(value))
}

fn main() {
    println!("{} {} {}", locals(A16(1), 5), locals(A32(1), 5), locals(A64(1), 5));
    println!("{} {} {}", locals(A256(1), 5), locals(A4096(1), 5), locals(CONSTANT, 0));
    println!("{} {} {}", heap(A16(1)), heap(A64(1)), heap(A4096(1)));
    println!("{} {}", is_aligned(&PAGE), LINES.iter().all(is_aligned));
    // SAFETY: nothing else touches the static.
    unsafe {
        MUTABLE.0 += PAGE.0 + LINES[2].0;
        println!("{} {}", (&raw const MUTABLE).is_aligned(), { MUTABLE.0 });
    }
    println!("{:?}", by_value(A16(1), 2, A64(3), A4096(4), 5, A32(6)));
    let mixed = black_box(Mixed { first: 1, wide: 2 << 90, inner: A16(3) });
    println!("{} {}", is_aligned(&mixed), size_of::<Mixed>());
    println!("{} {}", std::mem::offset_of!(Mixed, wide), std::mem::offset_of!(Mixed, inner));
    println!("{} {:?} {}", mixed.first, mixed.inner, mixed.wide);
    let captured = A256(9);
    println!("{:?}", through_dyn(&move || captured.0 + is_aligned(&captured) as u8));
    println!("{} {}", size_of::<Option<A64>>(), size_of::<(u8, A4096)>());
    let array = black_box([(1_u8, A32(2)), (3, A32(4))]);
    println!("{} {:?}", array.iter().all(|(_, a)| is_aligned(a)), array);
    println!("{} {}", is_aligned(&black_box(0_u128)), align_of::<u128>());
}
