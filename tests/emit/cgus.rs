//! Compiled by the suite `emit`: a library (or program) of several CGUs.

pub mod one {
    pub fn add(left: u32, right: u32) -> u32 {
        left + right
    }
}

pub mod two {
    pub fn length(text: &str) -> usize {
        text.len()
    }
}

pub mod three {
    pub static TABLE: [u8; 4] = [1, 2, 3, 4];

    pub fn entry(index: usize) -> Option<u8> {
        TABLE.get(index).copied()
    }
}

#[allow(dead_code)]
fn main() {
    std::process::exit((one::add(1, 2) as usize + two::length("abc")) as i32 - 6);
}
