//! Arguments in registers, on the stack, in pairs, by reference, and many of them.

#[derive(Clone, Copy)]
struct Large {
    values: [u64; 6],
    name: &'static str,
}

#[derive(Clone, Copy)]
struct Pair {
    low: u32,
    high: u64,
}

fn main() {
    let large = Large { values: [1, 2, 3, 4, 5, 6], name: "large" };
    let pair = Pair { low: 7, high: 8 };
    let mut changed = large;
    //> break #by_value
    //> break #by_reference
    //> break #many
    //> break #pairs
    //> run
    //both is: arguments::by_value at #by_value
    //> args
    //gdb is: large = arguments::Large {values: [1, 2, 3, 4, 5, 6], name: "large"} pair = arguments::Pair {low: 7, high: 8}
    //lldb is: (arguments::Large) large = { values = { [0] = 1 [1] = 2 [2] = 3 [3] = 4 [4] = 5 [5] = 6 } name = "large" { [0] = 'l' [1] = 'a' [2] = 'r' [3] = 'g' [4] = 'e' } } (arguments::Pair) pair = { low = 7 high = 8 }
    //> print large.values
    //gdb is: [1, 2, 3, 4, 5, 6]
    //lldb is: { [0] = 1 [1] = 2 [2] = 3 [3] = 4 [4] = 5 [5] = 6 }
    //> continue
    //both is: arguments::by_reference at #by_reference
    //> args
    //gdb is: large = [..] pair = [..]
    //lldb is: (arguments::Large *) large = [..] (arguments::Pair *) pair = [..]
    //> print *large
    //gdb is: arguments::Large {values: [100, 2, 3, 4, 5, 6], name: "large"}
    //lldb is: { values = { [0] = 100 [1] = 2 [2] = 3 [3] = 4 [4] = 5 [5] = 6 } name = "large" { [0] = 'l' [1] = 'a' [2] = 'r' [3] = 'g' [4] = 'e' } }
    //gdb> print pair.high
    //gdb is: 8
    //lldb> print pair->high
    //lldb is: 8
    //> continue
    //both is: arguments::many at #many
    //> args
    //gdb is: a = 1 b = 2 c = 3 d = 4 e = 5 f = 6 g = 7 h = 8 i = 9.5 j = 106 'j'
    //lldb is: (unsigned char) a = '\x01' (short) b = 2 (unsigned int) c = 3 (long) d = 4 (unsigned long) e = 5 (unsigned char) f = '\x06' (unsigned __int128) g = 7 (int) h = 8 (double) i = 9.5 (char32_t) j = U+0x0000006a U'j'
    //> continue
    //both is: arguments::pairs at #pairs
    //> args
    //gdb is: text = "text" numbers = &[u16](size=2) = {1, 2} tuple = (true, -1) option = core::option::Option<u32>::Some(5)
    //lldb is: (&str) text = "text" { [0] = 't' [1] = 'e' [2] = 'x' [3] = 't' } (&[u16]) numbers = size=2 { [0] = 1 [1] = 2 } ((bool, i8)) tuple = (true, '\xff') (core::option::Option<u32>) option = Some(5) { 0 = 5 }
    let one = by_value(large, pair);
    let two = by_reference(&mut changed, &pair);
    let three = many(1, 2, 3, 4, 5, 6, 7, 8, 9.5, 'j');
    let four = pairs("text", &[1, 2], (true, -1), Some(5));
    let _ = (one, two, three, four);
}

fn by_value(large: Large, pair: Pair) -> u64 {
    large.values[5] + pair.high + large.name.len() as u64 + u64::from(pair.low) // #by_value
}

fn by_reference(large: &mut Large, pair: &Pair) -> u64 {
    large.values[0] = 100;
    large.values[0] + pair.high // #by_reference
}

#[allow(clippy::too_many_arguments)]
fn many(a: u8, b: i16, c: u32, d: i64, e: usize, f: u8, g: u128, h: i32, i: f64, j: char) -> bool {
    i64::from(a) + i64::from(b) + i64::from(c) + d > e as i64 && f > 0 && g > 0 && h > 0 && i > 0.0 && j > 'a' // #many
}

fn pairs(text: &str, numbers: &[u16], tuple: (bool, i8), option: Option<u32>) -> usize {
    text.len() + numbers.len() + usize::from(tuple.0) + option.unwrap_or(0) as usize // #pairs
}
