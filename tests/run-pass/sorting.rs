//! Sorting and searching: std's sorts with all kinds of keys, hand-written sorts, binary search, dedup.

use std::cmp::Reverse;

fn random(count: usize, below: u32) -> Vec<u32> {
    let mut state = 0x2545_f491_u32;
    let next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state % below
    };
    std::iter::repeat_with(next).take(count).collect()
}

fn insertion_sort<T: PartialOrd>(values: &mut [T]) {
    for i in 1..values.len() {
        let mut j = i;
        while j > 0 && values[j - 1] > values[j] {
            values.swap(j - 1, j);
            j -= 1;
        }
    }
}

fn quick_sort<T: Ord + Copy>(values: &mut [T]) {
    if values.len() < 2 {
        return;
    }
    let pivot = values[values.len() / 2];
    let (mut low, mut high) = (0, values.len() - 1);
    loop {
        while values[low] < pivot {
            low += 1;
        }
        while values[high] > pivot {
            high -= 1;
        }
        if low >= high {
            break;
        }
        values.swap(low, high);
        low += 1;
        high -= 1;
    }
    let (left, right) = values.split_at_mut(low);
    quick_sort(left);
    quick_sort(right);
}

fn merge_sort<T: Ord + Clone>(values: &[T]) -> Vec<T> {
    if values.len() < 2 {
        return values.to_vec();
    }
    let (left, right) = values.split_at(values.len() / 2);
    let (mut left, mut right) =
        (merge_sort(left).into_iter().peekable(), merge_sort(right).into_iter().peekable());
    let mut out = Vec::with_capacity(values.len());
    while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
        out.extend(if b < a { right.next() } else { left.next() });
    }
    out.extend(left.chain(right));
    out
}

fn heap_sort(values: &mut [u32]) {
    fn sift(values: &mut [u32], mut root: usize) {
        while let Some(child) = [2 * root + 1, 2 * root + 2]
            .into_iter()
            .filter(|c| *c < values.len())
            .max_by_key(|c| values[*c])
            .filter(|c| values[*c] > values[root])
        {
            values.swap(root, child);
            root = child;
        }
    }
    for root in (0..values.len() / 2).rev() {
        sift(values, root);
    }
    for end in (1..values.len()).rev() {
        values.swap(0, end);
        sift(&mut values[..end], 0);
    }
}

fn main() {
    for (count, below) in [(0, 5), (1, 5), (7, 3), (100, 20), (3000, 1_000_000)] {
        let input = random(count, below);
        let mut expected = input.clone();
        expected.sort();
        let mut quick = input.clone();
        quick_sort(&mut quick);
        let mut heap = input.clone();
        heap_sort(&mut heap);
        let mut insertion = input[..count.min(300)].to_vec();
        insertion_sort(&mut insertion);
        let mut unstable = input.clone();
        unstable.sort_unstable_by(|a, b| b.cmp(a));
        unstable.reverse();
        println!(
            "{count} {} {} {} {} {}",
            quick == expected,
            heap == expected,
            merge_sort(&input) == expected,
            insertion.is_sorted(),
            unstable == expected
        );
        let sum =
            expected.iter().enumerate().fold(0_u64, |s, (i, v)| s.wrapping_add(i as u64 * u64::from(*v)));
        expected.dedup();
        println!(
            "  {sum} {} {:?}",
            expected.len(),
            expected.binary_search(&(below / 2)).unwrap_or_else(|i| i)
        );
        println!("  {}", expected.partition_point(|v| *v < below / 3));
    }
    let mut words = ["pear", "fig", "apple", "Kiwi", "banana", "date", "cherry"].map(String::from);
    words.sort_by_key(|w| (Reverse(w.len()), w.clone()));
    println!("{words:?}");
    words.sort_by_cached_key(|w| w.to_lowercase());
    println!("{words:?}");
    let mut pairs: Vec<(u32, usize)> = random(40, 4).into_iter().zip(0..).collect();
    pairs.sort_by_key(|(key, _)| *key);
    println!("{}", pairs.windows(2).all(|w| w[0] < w[1]));
    let mut floats = [2.5, -1.0, f64::NAN, 0.0, -0.0, f64::NEG_INFINITY, 1e9];
    floats.sort_by(f64::total_cmp);
    println!("{floats:?}");
    let mut part = random(101, 1000);
    let (_, median, _) = part.select_nth_unstable(50);
    println!("{median}");
    let mut runs = vec![1, 1, 2, 3, 5, 8, 9, 11];
    runs.dedup_by_key(|v| *v / 3);
    println!("{runs:?} {:?}", runs.chunk_by(|a, b| a % 2 == b % 2).collect::<Vec<_>>());
}
