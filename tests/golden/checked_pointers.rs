//! The checks of debug assertions: a dereference of a null or misaligned pointer, an enum made of a wrong number.
#[derive(Clone, Copy)]
#[repr(u8)]
pub enum Small {
    One = 1,
    Two = 2,
}

#[unsafe(no_mangle)]
pub unsafe fn read(pointer: *const u32) -> u32 {
    unsafe { *pointer }
}

#[unsafe(no_mangle)]
pub unsafe fn made(number: u8) -> Small {
    unsafe { std::mem::transmute(number) }
}
