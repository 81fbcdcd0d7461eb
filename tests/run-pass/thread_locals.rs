//! Thread-locals: lazy and const initialisers, one value per thread, destructors at thread exit.

use std::cell::{Cell, RefCell};
use std::sync::mpsc;
use std::thread;

struct Reporter {
    name: &'static str,
    log: mpsc::Sender<String>,
}

impl Drop for Reporter {
    fn drop(&mut self) {
        // Another thread-local may still be made while destructors run.
        let depth = DEPTH.with(|depth| depth.get());
        _ = self.log.send(format!("drop {} at depth {depth}", self.name));
    }
}

thread_local! {
    static COUNTER: Cell<u32> = const { Cell::new(7) };
    static DEPTH: Cell<i64> = const { Cell::new(-1) };
    static NAMES: RefCell<Vec<String>> = RefCell::new(vec![format!("made in {:?}", thread::current().name())]);
    static REPORTER: RefCell<Option<Reporter>> = const { RefCell::new(None) };
    static BIG: RefCell<[u64; 512]> = const { RefCell::new([3; 512]) };
    static ALIGNED: Aligned = const { Aligned(Cell::new(1)) };
    static LAZY: u64 = COUNTER.get() as u64 * 1000;
}

#[repr(align(128))]
struct Aligned(Cell<u8>);

#[inline(never)]
fn bump(by: u32) -> u32 {
    COUNTER.set(COUNTER.get() + by);
    COUNTER.get()
}

fn recurse(levels: u32) -> i64 {
    DEPTH.with(|depth| {
        depth.set(depth.get() + 1);
        let deepest = if levels == 0 { depth.get() } else { recurse(levels - 1) };
        depth.set(depth.get() - 1);
        deepest
    })
}

fn main() {
    println!("{} {}", bump(1), bump(10));
    let (log, lines) = mpsc::channel();
    for name in ["first", "second"] {
        let log = log.clone();
        let worker = thread::Builder::new().name(name.into());
        let handle = worker.spawn(move || {
            REPORTER.set(Some(Reporter { name, log }));
            DEPTH.set(name.len() as i64);
            NAMES.with_borrow_mut(|names| names.push("more".into()));
            BIG.with_borrow_mut(|big| big[511] += bump(5) as u64);
            ALIGNED.with(|aligned| {
                assert!((&raw const *aligned).is_aligned());
                aligned.0.set(aligned.0.get() * 3);
            });
            (bump(0), NAMES.take(), BIG.with_borrow(|big| big.iter().sum::<u64>()), LAZY.with(|lazy| *lazy))
        });
        println!("{:?}", handle.unwrap().join().unwrap());
        println!("{}", lines.recv().unwrap());
    }
    NAMES.with_borrow(|names| println!("{names:?}"));
    println!("{} {}", BIG.with_borrow(|big| big[511]), ALIGNED.with(|aligned| aligned.0.get()));
    println!("{} {} {}", recurse(9), DEPTH.get(), LAZY.with(|lazy| *lazy));
    println!("{:?}", COUNTER.replace(1));
    println!("{} {:?}", COUNTER.take(), COUNTER.try_with(Cell::get));
    println!("{}", REPORTER.with_borrow(Option::is_none));
}
