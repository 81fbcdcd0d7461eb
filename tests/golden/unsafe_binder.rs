//! A value whose lifetime is hidden by an unsafe binder: it needs no CLIF.
#![feature(unsafe_binders)]
#![allow(incomplete_features)]

use std::unsafe_binder::{unwrap_binder, wrap_binder};

#[unsafe(no_mangle)]
pub fn through_binder(value: &u32) -> u32 {
    unsafe {
        let hidden: unsafe<'a> &'a u32 = wrap_binder!(value);
        *unwrap_binder!(hidden)
    }
}
