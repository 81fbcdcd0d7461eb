//! Compression: LZ77 with hash chains and a bit writer, and back; byte loops, shifts and vectors that grow.

const WINDOW: usize = 1 << 15;
const MINIMUM: usize = 4;
const MAXIMUM: usize = 258;

#[derive(Default)]
struct BitWriter {
    bytes: Vec<u8>,
    pending: u64,
    count: u32,
}

impl BitWriter {
    fn put(&mut self, value: u64, bits: u32) {
        self.pending |= value << self.count;
        self.count += bits;
        while self.count >= 8 {
            self.bytes.push(self.pending as u8);
            self.pending >>= 8;
            self.count -= 8;
        }
    }

    fn finish(mut self) -> Vec<u8> {
        self.put(0, 7);
        self.bytes
    }
}

struct BitReader<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl BitReader<'_> {
    fn take(&mut self, bits: usize) -> usize {
        let mut value = 0;
        for bit in 0..bits {
            let set = self.bytes[self.at / 8] >> (self.at % 8) & 1;
            value |= usize::from(set) << bit;
            self.at += 1;
        }
        value
    }
}

fn hash(data: &[u8]) -> usize {
    let word = u32::from_le_bytes([data[0], data[1], data[2], data[3]]);
    (word.wrapping_mul(2_654_435_761) >> 17) as usize
}

fn match_length(data: &[u8], first: usize, second: usize) -> usize {
    let limit = MAXIMUM.min(data.len() - second);
    (0..limit).take_while(|&offset| data[first + offset] == data[second + offset]).count()
}

/// The longest earlier copy of what stands at `at`: distance and length.
fn longest(data: &[u8], at: usize, heads: &[usize], previous: &[usize]) -> (usize, usize) {
    let mut best = (0, 0);
    let mut candidate = heads[hash(&data[at..])];
    for _ in 0..16 {
        if candidate == usize::MAX || at - candidate >= WINDOW {
            break;
        }
        let length = match_length(data, candidate, at);
        if length > best.1 {
            best = (at - candidate, length);
        }
        candidate = previous[candidate % WINDOW];
    }
    best
}

fn compress(data: &[u8]) -> Vec<u8> {
    let mut heads = vec![usize::MAX; WINDOW];
    let mut previous = vec![usize::MAX; WINDOW];
    let mut writer = BitWriter::default();
    let mut at = 0;
    while at < data.len() {
        let (distance, length) =
            if at + MINIMUM <= data.len() { longest(data, at, &heads, &previous) } else { (0, 0) };
        let advance = if length >= MINIMUM {
            writer.put(1, 1);
            writer.put(distance as u64, 15);
            writer.put((length - MINIMUM) as u64, 8);
            length
        } else {
            writer.put(0, 1);
            writer.put(u64::from(data[at]), 8);
            1
        };
        for position in at..at + advance {
            if position + MINIMUM <= data.len() {
                let slot = hash(&data[position..]);
                previous[position % WINDOW] = heads[slot];
                heads[slot] = position;
            }
        }
        at += advance;
    }
    writer.finish()
}

fn decompress(bytes: &[u8], size: usize) -> Vec<u8> {
    let mut reader = BitReader { bytes, at: 0 };
    let mut data = Vec::new();
    while data.len() < size {
        if reader.take(1) == 0 {
            data.push(reader.take(8) as u8);
        } else {
            let distance = reader.take(15);
            let length = reader.take(8) + MINIMUM;
            for _ in 0..length {
                data.push(data[data.len() - distance]);
            }
        }
    }
    data
}

fn main() {
    let mut text = String::new();
    for line in 0..12_000u32 {
        let number = line.wrapping_mul(2_654_435_761) >> 20;
        text.push_str(&format!("line {line}: the value {number} of {} comes after {}\n", number % 7, line / 3));
    }
    let packed = compress(text.as_bytes());
    let unpacked = decompress(&packed, text.len());
    println!("{} -> {} bytes, same: {}", text.len(), packed.len(), unpacked == text.as_bytes());
    let checksum = packed.iter().fold(1u32, |sum, &byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte)));
    println!("{checksum:08x}");
}
