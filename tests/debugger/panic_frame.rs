//! The frames of a panic, with the variables of the function that panics.
// exit: 101

fn main() {
    let values = vec![1u32, 2, 3];
    let index = 7;
    let value = pick(&values, index); // #main
    let _ = value;
    //> break rust_panic
    //> run
    //gdb is: std::panicking::rust_panic at panicking.rs:886
    //lldb is: __rustc::rust_panic at panicking.rs:886
    //> backtrace
    //both has: panicking.rs
    //both has: panic_frame::pick at #pick
    //both has: panic_frame::main at #main
    //> frame 7
    //both is: panic_frame::pick at #pick
    //> args
    //gdb is: values = &[u32](size=3) = {1, 2, 3} index = 7
    //lldb is: (&[u32]) values = size=3 { [0] = 1 [1] = 2 [2] = 3 } (unsigned long) index = 7
    //> print wanted
    //both is: 8
    //> continue
    //both is: exited with 101
}

fn pick(values: &[u32], index: usize) -> u32 {
    let wanted = index + 1;
    values[wanted] // #pick
}
