//! Volatile reads and writes stay where they are, each one load or store.

#![crate_type = "lib"]
#![no_std]

/// # Safety
/// `register` is valid for reads and writes.
#[unsafe(no_mangle)]
pub unsafe fn toggle(register: *mut u32) -> u32 {
    unsafe {
        register.write_volatile(1);
        register.write_volatile(0);
        register.read_volatile()
    }
}
