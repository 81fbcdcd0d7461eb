//! Dijkstra, topological order, union-find, minimax (tic-tac-toe), n queens, game of life, sieve.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, VecDeque};

fn dijkstra(edges: &BTreeMap<u32, Vec<(u32, u64)>>, from: u32) -> BTreeMap<u32, (u64, u32)> {
    let mut best = BTreeMap::new();
    let mut queue = BinaryHeap::from([Reverse((0, from, from))]);
    while let Some(Reverse((distance, node, previous))) = queue.pop() {
        if best.contains_key(&node) {
            continue;
        }
        best.insert(node, (distance, previous));
        for &(next, length) in edges.get(&node).map_or(&[][..], Vec::as_slice) {
            queue.push(Reverse((distance + length, next, node)));
        }
    }
    best
}

fn topological(before: &[(&'static str, &'static str)]) -> Option<Vec<&'static str>> {
    let mut incoming: BTreeMap<&str, usize> = BTreeMap::new();
    for (a, b) in before {
        incoming.entry(a).or_default();
        *incoming.entry(b).or_default() += 1;
    }
    let mut ready: VecDeque<_> = incoming.iter().filter(|(_, n)| **n == 0).map(|(name, _)| *name).collect();
    let mut order = Vec::new();
    while let Some(name) = ready.pop_front() {
        order.push(name);
        for (_, later) in before.iter().filter(|(a, _)| *a == name) {
            let left = incoming.get_mut(later)?;
            *left -= 1;
            if *left == 0 {
                ready.push_back(later);
            }
        }
    }
    (order.len() == incoming.len()).then_some(order)
}

fn find(parents: &mut [usize], node: usize) -> usize {
    if parents[node] != node {
        parents[node] = find(parents, parents[node]);
    }
    parents[node]
}

type Board = [Option<bool>; 9];

fn winner(board: &Board) -> Option<bool> {
    const LINES: [[usize; 3]; 8] =
        [[0, 1, 2], [3, 4, 5], [6, 7, 8], [0, 3, 6], [1, 4, 7], [2, 5, 8], [0, 4, 8], [2, 4, 6]];
    LINES.iter().find_map(|&[a, b, c]| board[a].filter(|_| board[a] == board[b] && board[b] == board[c]))
}

/// The value for `me` and how many positions were looked at.
fn minimax(board: &mut Board, me: bool, visited: &mut u32) -> (i8, Option<usize>) {
    *visited += 1;
    if let Some(who) = winner(board) {
        return (if who == me { 1 } else { -1 }, None);
    }
    let mut best = (-2, None);
    for square in 0..9 {
        if board[square].is_none() {
            board[square] = Some(me);
            let value = -minimax(board, !me, visited).0;
            board[square] = None;
            if value > best.0 {
                best = (value, Some(square));
            }
        }
    }
    if best.1.is_none() { (0, None) } else { best }
}

fn queens(n: u32, columns: u32, left: u32, right: u32) -> u32 {
    if columns.count_ones() == n {
        return 1;
    }
    let mut free = !(columns | left | right) & ((1 << n) - 1);
    let mut count = 0;
    while free != 0 {
        let bit = free & free.wrapping_neg();
        free ^= bit;
        count += queens(n, columns | bit, (left | bit) << 1, (right | bit) >> 1);
    }
    count
}

fn life(cells: &BTreeSet<(i32, i32)>) -> BTreeSet<(i32, i32)> {
    let mut around: BTreeMap<(i32, i32), u8> = BTreeMap::new();
    for &(x, y) in cells {
        for (dx, dy) in (-1..=1).flat_map(|dx| (-1..=1).map(move |dy| (dx, dy))).filter(|d| *d != (0, 0)) {
            *around.entry((x + dx, y + dy)).or_default() += 1;
        }
    }
    around
        .into_iter()
        .filter(|(cell, n)| *n == 3 || *n == 2 && cells.contains(cell))
        .map(|(cell, _)| cell)
        .collect()
}

fn main() {
    let mut edges: BTreeMap<u32, Vec<(u32, u64)>> = BTreeMap::new();
    for i in 0..200_u32 {
        for k in 1..=3 {
            edges.entry(i).or_default().push(((i * 7 + k * 31) % 211, u64::from((i ^ k * 5) % 29 + 1)));
        }
    }
    let best = dijkstra(&edges, 0);
    println!("{} {:?} {:?}", best.len(), best.iter().next_back(), best.values().max());
    println!("{}", best.values().map(|(d, _)| d).sum::<u64>());
    let order = [
        ("shirt", "tie"),
        ("trousers", "shoes"),
        ("tie", "jacket"),
        ("trousers", "belt"),
        ("belt", "jacket"),
    ];
    println!("{:?} {:?}", topological(&order), topological(&[("a", "b"), ("b", "a")]));
    let mut parents: Vec<usize> = (0..100).collect();
    for i in (0..100).step_by(4).chain((0..60).step_by(9)) {
        let (a, b) = (find(&mut parents, i), find(&mut parents, (i * 3 + 1) % 100));
        parents[a] = b;
    }
    println!("{}", (0..100).filter(|i| parents[*i] == *i).count());
    let mut visited = 0;
    println!(
        "{:?} {visited}",
        minimax(&mut [Some(true), None, None, None, Some(false), None, None, None, None], true, &mut visited)
    );
    println!("{visited} {:?}", (4..=8).map(|n| queens(n, 0, 0, 0)).collect::<Vec<_>>());
    let mut cells: BTreeSet<_> =
        [(1, 0), (2, 1), (0, 2), (1, 2), (2, 2), (10, 5), (11, 5), (12, 5), (11, 4)].into();
    for _ in 0..40 {
        cells = life(&cells);
    }
    println!("{} {:?}", cells.len(), cells.iter().take(5).collect::<Vec<_>>());
    let mut sieve = vec![true; 20_000];
    let primes = (2..20_000).filter(|&i| {
        sieve[i] && {
            (i * i..20_000).step_by(i).for_each(|j| sieve[j] = false);
            true
        }
    });
    println!("{:?}", primes.fold((0, 0, 0), |(count, sum, _), prime| (count + 1, sum + prime, prime)));
}
