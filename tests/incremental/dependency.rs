//! Another crate.

pub fn plain(x: u32) -> u32 {
    x + 7
}

pub fn generic<T: Into<u64>>(value: T) -> u64 {
    value.into() + 70
}
