//! Shows progress to the user: a spinner on a terminal, plain lines otherwise.

use std::io::IsTerminal;
use std::sync::{LazyLock, Mutex};
use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

/// How often a long step prints a line when there is no terminal.
const PLAIN_INTERVAL: Duration = Duration::from_secs(30);

/// The spinners of all running steps, one below the other. Lines are printed above them.
static SPINNERS: LazyLock<MultiProgress> = LazyLock::new(MultiProgress::new);

/// Prints to the user.
#[derive(Debug, Clone, Copy)]
pub struct Console {
    /// Whether to show the output of child commands as it arrives.
    pub verbose: bool,
    /// Whether standard error is a terminal.
    terminal: bool,
}

impl Console {
    /// A console for this process.
    pub fn new(verbose: bool) -> Console {
        Console { verbose, terminal: std::io::stderr().is_terminal() }
    }

    /// Prints a line of information.
    pub fn say(&self, text: impl AsRef<str>) {
        SPINNERS.suspend(|| eprintln!("{}", text.as_ref()));
    }

    /// Prints a line of results on standard output.
    pub fn print(&self, text: impl AsRef<str>) {
        SPINNERS.suspend(|| println!("{}", text.as_ref()));
    }

    /// Starts a step that takes long, and announces it.
    pub fn step(&self, text: impl Into<String>) -> Step {
        let step = self.silent_step(text);
        if step.bar.is_none() {
            self.say(format!("{} ...", step.text));
        }
        step
    }

    /// Starts a step that takes long without announcing it.
    pub fn silent_step(&self, text: impl Into<String>) -> Step {
        let text = text.into();
        let bar = (self.terminal && !self.verbose).then(|| {
            let bar = SPINNERS.add(ProgressBar::new_spinner());
            let style = ProgressStyle::with_template("{spinner} {elapsed:>4}  {wide_msg}");
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
            bar.set_message(text.clone());
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        });
        let now = Instant::now();
        Step { console: *self, text, bar, started: now, last_line: Mutex::new(now) }
    }
}

/// A running step. Its spinner disappears when it is dropped.
pub struct Step {
    /// The console, set by [`Console::step`] like all fields.
    console: Console,
    /// The step's name.
    text: String,
    /// The spinner, on a terminal only.
    bar: Option<ProgressBar>,
    /// The time when the step began.
    started: Instant,
    /// The time of the last plain line.
    last_line: Mutex<Instant>,
}

impl Step {
    /// Shows how far the step has come.
    pub fn progress(&self, detail: &str) {
        if let Some(bar) = &self.bar {
            bar.set_message(format!("{}: {detail}", self.text));
            return;
        }
        let Ok(mut last) = self.last_line.lock() else { return };
        if last.elapsed() >= PLAIN_INTERVAL {
            *last = Instant::now();
            self.console.say(format!("  {} s: {detail}", self.started.elapsed().as_secs()));
        }
    }

    /// Ends the step with one line that stays.
    pub fn finish(self, text: &str) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
        self.console.say(format!("{text} ({:.1} s)", self.started.elapsed().as_secs_f64()));
    }
}

impl Drop for Step {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
