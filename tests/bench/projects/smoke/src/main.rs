//! The smallest project that can be measured.

fn leaf(number: u32) -> u32 {
    number.rotate_left(3)
}

fn hub<T: std::fmt::Display>(value: T) -> String {
    format!("<{value}>")
}

fn main() {
    println!("{} {} {}", hub(leaf(1)), hub("text"), hub('c'));
}

#[test]
fn shown() {
    assert_eq!(hub(1), "<1>");
}
