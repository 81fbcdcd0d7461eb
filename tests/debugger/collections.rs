//! The collections of std with their pretty printers.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};

fn main() {
    let numbers = vec![10u32, 20, 30];
    let nested = vec![vec![1u8], vec![], vec![2, 3]];
    let words = vec![String::from("one"), String::from("two")];
    let empty: Vec<u64> = Vec::new();
    let mut queue = VecDeque::with_capacity(4);
    queue.extend([1i16, 2, 3, 4]);
    queue.pop_front();
    queue.push_back(5);
    let hashed = HashMap::from([(7u32, "seven")]);
    let hash_set = HashSet::from([8i64]);
    let ordered = BTreeMap::from([(1u32, 'a'), (2, 'b')]);
    let ordered_set = BTreeSet::from([3u8, 2, 1]);
    look(); // #here
    //> break #here
    //> run
    //both is: collections::main at #here
    //> print numbers
    //gdb is: Vec(size=3) = {10, 20, 30}
    //lldb is: size=3 { [0] = 10 [1] = 20 [2] = 30 }
    //> print nested
    //gdb is: Vec(size=3) = {Vec(size=1) = {1}, Vec(size=0), Vec(size=2) = {2, 3}}
    //lldb is: size=3 { [0] = size=1 { [0] = '\x01' } [1] = size=0 [2] = size=2 { [0] = '\x02' [1] = '\x03' } }
    //> print words
    //gdb is: Vec(size=2) = {"one", "two"}
    //lldb is: size=2 { [0] = "one" { [0] = 'o' [1] = 'n' [2] = 'e' } [1] = "two" { [0] = 't' [1] = 'w' [2] = 'o' } }
    //> print empty
    //gdb is: Vec(size=0)
    //lldb is: size=0
    //> print queue
    //gdb is: VecDeque(size=4) = {2, 3, 4, 5}
    //lldb is: size=4 { [0] = 2 [1] = 3 [2] = 4 [3] = 5 }
    //> print hashed
    //gdb is: HashMap(size=1) = {[7] = "seven"}
    //lldb is: size=1 { [0] = (7, "seven") }
    //> print hash_set
    //gdb is: HashSet(size=1) = {8}
    //lldb is: size=1 { [0] = 8 }
    //gdb> print ordered
    //gdb is: BTreeMap(size=2) = {[1] = 97 'a', [2] = 98 'b'}
    //gdb> print ordered_set
    //gdb is: BTreeSet(size=3) = {1, 2, 3}
    //> type numbers
    //gdb is: alloc::vec::Vec<u32, alloc::alloc::Global>
    //lldb is: alloc::vec::Vec<unsigned int, alloc::alloc::Global>
    //> type hashed
    //gdb is: std::collections::hash::map::HashMap<u32, &str, std::hash::random::RandomState, alloc::alloc::Global>
    //lldb is: std::collections::hash::map::HashMap<unsigned int, &str, std::hash::random::RandomState, alloc::alloc::Global>
    //> type ordered
    //gdb is: alloc::collections::btree::map::BTreeMap<u32, char, alloc::alloc::Global>
    //lldb is: alloc::collections::btree::map::BTreeMap<unsigned int, char32_t, alloc::alloc::Global>
    let _ = (numbers, nested, words, empty, queue, hashed, hash_set, ordered, ordered_set);
}

fn look() {}
