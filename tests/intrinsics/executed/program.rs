//! Calls each vendor intrinsic of `calls.rs`, which the suite makes, with the same arguments in every run, and
//! prints what it returned and wrote. The processor need not have all of them: an illegal instruction is
//! printed, and skipped.

#![feature(f16)]
#![allow(warnings, reason = "the calls are made by the suite")]

mod calls;
mod machine;

use std::ffi::c_int;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};

/// The sizes of the memory that a call uses, in bytes.
const ARGUMENTS: usize = 512;
const MEMORY: usize = 256;
const RESULT: usize = 64;
/// How often each function is called with other arguments.
const ROUNDS: u64 = 12;
/// The most illegal instructions that are noted.
const NOTED: usize = 8;

/// Where a call finds its arguments and stores its results.
pub struct Place {
    pub arguments: *const u8,
    pub memory: *const u8,
    pub written: *mut u8,
    pub result: *mut u8,
}

/// A row of the table of calls.
pub struct Call {
    pub file: &'static str,
    pub name: &'static str,
    pub is_called: bool,
    /// The sizes of the parameters, in bytes.
    pub sizes: &'static [usize],
    /// The size of the floats that the result consists of, in bytes. 0 for integers.
    pub float: usize,
    pub function: unsafe fn(&Place),
}

#[repr(C)]
struct Action {
    handler: usize,
    mask: [u64; 16],
    flags: c_int,
    restorer: usize,
}

unsafe extern "C" {
    fn sigaction(signal: c_int, action: *const Action, old: *mut Action) -> c_int;
}

const SIGILL: c_int = 4;
const SA_SIGINFO: c_int = 4;

/// The illegal instructions of the current call, in the form that does not depend on registers.
static ILLEGAL: [AtomicU64; NOTED] = [const { AtomicU64::new(0) }; NOTED];
static COUNT: AtomicUsize = AtomicUsize::new(0);
/// The index of the current call.
static CURRENT: AtomicUsize = AtomicUsize::new(0);

extern "C" fn on_illegal(_signal: c_int, _information: *const usize, context: *mut u8) {
    let word = unsafe { machine::skip(context, calls::CALLS[CURRENT.load(Relaxed)].sizes) };
    let position = COUNT.fetch_add(1, Relaxed);
    if let Some(entry) = ILLEGAL.get(position) {
        entry.store(word, Relaxed);
    }
}

/// xorshift.
fn next(state: &mut u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state
}

/// Fills memory: with random bytes, or (in odd rounds) with bytes at the limits of types.
fn fill(bytes: &mut [u8], state: &mut u64, round: u64) {
    const LIMITS: [u8; 8] = [0, 1, 0x7f, 0x80, 0xff, 0, 0xfe, 0x3c];
    for byte in bytes {
        let number = next(state) >> 20;
        *byte = if round % 2 == 0 { number as u8 } else { LIMITS[number as usize % LIMITS.len()] };
    }
}

fn hash(bytes: &[u8], mut value: u64) -> u64 {
    for &byte in bytes {
        value = (value ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
    }
    value
}

fn main() {
    let action = Action { handler: on_illegal as usize, mask: [0; 16], flags: SA_SIGINFO, restorer: 0 };
    unsafe { sigaction(SIGILL, &action, std::ptr::null_mut()) };
    machine::start();
    for (number, call) in calls::CALLS.iter().enumerate() {
        CURRENT.store(number, Relaxed);
        println!("{} {}: {}", call.file, call.name, if call.is_called { outcome(call) } else { "not called".into() });
    }
}

/// Makes all NaNs equal.
fn without_payloads(bytes: &mut [u8], float: usize) {
    let exponent = match float {
        0 => return,
        2 => 0x7c00,
        4 => 0x7f80_0000,
        _ => 0x7ff0_0000_0000_0000,
    };
    for lane in bytes.chunks_exact_mut(float) {
        let mut bits = [0u8; 8];
        bits[..float].copy_from_slice(lane);
        if u64::from_le_bytes(bits) & !(1 << (float * 8 - 1)) > exponent {
            lane.fill(0xff);
        }
    }
}

/// Calls one function in all rounds. Returns the results of the first ones, a hash of all results, and one that
/// does not depend on the payloads of NaNs.
fn outcome(call: &Call) -> String {
    let mut state = hash(call.name.as_bytes(), 0xcbf2_9ce4_8422_2325);
    let (mut all, mut numbers) = (0, 0);
    let mut text = String::new();
    COUNT.store(0, Relaxed);
    for round in 0..ROUNDS {
        let mut arguments = [0u8; ARGUMENTS];
        let (mut memory, mut written, mut result) = ([0u8; MEMORY], [0u8; MEMORY], [0xa5u8; RESULT]);
        fill(&mut arguments, &mut state, round);
        fill(&mut memory, &mut state, round);
        fill(&mut written, &mut state, 0);
        let before = written;
        let place = Place {
            arguments: arguments.as_ptr(),
            memory: memory.as_ptr(),
            written: written.as_mut_ptr(),
            result: result.as_mut_ptr(),
        };
        unsafe { (call.function)(std::hint::black_box(&place)) };
        let illegal = COUNT.load(Relaxed);
        if illegal > 0 && !machine::COMPUTES {
            let words = ILLEGAL[..illegal.min(NOTED)].iter().map(|word| format!(" {:08x}", word.load(Relaxed)));
            return format!("illegal{}", words.collect::<String>());
        }
        let (mut result, written) = (std::hint::black_box(result), std::hint::black_box(written));
        if round < 2 {
            let end = result.iter().rposition(|&byte| byte != 0xa5).map_or(0, |last| last + 1);
            result[..end].iter().for_each(|byte| drop(write!(text, "{byte:02x}")));
            text.push(' ');
        }
        let changed = if written == before { 0 } else { hash(&written, 1) };
        all = hash(&result, all ^ changed);
        without_payloads(&mut result, call.float);
        numbers = hash(&result, numbers ^ changed);
    }
    let illegal = if COUNT.load(Relaxed) > 0 { " (illegal)" } else { "" };
    format!("{text}.. {all:016x}{illegal} {numbers:016x}")
}
