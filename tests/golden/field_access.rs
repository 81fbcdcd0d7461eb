//! Reads and writes of fields through references, at their offsets; a packed field.

#![crate_type = "lib"]
#![no_std]

#[repr(C)]
pub struct Record {
    pub id: u8,
    pub size: u32,
    pub inner: (u16, i64),
}

#[repr(C, packed)]
pub struct Packed {
    pub id: u8,
    pub size: u32,
}

#[unsafe(no_mangle)]
pub fn read(record: &Record) -> i64 {
    record.inner.1
}

#[unsafe(no_mangle)]
pub fn write(record: &mut Record, size: u32) {
    record.size = size;
    record.id = 1;
}

#[unsafe(no_mangle)]
pub fn packed(packed: &Packed) -> u32 {
    packed.size
}
