//! A captured backtrace names the functions and this file with its lines (only yes or no is printed).
// flags: -g

use std::backtrace::{Backtrace, BacktraceStatus};
use std::hint::black_box;

#[inline(never)]
fn innermost_function() -> (Backtrace, u32) {
    let (trace, line) = (Backtrace::force_capture(), line!());
    black_box((trace, line))
}

#[inline(never)]
fn middle_function(depth: u32) -> (Backtrace, u32) {
    if depth == 0 { black_box(innermost_function()) } else { black_box(middle_function(depth - 1)) }
}

struct Carrier;

impl Carrier {
    #[inline(never)]
    fn method<T: Default>(&self, _kind: T) -> (Backtrace, u32) {
        let closure = |depth| black_box(middle_function(depth));
        black_box(closure(2))
    }
}

/// The line after the frame that names `function`, if there is one: where it is.
fn place<'a>(text: &'a str, function: &str) -> Option<&'a str> {
    let mut lines = text.lines().skip_while(|line| !line.contains(function));
    lines.next()?;
    lines.next().map(str::trim)
}

fn main() {
    let (trace, line) = Carrier.method(5_u8);
    println!("{}", trace.status() == BacktraceStatus::Captured);
    let text = trace.to_string();
    for function in ["innermost_function", "middle_function", "::method", "backtrace::main"] {
        println!("{function} {}", text.contains(function));
    }
    let place = place(&text, "innermost_function").unwrap_or_default();
    println!("{} {}", place.contains("backtrace.rs"), place.contains(&format!(":{line}:")));
    let frames = text.lines().filter(|l| l.contains("middle_function")).count();
    println!("{}", frames >= 1);

    let panicked = std::panic::catch_unwind(|| {
        std::panic::set_hook(Box::new(|info| {
            let text = Backtrace::force_capture().to_string();
            println!(
                "{} {}",
                text.contains("backtrace::fails"),
                info.location().is_some_and(|l| l.file().ends_with("backtrace.rs"))
            );
        }));
        fails(black_box(None))
    });
    println!("{}", panicked.is_err());
    println!("{}", Backtrace::disabled().status() == BacktraceStatus::Disabled);
}

#[inline(never)]
fn fails(value: Option<u8>) -> u8 {
    value.expect("there is none")
}
