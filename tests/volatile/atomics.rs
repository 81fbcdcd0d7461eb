//! Atomic accesses. They are all made, even if the memory model would allow to merge them, as with LLVM.
//! `atomic` means the same accesses, but a write may be an exchange.

use std::hint::black_box;
use std::sync::atomic::*;

use super::counter::{case, case_until_set, opaque};

type AtomicPointer = AtomicPtr<u8>;

macro_rules! cases {
    ($($atomic:ident: $value:expr;)*) => {
        $(cases! { one $atomic;
            "two stores" => |p| { p.store($value, Ordering::Relaxed); p.store($value, Ordering::Relaxed); },
            "two releases" => |p| { p.store($value, Ordering::Release); p.store($value, Ordering::Release); },
            "two ordered stores" => |p| { p.store($value, Ordering::SeqCst); p.store($value, Ordering::SeqCst); },
            "store, load" => |p| { p.store($value, Ordering::Relaxed); black_box(p.load(Ordering::Relaxed)); },
            "two loads" => |p| { black_box((p.load(Ordering::Relaxed), p.load(Ordering::Relaxed))); },
            "two acquires" => |p| { black_box((p.load(Ordering::Acquire), p.load(Ordering::Acquire))); },
            "fences" => |p| {
                p.store($value, Ordering::Relaxed);
                fence(Ordering::SeqCst);
                fence(Ordering::SeqCst);
                p.store($value, Ordering::Relaxed);
                compiler_fence(Ordering::SeqCst);
                black_box(p.load(Ordering::Relaxed));
            },
            "exchanges" => |p| {
                black_box((p.swap($value, Ordering::Relaxed), p.swap($value, Ordering::Relaxed)));
            },
            "across calls" => |p| { p.store($value, Ordering::Relaxed); opaque(); p.store($value, Ordering::Relaxed); },
            "in a loop" => |p| {
                for _ in 0..black_box(3) { p.store($value, Ordering::Relaxed); black_box(p.load(Ordering::Relaxed)); }
            },
        })*
    };
    (one $atomic:ident; $($name:literal => |$p:ident| $body:block,)*) => {
        $({
            unsafe fn function(base: *mut u8) {
                let $p = unsafe { &*base.cast::<$atomic>() };
                $body
            }
            case("atomic", concat!(stringify!($atomic), ", ", $name), function);
        })*
    };
}

unsafe fn wait_for_flag(base: *mut u8) {
    let flag = unsafe { &*base.cast::<AtomicBool>() };
    while !flag.load(Ordering::Relaxed) {}
}

unsafe fn wait_for_register(base: *mut u8) {
    while unsafe { base.read_volatile() } == 0 {}
}

unsafe fn wait_for_variable(base: *mut u8) {
    while unsafe { *base } == 0 {
        compiler_fence(Ordering::SeqCst);
    }
}

unsafe fn plain_writes_around_a_compiler_fence(base: *mut u8) {
    unsafe { *base = 1 };
    compiler_fence(Ordering::SeqCst);
    unsafe { *base = 2 };
}

unsafe fn plain_reads_around_a_fence(base: *mut u8) {
    let first = unsafe { *base };
    fence(Ordering::SeqCst);
    black_box(first.wrapping_add(unsafe { *base }));
}

unsafe fn additions(base: *mut u8) {
    let number = unsafe { &*base.cast::<AtomicU32>() };
    number.fetch_add(1, Ordering::Relaxed);
    black_box(number.fetch_add(1, Ordering::Relaxed));
    let _ = number.compare_exchange(2, 3, Ordering::Relaxed, Ordering::Relaxed);
}

pub fn run() {
    cases! {
        AtomicBool: true;
        AtomicU8: 1;
        AtomicI16: 1;
        AtomicU32: 1;
        AtomicU64: 1;
        AtomicPointer: std::ptr::null_mut();
    }
    case_until_set("atomic", "wait for a flag", 4, wait_for_flag);
    case_until_set("exact", "wait for a register", 4, wait_for_register);
    case_until_set("exact", "wait for a variable", 4, wait_for_variable);
    case("exact", "plain writes around a compiler fence", plain_writes_around_a_compiler_fence);
    case("exact", "plain reads around a fence", plain_reads_around_a_fence);
    case("atomic", "additions", additions);
}
