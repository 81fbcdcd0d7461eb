//! Recursion: 100,000 frames on a large stack, mutual recursion, Ackermann, Hanoi, permutations, closures.

use std::collections::HashMap;
use std::thread;

#[inline(never)]
fn depth(levels: u64, seed: u64) -> u64 {
    if levels == 0 {
        return seed;
    }
    let mixed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(levels);
    depth(levels - 1, mixed) ^ (mixed >> 17)
}

fn is_even(n: u32) -> bool {
    n == 0 || is_odd(n - 1)
}

fn is_odd(n: u32) -> bool {
    n != 0 && is_even(n - 1)
}

fn ackermann(m: u64, n: u64) -> u64 {
    match (m, n) {
        (0, n) => n + 1,
        (m, 0) => ackermann(m - 1, 1),
        (m, n) => ackermann(m - 1, ackermann(m, n - 1)),
    }
}

fn hanoi(disks: u8, from: usize, to: usize, pegs: &mut [Vec<u8>; 3]) -> u32 {
    if disks == 0 {
        return 0;
    }
    let via = 3 - from - to;
    let before = hanoi(disks - 1, from, via, pegs);
    let disk = pegs[from].pop().expect("a disk");
    assert!(pegs[to].last().is_none_or(|top| *top > disk));
    pegs[to].push(disk);
    before + 1 + hanoi(disks - 1, via, to, pegs)
}

fn permutations(items: &mut Vec<char>, at: usize, out: &mut Vec<String>) {
    if at == items.len() {
        out.push(items.iter().collect());
        return;
    }
    for i in at..items.len() {
        items.swap(at, i);
        permutations(items, at + 1, out);
        items.swap(at, i);
    }
}

fn memoised(n: u64, known: &mut HashMap<u64, u128>) -> u128 {
    if n < 2 {
        return n.into();
    }
    if let Some(value) = known.get(&n) {
        return *value;
    }
    let value = memoised(n - 1, known) + memoised(n - 2, known);
    known.insert(n, value);
    value
}

enum List {
    End,
    Item(u32, Box<List>),
}

impl List {
    fn sum(&self) -> u64 {
        match self {
            List::End => 0,
            List::Item(value, rest) => u64::from(*value) + rest.sum(),
        }
    }
}

#[derive(Debug)]
struct Tree(Vec<Tree>);

fn tree(depth: usize) -> Tree {
    Tree((0..depth).map(tree).collect())
}

fn size(tree: &Tree) -> usize {
    1 + tree.0.iter().map(size).sum::<usize>()
}

fn main() {
    let big = thread::Builder::new().stack_size(256 << 20);
    let handle = big.spawn(|| {
        let list = (0..100_000).fold(List::End, |rest, value| List::Item(value, Box::new(rest)));
        // Dropping the list recurses as deep as summing it does.
        (depth(100_000, 42), list.sum(), is_even(100_000), is_odd(77_777))
    });
    println!("{:?}", handle.unwrap().join().unwrap());
    println!("{} {}", ackermann(2, 300), ackermann(3, 4));
    let mut pegs = [(1..=10).rev().collect(), vec![], vec![]];
    println!("{} {:?}", hanoi(10, 0, 2, &mut pegs), pegs);
    let mut out = Vec::new();
    permutations(&mut "abcd".chars().collect(), 0, &mut out);
    println!("{} {:?} {:?}", out.len(), &out[..5], out.last());
    println!("{}", memoised(180, &mut HashMap::new()));
    println!("{} {:?}", size(&tree(12)), tree(3));
}
