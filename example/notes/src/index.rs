//! An index from words to notes, built by several threads, and a ranked search in it.

use std::collections::{BTreeMap, HashMap};
use std::sync::mpsc;
use std::thread;

use crate::{Note, Priority};

/// How often each word occurs in each note.
#[derive(Debug, Default, PartialEq)]
pub struct Index {
    words: BTreeMap<String, BTreeMap<u32, u32>>,
    priorities: HashMap<u32, Priority>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    pub id: u32,
    pub score: f64,
}

impl Index {
    /// Splits the notes among `threads` threads; each counts its part and sends it here to be merged.
    /// Words for which `skip` is true are left out.
    pub fn build(notes: &[Note], threads: usize, skip: impl Fn(&str) -> bool + Sync) -> Index {
        let (sender, parts) = mpsc::channel();
        let mut index = Index::default();
        thread::scope(|scope| {
            for part in notes.chunks(notes.len().div_ceil(threads).max(1)) {
                let (sender, skip) = (sender.clone(), &skip);
                scope.spawn(move || {
                    for note in part {
                        sender
                            .send((note, count_words(note, skip)))
                            .expect("the receiver outlives the threads");
                    }
                });
            }
            drop(sender);
            for (note, counts) in parts {
                index.priorities.insert(note.id, note.priority);
                for (word, count) in counts {
                    index.words.entry(word).or_default().insert(note.id, count);
                }
            }
        });
        index
    }

    /// The notes that contain any of the query's words, best first. A rare word is worth more than a
    /// common one, and an important note more than an unimportant one.
    pub fn search(&self, query: &str) -> Vec<Hit> {
        let mut scores: BTreeMap<u32, f64> = BTreeMap::new();
        for word in words(query) {
            let Some(found) = self.words.get(&word) else { continue };
            let rarity = self.priorities.len() as f64 / found.len() as f64;
            for (&id, &count) in found {
                *scores.entry(id).or_default() += rarity * f64::from(count) * self.weight(id);
            }
        }
        let mut hits: Vec<_> = scores.into_iter().map(|(id, score)| Hit { id, score }).collect();
        hits.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.id.cmp(&b.id)));
        hits
    }

    /// The most frequent words with their counts, the most frequent first, then by the alphabet.
    pub fn top_words(&self, count: usize) -> Vec<(&str, u32)> {
        let mut top: Vec<_> =
            self.words.iter().map(|(word, notes)| (word.as_str(), notes.values().sum())).collect();
        top.sort_by_key(|&(_, total)| std::cmp::Reverse(total));
        top.truncate(count);
        top
    }

    pub fn len(&self) -> usize {
        self.words.len()
    }

    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    fn weight(&self, id: u32) -> f64 {
        match self.priorities.get(&id) {
            Some(Priority::High) => 1.5,
            Some(Priority::Low) => 0.5,
            Some(Priority::Normal) | None => 1.0,
        }
    }
}

fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() > 1).map(str::to_lowercase)
}

/// A word in the title counts three times.
fn count_words(note: &Note, skip: &impl Fn(&str) -> bool) -> BTreeMap<String, u32> {
    let mut counts = BTreeMap::new();
    for (text, weight) in [(&note.title, 3), (&note.body, 1)] {
        for word in words(text).filter(|word| !skip(word)) {
            *counts.entry(word).or_default() += weight;
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse_notes;

    fn notes() -> Vec<Note> {
        parse_notes("# Red apple\nand a green apple\n# Pear\n!high\ngreen\n# Plum\n!low\ngreen green, GREEN")
            .unwrap()
    }

    #[test]
    fn is_the_same_for_any_number_of_threads() {
        let one = Index::build(&notes(), 1, |_| false);
        for threads in [2, 3, 50] {
            assert_eq!(Index::build(&notes(), threads, |_| false), one);
        }
        assert!(Index::build(&[], 4, |_| false).is_empty());
    }

    #[test]
    fn ranks_by_rarity_count_and_priority() {
        let index = Index::build(&notes(), 2, |word| word == "and");
        let ids = |query| index.search(query).into_iter().map(|hit| hit.id).collect::<Vec<_>>();
        assert_eq!(ids("green"), [2, 3, 1]);
        assert_eq!(ids("APPLE green"), [1, 2, 3]);
        assert!(ids("and nothing").is_empty());
        assert_eq!(index.top_words(2), [("green", 5), ("apple", 4)]);
    }
}
