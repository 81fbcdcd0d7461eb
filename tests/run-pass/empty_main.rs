//! A program that does nothing ends with status 0; it prints through libc to stay small.

unsafe extern "C" {
    fn puts(text: *const core::ffi::c_char) -> core::ffi::c_int;
}

fn main() {
    // SAFETY: the argument is a C string literal.
    let result = unsafe { puts(c"nothing else".as_ptr()) };
    if result < 0 {
        std::process::abort();
    }
}
