//! Breakpoints with conditions on locals and arguments.

fn main() {
    let mut sum = 0i64;
    for number in 0..100i64 {
        sum += step(number); // #call
    }
    let _ = sum;
    //> break #call if number == 42
    //> run
    //both is: conditional::main at #call
    //> print number
    //both is: 42
    //> print sum
    //both is: 1722
    //> delete
    //> break #inside if value > 50
    //> continue
    //both is: conditional::step at #inside
    //> print value
    //both is: 51
    //> frame 1
    //both is: conditional::main at #call
    //> print sum
    //both is: 2550
}

fn step(value: i64) -> i64 {
    value * 2 // #inside
}
