//! Tests the worker threads with real jobserver pipes and a fake executor.

mod fake;
mod panics;
mod random;
mod threads;
