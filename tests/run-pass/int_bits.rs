//! Shifts, rotates, bit counting, byte and bit reversal for every integer width.

use std::hint::black_box;

macro_rules! exercise {
    ($($int:ty),*) => {$({
        const BITS: u32 = <$int>::BITS;
        println!("-- {}", stringify!($int));
        let pattern = 0xa5c3_9617_0f5a_3c69_u64 as $int;
        for value in [0, 1, <$int>::MIN, <$int>::MAX, pattern, !pattern, 100] {
            let value = black_box(value);
            println!(
                "{value:x}: {} {} {} {} {} {}",
                value.count_ones(), value.count_zeros(),
                value.leading_zeros(), value.trailing_zeros(),
                value.leading_ones(), value.trailing_ones(),
            );
            println!("  {:x} {:x}", value.swap_bytes(), value.reverse_bits());
            println!("  {:?} {:?}", value.to_be_bytes(), value.to_le_bytes());
            assert_eq!(<$int>::from_be_bytes(value.to_be_bytes()), value);
            assert_eq!(<$int>::from_le(value.to_le()), value);
            for amount in [0, 1, 3, BITS / 2, BITS - 1] {
                let amount = black_box(amount);
                print!("  <<{:x} >>{:x}", value << amount, value >> amount);
                println!(" rol{:x} ror{:x}", value.rotate_left(amount), value.rotate_right(amount));
            }
            for amount in [BITS, BITS + 1, 1000] {
                let amount = black_box(amount);
                print!("  {:x} {:x}", value.wrapping_shl(amount), value.wrapping_shr(amount));
                print!(" {:?} {:?}", value.checked_shl(amount), value.checked_shr(amount));
                println!(" {:?} {:?}", value.overflowing_shl(amount), value.rotate_left(amount));
            }
        }
    })*};
}

/// Shift amounts may have any integer type, also a wider or narrower one than the shifted value.
fn mixed_shift_types() {
    let amount8 = black_box(5_u8);
    let amount128 = black_box(6_u128);
    let negative_capable = black_box(7_i64);
    println!("{} {}", 1_u64 << amount8, 1_u8 << amount128);
    println!("{} {}", -1000_i32 >> negative_capable, 1_i128 << amount8);
    println!("{} {}", u128::MAX >> amount8, i128::MIN >> negative_capable);
    let mut assigned = black_box(3_u16);
    assigned <<= amount8;
    assigned |= 1;
    assigned >>= black_box(1_i8);
    assigned ^= 0xff;
    println!("{assigned}");
}

fn main() {
    exercise!(u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize);
    mixed_shift_types();
}
