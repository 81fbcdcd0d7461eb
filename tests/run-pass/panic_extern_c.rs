//! A panic may not leave an `extern "C"` function: it aborts; through "C-unwind" it is caught.
// exit: signal 6
// stderr-contains: panic in a function that cannot unwind

extern "C-unwind" fn may_unwind(value: i32) -> i32 {
    if value > 2 {
        panic!("unwinds {value}");
    }
    value * 2
}

extern "C" fn may_not_unwind(value: i32) -> i32 {
    may_unwind(value) + 1
}

fn main() {
    println!("{}", may_not_unwind(2));
    let caught = std::panic::catch_unwind(|| may_unwind(3));
    println!("{:?}", caught.unwrap_err().downcast_ref::<String>());
    let caught = std::panic::catch_unwind(|| may_not_unwind(4));
    println!("not reached {}", caught.is_ok());
}
