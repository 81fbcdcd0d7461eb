//! Every formatting flag: width, precision, fill, alignment, sign, radix, pretty debug, custom impls.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

#[derive(Debug, Clone, Default)]
#[allow(dead_code)] // read by the derived `Debug` only
struct Record {
    id: u32,
    name: &'static str,
    tags: Vec<&'static str>,
    nested: Option<Box<Record>>,
    unit: (),
}

#[derive(Debug)]
struct Tuple(#[allow(dead_code)] f32, #[allow(dead_code)] char);
#[derive(Debug)]
struct Unit;

struct Hex(u32);
impl fmt::Display for Hex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if f.alternate() {
            f.write_str("hex:")?;
        }
        f.pad_integral(true, "0x", &format!("{:x}", self.0))
    }
}
impl fmt::Debug for Hex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hex").field("value", &self.0).finish_non_exhaustive()
    }
}
impl fmt::LowerHex for Hex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::LowerHex::fmt(&self.0, f)
    }
}

struct Padded<'a>(&'a str);
impl fmt::Display for Padded<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.0)
    }
}

fn main() {
    println!("[{:5}] [{:<5}] [{:^5}] [{:>5}] [{:*^7}] [{:#>4}]", 42, 42, 42, 42, 42, 42);
    println!("[{:05}] [{:+}] [{:+06}] [{:<05}] [{:x}] [{:#010x}]", -42, 42, 42, 7, -1_i8, 255);
    println!("[{:b}] [{:#b}] [{:o}] [{:#o}] [{:X}] [{:#X}]", 10, 10, 64, 64, 48_879, 48_879);
    println!("[{:e}] [{:E}] [{:e}] [{:.2e}]", 1_234_567, 0.000_12, 0.0, 123_456.0);
    println!("[{:8.3}] [{:<8.1}] [{:+.0}] [{:08.2}] [{}]", 3.14159, 2.25, 2.5, -1.005, 1e21);
    println!("[{}] [{:?}] [{}] [{:?}] [{}]", 1.0, 1.0, 0.1 + 0.2, 1e16, 1e-7);
    println!("[{:?}] [{:?}] [{}] [{:5}]", f64::MAX, f32::MIN_POSITIVE, f64::NAN, f64::INFINITY);
    println!(
        "[{:10}] [{:>10}] [{:^10}] [{:-^10}] [{:.2}] [{:>6.3}]",
        "ab", "ab", "ab", "ab", "abcdef", "xyzw"
    );
    println!("[{:?}] [{:10?}] [{:?}]", "q\"\n\t\u{7f}é", "ab", '\'');
    println!("[{0}-{1}-{0}] [{name}] [{name:>1$}]", 1, 6, name = "n");
    let (width, precision, value) = (9, 2, 2.718281828);
    println!("[{value:width$.precision$}] [{value:>+1$.0$}]", 3, 10);
    println!("[{:.*}] [{:>3$}]", 1, 0.05, "r", 6);
    println!("[{:5}] [{:<7}] [{:?}] [{}]", true, false, (), 'c');
    println!("{{}} {{{}}}", 5);
    println!("[{}] [{:#}] [{:12}] [{:<#12}] [{:010}]", Hex(255), Hex(255), Hex(255), Hex(255), Hex(255));
    println!("[{:?}] [{:#?}] [{:#06x}]", Hex(1), Hex(2), Hex(3));
    println!("[{:6}] [{:.1}] [{:>4.2}]", Padded("pad"), Padded("pad"), Padded("pad"));

    let leaf = Record { id: 2, name: "leaf", ..Record::default() };
    let root = Record { id: 1, name: "root", tags: vec!["a", "b"], nested: Some(leaf.into()), unit: () };
    println!("{root:?}");
    println!("{root:#?}");
    println!("{:?} {:#?} {:?}", Tuple(1.5, 'x'), Tuple(-0.0, '\n'), Unit);
    let map: BTreeMap<_, _> = [(1, ("one", 1.0)), (2, ("two", 2.0))].into();
    let set: BTreeSet<_> = ["z", "y"].into();
    println!("{map:?} {map:#?} {set:?} {:#?}", Some(Ok::<_, ()>([1, 2])));
    println!("{:03?} {:#x?} {:02X?} {:6.2?}", [1, 2], [17, 255], [10, 11], [1.0, 2.5]);
    println!("{:?} {:?}", 1..5, (.., ..=3, "x".to_string(), &&7));
    println!("{}", format_args!("{} {}", 1, format_args!("{:>3}", 2)));
    let mut text = String::new();
    fmt::write(&mut text, format_args!("{:~<6}", "w")).unwrap();
    println!("{text} {}", u128::MAX);
    println!("{:?} {:?}", i8::MIN, [Some("a"), None]);
    eprintln!("not compared");
}
