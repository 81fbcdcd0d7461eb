//! Integers of every width: counting and reordering bits, rotation, saturation, checked and wide arithmetic.

use std::hint::black_box;

macro_rules! integers {
    ($($int:ident)*) => {
        $(
            mod $int {
                use super::black_box;

                fn values() -> Vec<$int> {
                    let mut values = vec![0, 1, 2, 3, 7, 42, 100, $int::MAX, $int::MIN, $int::MAX / 3, $int::MIN / 2 + 1];
                    let mut state: $int = 1;
                    for _ in 0..6 {
                        state = state.wrapping_mul(109).wrapping_add(89);
                        values.push(state);
                        values.push(!state);
                    }
                    values
                }

                pub fn run() {
                    println!("{}", stringify!($int));
                    for value in values() {
                        one(black_box(value));
                    }
                    for left in values() {
                        for right in values() {
                            two(black_box(left), black_box(right));
                        }
                        println!();
                    }
                }

                fn one(value: $int) {
                    println!(
                        "{value}: {} {} {} {} {} {} {}",
                        value.leading_zeros(), value.trailing_zeros(), value.count_ones(), value.leading_ones(),
                        value.trailing_ones(), value.swap_bytes(), value.reverse_bits(),
                    );
                    for distance in [0, 1, 3, $int::BITS - 1, $int::BITS, $int::BITS + 5] {
                        print!(" {} {}", value.rotate_left(distance), value.rotate_right(distance));
                        print!(" {:?} {:?}", value.checked_shl(distance), value.checked_shr(distance));
                    }
                    println!(" {:?} {:?}", value.checked_neg(), value.checked_ilog2());
                }

                fn two(left: $int, right: $int) {
                    print!("{} {} ", left.saturating_add(right), left.saturating_sub(right));
                    print!("{} {:?} ", left.saturating_mul(right), left.overflowing_mul(right));
                    print!("{:?} {:?} ", left.overflowing_add(right), left.overflowing_sub(right));
                    print!("{:?} {:?} ", left.checked_div(right), left.checked_rem_euclid(right));
                    print!("{} {:?} ", left.abs_diff(right), left.cmp(&right));
                    print!("{:?} ", left.checked_pow(3));
                }
            }
        )*

        fn main() {
            $($int::run();)*
            println!("{:?}", black_box(u64::MAX).carrying_mul_like(u64::MAX));
        }
    };
}

/// The wide product as stable code has it.
trait CarryingMultiplyLike {
    fn carrying_mul_like(self, other: Self) -> (u64, u64);
}

impl CarryingMultiplyLike for u64 {
    fn carrying_mul_like(self, other: u64) -> (u64, u64) {
        let wide = u128::from(self) * u128::from(other) + u128::from(u64::MAX);
        (wide as u64, (wide >> 64) as u64)
    }
}

integers! { i8 u8 i16 u16 i32 u32 i64 u64 i128 u128 isize usize }
