//! `main` may return an `ExitCode`; destructors of its locals still run.
// exit: 17

use std::process::ExitCode;

struct Noisy(&'static str);

impl Drop for Noisy {
    fn drop(&mut self) {
        println!("drop {}", self.0);
    }
}

fn main() -> ExitCode {
    let _outer = Noisy("outer");
    let _inner = Noisy("inner");
    println!("leaving");
    ExitCode::from(17)
}
