//! The standard collections: Vec, VecDeque, LinkedList, BTreeMap/Set, HashMap/Set (sorted), BinaryHeap.

use std::cmp::Reverse;
use std::collections::{
    BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, LinkedList, VecDeque, btree_map, hash_map,
};

/// A small linear congruential generator, so that inputs look random but are the same every time.
struct Random(u64);
impl Random {
    fn next(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }
}

fn vectors() {
    let mut values: Vec<i32> = (0..10).collect();
    values.insert(3, 100);
    values.swap_remove(0);
    values.extend_from_slice(&[7, 7, 8]);
    values.retain(|v| v % 5 != 0);
    values.dedup();
    println!("{values:?} {:?}", values.drain(2..4).collect::<Vec<_>>());
    println!("{:?} {values:?}", values.splice(1..2, [40, 41]).collect::<Vec<_>>());
    values.resize(12, -1);
    let tail = values.split_off(9);
    println!("{values:?} {tail:?} {:?}", values.iter().rev().step_by(3).collect::<Vec<_>>());
    let mut deque: VecDeque<u8> = VecDeque::with_capacity(4);
    for i in 0..6 {
        deque.push_back(i);
        deque.push_front(10 + i);
        if i % 2 == 0 {
            deque.rotate_left(1);
        }
    }
    println!("{deque:?} {:?} {:?} {}", deque.pop_front(), deque.back(), deque[3]);
    deque.make_contiguous().sort();
    println!("{deque:?} {:?}", deque.binary_search(&12));
    let mut list: LinkedList<_> = ["b", "c"].into_iter().collect();
    list.push_front("a");
    let mut tail = list.split_off(2);
    tail.append(&mut list);
    println!("{tail:?} {}", list.is_empty());
}

fn maps(random: &mut Random) {
    let mut tree = BTreeMap::new();
    let mut hash = HashMap::new();
    for _ in 0..5000 {
        let (key, value) = (random.next(700), random.next(1 << 30));
        if random.next(3) == 0 {
            assert_eq!(tree.remove(&key), hash.remove(&key));
        } else {
            assert_eq!(tree.insert(key, value), hash.insert(key, value));
        }
    }
    let mut sorted: Vec<_> = hash.iter().map(|(k, v)| (*k, *v)).collect();
    sorted.sort();
    println!(
        "{} {}",
        tree.len(),
        sorted.iter().eq(tree.iter().map(|(k, v)| (*k, *v)).collect::<Vec<_>>().iter())
    );
    println!("{:?}", tree.range(100..110).collect::<Vec<_>>());
    println!("{:?} {:?}", tree.first_key_value(), tree.last_key_value());
    println!("{:?}", tree.values().fold(0_u64, |a, v| a.rotate_left(7) ^ v));
    let upper = tree.split_off(&350);
    println!("{} {} {:?}", tree.len(), upper.len(), upper.keys().next());
    let mut words: HashMap<&str, Vec<usize>> = HashMap::new();
    for (i, word) in "a rose is a rose is a rose".split(' ').enumerate() {
        words.entry(word).or_default().push(i);
    }
    let mut words: Vec<_> = words.into_iter().collect();
    words.sort();
    println!("{words:?}");
    let mut entries = HashMap::from([(1, 'a')]);
    if let hash_map::Entry::Occupied(mut entry) = entries.entry(1) {
        entry.insert('z');
    }
    if let btree_map::Entry::Vacant(entry) = BTreeMap::from([(1, 2)]).entry(5) {
        println!("{} {entries:?}", entry.key());
    }
}

fn sets_and_heaps(random: &mut Random) {
    let evens: HashSet<u32> = (0..30).step_by(2).collect();
    let threes: HashSet<u32> = (0..30).step_by(3).collect();
    let both: BTreeSet<_> = evens.intersection(&threes).copied().collect();
    let either: BTreeSet<_> = evens.symmetric_difference(&threes).copied().collect();
    println!("{both:?} {either:?} {}", both.is_subset(&evens.iter().copied().collect()));
    println!("{:?}", &both - &BTreeSet::from([6, 12]));
    let mut heap: BinaryHeap<_> = (0..12).map(|_| (random.next(50), random.next(9))).collect();
    heap.push((99, 0));
    println!("{:?} {:?}", heap.peek(), heap.clone().into_sorted_vec());
    let mut smallest = BinaryHeap::from([Reverse(4), Reverse(1), Reverse(3)]);
    while let Some(Reverse(value)) = smallest.pop() {
        print!("{value} {} ", heap.pop().unwrap().0);
    }
    println!();
}

fn main() {
    let mut random = Random(2026);
    vectors();
    maps(&mut random);
    sets_and_heaps(&mut random);
}
