//! `process::abort` ends the program with SIGABRT, and without running destructors.
// exit: signal 6

struct Noisy;

impl Drop for Noisy {
    fn drop(&mut self) {
        println!("not reached");
    }
}

fn main() {
    let _noisy = Noisy;
    println!("before");
    std::process::abort();
}
