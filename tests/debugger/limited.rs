//! `-Cdebuginfo=1`: functions and lines, no variables and types.
// flags: -Cdebuginfo=1

mod inner {
    pub fn twice(value: u32) -> u32 {
        super::look(value); // #inside
        value * 2
    }
}

fn main() {
    let value = 5u32;
    let twice = inner::twice(value); // #call
    look(twice); // #after
    //> break limited::inner::twice
    //> run
    //both is: limited::inner::twice at #inside
    //> locals
    //gdb is: No locals.
    //lldb is: error: no variable information is available in debug info for this compile unit
    //> backtrace
    //both is: #0 limited::inner::twice at #inside #1 limited::main at #call
    //> finish
    //both is: limited::main at #call
}

fn look(_: u32) {}
