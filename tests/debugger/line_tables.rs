//! Line tables only: lines and frames, but no variables.
// flags: -Cdebuginfo=line-tables-only

fn main() {
    let value = 5u32;
    let twice = double(value); // #call
    look(twice); // #here
    //> break #inside
    //> run
    //both is: line_tables::double at #inside
    //> locals
    //gdb is: No locals.
    //lldb is: error: no variable information is available in debug info for this compile unit
    //> backtrace
    //both is: #0 line_tables::double at #inside #1 line_tables::main at #call
    //> finish
    //both is: line_tables::main at #call
    //> next
    //both is: line_tables::main at #here
}

fn double(value: u32) -> u32 {
    look(value); // #inside
    value * 2
}

fn look(_: u32) {}
