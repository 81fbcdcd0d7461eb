//! Two small CGUs.

#![crate_type = "lib"]

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
