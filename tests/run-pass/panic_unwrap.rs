//! `unwrap` on `None` in a closure: message and location of the `unwrap`, nothing after it runs.
// exit: 101
// stderr-contains: panic_unwrap.rs:10:30:
// stderr-contains: called `Option::unwrap()` on a `None` value

fn main() {
    let mut total = 0;
    let mut parse = |word: &str| {
        let number = word.parse::<u32>();
        total += number.ok().unwrap();
        total
    };
    for word in ["1", "2", "three", "4"] {
        println!("{}", parse(word));
    }
}
