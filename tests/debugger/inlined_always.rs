//! Functions that are always inlined, also without optimisation: they have frames, arguments and locals.

#[inline(always)]
fn outer(value: u32) -> u32 {
    let tripled = value * 3;
    inner(tripled) + 1 // #outer
}

#[inline(always)]
fn inner(value: u32) -> u32 {
    let halved = value / 2;
    look(halved); // #inner
    halved
}

fn main() {
    let result = outer(4); // #call
    look(result); // #here
    //> break #inner
    //> run
    //both is: inlined_always::inner at #inner
    //> backtrace
    //both is: #0 inlined_always::inner at #inner #1 inlined_always::outer at #outer #2 inlined_always::main at #call
    //> print value
    //both is: 12
    //> print halved
    //both is: 6
    //> frame 1
    //both is: inlined_always::outer at #outer
    //> print value
    //both is: 4
    //> print tripled
    //both is: 12
    //> frame 2
    //both is: inlined_always::main at #call
    //> break #here
    //> continue
    //both is: inlined_always::main at #here
    //> print result
    //both is: 7
}

fn look(_: u32) {}
