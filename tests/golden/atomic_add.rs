//! Atomic operations: an addition, a load, a store, a compare-and-exchange.

#![crate_type = "lib"]
#![no_std]

use core::sync::atomic::{AtomicBool, AtomicU32, Ordering};

#[unsafe(no_mangle)]
pub fn add(value: &AtomicU32, by: u32) -> u32 {
    value.fetch_add(by, Ordering::Relaxed)
}

#[unsafe(no_mangle)]
pub fn publish(flag: &AtomicBool) {
    flag.store(true, Ordering::Release);
}

#[unsafe(no_mangle)]
pub fn exchange(value: &AtomicU32, old: u32, new: u32) -> bool {
    value.compare_exchange(old, new, Ordering::AcqRel, Ordering::Acquire).is_ok()
}
