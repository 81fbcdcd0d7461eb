//! The library's tiny functions, with arguments known only at run time; divisions by constants that need no division.
#![feature(core_intrinsics)]
#![allow(internal_features)]

use std::cell::Cell;
use std::hint::black_box;
use std::intrinsics::exact_div;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

macro_rules! integers {
    ($($ty:ident)*) => {$({
        let values: [$ty; 5] = black_box([0, 1, $ty::MAX, $ty::MIN, $ty::MAX / 3]);
        let pairs = values.map(|left| {
            values.map(|right| {
                let distance = (right as u32) % 300;
                [
                    left.wrapping_add(right),
                    left.wrapping_sub(right),
                    left.wrapping_mul(right),
                    left.saturating_add(right),
                    left.saturating_sub(right),
                    left.rotate_left(distance),
                    left.rotate_right(distance),
                    left.wrapping_shl(distance),
                    left.wrapping_shr(distance),
                    (left < right) as $ty,
                    PartialOrd::le(&left, &right) as $ty,
                    left.cmp(&right).is_ge() as $ty,
                ]
            })
        });
        println!("{} {pairs:?}", stringify!($ty));
        let bits = values.map(|v| [v.count_ones(), v.leading_zeros(), v.trailing_zeros(), v.leading_ones()]);
        let orders = values.map(|v| [v.swap_bytes(), v.reverse_bits(), v.wrapping_neg(), !v]);
        let parts = values.map(|v| [v / 1, v % 1, v / 2, v % 2, v / 64, v % 64]);
        println!("{bits:?} {orders:?} {parts:?}");
    })*};
}

/// Each divisor's multiples, divided by a constant of which the compiler is told that it divides them.
macro_rules! exact {
    ($($ty:ident by $($divisor:literal)*;)*) => {$($({
        let quotients = black_box([0 as $ty, 1, 2, 5]);
        let products = quotients.map(|quotient| quotient.wrapping_mul($divisor));
        let found = products.map(|product| unsafe { exact_div(product, $divisor) });
        println!("{} {} {products:?} {found:?}", stringify!($ty), $divisor);
    })*)*};
}

fn conversions() {
    println!("{} {}", u64::from(black_box(200u8)), i64::from(black_box(-5i8)));
    println!("{} {:x}", i32::from(black_box(true)), u32::from(black_box('ä')));
    println!("{} {}", u128::from(black_box(u64::MAX)), *Rc::new(black_box(7)));
    println!("{} {}", black_box(true) > black_box(false), black_box('a') < black_box('b'));
}

struct Count<'a>(&'a Cell<u32>);

impl Drop for Count<'_> {
    fn drop(&mut self) {
        self.0.set(self.0.get().wrapping_add(1));
    }
}

/// What is to be dropped is dropped when a panic follows such a call.
fn unwinding() {
    let dropped = Cell::new(0);
    let result = catch_unwind(AssertUnwindSafe(|| {
        let _count = Count(&dropped);
        let sum = black_box(u32::MAX).wrapping_add(black_box(1));
        [1, 2][sum.wrapping_sub(1) as usize]
    }));
    println!("{} {}", result.is_err(), dropped.get());
}

fn distances<T: Default + Clone>() {
    let elements = vec![T::default(); 1000];
    let start = elements.as_ptr();
    let distances = [(0, 1000), (1000, 0), (999, 1), (5, 5)]
        .map(|(from, to)| unsafe { start.add(black_box(to)).offset_from(start.add(black_box(from))) });
    println!("{} {} {distances:?}", size_of::<T>(), elements.iter().len());
}

fn main() {
    integers!(u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize);
    exact! {
        u8 by 1 3 4 12 24; u32 by 1 7 8 40; u64 by 3 4 12 24 7; u128 by 3 4 12 24 7;
        i8 by 1 3 -4 -3 -12 12 -1; i32 by 1 3 -4 -3 -12 24 -1; i64 by 1 3 -4 -3 -12 24 -1; i128 by 3 -4 24 -1;
    }
    conversions();
    unwinding();
    distances::<u8>();
    distances::<[u8; 3]>();
    distances::<[u16; 3]>();
    distances::<[u32; 5]>();
    distances::<[u64; 3]>();
    distances::<[u64; 7]>();
}
