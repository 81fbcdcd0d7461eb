//! Sorting: std's stable and unstable sort, a quicksort and a hand-written heap; closures and generic code.

use std::collections::BinaryHeap;

struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
}

fn quicksort<T: PartialOrd + Copy>(items: &mut [T]) {
    if items.len() < 2 {
        return;
    }
    let pivot = items[items.len() / 2];
    let (mut left, mut right) = (0, items.len() - 1);
    loop {
        while items[left] < pivot {
            left += 1;
        }
        while items[right] > pivot {
            right -= 1;
        }
        if left >= right {
            break;
        }
        items.swap(left, right);
        left += 1;
        right -= 1;
    }
    let (low, high) = items.split_at_mut(left);
    quicksort(low);
    quicksort(high);
}

fn checksum(items: &[u64]) -> u64 {
    assert!(items.windows(2).all(|pair| pair[0] <= pair[1]));
    items.iter().enumerate().fold(0u64, |sum, (index, item)| sum.wrapping_add(item.wrapping_mul(index as u64 + 1)))
}

fn main() {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let items: Vec<u64> = (0..120_000).map(|_| random.next()).collect();
    let mut sorted = items.clone();
    sorted.sort();
    println!("stable {:016x}", checksum(&sorted));
    let mut sorted = items.clone();
    sorted.sort_unstable_by(|a, b| a.cmp(b));
    println!("unstable {:016x}", checksum(&sorted));
    let mut sorted = items.clone();
    quicksort(&mut sorted);
    println!("quick {:016x}", checksum(&sorted));
    let heap: BinaryHeap<u64> = items.iter().copied().collect();
    println!("heap {:016x}", checksum(&heap.into_sorted_vec()));
    let mut words: Vec<String> = items.iter().take(40_000).map(|item| format!("{:x}", item % 100_000)).collect();
    words.sort_by(|a, b| a.len().cmp(&b.len()).then_with(|| b.cmp(a)));
    words.dedup();
    println!("words {} {} {}", words.len(), words[0], words[words.len() - 1]);
}
