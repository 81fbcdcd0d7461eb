//! Lets workers panic, one or several at the same time, for this project's tests.

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

/// How long a worker waits for others. If there are fewer than requested, the test then continues.
const LIMIT: Duration = Duration::from_secs(20);

/// Panics in all workers that compile a function with `part` in its name, when there are enough of them.
pub struct PanicFault {
    part: Box<str>,
    /// The number of workers that panic together.
    together: usize,
    arrived: Mutex<usize>,
    changed: Condvar,
}

impl PanicFault {
    pub fn new(part: &str, together: usize) -> PanicFault {
        PanicFault { part: part.into(), together, arrived: Mutex::new(0), changed: Condvar::new() }
    }

    /// Waits for the other workers, then panics, if `function` is affected.
    ///
    /// # Panics
    ///
    /// If `function` has the part in its name.
    pub(super) fn meet(&self, function: &str) {
        if !function.contains(&*self.part) {
            return;
        }
        let mut arrived = self.arrived.lock().unwrap_or_else(PoisonError::into_inner);
        *arrived += 1;
        self.changed.notify_all();
        let waiting = |arrived: &mut usize| *arrived < self.together;
        drop(self.changed.wait_timeout_while(arrived, LIMIT, waiting));
        panic!("a test asked for this panic");
    }
}
