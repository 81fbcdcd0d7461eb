//! Iterator adapters and consumers over ranges, slices and hand-written iterators.

use std::collections::{BTreeMap, VecDeque};
use std::iter;

struct Fibonacci(u32, u32);

impl Iterator for Fibonacci {
    type Item = u32;
    fn next(&mut self) -> Option<u32> {
        let next = self.0.checked_add(self.1)?;
        let current = std::mem::replace(&mut self.0, self.1);
        self.1 = next;
        Some(current)
    }
}

struct Countdown(u8);
impl Iterator for Countdown {
    type Item = u8;
    fn next(&mut self) -> Option<u8> {
        self.0 = self.0.checked_sub(1)?;
        Some(self.0)
    }
    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.0.into(), Some(self.0.into()))
    }
}
impl ExactSizeIterator for Countdown {}
impl DoubleEndedIterator for Countdown {
    fn next_back(&mut self) -> Option<u8> {
        None
    }
}

fn show<T: std::fmt::Debug>(label: &str, values: impl Iterator<Item = T>) {
    println!("{label}: {:?}", values.collect::<Vec<_>>());
}

fn main() {
    let words = ["the", "quick", "brown", "fox", "jumps", "over", "the", "lazy", "dog"];
    show("fib", Fibonacci(0, 1).take_while(|n| *n < 1000).filter(|n| n % 2 == 0));
    println!("{}", Fibonacci(0, 1).count());
    show("step", (3..40).step_by(7).rev());
    show("inclusive", (250..=255_u8).rev().skip(1));
    show("zip", words.iter().zip(1..).filter_map(|(w, i)| (w.len() == i).then_some(w)));
    show("enumerate", words.iter().map(|w| w.len()).enumerate().skip_while(|(_, l)| *l < 6).chain([(9, 9)]));
    show("flat", words.iter().flat_map(|w| w.chars().rev().take(2)));
    show("flatten", [Some(1), None, Some(3)].into_iter().flatten().cycle().take(5));
    show(
        "scan",
        (1..8).scan(1_u64, |state, n| {
            *state *= n;
            Some(*state)
        }),
    );
    show("map_while", words.iter().map_while(|w| w.find('o').or(w.find('u')).or(w.find('e'))));
    show("from_fn", {
        let mut n = 100;
        iter::from_fn(move || {
            n /= 3;
            (n > 0).then_some(n)
        })
    });
    show("successors", iter::successors(Some(1_u16), |n| n.checked_mul(6)));
    show("repeat", iter::repeat_n("ab", 2).chain(iter::once("c")).chain(iter::empty()));
    show("countdown", Countdown(5).zip(Countdown(3)));
    println!("{:?} {}", Countdown(9).size_hint(), Countdown(4).len());
    show("inspect", (0..3).inspect(|n| print!("<{n}>")).map(|n| n * n));

    let mut peekable = [1, 1, 2, 3, 3, 3].iter().peekable();
    while let Some(value) = peekable.next() {
        let mut run = 1;
        while peekable.next_if_eq(&value).is_some() {
            run += 1;
        }
        print!("{value}x{run} ");
    }
    println!();

    println!("{:?}", words.iter().max_by_key(|w| (w.len(), **w)));
    println!("{:?} {:?}", words.iter().min(), words.iter().position(|w| *w == "fox"));
    println!("{:?}", words.iter().rposition(|w| *w == "the"));
    println!("{:?}", words.iter().fold(String::new(), |acc, w| acc + &w[..1]));
    println!("{:?}", (1..=5).rev().reduce(|a, b| a * 10 + b));
    println!("{:?}", (1..=5).try_fold(0_i8, |a, b| a.checked_add(b * 10)));
    println!("{} {}", words.iter().any(|w| w.contains('z')), words.iter().all(|w| w.len() > 3));
    let (short, long): (Vec<&str>, Vec<&str>) = words.iter().partition(|w| w.len() < 4);
    println!("{short:?} {long:?}");
    let (a, b): (Vec<_>, VecDeque<_>) = words.iter().map(|w| (w.len(), &w[1..])).unzip();
    println!("{a:?} {b:?}");
    let mut counts = BTreeMap::new();
    for letter in words.iter().flat_map(|w| w.bytes()) {
        *counts.entry(letter as char).or_insert(0) += 1;
    }
    println!("{counts:?}");
    println!("{:?}", ["1", "2", "x"].iter().map(|s| s.parse::<i32>()).collect::<Result<Vec<_>, _>>());
    println!("{:?}", ["1", "2"].iter().map(|s| s.parse::<i32>().ok()).sum::<Option<i32>>());
    println!("{:?} {:?}", (0..10).nth(4), (0..10).rev().nth_back(1));
    println!("{:?}", [1, 2].iter().cmp([1, 3].iter()));
    println!("{} {}", [1, 5, 9].is_sorted(), (1..4).eq([1, 2, 3]));
    println!("{:?}", (1..=3).flat_map(|x| (x..=3).map(move |y| x * y)).last());
    let by_ref = &mut (0..10);
    println!("{} {}", by_ref.take(3).sum::<i32>(), by_ref.sum::<i32>());
    println!("{:?}", (i64::MAX - 1..).next().zip((-3..3).step_by(2).last()));
}
