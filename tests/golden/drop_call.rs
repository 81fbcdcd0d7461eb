//! A destructor on the normal path and, in a landing pad, when a call unwinds.

#![crate_type = "lib"]
#![no_std]

pub struct Guard {
    pub id: u32,
}

unsafe extern "Rust" {
    safe fn release(id: u32);
    safe fn may_unwind();
}

impl Drop for Guard {
    fn drop(&mut self) {
        release(self.id);
    }
}

#[unsafe(no_mangle)]
pub fn guarded(id: u32) {
    let _guard = Guard { id };
    may_unwind();
}
