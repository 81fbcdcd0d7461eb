//! Closures: Fn, FnMut, FnOnce; captures by reference, by move, disjoint fields; boxed; returned.

use std::collections::BTreeMap;

fn apply<F: Fn(i32) -> i32>(function: F, value: i32) -> i32 {
    function(function(value))
}

fn apply_dyn(function: &dyn Fn(i32) -> i32, value: i32) -> i32 {
    function(value) + function(value + 1)
}

fn repeat(mut action: impl FnMut(usize), times: usize) {
    for i in 0..times {
        action(i);
    }
}

fn consume(action: impl FnOnce() -> String) -> String {
    action()
}

fn adder(amount: i32) -> impl Fn(i32) -> i32 + Clone {
    move |value| value + amount
}

fn compose<A, B, C>(f: impl Fn(A) -> B, g: impl Fn(B) -> C) -> impl Fn(A) -> C {
    move |x| g(f(x))
}

fn counter() -> Box<dyn FnMut() -> u32> {
    let mut count = 0;
    Box::new(move || {
        count += 1;
        count * count
    })
}

fn curry(a: u8) -> Box<dyn Fn(u8) -> Box<dyn Fn(u8) -> u32>> {
    Box::new(move |b| Box::new(move |c| u32::from(a) * 100 + u32::from(b) * 10 + u32::from(c)))
}

struct Point {
    x: i32,
    name: String,
}

fn main() {
    let base = 10;
    println!("{} {}", apply(|v| v * base + 1, 2), apply_dyn(&|v| v - base, 5));
    let add = adder(7);
    println!("{} {}", apply(add.clone(), 1), compose(add, |v: i32| format!("<{v}>"))(3));

    let mut seen = Vec::new();
    repeat(|i| seen.push(i * i), 5);
    println!("{seen:?}");

    let text = String::from("moved");
    println!("{}", consume(move || text + "!"));

    let mut squares = counter();
    println!("{} {} {}", squares(), squares(), squares());
    println!("{}", curry(1)(2)(3));

    let mut point = Point { x: 1, name: "p".into() };
    {
        let mut bump = || point.x += 5;
        let name = &point.name;
        bump();
        println!("{name}");
        bump();
    }
    let name = point.name;
    println!("{} {name}", point.x);

    let table: [(&str, fn(f64, f64) -> f64); 4] =
        [("+", |a, b| a + b), ("-", |a, b| a - b), ("*", |a, b| a * b), ("max", f64::max)];
    let by_name: BTreeMap<_, _> = table.into_iter().collect();
    for (name, function) in &by_name {
        print!("{name} {} ", function(6.0, 1.5));
    }
    println!();

    let mut actions: Vec<Box<dyn FnOnce(&mut Vec<i32>)>> = Vec::new();
    for i in 0..4 {
        let owned = vec![i; i as usize];
        actions.push(Box::new(move |out| out.extend(owned)));
    }
    let mut out = Vec::new();
    for action in actions.into_iter().rev() {
        action(&mut out);
    }
    println!("{out:?} {}", size_of_val(&adder(1)) + size_of_val(&|| 5));

    fn fix(f: &dyn Fn(&dyn Fn(u64) -> u64, u64) -> u64, n: u64) -> u64 {
        f(&|m| fix(f, m), n)
    }
    println!("{}", fix(&|recurse, n| if n == 0 { 1 } else { n * recurse(n - 1) }, 15));
    let many = [0; 3].map(|_| || "zero-sized");
    println!("{} {}", size_of_val(&many), many.iter().map(|f| f().len()).sum::<usize>());
}
