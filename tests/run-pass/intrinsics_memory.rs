//! Memory: volatile and unaligned accesses, comparison of bytes in every size, copies, fills, swaps.

use std::hint::black_box;
use std::ptr;

/// `==` of arrays compares bytes at once.
fn compare_arrays<const SIZE: usize>() {
    let mut left = [0u8; SIZE];
    for (index, byte) in left.iter_mut().enumerate() {
        *byte = (index * 37 + 11) as u8;
    }
    let right = black_box(left);
    print!("{SIZE}: {}", black_box(left) == right);
    let differences =
        (0..SIZE).filter(|&index| {
            let mut changed = right;
            changed[index] ^= 0x80;
            black_box(left) != changed
        });
    println!(" {} {:?}", differences.count(), black_box(&left[..]).cmp(&right[..]));
}

macro_rules! compare_all {
    ($($size:literal)*) => { $(compare_arrays::<$size>();)* };
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Mixed {
    byte: u8,
    word: u32,
    wide: u128,
    flag: bool,
    character: char,
}

#[repr(C, packed)]
struct Packed {
    byte: u8,
    wide: u64,
}

fn volatile() {
    let mut mixed = Mixed { byte: 1, word: 2, wide: 3, flag: true, character: 'x' };
    let place = &raw mut mixed;
    unsafe {
        ptr::write_volatile(place, Mixed { word: 77, ..ptr::read_volatile(place) });
        println!("{:?}", ptr::read_volatile(place));
        ptr::write_volatile(&raw mut (*place).flag, false);
        println!("{} {}", ptr::read_volatile(&raw const (*place).flag), ptr::read_volatile(&raw const (*place).wide));
        let pair = (5u8, 6u64);
        println!("{:?} {:?}", ptr::read_volatile(&pair), ptr::read_volatile(&"text"));
        ptr::read_volatile(&());
        let big = [9u16; 300];
        println!("{}", ptr::read_volatile(&big).iter().map(|&x| u32::from(x)).sum::<u32>());
    }
}

fn unaligned() {
    let mut packed = Packed { byte: 7, wide: 0x0102_0304_0506_0708 };
    let wide = &raw mut packed.wide;
    unsafe {
        wide.write_unaligned(wide.read_unaligned().swap_bytes());
        println!("{:x} {}", wide.read_unaligned(), packed.byte);
    }
    let bytes: Vec<u8> = (0..64).collect();
    for offset in 0..8 {
        let value = unsafe { bytes.as_ptr().add(offset).cast::<u128>().read_unaligned() };
        print!("{value:x} ");
    }
    println!();
}

fn fill_and_copy() {
    let mut buffer = vec![0u16; 40];
    unsafe {
        ptr::write_bytes(buffer.as_mut_ptr().add(3), 0xab, black_box(5));
        ptr::copy(buffer.as_ptr().add(2), buffer.as_mut_ptr().add(6), black_box(10));
        ptr::copy_nonoverlapping(buffer.as_ptr(), buffer.as_mut_ptr().add(30), 10);
    }
    println!("{buffer:x?}");
    let (mut left, mut right) = ([1u8, 2, 3, 4, 5], [6u8, 7, 8, 9, 10]);
    std::mem::swap(&mut left, &mut right);
    let (mut text, mut other) = (String::from("left"), String::from("right"));
    std::mem::swap(&mut text, &mut other);
    println!("{left:?} {right:?} {text} {other} {}", std::mem::replace(&mut text, String::new()));
    let address = black_box(buffer.as_ptr()).map_addr(|address| address & !0xf);
    println!("{}", address.addr() % 16);
}

fn main() {
    compare_all!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 15 16 17 20 24 31 32 33 48 64 65 100);
    println!("{:?}", black_box([1u32, 2, 3]) == [1, 2, 3]);
    println!("{:?} {:?}", black_box("abc").cmp("abd"), black_box(b"abcd".as_slice()).cmp(b"abc"));
    volatile();
    unaligned();
    fill_and_copy();
    black_box(());
    println!("{:?}", black_box((1u8, "two", 3.0)));
}
