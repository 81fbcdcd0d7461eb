//! With `-Cpanic=abort` a panic prints its message and aborts: no drop runs, SIGABRT.
// exit: signal 6
// flags: -Cpanic=abort
// stderr-contains: stopping at 3

struct Noisy(u32);

impl Drop for Noisy {
    fn drop(&mut self) {
        println!("drop {}", self.0);
    }
}

fn step(number: u32) {
    let noisy = Noisy(number);
    assert!(number < 3, "stopping at {}", noisy.0);
}

fn main() {
    for number in 0.. {
        println!("step {number}");
        step(number);
    }
}
