//! Observes the compilers from outside, some hundred times a second: which compilers are running, how much
//! processor time each of their threads has used, and how many free tokens are in make's pipe.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

use crate::jobserver::free_tokens;

/// The time between two samples.
const INTERVAL: Duration = Duration::from_millis(4);
/// The name of the compiler's process.
const COMPILER: &str = "rustc-clif";

/// A thread of a compiler.
#[derive(Debug, Clone)]
pub struct ThreadSample {
    /// The process id.
    pub process: u32,
    /// The thread id.
    pub thread: u32,
    /// The name, which says what the thread does.
    pub name: String,
    /// The processor time used so far, in nanoseconds.
    pub used: u64,
}

/// A sample. Everything was read between two times of the monotonic clock, in nanoseconds.
#[derive(Debug, Clone)]
pub struct Sample {
    /// The time before reading.
    pub start: u64,
    /// The time after reading.
    pub end: u64,
    /// The running compilers. `None` if they changed during the sample.
    pub compilers: Option<Vec<u32>>,
    /// The threads of the compilers.
    pub threads: Vec<ThreadSample>,
    /// The free tokens, if make's pipe is known.
    pub free: Option<usize>,
}

/// A thread that takes samples until it is stopped.
pub struct Sampler {
    stopping: Arc<AtomicBool>,
    thread: JoinHandle<Result<Vec<Sample>>>,
}

impl Sampler {
    /// Starts sampling the children of `make`, which will write its flags to the file `flags`.
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

    /// Stops, and returns all samples.
    pub fn stop(self) -> Result<Vec<Sample>> {
        self.stopping.store(true, Ordering::Relaxed);
        match self.thread.join() {
            Ok(samples) => samples,
            Err(_) => bail!("the sampler panicked"),
        }
    }
}

/// Opens make's jobserver: a named pipe, or a file descriptor of make.
fn open_pipe(make: u32, flags: &str) -> Result<File> {
    let value = flags.split_whitespace().find_map(|word| {
        word.strip_prefix("--jobserver-auth=").or_else(|| word.strip_prefix("--jobserver-fds="))
    });
    let value = value.with_context(|| format!("make has no jobserver: {flags:?}"))?;
    let path = match value.strip_prefix("fifo:") {
        Some(path) => PathBuf::from(path),
        None => PathBuf::from(format!("/proc/{make}/fd/{}", value.split(',').next().unwrap_or_default())),
    };
    // Only for reading: at its end, make reads the pipe until no one has it open for writing. make has it
    // open for writing now, so opening it does not block.
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

/// Returns the time of the monotonic clock in nanoseconds, as in the trace.
fn now() -> u64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::Monotonic);
    time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64
}

/// Returns make's children (with or without a shell in between) that are compilers and have not ended.
fn compilers(make: u32) -> Vec<u32> {
    let mut found = Vec::new();
    let mut parents = vec![make];
    while let Some(parent) = parents.pop() {
        for child in children(parent) {
            let folder = PathBuf::from(format!("/proc/{child}"));
            match name(&folder).as_deref() {
                // A zombie has no memory.
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

/// Returns the threads of a process. Threads that end meanwhile are left out.
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
