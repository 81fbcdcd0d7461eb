//! Base64, LZ and Huffman round trips, and text wrapping.

use std::collections::{BTreeMap, BinaryHeap, HashMap};

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn base64(bytes: &[u8]) -> String {
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let word = chunk.iter().fold(0, |w, b| w << 8 | u32::from(*b)) << (8 * (3 - chunk.len()));
        for i in 0..4 {
            let six = (word >> (18 - 6 * i) & 63) as usize;
            out.push(if i <= chunk.len() { ALPHABET[six] as char } else { '=' });
        }
    }
    out
}

fn from_base64(text: &str) -> Option<Vec<u8>> {
    let (mut out, mut word, mut bits) = (Vec::new(), 0_u32, 0);
    for byte in text.bytes().take_while(|b| *b != b'=') {
        word = word << 6 | ALPHABET.iter().position(|a| *a == byte)? as u32;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            out.push((word >> bits) as u8);
            word &= (1 << bits) - 1;
        }
    }
    Some(out)
}

/// Tokens: 0 + byte, or length (3..=255) + two bytes of distance.
fn lz(input: &[u8]) -> Vec<u8> {
    let (mut out, mut at, mut last) = (Vec::new(), 0, HashMap::<[u8; 3], usize>::new());
    while at < input.len() {
        let key: Option<[u8; 3]> = input.get(at..at + 3).map(|k| k.try_into().unwrap());
        let candidate = key.and_then(|key| last.insert(key, at)).filter(|from| at - from < 65_536);
        let length = candidate.map_or(0, |from| {
            input[from..].iter().zip(&input[at..]).take(255).take_while(|(a, b)| a == b).count()
        });
        match candidate {
            Some(from) if length >= 4 => {
                out.push(length as u8);
                out.extend(((at - from) as u16).to_le_bytes());
                at += length;
            }
            _ => {
                out.extend([0, input[at]]);
                at += 1;
            }
        }
    }
    out
}

fn unlz(mut packed: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    loop {
        packed = match packed {
            [0, byte, rest @ ..] => {
                out.push(*byte);
                rest
            }
            [length, low, high, rest @ ..] => {
                let from = out.len() - usize::from(u16::from_le_bytes([*low, *high]));
                for i in from..from + usize::from(*length) {
                    out.push(out[i]);
                }
                rest
            }
            _ => return out,
        }
    }
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Huffman {
    Leaf(u8),
    Node(Box<Huffman>, Box<Huffman>),
}

fn codes(tree: &Huffman, prefix: String, out: &mut BTreeMap<u8, String>) {
    match tree {
        Huffman::Leaf(byte) => _ = out.insert(*byte, prefix),
        Huffman::Node(zero, one) => {
            codes(zero, prefix.clone() + "0", out);
            codes(one, prefix + "1", out);
        }
    }
}

fn huffman(text: &[u8]) -> (BTreeMap<u8, String>, String) {
    let mut counts = BTreeMap::new();
    text.iter().for_each(|b| *counts.entry(*b).or_insert(0_i32) += 1);
    let mut heap: BinaryHeap<_> = counts.into_iter().map(|(byte, n)| (-n, Huffman::Leaf(byte))).collect();
    while let (Some((n, a)), Some((m, b))) = (heap.pop(), heap.pop()) {
        heap.push((n + m, Huffman::Node(a.into(), b.into())));
        if heap.len() == 1 {
            break;
        }
    }
    let mut table = BTreeMap::new();
    codes(&heap.pop().unwrap().1, String::new(), &mut table);
    let bits = text.iter().map(|b| table[b].as_str()).collect();
    (table, bits)
}

fn wrap(text: &str, width: usize) -> Vec<String> {
    text.split_whitespace().fold(vec![String::new()], |mut lines, word| {
        let line = lines.last_mut().unwrap();
        if line.is_empty() {
            line.push_str(word);
        } else if line.len() + 1 + word.len() <= width {
            *line += &format!(" {word}");
        } else {
            lines.push(word.into());
        }
        lines
    })
}

fn main() {
    for text in ["", "f", "fo", "foo", "foob", "Grüße \u{1}\u{ff}"] {
        let coded = base64(text.as_bytes());
        println!("{coded:?} {}", from_base64(&coded).as_deref() == Some(text.as_bytes()));
    }
    let text = "she sells sea shells by the sea shore; the shells she sells are sea shells. ".repeat(9);
    let packed = lz(text.as_bytes());
    println!("{} {} {}", text.len(), packed.len(), unlz(&packed) == text.as_bytes());
    println!("{:?}", &packed[..40]);
    let (table, bits) = huffman(text.as_bytes());
    println!(
        "{} {}",
        bits.len(),
        table.iter().map(|(b, c)| format!("{}{c}", *b as char)).collect::<Vec<_>>().join(" ")
    );
    let decode: HashMap<&str, u8> = table.iter().map(|(b, c)| (c.as_str(), *b)).collect();
    let (mut start, mut decoded) = (0, Vec::new());
    for end in 1..=bits.len() {
        if let Some(byte) = decode.get(&bits[start..end]) {
            decoded.push(*byte);
            start = end;
        }
    }
    println!("{}", decoded == text.as_bytes());
    for line in wrap(&text[..200], 30) {
        println!("|{line:^30}|");
    }
}
