//! Other commands of gdb: frames by `up` and `down`, temporary breakpoints, source beside instructions, panics.

use std::sync::atomic::{AtomicU32, Ordering};

static COUNTER: AtomicU32 = AtomicU32::new(3);
static NAMES: [&str; 2] = ["one", "two"];

#[derive(Debug)]
enum Shape {
    Circle(f32),
    Square { side: u8 },
    Point,
}

fn outer(shape: &Shape) -> u32 {
    let factor = 2;
    inner(shape, factor) + factor // #outer
}

fn inner(shape: &Shape, factor: u32) -> u32 {
    let area = match shape {
        Shape::Circle(radius) => *radius as u32,
        Shape::Square { side } => u32::from(*side),
        Shape::Point => 0,
    };
    look(area * factor); // #inner
    COUNTER.fetch_add(area, Ordering::Relaxed);
    area
}

fn look(_: u32) {}

fn fails(values: &[u32]) -> u32 {
    values[values.len()] // #fails
}

fn main() {
    let shapes = [Shape::Circle(3.0), Shape::Square { side: 4 }, Shape::Point];
    let total: u32 = shapes.iter().map(outer).sum();
    let caught = std::panic::catch_unwind(|| fails(&[total]));
    std::hint::black_box((caught.is_err(), NAMES)); // #end
    //gdb> raw tbreak #inner
    //gdb> run
    //gdb is: gdb_commands::inner at #inner
    //gdb> raw info breakpoints
    //gdb is: No breakpoints or watchpoints.
    //gdb> locals
    //gdb is: area = 3
    //gdb> print *shape
    //gdb is: gdb_commands::Shape::Circle(3)
    //gdb> raw up
    //gdb> locals
    //gdb is: factor = 2
    //gdb> raw frame
    //gdb has: gdb_commands::outer
    //gdb has: (shape=0x[..])
    //gdb> raw down
    //gdb> print area
    //gdb is: 3
    //gdb> args
    //gdb is: shape = 0x[..] factor = 2
    //gdb> raw info source
    //gdb has: Source language is rust.
    //gdb> raw info line
    //gdb has: Line
    //gdb has: gdb_commands.rs" starts at address
    //gdb has: inner
    //gdb> raw disassemble /s
    //gdb has: fn inner(shape: &Shape, factor: u32) -> u32 {
    //gdb has: let area = match shape {
    //gdb has: => 0x
    //gdb has: COUNTER.fetch_add(area, Ordering::Relaxed);
    //gdb> break rust_panic
    //gdb> continue
    //gdb has: std::panicking::rust_panic
    //gdb> backtrace
    //gdb has: core::panicking::panic_bounds_check
    //gdb has: gdb_commands::fails at #fails
    //gdb has: gdb_commands::main::{closure#0}
    //gdb> break #end
    //gdb> continue
    //gdb is: gdb_commands::main at #end
    //gdb> print gdb_commands::COUNTER
    //gdb has: (10)
    //gdb> print gdb_commands::NAMES
    //gdb is: ["one", "two"]
}
