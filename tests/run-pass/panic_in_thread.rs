//! A panic in a thread: `join` gives its payload, mutexes are poisoned, the program continues.

use std::sync::{Arc, Mutex, PoisonError, RwLock, mpsc};
use std::thread;

struct Noisy(mpsc::Sender<&'static str>);

impl Drop for Noisy {
    fn drop(&mut self) {
        _ = self.0.send("dropped");
    }
}

fn main() {
    let handle = thread::spawn(|| -> u8 { panic!("thread {}", 1) });
    println!("{:?}", handle.join().unwrap_err().downcast::<String>());

    let handle = thread::spawn(|| if thread::panicking() { 0 } else { std::panic::panic_any(7_u16) });
    println!("{:?}", handle.join().map_err(|payload| payload.downcast_ref::<u16>().copied()));

    let mutex = Arc::new(Mutex::new(vec![1]));
    let lock = Arc::new(RwLock::new(5));
    let (mutex2, lock2) = (Arc::clone(&mutex), Arc::clone(&lock));
    let (sender, receiver) = mpsc::channel();
    let handle = thread::spawn(move || {
        let _noisy = Noisy(sender);
        let mut values = mutex2.lock().unwrap();
        let _number = lock2.write().unwrap();
        values.push(2);
        values[9] = 3;
    });
    println!("{}", handle.join().is_err());
    println!("{:?} {:?}", receiver.recv(), receiver.recv().is_err());
    println!("{} {}", mutex.is_poisoned(), lock.read().is_err());
    println!("{:?}", mutex.lock().unwrap_or_else(PoisonError::into_inner));
    mutex.clear_poison();
    println!("{:?}", mutex.lock().map(|values| values.len()).ok());

    let scoped = thread::scope(|scope| {
        let bad = scope.spawn(|| {
            if mutex.lock().unwrap().len() == 2 {
                panic!("scoped");
            }
        });
        let good = scope.spawn(|| 12);
        (good.join().ok(), bad.join().map_err(|payload| *payload.downcast::<&str>().unwrap()))
    });
    println!("{scoped:?}");

    let unjoined = std::panic::catch_unwind(|| {
        thread::scope(|scope| {
            scope.spawn(|| panic!("not joined"));
        });
    });
    println!("{:?}", unjoined.unwrap_err().downcast_ref::<&str>());
}
