//! A program that is edited step by step; the steps are in tests/harness/src/suites/incremental/edits.rs.
//! Every line that it prints comes from another kind of item.

mod parts;
mod shapes;

fn main() {
    println!("body {}", parts::body(20));
    println!("signature {}", parts::with_signature(6));
    println!("generic {} {}", parts::generic(3u8), parts::generic(4u64));
    println!("inline {}", parts::inlined(5));
    println!("static {}", parts::NUMBERS.iter().sum::<u32>());
    println!("constant {}", parts::CONSTANT);
    println!("layout {}", shapes::describe());
    println!("method {}", shapes::Shape::unit().area());
    println!("trait {}", shapes::dynamic().name());
    println!("closure {}", parts::apply(|x| x + 1));
    println!("dependency {} {}", dependency::plain(7), dependency::generic(7u16));
    println!("overflow {:?}", std::panic::catch_unwind(|| parts::wrapped(250)).is_ok());
}
