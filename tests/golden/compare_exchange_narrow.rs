//! The compare-and-exchange of a byte: one instruction, or a loop over the word around it.

#![crate_type = "lib"]
#![no_std]
#![feature(core_intrinsics)]
#![allow(internal_features)]

use core::intrinsics::{AtomicOrdering, atomic_cxchg};

#[unsafe(no_mangle)]
pub unsafe fn exchange(place: *mut u8, old: u8, new: u8) -> (u8, bool) {
    unsafe { atomic_cxchg::<u8, { AtomicOrdering::SeqCst }, { AtomicOrdering::SeqCst }>(place, old, new) }
}
