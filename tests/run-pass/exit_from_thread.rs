//! `process::exit` from another thread while `main` waits: buffered output is not lost, no drop runs.
// exit: 7

use std::io::Write;
use std::sync::mpsc;
use std::thread;

struct Noisy(&'static str);

impl Drop for Noisy {
    fn drop(&mut self) {
        println!("drop {}", self.0);
    }
}

fn main() {
    let _never_dropped = Noisy("main's local");
    let (sender, receiver) = mpsc::channel::<u8>();
    let worker = thread::spawn(move || {
        let code = receiver.recv().unwrap();
        let _also_not = Noisy("thread's local");
        {
            let _dropped = Noisy("inner");
        }
        print!("a line without an end, code {code}");
        std::io::stdout().flush().unwrap();
        std::process::exit(code.into());
    });
    println!("sending");
    sender.send(7).unwrap();
    let result = worker.join();
    println!("not reached {}", result.is_err());
}
