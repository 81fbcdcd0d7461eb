//! Volatile reads and writes are loads and stores that may trap, between sequence points: without those,
//! Cranelift's optimiser would remove the first write and take the value of the read from the second.

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
