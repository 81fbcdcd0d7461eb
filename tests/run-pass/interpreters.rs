//! Interpreters: a tape machine with eight instructions, and a stack machine over an enum.

use std::collections::HashMap;

fn tape_machine(program: &str, input: &[u8]) -> String {
    let code: Vec<u8> = program.bytes().filter(|b| b"+-<>.,[]".contains(b)).collect();
    let mut jumps = HashMap::new();
    let mut open = Vec::new();
    for (i, op) in code.iter().enumerate() {
        match op {
            b'[' => open.push(i),
            b']' => {
                let start = open.pop().expect("balanced");
                jumps.insert(start, i);
                jumps.insert(i, start);
            }
            _ => {}
        }
    }
    let (mut tape, mut at, mut pc, mut input) = (vec![0_u8; 300], 0, 0, input.iter());
    let mut out = String::new();
    while let Some(op) = code.get(pc) {
        match op {
            b'+' => tape[at] = tape[at].wrapping_add(1),
            b'-' => tape[at] = tape[at].wrapping_sub(1),
            b'>' => at += 1,
            b'<' => at -= 1,
            b'.' => out.push(tape[at] as char),
            b',' => tape[at] = input.next().copied().unwrap_or(0),
            b'[' if tape[at] == 0 => pc = jumps[&pc],
            b']' if tape[at] != 0 => pc = jumps[&pc],
            _ => {}
        }
        pc += 1;
    }
    out
}

#[derive(Clone, Copy)]
enum Op {
    Push(i64),
    Load(u8),
    Store(u8),
    Add,
    Sub,
    Mul,
    Less,
    Jump(usize),
    JumpIfZero(usize),
    Print,
    Halt,
}

fn run(code: &[Op]) -> (Vec<i64>, usize) {
    let (mut stack, mut slots, mut out, mut pc, mut steps) = (Vec::new(), [0; 8], Vec::new(), 0, 0);
    loop {
        let op = code[pc];
        pc += 1;
        steps += 1;
        let mut binary = |f: fn(i64, i64) -> i64| {
            let (b, a) = (stack.pop().unwrap(), stack.pop().unwrap());
            stack.push(f(a, b));
        };
        match op {
            Op::Add => binary(i64::wrapping_add),
            Op::Sub => binary(i64::wrapping_sub),
            Op::Mul => binary(i64::wrapping_mul),
            Op::Less => binary(|a, b| (a < b) as i64),
            Op::Push(value) => stack.push(value),
            Op::Load(slot) => stack.push(slots[slot as usize]),
            Op::Store(slot) => slots[slot as usize] = stack.pop().unwrap(),
            Op::Jump(target) => pc = target,
            Op::JumpIfZero(target) if stack.pop() == Some(0) => pc = target,
            Op::JumpIfZero(_) => {}
            Op::Print => out.push(stack.pop().unwrap()),
            Op::Halt => return (out, steps),
        }
    }
}

fn main() {
    let hello = "++++++++[>++++[>++>+++>+++>+<<<<-]>+>+>->>+[<]<-]>>.>---.+++++++..+++.>>.<-.<.+++.------.--------.>>+.>++.";
    print!("{}", tape_machine(hello, &[]));
    println!("{:?}", tape_machine(">,[>,]<[.<]", b"mirror"));
    println!(
        "{:?}",
        tape_machine(">,>,<[>[->+>+<<]>>[-<<+>>]<<<-]>>.", &[6, 11])
            .chars()
            .map(u32::from)
            .collect::<Vec<_>>()
    );
    use Op::*;
    #[rustfmt::skip]
    let factorials = [
        Push(1), Store(0), Push(1), Store(1),
        Load(1), Push(16), Less, JumpIfZero(17),
        Load(0), Load(1), Mul, Store(0), Load(1), Push(1), Add, Store(1), Jump(4),
        Load(0), Print, Load(0), Push(7), Sub, Print, Halt,
    ];
    println!("{:?}", run(&factorials));
}
