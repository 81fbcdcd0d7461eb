//! Frames of a recursive function, each with its own variables.

fn main() {
    let result = factorial(4); // #main
    let _ = result;
    //> break #bottom
    //> run
    //both is: recursion::factorial at #bottom
    //> backtrace
    //both is: #0 recursion::factorial at #bottom #1 recursion::factorial at #again #2 recursion::factorial at #again #3 recursion::factorial at #again #4 recursion::main at #main
    //> args
    //gdb is: number = 1
    //lldb is: (unsigned long) number = 1
    //> frame 2
    //both is: recursion::factorial at #again
    //> args
    //gdb is: number = 3
    //lldb is: (unsigned long) number = 3
    //> print smaller
    //both is: 2
    //> frame 4
    //both is: recursion::main at #main
    //> locals
    //gdb is: No locals.
    //lldb is:
    //> frame 0
    //both is: recursion::factorial at #bottom
    //> delete
    //> finish
    //both is: recursion::factorial at #again returned 1
    //> finish
    //both is: recursion::factorial at #again returned 2
}

fn factorial(number: u64) -> u64 {
    if number <= 1 {
        return number; // #bottom
    }
    let smaller = number - 1;
    number * factorial(smaller) // #again
}
