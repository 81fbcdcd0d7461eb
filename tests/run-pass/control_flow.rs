//! Loops, labelled breaks with values, let-else, let chains, while-let, nested early returns.

fn find(grid: &[[i32; 4]; 3], wanted: i32) -> Option<(usize, usize)> {
    'rows: for (y, row) in grid.iter().enumerate() {
        for (x, &cell) in row.iter().enumerate() {
            if cell > wanted {
                continue 'rows;
            }
            if cell == wanted {
                return Some((x, y));
            }
        }
    }
    None
}

fn block_label(n: u32) -> &'static str {
    'size: {
        if n < 10 {
            break 'size "small";
        }
        if n < 100 {
            break 'size "medium";
        }
        "large"
    }
}

fn key_value(line: &str) -> Result<(&str, u16), String> {
    let Some((key, value)) = line.split_once('=') else {
        return Err(format!("no '=' in {line:?}"));
    };
    let Ok(value) = value.trim().parse() else {
        return Err(format!("bad number {value:?}"));
    };
    Ok((key.trim(), value))
}

fn chains(first: Option<u32>, second: Result<u32, &str>) -> u32 {
    if let Some(a) = first
        && a > 2
        && let Ok(b) = second
        && a < b
    {
        return a * b;
    }
    if let Some(a @ 1..=2) = first { a } else { 0 }
}

fn main() {
    let grid = [[1, 5, 9, 12], [2, 3, 50, 51], [4, 8, 16, 32]];
    for wanted in [1, 9, 3, 16, 33, 12] {
        println!("{wanted}: {:?}", find(&grid, wanted));
    }
    for n in [1, 10, 99, 100] {
        println!("{n} {}", block_label(n));
    }
    for line in ["a=1", " b = 65535", "c=65536", "none", "=7"] {
        println!("{:?}", key_value(line));
    }
    for first in [None, Some(1), Some(2), Some(3), Some(9)] {
        for second in [Ok(5), Err("no")] {
            print!("{} ", chains(first, second));
        }
    }
    println!();

    let mut collatz = 27_u64;
    let mut steps = 0;
    let peak = {
        let mut peak = collatz;
        loop {
            if collatz == 1 {
                break peak;
            }
            collatz = if collatz % 2 == 0 { collatz / 2 } else { 3 * collatz + 1 };
            peak = peak.max(collatz);
            steps += 1;
        }
    };
    println!("{steps} steps, peak {peak}");

    let mut stack = vec![1];
    while let Some(top) = stack.pop() {
        print!("{top} ");
        if top < 20 {
            stack.push(top * 3);
            if top % 2 == 1 {
                stack.push(top * 2);
            }
        }
    }
    println!();
    let mut x = 10;
    while x > 0 {
        x -= 3;
        if x == 4 {
            continue;
        }
        print!("{x} ");
    }
    println!();
}
