//! A line on which integers are only made narrower, which needs no machine code.

fn main() {
    let pair = halves(0x1234_5678);
    look(pair);
    //> break #narrow
    //> run
    //both is: narrowing::halves at #narrow
    //> print high
    //both is: 4660
    //> print low
    //both is: 22136
    //> next
    //both is: narrowing::halves at #end
    //> finish
    //both has: narrowing::main at
}

fn halves(value: u64) -> (u16, u16) {
    let high = value >> 16;
    let low = value & 0xffff;
    (high as u16, low as u16) // #narrow
} // #end

fn look(_: (u16, u16)) {}
