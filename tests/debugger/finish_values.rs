//! The return values of functions that are run to their end.

#[derive(Clone, Copy)]
struct Point {
    x: i32,
    y: i32,
}

fn main() {
    let number = number(); // #number_called
    let ratio = ratio(); // #ratio_called
    let choice = choice(); // #choice_called
    let point = point(); // #point_called
    let large = large(); // #large_called
    let text = text(); // #text_called
    let _ = (number, ratio, choice, point.x, point.y, large, text);
    //> break finish_values::number
    //> break finish_values::ratio
    //> break finish_values::choice
    //> break finish_values::point
    //> break finish_values::large
    //> break finish_values::text
    //> run
    //both is: finish_values::number at #number
    //> finish
    //both is: finish_values::main at #number_called returned -12
    //> continue
    //both is: finish_values::ratio at #ratio
    //> finish
    //both is: finish_values::main at #ratio_called returned 2.25
    //> continue
    //both is: finish_values::choice at #choice
    //> finish
    //both is: finish_values::main at #choice_called returned true
    //> continue
    //both is: finish_values::point at #point
    //> finish
    //both has: finish_values::main at #point_called
    //> continue
    //both is: finish_values::large at #large
    //gdb> finish
    //gdb has: returned [1, 2, 3, 4, 5]
    //> continue
    //both is: finish_values::text at #text
    //gdb> finish
    //gdb has: returned "text"
}

fn number() -> i32 {
    look(); // #number
    -12
}

fn ratio() -> f64 {
    look(); // #ratio
    2.25
}

fn choice() -> bool {
    look(); // #choice
    true
}

fn point() -> Point {
    look(); // #point
    Point { x: 3, y: -4 }
}

fn large() -> [u64; 5] {
    look(); // #large
    [1, 2, 3, 4, 5]
}

fn text() -> &'static str {
    look(); // #text
    "text"
}

fn look() {}
