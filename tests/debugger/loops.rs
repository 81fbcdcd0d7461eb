//! Stepping through loops; variables of one iteration.

fn main() {
    let mut total = 0u32;
    for index in 0..3u32 {
        let square = index * index;
        total += square; // #in_for
    }
    let mut left = 2u8;
    while left > 0 { // #line
        left = fewer(left); // #in_while
    }
    let found = loop {
        total += 10; // #in_loop
        if total > 20 {
            break total;
        }
    };
    look(); // #here
    //> break #in_for
    //> run
    //both is: loops::main at #in_for
    //> print index
    //both is: 0
    //> print square
    //both is: 0
    //> continue
    //both is: loops::main at #in_for
    //> print index
    //both is: 1
    //> print total
    //both is: 0
    //> continue
    //both is: loops::main at #in_for
    //> print square
    //both is: 4
    //> delete
    //> break #in_while
    //> continue
    //both is: loops::main at #in_while
    //> delete
    //> print total
    //both is: 5
    //> next
    //both is: loops::main at #line
    //> print left
    //gdb is: 1
    //lldb is: '\x01'
    //> next
    //both is: loops::main at #in_while
    //> next
    //both is: loops::main at #line
    //> next
    //both is: loops::main at #in_loop
    //> break #here
    //> continue
    //both is: loops::main at #here
    //> print found
    //both is: 25
    let _ = found;
}

fn fewer(than: u8) -> u8 {
    than - 1
}

fn look() {}
