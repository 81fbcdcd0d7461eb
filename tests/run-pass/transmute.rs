//! `transmute` and bit-level reinterpretation between arrays, integers, floats, pointers, enums.

use std::mem::{self, transmute};

#[derive(Debug, Clone, Copy, PartialEq)]
#[repr(C)]
struct Rgba {
    r: u8,
    g: u8,
    b: u8,
    a: u8,
}

#[repr(transparent)]
#[derive(Debug)]
struct Wrapper(f64);

#[derive(Debug, Clone, Copy)]
#[repr(u8)]
#[allow(dead_code)] // built by transmute
enum Day {
    Mon,
    Tue,
    Wed,
}

trait Speak {
    fn speak(&self) -> i32;
}
impl Speak for i32 {
    fn speak(&self) -> i32 {
        *self * 2
    }
}

#[inline(never)]
fn colour(packed: u32) -> Rgba {
    // SAFETY: four bytes are always a colour.
    unsafe { transmute(packed) }
}

#[inline(never)]
fn fields(value: (u32, f32)) -> [u8; 8] {
    // SAFETY: no padding: both fields have 4 bytes.
    unsafe { transmute(value) }
}

fn main() {
    println!("{:?} {:?}", colour(0x8040_20ff), colour(1));
    // SAFETY (all of these): the types have the same size and any bits are valid.
    unsafe {
        let words: [u16; 4] = transmute(0x0123_4567_89ab_cdef_u64);
        println!("{words:x?}");
        let wide: u128 = transmute([1_u64, 2]);
        println!("{wide:x}");
        let halves: [i64; 2] = transmute(-2_i128);
        println!("{halves:?}");
        let floats: [f32; 2] = transmute(1.0_f64);
        println!("{floats:?}");
        println!("{:?}", transmute::<f64, Wrapper>(2.5));
        println!("{:?} {:?}", transmute::<[u8; 3], [i8; 3]>([255, 0, 128]), transmute::<u8, bool>(1));
        println!("{:?}", transmute::<[u32; 2], [char; 2]>([0x1f600, 0x41]));
        println!("{:?}", transmute::<[u8; 3], [Day; 3]>([2, 0, 1]));
        println!("{:?}", transmute::<Option<Day>, u8>(None));
        println!("{:?}", transmute::<Option<Box<u8>>, usize>(None));
        println!(
            "{:?}",
            transmute::<&str, (usize, usize)>("four").1.min(transmute::<&str, (usize, usize)>("four").0)
        );
        let tuple: (usize, usize) = transmute::<&[u16], (usize, usize)>(&[1, 2, 3]);
        println!("{}", tuple.0 == 3 || tuple.1 == 3);
    }
    println!("{:?}", fields((0x0a0b_0c0d, -1.0)));

    let pair: [&dyn Speak; 2] = [&21, &-4];
    // SAFETY: copies of trait object pointers stay valid while the originals live.
    let copy: [&dyn Speak; 2] = unsafe { mem::transmute_copy(&pair) };
    println!("{:?}", copy.map(Speak::speak));

    let bytes: [u8; 12] = std::array::from_fn(|i| i as u8 * 17);
    // SAFETY: any bytes are valid u32s; `align_to` takes care of the alignment.
    let (before, middle, after) = unsafe { bytes[0..].align_to::<u8>() };
    println!("{} {} {}", before.len(), middle.len(), after.len());
    let (chunks, rest) = bytes.as_chunks::<5>();
    println!("{chunks:?} {rest:?}");
    println!("{:?}", bytes.map(|b| b as i8));
    println!("{:x} {:x}", f32::to_bits(-0.0), f64::NEG_INFINITY.to_bits());
    println!("{:?} {:?}", f32::from_bits(0x7f80_0000), f64::from_le_bytes([0, 0, 0, 0, 0, 0, 4, 64]));
    println!("{:?}", mem::discriminant(&Day::Tue) == mem::discriminant(&day(1)));
}

fn day(number: u8) -> Day {
    // SAFETY: the callers pass 0, 1 or 2.
    unsafe { transmute(number) }
}
