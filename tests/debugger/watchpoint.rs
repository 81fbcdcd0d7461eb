//! A watchpoint on a local stops where it changes.

fn main() {
    let mut level = 1u32;
    look(); // #here
    let other = level + 1;
    level = other * 10; // #changed
    look();
    raise(&mut level); // #line
    look();
    //> break #here
    //> run
    //both is: watchpoint::main at #here
    //> watch level
    //> continue
    //both has: watchpoint: watchpoint::main at
    //> print level
    //both is: 20
    //> continue
    //both has: watchpoint: watchpoint::raise at
    //> print *of
    //both is: 21
    //> frame 1
    //both is: watchpoint::main at #line
    //> print level
    //both is: 21
}

fn raise(of: &mut u32) {
    *of += 1;
    look();
}

fn look() {}
