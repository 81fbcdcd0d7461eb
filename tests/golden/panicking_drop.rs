//! A destructor during unwinding that unwinds itself: the call has a landing pad that ends the program.
pub struct Noisy(u32);

unsafe extern "Rust" {
    fn noise(number: u32);
}

impl Drop for Noisy {
    fn drop(&mut self) {
        unsafe { noise(self.0) }
    }
}

#[unsafe(no_mangle)]
pub fn drops() {
    let _first = Noisy(1);
    unsafe { noise(3) }
}
