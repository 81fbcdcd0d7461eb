//! Makes random functions with volatile, atomic and plain accesses to a few bytes, and the volatile and
//! atomic accesses that each must make. This module knows the conditions and lengths of loops; the compiler
//! does not.

use std::fmt::Write as _;

use fastrand::Rng;

/// The types of the accesses. The index of each is the logarithm of its width.
const TYPES: [&str; 4] = ["u8", "u16", "u32", "u64"];
/// The same types as atomics.
const ATOMICS: [&str; 4] = ["AtomicU8", "AtomicU16", "AtomicU32", "AtomicU64"];
/// The number of bytes that are accessed, so few that most accesses overlap.
const BYTES: u64 = 16;
/// The nesting depth of branches and loops.
const DEPTH: u32 = 3;

/// Makes a program of `size` functions.
pub fn program(seed: u64, size: usize) -> String {
    let mut generator = Generator { random: Rng::with_seed(seed), has_plain: false };
    let (mut functions, mut calls) = (String::new(), String::new());
    for number in 0..size {
        generator.has_plain = generator.random.bool();
        let (mut text, mut expected) = (String::new(), String::new());
        let count = generator.random.usize(3..9);
        generator.statements(count, DEPTH, &mut text, &mut expected);
        let _ = write!(
            functions,
            "\nunsafe fn function_{number}(base: *mut u8) {{\n    let mut sum = 0u64;\n    unsafe {{\n{text}    }}\n    \
             black_box(sum);\n}}\n"
        );
        let rule = if generator.has_plain { format!("within={expected}") } else { "exact".to_owned() };
        let _ = writeln!(calls, "    counter::case(\"{rule}\", \"function {number}\", function_{number});");
    }
    format!(
        "//! Made from seed {seed}.\nmod counter;\nuse counter::opaque;\nuse std::hint::black_box;\nuse \
         std::sync::atomic::*;\n{functions}\nfn main() {{\n    counter::start();\n{calls}}}\n"
    )
}

struct Generator {
    random: Rng,
    /// Whether there are also plain accesses.
    has_plain: bool,
}

/// The location of an access.
struct Place {
    /// The logarithm of the width.
    width: usize,
    offset: u64,
}

impl Place {
    fn pointer(&self) -> String {
        format!("base.add({}).cast::<{}>()", self.offset, TYPES[self.width])
    }

    fn atomic(&self) -> String {
        format!("(*base.add({}).cast::<{}>())", self.offset, ATOMICS[self.width])
    }

    fn access(&self, kind: char) -> String {
        format!("{kind}{}@{},", 1 << self.width, self.offset)
    }
}

impl Generator {
    fn place(&mut self) -> Place {
        let width = self.random.usize(..TYPES.len());
        Place { width, offset: self.random.u64(..BYTES >> width) << width }
    }

    /// Writes `count` statements to `text`, and the accesses that they must make to `expected`.
    fn statements(&mut self, count: usize, depth: u32, text: &mut String, expected: &mut String) {
        for _ in 0..count {
            match self.random.u8(..12) {
                0 if depth > 0 => self.branch(depth - 1, text, expected),
                1 if depth > 0 => self.repetition(depth - 1, text, expected),
                2 => text.push_str("opaque();\n"),
                3 => text.push_str("compiler_fence(Ordering::SeqCst);\n"),
                _ => self.access(text, expected),
            }
        }
    }

    fn branch(&mut self, depth: u32, text: &mut String, expected: &mut String) {
        let condition = self.random.bool();
        let [mut first, mut second] = [(); 2].map(|()| (String::new(), String::new()));
        for (text, expected) in [&mut first, &mut second] {
            let count = self.random.usize(..4);
            self.statements(count, depth, text, expected);
        }
        let _ = writeln!(text, "if black_box({condition}) {{\n{}}} else {{\n{}}}", first.0, second.0);
        expected.push_str(if condition { &first.1 } else { &second.1 });
    }

    fn repetition(&mut self, depth: u32, text: &mut String, expected: &mut String) {
        let times = self.random.usize(..4);
        let (mut body, mut once) = (String::new(), String::new());
        let count = self.random.usize(1..4);
        self.statements(count, depth, &mut body, &mut once);
        let _ = writeln!(text, "for _ in 0..black_box({times}) {{\n{body}}}");
        expected.push_str(&once.repeat(times));
    }

    fn access(&mut self, text: &mut String, expected: &mut String) {
        let place = self.place();
        // There are few values, so that stores repeat each other.
        let value = self.random.u8(..3);
        let (pointer, atomic) = (place.pointer(), place.atomic());
        let kinds = if self.has_plain { 9 } else { 7 };
        let (line, accesses) = match self.random.u8(..kinds) {
            0 | 1 => (format!("{pointer}.write_volatile({value});"), place.access('W')),
            2 => (format!("let _ = {pointer}.read_volatile();"), place.access('R')),
            3 => (format!("sum = sum.wrapping_add({pointer}.read_volatile() as u64);"), place.access('R')),
            4 => (
                format!("{pointer}.write_volatile({pointer}.read_volatile() ^ {value});"),
                place.access('R') + &place.access('W'),
            ),
            5 => (format!("{atomic}.store({value}, Ordering::Relaxed);"), place.access('W')),
            6 => (
                format!("sum = sum.wrapping_add({atomic}.load(Ordering::Relaxed) as u64);"),
                place.access('R'),
            ),
            7 => (format!("*{pointer} = {value};"), String::new()),
            _ => (format!("sum = sum.wrapping_add(*{pointer} as u64);"), String::new()),
        };
        text.push_str(&line);
        text.push('\n');
        expected.push_str(&accesses);
    }
}

#[cfg(test)]
mod tests {
    use super::program;

    #[test]
    fn a_seed_always_makes_the_same() {
        assert_eq!(program(3, 10), program(3, 10));
        assert_ne!(program(3, 10), program(4, 10));
    }
}
