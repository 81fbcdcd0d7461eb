//! Function pointers and items.

struct Table {
    operation: fn(i32, i32) -> i32,
    action: unsafe extern "C" fn(u8),
}

fn main() {
    let pointer: fn(i32, i32) -> i32 = add;
    let table = Table { operation: subtract, action: act };
    let item = add;
    let result = pointer(5, 3) + (table.operation)(5, 3) + item(1, 1);
    look(); // #here
    //> break #here
    //> run
    //both is: function_pointers::main at #here
    //> print pointer
    //gdb is: (*mut fn (i32, i32) -> i32) [..] <function_pointers::add>
    //lldb is: [..] (program`function_pointers::add::h[..] at #add)
    //> print table
    //gdb is: function_pointers::Table {operation: [..] <function_pointers::subtract>, action: [..] <function_pointers::act>}
    //lldb is: { operation = [..] (program`function_pointers::subtract::h[..] at #subtract) action = [..] (program`function_pointers::act::h[..] at #act) }
    //> print result
    //both is: 12
    //> type pointer
    //gdb is: *mut fn (i32, i32) -> i32
    //lldb is: int (*)(int, int)
    //> type table.action
    //gdb is: *mut fn (u8)
    //lldb is: void (*)(unsigned char)
    //> type item
    //gdb is: *mut fn (i32, i32) -> i32
    //lldb is: int (*)(int, int)
    unsafe { (table.action)(0) };
    let _ = result;
}

fn add(left: i32, right: i32) -> i32 { // #add
    left + right
}

fn subtract(left: i32, right: i32) -> i32 { // #subtract
    left - right
}

unsafe extern "C" fn act(_: u8) {} // #act

fn look() {}
