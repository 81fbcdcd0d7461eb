//! The worker threads with real jobserver pipes, but executors that only pretend.

mod fake;
mod panics;
mod random;
mod threads;
