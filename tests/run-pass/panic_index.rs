//! Indexing out of bounds with a run-time index ends the program with the std message.
// exit: 101
// stderr-contains: panic_index.rs:8:5:
// stderr-contains: index out of bounds: the len is 4 but the index is 7

#[inline(never)]
fn get(values: &[i32], index: usize) -> i32 {
    values[index]
}

fn main() {
    let values = [10, 20, 30, 40];
    for index in [0, 3, 7] {
        println!("{}", get(&values, index));
    }
}
