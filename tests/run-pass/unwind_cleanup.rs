//! Values that unwinding has to drop: half-built arrays and vectors, arguments, iterators, boxes, nested frames.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook};

thread_local! {
    static LOG: RefCell<String> = const { RefCell::new(String::new()) };
}

#[derive(Debug)]
struct Noisy(u32);

impl Noisy {
    fn new(id: u32) -> Noisy {
        LOG.with_borrow_mut(|log| *log += &format!("+{id} "));
        Noisy(id)
    }
}

impl Clone for Noisy {
    fn clone(&self) -> Noisy {
        boom(self.0 == 3);
        Noisy::new(self.0 + 10)
    }
}

impl Drop for Noisy {
    fn drop(&mut self) {
        LOG.with_borrow_mut(|log| *log += &format!("-{} ", self.0));
    }
}

#[inline(never)]
fn boom(condition: bool) {
    if condition {
        panic!("boom");
    }
}

fn case(name: &str, action: impl FnOnce()) {
    let result = catch_unwind(AssertUnwindSafe(action));
    println!("{name}: {} {}", result.is_err(), LOG.take());
}

#[inline(never)]
fn arguments(a: Noisy, b: Noisy, c: Box<Noisy>) -> u32 {
    boom(a.0 + b.0 + c.0 > 3);
    1
}

#[inline(never)]
fn fallible(id: u32) -> Noisy {
    let noisy = Noisy::new(id);
    boom(id == 2);
    noisy
}

struct Pair {
    first: Noisy,
    second: Noisy,
}

struct Panicky(u32);
impl Drop for Panicky {
    fn drop(&mut self) {
        LOG.with_borrow_mut(|log| *log += &format!("p{} ", self.0));
        boom(self.0 == 1);
    }
}

fn main() {
    set_hook(Box::new(|_| {}));
    case("array", || _ = [fallible(0), fallible(1), fallible(2), fallible(3)]);
    case("array::from_fn", || _ = std::array::from_fn::<_, 4, _>(|i| fallible(i as u32)));
    case("array map", || _ = [0, 1, 2, 3].map(fallible));
    case("vec!", || _ = vec![fallible(0), fallible(1), fallible(2)]);
    case("collect", || _ = (0..4).map(fallible).collect::<Vec<_>>());
    case("clone", || _ = vec![Noisy(1), Noisy(2), Noisy(3), Noisy(4)].clone());
    case("resize", || vec![Noisy(1)].resize(4, Noisy(3)));
    case("arguments", || _ = arguments(Noisy::new(1), Noisy::new(2), Box::new(Noisy::new(3))));
    case("argument list", || _ = arguments(Noisy::new(1), fallible(2), Box::new(Noisy::new(3))));
    case("struct", || {
        let pair = Pair { second: Noisy::new(5), first: fallible(2) };
        drop((pair.second, pair.first));
    });
    case("partial move", || {
        let pair = Pair { first: Noisy::new(1), second: Noisy::new(2) };
        let second = pair.second;
        boom(pair.first.0 == 1);
        drop(second);
    });
    case("retain", || {
        vec![Noisy(1), Noisy(2), Noisy(3), Noisy(4)].retain(|n| {
            boom(n.0 == 3);
            n.0 != 1
        })
    });
    case("into_iter", || {
        for noisy in vec![Noisy(1), Noisy(2), Noisy(3)] {
            boom(noisy.0 == 2);
        }
    });
    case("closure", || {
        let captured = Noisy::new(7);
        let call: Box<dyn FnOnce() -> u32> = Box::new(move || {
            boom(captured.0 == 7);
            captured.0
        });
        call();
    });
    case("conditional", || {
        let kept;
        let moved = Noisy::new(1);
        if moved.0 == 1 {
            kept = moved;
            boom(kept.0 == 1);
        }
    });
    case("loop", || {
        let mut last = Noisy::new(0);
        for id in 1.. {
            last = fallible(id);
        }
        drop(last);
    });
    case("drop that panics", || _ = (Panicky(0), Panicky(1), Panicky(2)));
    case("vec of drops that panic", || drop(vec![Panicky(0), Panicky(1), Panicky(2)]));
    case("nested", || {
        let _outer = Noisy::new(1);
        let inner = catch_unwind(|| {
            let _inner = Noisy::new(8);
            fallible(2)
        });
        boom(inner.is_err());
    });
    case("assignment", || {
        let mut slot = Panicky(1);
        boom(slot.0 == 2);
        slot = Panicky(5);
        drop(slot);
    });
    case("none", || drop(fallible(1)));
}
