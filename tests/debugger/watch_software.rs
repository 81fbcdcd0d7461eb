//! Watchpoints that the debugger checks after each instruction, for machines without registers for them.

fn main() {
    let mut total = 1u64;
    add(&mut total); // #added
    let mut numbers = [1u8, 2, 3];
    numbers[1] = 9;
    look(total, &numbers); // #end
    //gdb> raw set can-use-hw-watchpoints 0
    //gdb> break #added
    //gdb> run
    //gdb is: watch_software::main at #added
    //gdb> raw watch total
    //gdb is: Watchpoint 2: total
    //gdb> continue
    //gdb is: watchpoint: watch_software::add at #changed
    //gdb> print *total
    //gdb is: 6
    //gdb> backtrace
    //gdb is: #0 watch_software::add at #changed #1 watch_software::main at #added
    //gdb> delete
    //gdb> break #end
    //gdb> continue
    //gdb is: watch_software::main at #end
    //gdb> print numbers
    //gdb is: [1, 9, 3]
    //gdb> raw watch numbers[2]
    //gdb> break watch_software::look
    //gdb> continue
    //gdb has: watch_software::look at #look
}

fn add(total: &mut u64) {
    *total += 5;
} // #changed

fn look(total: u64, numbers: &[u8]) {
    let mut watched = total; // #look
    watched += u64::from(numbers[1]);
    std::hint::black_box(watched);
}
