//! Atomics of every size, operation and ordering, also under contention and as a spin lock.

use std::cell::UnsafeCell;
use std::ptr;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release, SeqCst};
use std::sync::atomic::*;
use std::thread;

macro_rules! integers {
    ($($atomic:ident $int:ty),*) => {$({
        let atomic = $atomic::new(<$int>::MAX - 1);
        print!("{}:", stringify!($int));
        print!(" {}", atomic.fetch_add(3, SeqCst));
        print!(" {}", atomic.fetch_sub(5, Relaxed));
        print!(" {}", atomic.fetch_and(0x5b, Acquire));
        print!(" {}", atomic.fetch_or(0x24, Release));
        print!(" {}", atomic.fetch_xor(0x11, AcqRel));
        print!(" {}", atomic.fetch_nand(0x3f, SeqCst));
        print!(" {}", atomic.fetch_max(9, SeqCst));
        print!(" {}", atomic.fetch_min(4, Relaxed));
        print!(" {}", atomic.swap(100, AcqRel));
        print!(" {:?}", atomic.compare_exchange(100, 7, SeqCst, Relaxed));
        print!(" {:?}", atomic.compare_exchange(100, 8, AcqRel, Acquire));
        while atomic.compare_exchange_weak(7, 9, Release, Relaxed).is_err() {}
        print!(" {:?}", atomic.fetch_update(SeqCst, SeqCst, |v| v.checked_mul(14)));
        print!(" {:?}", atomic.fetch_update(SeqCst, SeqCst, |v| v.checked_sub(127)).is_ok());
        atomic.store(<$int>::MIN, Release);
        atomic.fetch_sub(1, Relaxed);
        println!(" {} {}", atomic.load(Acquire), atomic.into_inner());
    })*};
}

struct SpinLock {
    locked: AtomicBool,
    value: UnsafeCell<u64>,
}
// SAFETY: the value is only touched while the lock is held.
unsafe impl Sync for SpinLock {}

impl SpinLock {
    fn with<T>(&self, action: impl FnOnce(&mut u64) -> T) -> T {
        while self.locked.swap(true, Acquire) {
            thread::yield_now();
        }
        // SAFETY: this thread holds the lock.
        let result = action(unsafe { &mut *self.value.get() });
        self.locked.store(false, Release);
        result
    }
}

fn contention() {
    let (small, wide, by_cas) = (AtomicU8::new(0), AtomicU64::new(0), AtomicUsize::new(0));
    let lock = SpinLock { locked: AtomicBool::new(false), value: UnsafeCell::new(0) };
    thread::scope(|scope| {
        for t in 0..4_u64 {
            let (small, wide, by_cas, lock) = (&small, &wide, &by_cas, &lock);
            scope.spawn(move || {
                for i in 0..2000 {
                    small.fetch_add(1, Relaxed);
                    wide.fetch_add((t << 32) + i, Relaxed);
                    lock.with(|value| *value += i);
                    let mut seen = by_cas.load(Relaxed);
                    while let Err(now) = by_cas.compare_exchange_weak(seen, seen + 3, AcqRel, Relaxed) {
                        seen = now;
                    }
                }
            });
        }
    });
    println!("{} {} {}", small.into_inner(), wide.into_inner(), by_cas.into_inner());
    println!("{}", lock.with(|value| *value));
}

/// A lock of one byte, taken by compare-and-exchange, beside bytes of the same word that change all the time.
fn locks_in_one_word() {
    static LOCK: AtomicU8 = AtomicU8::new(0);
    static HELD: AtomicU32 = AtomicU32::new(0);
    static TAKEN: AtomicU16 = AtomicU16::new(0);
    #[repr(align(4))]
    struct Word([AtomicU8; 4]);
    static WORD: Word = Word([const { AtomicU8::new(0) }; 4]);
    let mut overlaps = 0;
    thread::scope(|scope| {
        let threads: Vec<_> = (0..4_usize)
            .map(|own| {
                scope.spawn(move || {
                    let mut overlaps = 0;
                    for round in 0..20_000_u32 {
                        while LOCK.compare_exchange_weak(0, 1, Acquire, Relaxed).is_err() {
                            std::hint::spin_loop();
                        }
                        overlaps += u32::from(HELD.fetch_add(1, Relaxed) != 0);
                        let taken = TAKEN.load(Relaxed);
                        overlaps += u32::from(
                            TAKEN.compare_exchange(taken, taken.wrapping_add(1), SeqCst, Relaxed).is_err(),
                        );
                        HELD.fetch_sub(1, Relaxed);
                        LOCK.store(0, Release);
                        let now = round as u8;
                        let own = &WORD.0[own];
                        overlaps += u32::from(
                            own.compare_exchange(now, now.wrapping_add(1), AcqRel, Acquire).is_err(),
                        );
                    }
                    overlaps
                })
            })
            .collect();
        overlaps = threads.into_iter().map(|thread| thread.join().unwrap()).sum::<u32>();
    });
    println!("{overlaps} {} {:?}", TAKEN.load(SeqCst), WORD.0);
}

/// A value written before a release store is seen after an acquire load.
fn message_passing() {
    static DATA: AtomicI32 = AtomicI32::new(0);
    static READY: AtomicBool = AtomicBool::new(false);
    let reader = thread::spawn(|| {
        while !READY.load(Acquire) {
            std::hint::spin_loop();
        }
        DATA.load(Relaxed)
    });
    DATA.store(1234, Relaxed);
    READY.store(true, Release);
    println!("{}", reader.join().unwrap());
}

fn main() {
    integers!(AtomicU8 u8, AtomicU16 u16, AtomicU32 u32, AtomicU64 u64, AtomicUsize usize);
    integers!(AtomicI8 i8, AtomicI16 i16, AtomicI32 i32, AtomicI64 i64, AtomicIsize isize);

    let flag = AtomicBool::new(false);
    print!("{} {} {}", flag.swap(true, SeqCst), flag.fetch_and(false, SeqCst), flag.fetch_or(true, SeqCst));
    print!(" {} {}", flag.fetch_xor(true, SeqCst), flag.fetch_nand(true, SeqCst));
    println!(" {} {:?}", flag.fetch_not(SeqCst), flag.compare_exchange(false, true, SeqCst, SeqCst));

    let (mut a, mut b) = (1, 2);
    let (first, second) = (&raw mut a, &raw mut b);
    let pointer = AtomicPtr::new(first);
    println!("{} {}", pointer.swap(second, AcqRel) == first, pointer.load(Acquire) == second);
    let exchanged = pointer.compare_exchange(second, ptr::null_mut(), SeqCst, SeqCst);
    println!("{} {}", exchanged == Ok(second), pointer.load(SeqCst).is_null());
    fence(SeqCst);
    compiler_fence(AcqRel);
    contention();
    locks_in_one_word();
    message_passing();
}
