//! Several units, one of which has a megabyte of data.

pub mod one {
    pub static DATA: [u8; 1 << 20] = [7; 1 << 20];
}

pub mod two {
    pub fn length(text: &str) -> usize {
        text.len()
    }
}

pub mod three {
    pub fn add(left: u32, right: u32) -> u32 {
        left + right
    }
}
