//! catch_unwind and resume_unwind: payloads, drops during unwinding, nesting, the panic hook.

use std::cell::RefCell;
use std::panic::{self, AssertUnwindSafe, catch_unwind, panic_any, resume_unwind};
use std::sync::Mutex;

thread_local! {
    static LOG: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

static HOOK_LOG: Mutex<Vec<String>> = Mutex::new(Vec::new());

fn log(text: impl Into<String>) {
    LOG.with_borrow_mut(|log| log.push(text.into()));
}

struct Noisy(u32);
impl Drop for Noisy {
    fn drop(&mut self) {
        log(format!("d{}{}", self.0, if std::thread::panicking() { "!" } else { "" }));
    }
}

/// While it is dropped by unwinding, another panic is raised and caught.
struct Nested;
impl Drop for Nested {
    fn drop(&mut self) {
        let inner = catch_unwind(|| {
            let _noisy = Noisy(50);
            panic!("inside drop");
        });
        log(format!("nested {}", inner.is_err()));
    }
}

#[inline(never)]
fn deep(levels: u32, kind: u32) -> u32 {
    let noisy = Noisy(levels);
    if levels == 0 {
        match kind {
            0 => panic!("plain"),
            1 => panic!("formatted {}", kind),
            2 => panic_any(42_i64),
            3 => resume_unwind(Box::new(vec![1, 2, 3])),
            4 => return [1, 2][kind as usize],
            5 => return kind / (kind - 5),
            6 => assert_eq!(kind, 7, "with {} text", "more"),
            7 => unreachable!("never {kind}"),
            8 => return Err::<u32, _>("bad").expect("expected"),
            9 => _ = RefCell::new(1).try_borrow_mut().map(|_guard| todo!()),
            _ => {}
        }
    }
    let result = if levels > 0 { deep(levels - 1, kind) } else { 7 };
    result + noisy.0
}

fn payload(payload: Box<dyn std::any::Any + Send>) -> String {
    if let Some(text) = payload.downcast_ref::<&str>() {
        return format!("&str {text}");
    }
    let payload = match payload.downcast::<String>() {
        Ok(text) => return format!("String {text}"),
        Err(payload) => payload,
    };
    match payload.downcast_ref::<i64>() {
        Some(number) => format!("i64 {number}"),
        None => format!("other {:?}", payload.downcast::<Vec<i32>>().ok()),
    }
}

fn main() {
    panic::set_hook(Box::new(|info| {
        let place = info.location().map(|l| (l.file().ends_with("panic_catch.rs"), l.line() > 25));
        HOOK_LOG.lock().unwrap().push(format!("{:?} {place:?}", info.payload_as_str()));
    }));
    for kind in 0..=10 {
        let result = catch_unwind(|| deep(2, kind)).map_err(payload);
        println!("{kind} {result:?} {:?}", LOG.take());
        println!("  {:?}", std::mem::take(&mut *HOOK_LOG.lock().unwrap()));
    }
    let outer = catch_unwind(|| {
        let _first = Noisy(1);
        let inner = catch_unwind(|| {
            let _second = Noisy(2);
            let _nested = Nested;
            deep(1, 1)
        });
        log("between");
        let _third = Noisy(3);
        resume_unwind(inner.unwrap_err());
    });
    println!("{} {:?}", payload(outer.unwrap_err()), LOG.take());
    let mut counter = 0;
    for _ in 0..1000 {
        let step = AssertUnwindSafe(|| if counter % 3 == 0 { panic_any(counter) } else { counter });
        counter += catch_unwind(step).map_or_else(|p| *p.downcast::<i32>().unwrap() % 2 + 1, |v| v % 5 + 2);
    }
    println!("{counter} {}", HOOK_LOG.lock().unwrap().len());
    _ = panic::take_hook();
}
