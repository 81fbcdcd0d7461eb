//! Values that are made field by field: a coroutine sets its state, a union one of its fields.
pub union Both {
    word: u32,
    bytes: [u8; 4],
}

#[unsafe(no_mangle)]
pub fn union_of(word: u32) -> Both {
    Both { word }
}

#[unsafe(no_mangle)]
pub fn second_byte(both: Both) -> u8 {
    unsafe { both.bytes[1] }
}

#[unsafe(no_mangle)]
pub fn ends(array: [u16; 4]) -> (u16, u16) {
    let [first, .., last] = array;
    (first, last)
}
