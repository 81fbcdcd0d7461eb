//! Externally implementable items: functions with a default and with an implementation elsewhere in the crate.
#![feature(extern_item_impls)]

#[eii(shown)]
fn show(number: u64) -> String {
    format!("the default: {number}")
}

#[eii]
fn double(number: u64) -> u64;

#[double]
fn implementation(number: u64) -> u64 {
    number * 2
}

#[eii]
fn overridden(text: &str) -> usize {
    text.len()
}

#[overridden]
fn other(text: &str) -> usize {
    println!("overridden with {text}");
    text.len() + 1000
}

fn main() {
    println!("{} {}", show(1), double(21));
    println!("{}", overridden("text"));
    let pointers: [fn(u64) -> u64; 2] = [double, implementation];
    println!("{:?}", pointers.map(|function| function(5)));
}
