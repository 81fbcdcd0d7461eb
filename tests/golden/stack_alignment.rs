//! A local whose type is aligned more strictly than the stack.

#![crate_type = "lib"]
#![no_std]

#[repr(align(64))]
pub struct Line {
    pub bytes: [u8; 64],
}

unsafe extern "Rust" {
    safe fn look(line: &Line);
}

#[unsafe(no_mangle)]
pub fn local(byte: u8) {
    let line = Line { bytes: [byte; 64] };
    look(&line);
}
