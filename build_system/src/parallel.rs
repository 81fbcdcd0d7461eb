//! Spreads work over the cores.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Calls `work` for each item, on as many threads as there are cores. The results have the order of the
/// items.
pub fn map<Item: Sync, Output: Send>(items: &[Item], work: impl Fn(&Item) -> Output + Sync) -> Vec<Output> {
    let threads = thread::available_parallelism().map_or(2, std::num::NonZero::get).min(items.len().max(1));
    let next = AtomicUsize::new(0);
    let results: Mutex<Vec<(usize, Output)>> = Mutex::new(Vec::with_capacity(items.len()));
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = items.get(index) else { return };
                    let output = work(item);
                    results.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push((index, output));
                }
            });
        }
    });
    let mut results = results.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, output)| output).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_keep_the_order_of_the_items() {
        let items: Vec<u64> = (0..100).collect();
        let squares = map(&items, |item| {
            thread::sleep(std::time::Duration::from_micros(100 - item));
            item * item
        });
        assert_eq!(squares, items.iter().map(|item| item * item).collect::<Vec<_>>());
        assert!(map(&Vec::<u8>::new(), |item| *item).is_empty());
    }
}
