//! Looks at the compilers from outside, some hundred times a second: which ones there are, how much
//! processor time each of their threads has used, and how many free tokens are in make's pipe.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

use crate::jobserver::free_tokens;

/// Between two looks.
const INTERVAL: Duration = Duration::from_millis(4);
/// The compiler's program, as the system shows it.
const COMPILER: &str = "rustc-clif";

/// A thread of a compiler.
#[derive(Debug, Clone)]
pub struct ThreadSample {
    /// The system's number of its process.
    pub process: u32,
    /// The system's number of the thread.
    pub thread: u32,
    /// Its name, which says what it does.
    pub name: String,
    /// Processor time that it has used so far, in nanoseconds.
    pub used: u64,
}

/// One look; everything was read between two times of the monotonic clock, in nanoseconds.
#[derive(Debug, Clone)]
pub struct Sample {
    /// Before.
    pub start: u64,
    /// After.
    pub end: u64,
    /// Compilers that were there before and after, and no others were; `None` when that changed meanwhile.
    pub compilers: Option<Vec<u32>>,
    /// Their threads.
    pub threads: Vec<ThreadSample>,
    /// Free tokens, once make's pipe is known.
    pub free: Option<usize>,
}

/// A thread that looks until it is stopped.
pub struct Sampler {
    stopping: Arc<AtomicBool>,
    thread: JoinHandle<Result<Vec<Sample>>>,
}

impl Sampler {
    /// Looks at the children of `make`, whose flags will be in the file `flags`.
    pub fn start(make: u32, flags: PathBuf) -> Sampler {
        let stopping = Arc::new(AtomicBool::new(false));
        let stop = Arc::clone(&stopping);
        let thread = thread::spawn(move || {
            let mut samples = Vec::new();
            let mut pipe = None;
            while !stop.load(Ordering::Relaxed) {
                if pipe.is_none() && flags.exists() {
                    pipe = Some(open_pipe(make, &fs::read_to_string(&flags)?)?);
                }
                samples.push(look(make, pipe.as_ref())?);
                thread::sleep(INTERVAL);
            }
            Ok(samples)
        });
        Sampler { stopping, thread }
    }

    /// All samples.
    pub fn stop(self) -> Result<Vec<Sample>> {
        self.stopping.store(true, Ordering::Relaxed);
        match self.thread.join() {
            Ok(samples) => samples,
            Err(_) => bail!("the sampler panicked"),
        }
    }
}

/// make's jobserver: a named pipe, or one that make has open under a number.
fn open_pipe(make: u32, flags: &str) -> Result<File> {
    let value = flags.split_whitespace().find_map(|word| {
        word.strip_prefix("--jobserver-auth=").or_else(|| word.strip_prefix("--jobserver-fds="))
    });
    let value = value.with_context(|| format!("make has no jobserver: {flags:?}"))?;
    let path = match value.strip_prefix("fifo:") {
        Some(path) => PathBuf::from(path),
        None => PathBuf::from(format!("/proc/{make}/fd/{}", value.split(',').next().unwrap_or_default())),
    };
    // Not for writing: at its end make reads the pipe until no one has it open for that. make itself has
    // now, so that opening it does not block.
    File::open(&path).with_context(|| format!("cannot open {}", path.display()))
}

fn look(make: u32, pipe: Option<&File>) -> Result<Sample> {
    let start = now();
    let before = compilers(make);
    let free = pipe.map(free_tokens).transpose()?;
    let threads = before.iter().flat_map(|&process| threads(process)).collect();
    let after = compilers(make);
    Ok(Sample { start, end: now(), compilers: (before == after).then_some(before), threads, free })
}

/// Of the monotonic clock, in nanoseconds, as in the trace.
fn now() -> u64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::Monotonic);
    time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64
}

/// Children of make (a shell may be between) that are compilers and have not ended.
fn compilers(make: u32) -> Vec<u32> {
    let mut found = Vec::new();
    let mut parents = vec![make];
    while let Some(parent) = parents.pop() {
        for child in children(parent) {
            let folder = PathBuf::from(format!("/proc/{child}"));
            match name(&folder).as_deref() {
                // What has ended and was not waited for has no memory any more.
                Some(COMPILER) if has_memory(&folder) => found.push(child),
                _ => parents.push(child),
            }
        }
    }
    found.sort_unstable();
    found
}

fn children(process: u32) -> Vec<u32> {
    let text = fs::read_to_string(format!("/proc/{process}/task/{process}/children")).unwrap_or_default();
    text.split_whitespace().filter_map(|word| word.parse().ok()).collect()
}

fn has_memory(folder: &Path) -> bool {
    fs::read_to_string(folder.join("statm")).is_ok_and(|text| !text.starts_with("0 "))
}

fn name(folder: &Path) -> Option<String> {
    Some(fs::read_to_string(folder.join("comm")).ok()?.trim_end().to_owned())
}

/// What ends meanwhile is left out.
fn threads(process: u32) -> Vec<ThreadSample> {
    let Ok(folder) = fs::read_dir(format!("/proc/{process}/task")) else { return Vec::new() };
    let thread = |path: PathBuf| {
        let thread = path.file_name()?.to_str()?.parse().ok()?;
        let used = fs::read_to_string(path.join("schedstat")).ok()?;
        let used = used.split(' ').next()?.parse().ok()?;
        Some(ThreadSample { process, thread, name: name(&path)?, used })
    };
    folder.flatten().filter_map(|entry| thread(entry.path())).collect()
}
