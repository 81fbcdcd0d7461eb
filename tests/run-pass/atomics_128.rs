//! Atomic operations of 128 bits: all operations and orderings, alone and from two threads.
// machines: x86_64 (others need no flag: atomics_128_by_default.rs)
// flags: -Ctarget-feature=+cmpxchg16b
#![feature(core_intrinsics)]
#![allow(internal_features)]

use std::cell::UnsafeCell;
use std::intrinsics::{self, AtomicOrdering as Order};

const START: u128 = 0x0123_4567_89ab_cdef_fedc_ba98_7654_3210;

#[repr(align(16))]
struct Shared(UnsafeCell<u128>);

unsafe impl Sync for Shared {}

static COUNTER: Shared = Shared(UnsafeCell::new(0));

macro_rules! all_orders {
    ($name:ident, $place:expr, $operand:expr) => {{
        let results = [
            unsafe { intrinsics::$name::<_, { Order::Relaxed }>($place, $operand) },
            unsafe { intrinsics::$name::<_, { Order::Acquire }>($place, $operand) },
            unsafe { intrinsics::$name::<_, { Order::Release }>($place, $operand) },
            unsafe { intrinsics::$name::<_, { Order::AcqRel }>($place, $operand) },
            unsafe { intrinsics::$name::<_, { Order::SeqCst }>($place, $operand) },
        ];
        println!("{:<14} {results:x?}", stringify!($name));
    }};
    (two $name:ident, $place:expr, $operand:expr) => {{
        let results = [
            unsafe { intrinsics::$name::<_, _, { Order::Relaxed }>($place, $operand) },
            unsafe { intrinsics::$name::<_, _, { Order::Acquire }>($place, $operand) },
            unsafe { intrinsics::$name::<_, _, { Order::Release }>($place, $operand) },
            unsafe { intrinsics::$name::<_, _, { Order::AcqRel }>($place, $operand) },
            unsafe { intrinsics::$name::<_, _, { Order::SeqCst }>($place, $operand) },
        ];
        println!("{:<14} {results:x?}", stringify!($name));
    }};
}

pub fn main() {
    let cell = Shared(UnsafeCell::new(START));
    let place = cell.0.get();
    unsafe {
        println!("{:x}", intrinsics::atomic_load::<u128, { Order::Relaxed }>(place));
        println!("{:x}", intrinsics::atomic_load::<u128, { Order::SeqCst }>(place));
        intrinsics::atomic_store::<u128, { Order::Release }>(place, START.rotate_left(17));
        println!("{:x}", intrinsics::atomic_load::<u128, { Order::Acquire }>(place));
    }
    all_orders!(atomic_xchg, place, u128::MAX - 5);
    all_orders!(two atomic_xadd, place, 1u128 << 64 | 3);
    all_orders!(two atomic_xsub, place, 7u128 << 63);
    all_orders!(two atomic_and, place, !(0xffu128 << 60));
    all_orders!(two atomic_nand, place, START);
    all_orders!(two atomic_or, place, 0xf0u128 << 60);
    all_orders!(two atomic_xor, place, START);
    all_orders!(atomic_umax, place, u128::MAX / 3);
    all_orders!(atomic_umin, place, u128::MAX / 5);
    all_orders!(atomic_max, place.cast::<i128>(), i128::MIN / 3);
    all_orders!(atomic_min, place.cast::<i128>(), -1i128 << 70);
    unsafe {
        let old = intrinsics::atomic_load::<u128, { Order::SeqCst }>(place);
        for expected in [old + 1, old, old] {
            let (found, exchanged) = intrinsics::atomic_cxchg::<u128, { Order::AcqRel }, { Order::Acquire }>(
                place,
                expected,
                START,
            );
            println!("{found:x} {exchanged}");
        }
        while !intrinsics::atomic_cxchgweak::<u128, { Order::SeqCst }, { Order::Relaxed }>(place, START, 5).1 {}
        println!("{:x}", intrinsics::atomic_load::<u128, { Order::SeqCst }>(place));
    }
    let threads: Vec<_> = (0..2)
        .map(|_| {
            std::thread::spawn(|| {
                for _ in 0..10_000 {
                    let step = 1u128 << 64 | 1;
                    unsafe { intrinsics::atomic_xadd::<_, _, { Order::Relaxed }>(COUNTER.0.get(), step) };
                }
            })
        })
        .collect();
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    println!("{:x}", unsafe { intrinsics::atomic_load::<u128, { Order::SeqCst }>(COUNTER.0.get()) });
    #[cfg(target_arch = "x86_64")]
    exchange_through_arch(place);
    println!("{:x}", unsafe { *place });
}

#[cfg(target_arch = "x86_64")]
fn exchange_through_arch(place: *mut u128) {
    let found = unsafe {
        std::arch::x86_64::cmpxchg16b(
            place,
            5,
            START,
            std::sync::atomic::Ordering::SeqCst,
            std::sync::atomic::Ordering::SeqCst,
        )
    };
    println!("{found}");
}
