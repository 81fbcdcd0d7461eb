//! How far a long comparison is: a bar on a terminal, otherwise a line from time to time. Both on standard
//! error, and neither if the work is done soon.

use std::io::IsTerminal as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How long a comparison may take before a terminal shows a bar.
const PATIENCE: Duration = Duration::from_secs(1);
/// How often the bar is drawn after that.
const REDRAW: Duration = Duration::from_millis(100);
/// How often a line is printed where there is no terminal.
const INTERVAL: Duration = Duration::from_secs(30);

/// Shows the progress until it is dropped.
pub struct Progress {
    done: Arc<AtomicUsize>,
    /// Dropping it ends the thread.
    end: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Progress {
    /// Begins to compare a number of files.
    pub fn new(total: usize) -> Self {
        let done = Arc::new(AtomicUsize::new(0));
        let (end, ended) = mpsc::channel();
        let count = Arc::clone(&done);
        let work = move || {
            let wait = |time| ended.recv_timeout(time) == Err(RecvTimeoutError::Timeout);
            if std::io::stderr().is_terminal() {
                show_bar(total, &count, wait);
            } else {
                while wait(INTERVAL) {
                    eprintln!("{}", line(count.load(Ordering::Relaxed), total));
                }
            }
        };
        // Without a thread, there is no progress to see, and the result is the same.
        let thread = thread::Builder::new().name("progress".into()).spawn(work).ok();
        Self { done, end: Some(end), thread }
    }

    /// Counts one file.
    pub fn advance(&self) {
        self.done.fetch_add(1, Ordering::Relaxed);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.end = None;
        if let Some(thread) = self.thread.take() {
            // The bar is cleared before anything else is printed.
            let _ = thread.join();
        }
    }
}

fn line(done: usize, total: usize) -> String {
    format!("objdiff: {done} of {total} files compared")
}

/// Shows a bar for as long as `wait` returns true.
fn show_bar(total: usize, done: &AtomicUsize, wait: impl Fn(Duration) -> bool) {
    if !wait(PATIENCE) {
        return;
    }
    let bar = ProgressBar::with_draw_target(Some(total as u64), ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos} of {len} files compared, {elapsed}") {
        bar.set_style(style);
    }
    while wait(REDRAW) {
        bar.set_position(done.load(Ordering::Relaxed) as u64);
        bar.tick();
    }
    bar.finish_and_clear();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_work_ends_at_once() {
        let started = std::time::Instant::now();
        let progress = Progress::new(3);
        progress.advance();
        drop(progress);
        assert!(started.elapsed() < PATIENCE);
    }

    #[test]
    fn lines_say_how_far_it_is() {
        assert_eq!(line(2, 7), "objdiff: 2 of 7 files compared");
    }
}
