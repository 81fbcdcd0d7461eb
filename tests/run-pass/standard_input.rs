//! Standard input: lines, words and numbers read from it, and its end.
// stdin: 3
// stdin: 10 -20 30
// stdin: Grüße an alle
// stdin:  indented, last

use std::io::{self, BufRead, Read, Write};

fn main() -> io::Result<()> {
    let stdin = io::stdin();
    let mut line = String::new();
    let length = stdin.read_line(&mut line)?;
    let count: usize = line.trim().parse().expect("a number");
    println!("{length} {count}");

    line.clear();
    stdin.lock().read_line(&mut line)?;
    let numbers: Vec<i64> = line.split_whitespace().map(|word| word.parse().unwrap()).collect();
    println!("{numbers:?} {} {}", numbers.len() == count, numbers.iter().product::<i64>());

    let mut bytes = Vec::new();
    let length = stdin.lock().read_until(b' ', &mut bytes)?;
    println!("{length} {bytes:?}");

    let mut rest = String::new();
    io::stdin().lock().read_to_string(&mut rest)?;
    for line in rest.lines() {
        println!("[{line}]");
    }
    println!("{} {}", stdin.read_line(&mut line)?, io::stdin().lines().count());

    let mut out = io::stdout().lock();
    out.write_all(b"raw ")?;
    write!(out, "{:?}", &line[..2])?;
    out.write_all(b"\nno newline at the end")
}
