//! Stepping over and into functions and out of them.

fn main() {
    let first = 1u32; // #start
    let second = double(first); // #second
    let third = double( // #third
        double(second), // #arguments
    );
    let text = describe(third); // #describe
    keep(text.len() as u32); // #after
    //> break #start
    //> run
    //both is: stepping::main at #start
    //> next
    //both is: stepping::main at #second
    //> step
    //both is: stepping::double at #double
    //> next
    //both is: stepping::double at #result
    //> next
    //both is: stepping::double at #end
    //> next
    //gdb is: stepping::main at #arguments
    //lldb is: stepping::main at #second
    //> next
    //gdb is: stepping::main at #third
    //lldb is: stepping::main at #arguments
    //> step
    //both is: stepping::double at #double
    //> backtrace
    //gdb is: #0 stepping::double at #double #1 stepping::main at #third
    //lldb is: #0 stepping::double at #double #1 stepping::main at #arguments
    //> finish
    //gdb is: stepping::main at #third returned 8
    //lldb is: stepping::main at #arguments returned 4
    //> next
    //gdb is: stepping::main at #describe
    //lldb is: stepping::main at #third
}

fn double(value: u32) -> u32 {
    let result = value * 2; // #double
    keep(result) // #result
} // #end

fn describe(value: u32) -> &'static str {
    keep(value); // #inside
    if value > 5 { "large" } else { "small" }
}

fn keep(value: u32) -> u32 {
    value
}
