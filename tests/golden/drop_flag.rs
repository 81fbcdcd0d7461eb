//! A value that is dropped only if it was not moved: its drop flag.

#![crate_type = "lib"]
#![no_std]

pub struct Guard {
    pub id: u32,
}

unsafe extern "Rust" {
    safe fn take(guard: Guard);
    safe fn release(id: u32);
}

impl Drop for Guard {
    fn drop(&mut self) {
        release(self.id);
    }
}

#[unsafe(no_mangle)]
pub fn maybe_moved(id: u32, moved: bool) {
    let guard = Guard { id };
    if moved {
        take(guard);
    }
}
