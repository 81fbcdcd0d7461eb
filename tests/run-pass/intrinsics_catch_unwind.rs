//! `catch_unwind`: results, nesting, in loops, through closures that own things, resumed panics.

use std::cell::RefCell;
use std::panic::{self, AssertUnwindSafe};

thread_local!(static LOG: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) });

fn log(text: impl Into<String>) {
    LOG.with_borrow_mut(|log| log.push(text.into()));
}

struct Noisy(&'static str);

impl Drop for Noisy {
    fn drop(&mut self) {
        log(format!("drop {}", self.0));
    }
}

fn fails_if(condition: bool) -> u64 {
    let _guard = Noisy("guard");
    if condition {
        panic!("failed on {condition}");
    }
    41
}

fn text_of(payload: Box<dyn std::any::Any + Send>) -> String {
    match payload.downcast::<String>() {
        Ok(text) => *text,
        Err(payload) => match payload.downcast_ref::<&str>() {
            Some(text) => text.to_string(),
            None => String::from("something else"),
        },
    }
}

fn nested(depth: u32) -> Result<u32, String> {
    let result = panic::catch_unwind(|| {
        let _guard = Noisy("nested");
        match depth {
            0 => panic!("bottom"),
            _ => nested(depth - 1),
        }
    });
    match result {
        Ok(inner) => inner.map(|count| count + 1).or(Ok(depth)),
        Err(payload) => Err(text_of(payload)),
    }
}

fn main() {
    panic::set_hook(Box::new(|_| log("hook")));
    for condition in [false, true, false, true] {
        let result = panic::catch_unwind(|| fails_if(condition));
        println!("{:?}", result.map(|value| value + 1).map_err(text_of));
    }
    println!("{:?}", nested(3));
    let mut count = 0;
    let sum: u32 = (0..100)
        .map(|number| {
            let result = panic::catch_unwind(AssertUnwindSafe(|| {
                count += 1;
                if number % 7 == 3 { panic!("{number}") } else { number }
            }));
            result.unwrap_or(1000)
        })
        .sum();
    println!("{sum} {count}");
    let outer = panic::catch_unwind(|| {
        let inner = panic::catch_unwind(|| {
            let guard = Noisy("inner");
            if !guard.0.is_empty() {
                panic::panic_any(42i32);
            }
        });
        log("between");
        if let Err(payload) = inner {
            let _guard = Noisy("outer");
            panic::resume_unwind(payload);
        }
    });
    println!("{:?}", outer.unwrap_err().downcast_ref::<i32>());
    let array = panic::catch_unwind(|| [String::from("a large"), String::from("result")]);
    println!("{array:?}");
    let _ = panic::take_hook();
    println!("{}", LOG.with_borrow(|log| log.join(", ")));
}
