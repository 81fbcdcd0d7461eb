//! A program ended by a signal: the frame and its variables.
// exit: signal 11

fn main() {
    let address = std::ptr::null::<u32>().wrapping_add(4);
    let value = read(address); // #main
    let _ = value;
    //> run
    //gdb is: SIGSEGV: core::ptr::read_volatile<u32> at mod.rs:2095
    //lldb is: SIGSEGV: core::ptr::read_volatile at mod.rs:2095
    //> frame 2
    //both is: signals::read at #read
    //> print label
    //gdb is: "before"
    //lldb is: "before" { [0] = 'b' [1] = 'e' [2] = 'f' [3] = 'o' [4] = 'r' [5] = 'e' }
    //> print pointer
    //gdb is: (*mut u32) 0x10
    //lldb is: 0x0000000000000010
    //> backtrace
    //gdb is: #0 core::ptr::read_volatile<u32> at mod.rs:2095 #1 core::ptr::const_ptr::{impl#0}::read_volatile<u32> at const_ptr.rs:1192 #2 signals::read at #read #3 signals::main at #main
    //lldb is: #0 core::ptr::read_volatile at mod.rs:2095 #1 core::ptr::const_ptr::_$LT$impl$u20$$BP$const$u20$T$GT$::read_volatile at const_ptr.rs:1192 #2 signals::read at #read #3 signals::main at #main
}

fn read(pointer: *const u32) -> u32 {
    let label = "before";
    look(label);
    unsafe { pointer.read_volatile() } // #read
}

fn look(_: &str) {}
