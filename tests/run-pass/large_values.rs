//! Large arrays and structs: copies of kilobytes and megabytes, returned, boxed, compared, moved.

use std::hint::black_box;

#[derive(Clone, Copy, PartialEq)]
struct Block {
    head: u32,
    data: [u16; 5000],
    tail: u8,
}

#[derive(Clone, PartialEq)]
struct Big {
    rows: [[u32; 256]; 64],
    name: String,
}

fn fnv(values: impl IntoIterator<Item = u64>) -> u64 {
    values.into_iter().fold(0xcbf2_9ce4_8422_2325, |h, v| (h ^ v).wrapping_mul(0x100_0000_01b3))
}

#[inline(never)]
fn block(seed: u16) -> Block {
    let mut data = [0; 5000];
    let mut state = seed;
    for value in &mut data {
        state = state.wrapping_mul(25_173).wrapping_add(13_849);
        *value = state;
    }
    Block { head: seed.into(), data, tail: seed as u8 }
}

#[inline(never)]
fn change(mut block: Block, at: usize) -> Block {
    block.data[at] ^= 0xffff;
    block.head += 1;
    block
}

#[inline(never)]
fn choose(first: Block, second: Block, which: bool) -> Option<Block> {
    if which { Some(first) } else { Some(second).filter(|b| b.head > 5) }
}

#[inline(never)]
fn big(name: &str) -> Result<Big, String> {
    if name.is_empty() {
        return Err("no name".into());
    }
    let mut rows = [[0; 256]; 64];
    for (y, row) in rows.iter_mut().enumerate() {
        for (x, cell) in row.iter_mut().enumerate() {
            *cell = (x * y) as u32 ^ name.len() as u32;
        }
    }
    Ok(Big { rows, name: name.to_string() })
}

#[inline(never)]
fn megabyte(fill: u8) -> [u8; 1 << 20] {
    let mut bytes = [fill; 1 << 20];
    bytes[1 << 19] = !fill;
    bytes
}

fn main() {
    // Unoptimised code keeps every copy of a megabyte on its stack.
    let thread = std::thread::Builder::new().stack_size(64 << 20);
    thread.spawn(run).unwrap().join().unwrap();
}

fn run() {
    let first = block(1);
    let second = black_box(first);
    let changed = change(second, 4999);
    println!("{} {} {}", size_of::<Block>(), first == second, first == changed);
    println!("{} {} {}", changed.head, changed.data[4999], changed.tail);
    println!("{:016x}", fnv(changed.data.map(u64::from)));
    for which in [true, false] {
        let chosen = choose(first, block(7), which);
        println!("{:?}", chosen.map(|b| (b.head, b.data[2500])));
    }
    println!("{}", choose(first, first, false).is_none());

    let made = big("large").unwrap();
    let mut copy = made.clone();
    println!("{} {}", made == copy, big("").is_err());
    copy.rows[63][255] += 1;
    std::mem::swap(&mut copy.rows[0], &mut made.clone().rows[1]);
    println!("{} {} {}", made == copy, copy.rows[0][9], copy.name);
    println!("{:016x}", fnv(copy.rows.as_flattened().iter().map(|v| u64::from(*v))));

    let bytes = black_box(megabyte(0xa5));
    let boxed = Box::new(bytes);
    let moved = boxed;
    println!("{} {} {}", moved.iter().filter(|b| **b == 0xa5).count(), moved[1 << 19], moved.len());
    println!("{}", bytes == *moved);
    let blocks = vec![changed; 10];
    println!("{:016x}", fnv(blocks.iter().map(|b| u64::from(b.data[77]))));
    let matrix = [[[1_u8; 7]; 11]; 13];
    let sum: u32 = black_box(matrix).iter().flatten().flatten().map(|b| u32::from(*b)).sum();
    println!("{sum} {}", [0_u64; 1000] == black_box([0; 1000]));
    let mut zeroed = [[1.5_f64; 100]; 2];
    zeroed[0] = [0.0; 100];
    println!("{:?} {:?}", zeroed[0][99], zeroed[1][0]);
}
