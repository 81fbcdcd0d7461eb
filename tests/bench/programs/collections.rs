//! Collections and iterators: words are counted, grouped and joined with HashMap, BTreeMap, VecDeque and adapters.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

fn words(count: u32) -> impl Iterator<Item = String> {
    (0..count).map(|index| {
        let mixed = index.wrapping_mul(2_654_435_761) >> 18;
        let letters = "etaoinshrdlu".as_bytes();
        let mut word = String::new();
        let mut rest = mixed % 3_000;
        loop {
            word.push(letters[rest as usize % letters.len()] as char);
            rest /= letters.len() as u32;
            if rest == 0 {
                return word;
            }
        }
    })
}

/// The numbers of steps from the first node to all others, in a graph of remainders.
fn distances(nodes: usize) -> Vec<usize> {
    let mut distance = vec![usize::MAX; nodes];
    let mut queue = VecDeque::from([0]);
    distance[0] = 0;
    while let Some(node) = queue.pop_front() {
        for next in [node * 2 % nodes, (node + 17) % nodes, (node * node + 1) % nodes] {
            if distance[next] == usize::MAX {
                distance[next] = distance[node] + 1;
                queue.push_back(next);
            }
        }
    }
    distance
}

fn main() {
    let mut counts: HashMap<String, usize> = HashMap::new();
    for word in words(350_000) {
        *counts.entry(word).or_default() += 1;
    }
    let mut by_length: BTreeMap<usize, Vec<(&str, usize)>> = BTreeMap::new();
    for (word, &count) in &counts {
        by_length.entry(word.len()).or_default().push((word, count));
    }
    for (length, group) in &mut by_length {
        group.sort_unstable_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        let top: Vec<String> = group.iter().take(3).map(|(word, count)| format!("{word}={count}")).collect();
        println!("{length}: {} words, {}", group.len(), top.join(" "));
    }
    let letters: HashSet<char> = counts.keys().flat_map(|word| word.chars()).collect();
    println!("{} letters", letters.len());
    let distances = distances(150_000);
    println!("farthest {:?}, sum {}", distances.iter().max(), distances.iter().sum::<usize>());
    let folded: usize = (0..1_000_000usize)
        .filter(|number| number % 3 != 0)
        .zip((0..1_000_000usize).rev())
        .map(|(a, b)| a.wrapping_mul(b) % 1_009)
        .skip(10)
        .step_by(2)
        .sum();
    println!("folded {folded}");
}
