//! Stepping over and into functions that std inlines.

fn main() {
    let mut numbers = Vec::with_capacity(4); // #start
    numbers.push(1u32); // #line_1
    numbers.push(2); // #line_2
    let first = numbers.first().copied(); // #line_3
    let sum = numbers.iter().sum::<u32>(); // #line_4
    let mapped = first.map(|value| value + sum); // #map
    let text = mapped.unwrap_or_default().to_string(); // #line_5
    look(); // #here
    //> break #start
    //> run
    //both is: std_calls::main at #start
    //> next
    //both is: std_calls::main at #line_1
    //> next
    //both is: std_calls::main at #line_2
    //> print numbers
    //gdb is: Vec(size=1) = {1}
    //lldb is: size=1 { [0] = 1 }
    //> next
    //both is: std_calls::main at #line_3
    //> next
    //both is: std_calls::main at #line_4
    //> print first
    //gdb is: core::option::Option<u32>::Some(1)
    //lldb is: Some(1) { 0 = 1 }
    //> next
    //both is: std_calls::main at #map
    //> print sum
    //both is: 3
    //> next
    //both is: std_calls::main at #line_5
    //> next
    //both is: std_calls::main at #here
    //> print text
    //gdb is: "4"
    //lldb is: "4" { [0] = '4' }
    let _ = text;
}

fn look() {}
