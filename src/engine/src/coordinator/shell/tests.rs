//! The shell with real threads and real jobserver pipes, but executors that only pretend.

mod fake;
mod panics;
mod random;
mod threads;
