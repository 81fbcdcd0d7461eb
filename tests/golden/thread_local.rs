//! A thread-local static, which has a different address in each thread.
#![feature(thread_local)]

#[thread_local]
static mut COUNTER: u32 = 5;

#[unsafe(no_mangle)]
pub fn next() -> u32 {
    unsafe {
        COUNTER += 1;
        COUNTER
    }
}
