//! Lines of macros: calls count, not definitions; locals that macros make.

macro_rules! add_all {
    ($first:expr $(, $rest:expr)*) => {{
        let mut sum = $first;
        $( sum += $rest; )* // #line_1
        sum
    }};
}

macro_rules! make_function {
    ($name:ident, $value:expr) => {
        fn $name() -> u32 {
            let made = $value;
            look(); // #in_macro
            made
        }
    };
}

make_function!(seven, 7); // #made

fn main() {
    let start = 1u32; // #start
    let total = add_all!(start, 2, 3); // #line_2
    let value = seven(); // #then
    let text = format!("{total} {value}");
    assert_eq!(text, "6 7");
    look(); // #here
    //> break #start
    //> run
    //both is: macros::main at #start
    //> next
    //both is: macros::main at #line_2
    //> next
    //both is: macros::main at #line_1
    //> print sum
    //both is: 1
    //> break #then
    //> continue
    //both is: macros::main at #then
    //> print total
    //both is: 6
    //> break #in_macro
    //> continue
    //both is: macros::seven at #in_macro
    //> print made
    //both is: 7
    //> backtrace
    //both is: #0 macros::seven at #in_macro #1 macros::main at #then
    //> break #here
    //> continue
    //both is: macros::main at #here
    //> print text
    //gdb is: "6 7"
    //lldb is: "6 7" { [0] = '6' [1] = ' ' [2] = '7' }
    //> print value
    //both is: 7
}

fn look() {}
