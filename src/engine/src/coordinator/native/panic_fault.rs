//! A fault for the project's own tests: workers that panic, several of them at the same moment if that is
//! wanted.

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

/// The longest that a worker waits for others; a test that has fewer of them than it said goes on then.
const LIMIT: Duration = Duration::from_secs(20);

/// Panics in all workers that compile a function with `part` in its name, once there are enough of them.
pub struct PanicFault {
    part: Box<str>,
    /// How many workers panic together.
    together: usize,
    arrived: Mutex<usize>,
    changed: Condvar,
}

impl PanicFault {
    pub fn new(part: &str, together: usize) -> PanicFault {
        PanicFault { part: part.into(), together, arrived: Mutex::new(0), changed: Condvar::new() }
    }

    /// # Panics
    /// If `function` has the part in its name: that is what it is for.
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
