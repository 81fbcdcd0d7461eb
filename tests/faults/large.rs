//! Several CGUs, one of which has a megabyte of data. It is a program, because a library's metadata would contain the data.

pub mod one {
    pub static DATA: [u8; 1 << 20] = [7; 1 << 20];
}

pub mod two {
    pub fn length(text: &str) -> usize {
        text.len()
    }
}

fn main() {
    std::process::exit(i32::from(one::DATA[two::length("abc")]));
}
