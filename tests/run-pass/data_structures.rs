//! Hand-written data structures: an LRU cache, a trie, a search tree of boxes.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;

/// Keeps the `capacity` entries used last; a doubly linked list through indices.
struct Lru<K, V> {
    capacity: usize,
    places: HashMap<K, usize>,
    entries: Vec<(K, V, usize, usize)>,
    newest: usize,
    oldest: usize,
}

const NONE: usize = usize::MAX;

impl<K: Hash + Eq + Clone, V> Lru<K, V> {
    fn new(capacity: usize) -> Self {
        Lru { capacity, places: HashMap::new(), entries: Vec::new(), newest: NONE, oldest: NONE }
    }

    fn unlink(&mut self, at: usize) {
        let (newer, older) = (self.entries[at].2, self.entries[at].3);
        if newer == NONE {
            self.newest = older
        } else {
            self.entries[newer].3 = older
        }
        if older == NONE { self.oldest = newer } else { self.entries[older].2 = newer }
    }

    fn link_newest(&mut self, at: usize) {
        (self.entries[at].2, self.entries[at].3) = (NONE, self.newest);
        if self.newest == NONE {
            self.oldest = at
        } else {
            self.entries[self.newest].2 = at
        }
        self.newest = at;
    }

    fn get(&mut self, key: &K) -> Option<&mut V> {
        let at = *self.places.get(key)?;
        self.unlink(at);
        self.link_newest(at);
        Some(&mut self.entries[at].1)
    }

    fn insert(&mut self, key: K, value: V) -> Option<(K, V)> {
        if let Some(old) = self.get(&key) {
            return Some((key, std::mem::replace(old, value)));
        }
        let mut evicted = None;
        let at = if self.entries.len() < self.capacity {
            self.entries.push((key.clone(), value, NONE, NONE));
            self.entries.len() - 1
        } else {
            let at = self.oldest;
            self.unlink(at);
            let old = std::mem::replace(&mut self.entries[at], (key.clone(), value, NONE, NONE));
            self.places.remove(&old.0);
            evicted = Some((old.0, old.1));
            at
        };
        self.places.insert(key, at);
        self.link_newest(at);
        evicted
    }
}

#[derive(Default)]
struct Trie {
    children: BTreeMap<char, Trie>,
    count: u32,
}

impl Trie {
    fn insert(&mut self, word: &str) {
        let node = word.chars().fold(self, |node, c| node.children.entry(c).or_default());
        node.count += 1;
    }

    fn collect(&self, prefix: &str, out: &mut Vec<(String, u32)>) {
        if self.count > 0 {
            out.push((prefix.to_string(), self.count));
        }
        for (c, child) in &self.children {
            child.collect(&format!("{prefix}{c}"), out);
        }
    }
}

/// A binary search tree that owns its nodes through boxes.
#[derive(Default)]
struct Tree<T>(Option<Box<(T, Tree<T>, Tree<T>)>>);

impl<T: Ord> Tree<T> {
    fn insert(&mut self, value: T) -> bool {
        match &mut self.0 {
            None => {
                self.0 = Some(Box::new((value, Tree(None), Tree(None))));
                true
            }
            Some(node) => match value.cmp(&node.0) {
                Ordering::Less => node.1.insert(value),
                Ordering::Greater => node.2.insert(value),
                Ordering::Equal => false,
            },
        }
    }

    fn pop_least(&mut self) -> Option<T> {
        if self.0.as_ref()?.1.0.is_some() {
            return self.0.as_mut()?.1.pop_least();
        }
        let (value, _, right) = *self.0.take()?;
        *self = right;
        Some(value)
    }
}

fn main() {
    let mut cache = Lru::new(3);
    for (i, word) in "a b c a d b e a a f".split(' ').enumerate() {
        match cache.get(&word.to_string()) {
            Some(count) => *count += 10,
            None => print!("{word}:{:?} ", cache.insert(word.to_string(), i)),
        }
    }
    println!("{:?} {:?}", cache.get(&"a".into()).copied(), cache.insert("a".into(), 0));

    let mut trie = Trie::default();
    for word in ["tea", "ten", "to", "tea", "inn", "in", "größe", "größer", ""] {
        trie.insert(word);
    }
    let mut words = Vec::new();
    trie.collect("", &mut words);
    println!("{words:?}");

    let mut tree = Tree::default();
    let mut inserted = 0;
    for i in 0..500_u32 {
        inserted += tree.insert(i.wrapping_mul(2_654_435_761) % 701) as u32;
    }
    let least: Vec<_> = std::iter::from_fn(|| tree.pop_least()).collect();
    println!("{inserted} {} {} {:?}", least.len(), least.is_sorted(), &least[..6]);
}
