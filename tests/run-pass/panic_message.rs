//! An explicit panic: message with arguments and location on stderr, drops run, status 101.
// exit: 101
// stderr-contains: thread 'main' (
// stderr-contains: panic_message.rs:23:5:
// stderr-contains: the answer was 42, not "x"

struct Noisy(u8);

impl Drop for Noisy {
    fn drop(&mut self) {
        println!("drop {} while panicking: {}", self.0, std::thread::panicking());
    }
}

fn outer(level: u8) {
    let _noisy = Noisy(level);
    if level < 3 {
        outer(level + 1);
        println!("not reached");
    }
    let _inner = Noisy(100);
    println!("about to panic");
    panic!("the answer was {}, not {:?}", 42, "x");
}

fn main() {
    let _vector = vec![Noisy(200), Noisy(201)];
    outer(1);
}
