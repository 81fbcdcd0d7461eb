//! Counts the accesses to some memory, for the suite `volatile` (Linux).
//!
//! It works in three steps:
//! 1. The pages are made inaccessible.
//! 2. Each access faults. The handler records which bytes the instruction reads or writes, makes the pages
//!    accessible and lets the processor trap after the instruction, in a way of the machine.
//! 3. After that one instruction, the processor traps, and the pages are made inaccessible again.
//!
//! [`case`] prints what one function did: `rule name: R4@0 W4@0` is a read and then a write of the first four
//! bytes. `X` is an instruction that reads and writes.

#[cfg_attr(target_arch = "aarch64", path = "aarch64.rs")]
#[cfg_attr(target_arch = "riscv64", path = "riscv64.rs")]
#[cfg_attr(target_arch = "x86_64", path = "x86_64.rs")]
pub mod machine;

use std::ffi::{c_int, c_void};
use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};

use machine::Context;

/// Large enough for all cases. The second half is the destination of copies.
pub const SIZE: usize = 0x4000;
pub const HALF: usize = SIZE / 2;
const LONGEST_LOG: usize = 1 << 14;

static BASE: AtomicUsize = AtomicUsize::new(0);
static LENGTH: AtomicUsize = AtomicUsize::new(0);
static LOG: [AtomicU64; LONGEST_LOG] = [const { AtomicU64::new(0) }; LONGEST_LOG];
/// Before the read with this number, counted down from it, the byte becomes 1.
static READS_UNTIL_SET: AtomicUsize = AtomicUsize::new(0);

#[repr(C)]
struct Action {
    handler: usize,
    mask: [u64; 16],
    flags: c_int,
    restorer: usize,
}

unsafe extern "C" {
    fn mmap(
        at: *mut c_void,
        size: usize,
        protection: c_int,
        flags: c_int,
        file: c_int,
        offset: i64,
    ) -> *mut u8;
    fn mprotect(at: *mut c_void, size: usize, protection: c_int) -> c_int;
    fn sigaction(signal: c_int, action: *const Action, old: *mut Action) -> c_int;
}

const SIGTRAP: c_int = 5;
const SIGSEGV: c_int = 11;
const SA_SIGINFO: c_int = 4;
const PRIVATE_ANONYMOUS: c_int = 0x22;
const READ_WRITE: c_int = 3;
const NONE: c_int = 0;
fn protect(protection: c_int) {
    unsafe { mprotect(BASE.load(Relaxed) as *mut c_void, SIZE, protection) };
}

/// An access: `R`, `W`, or `X` for both.
pub struct Access {
    kind: u8,
    /// How many bytes of memory it accesses. 0 if it is not known.
    width: u64,
    address: usize,
}

fn note(access: &Access) {
    let position = LENGTH.fetch_add(1, Relaxed);
    let offset = (access.address - BASE.load(Relaxed)) as u64;
    LOG[position].store(u64::from(access.kind) << 56 | access.width << 32 | offset, Relaxed);
}

extern "C" fn on_fault(_signal: c_int, information: *const usize, context: *mut Context) {
    let context = unsafe { &mut *context };
    let address = unsafe { *information.add(2) };
    let base = BASE.load(Relaxed);
    if !(base..base + SIZE).contains(&address) {
        // The default action, which ends the program.
        let action = Action { handler: 0, mask: [0; 16], flags: 0, restorer: 0 };
        unsafe { sigaction(SIGSEGV, &action, std::ptr::null_mut()) };
        return;
    }
    let accesses = context.accesses(address);
    protect(READ_WRITE);
    accesses.iter().flatten().for_each(note);
    let is_read = accesses.iter().flatten().all(|access| access.kind == b'R');
    if is_read && READS_UNTIL_SET.load(Relaxed) > 0 && READS_UNTIL_SET.fetch_sub(1, Relaxed) == 1 {
        unsafe { *(address as *mut u8) = 1 };
    }
    // Last, since the handler itself may call the C library's function that the trap is in.
    context.trap_after();
}

extern "C" fn on_step(_signal: c_int, _information: *const usize, context: *mut Context) {
    unsafe { (*context).go_on() };
    protect(NONE);
}

/// Prepares the memory and the handlers.
pub fn start() {
    let base = unsafe { mmap(std::ptr::null_mut(), SIZE, READ_WRITE, PRIVATE_ANONYMOUS, -1, 0) };
    BASE.store(base as usize, Relaxed);
    let set = |signal, handler: extern "C" fn(c_int, *const usize, *mut Context)| {
        let action = Action { handler: handler as usize, mask: [0; 16], flags: SA_SIGINFO, restorer: 0 };
        unsafe { sigaction(signal, &action, std::ptr::null_mut()) };
    };
    set(SIGSEGV, on_fault);
    set(SIGTRAP, on_step);
}

/// Runs `function` with zeroed memory and prints the accesses that it made.
pub fn case(rule: &str, name: &str, function: unsafe fn(*mut u8)) {
    case_until_set(rule, name, 0, function);
}

/// Cases of one type: the accesses that have to be made in this order, each as its kind (`W` or `R`), the name,
/// and the code. Further accesses may be made.
macro_rules! cases_within {
    ($topic:literal, $ty:ty, $width:literal; $($kinds:literal, $name:literal => |$p:ident| $body:block,)*) => {
        $({
            unsafe fn function(base: *mut u8) {
                let $p = base.cast::<$ty>();
                unsafe { $body }
            }
            let kinds = $kinds.split(' ').map(|kind| format!("{kind}{}@0,", $width)).collect::<String>();
            let name = concat!(stringify!($ty), ", ", $topic, ": ", $name);
            $crate::counter::case(&format!("within={kinds}"), name, function);
        })*
    };
}
pub(crate) use cases_within;

/// Like [`case`], but the byte that is read becomes 1 before the read with the number `reads`.
pub fn case_until_set(rule: &str, name: &str, reads: usize, function: unsafe fn(*mut u8)) {
    let base = BASE.load(Relaxed) as *mut u8;
    unsafe { base.write_bytes(0, SIZE) };
    LENGTH.store(0, Relaxed);
    READS_UNTIL_SET.store(reads, Relaxed);
    protect(NONE);
    unsafe { function(std::hint::black_box(base)) };
    protect(READ_WRITE);
    let mut line = format!("{rule} {name}:");
    for entry in &LOG[..LENGTH.load(Relaxed)] {
        let entry = entry.load(Relaxed);
        let (kind, width, offset) = ((entry >> 56) as u8 as char, entry >> 32 & 0xff, entry as u32);
        let _ = write!(line, " {kind}{width}@{offset}");
    }
    println!("{line}");
}

/// A call that the optimiser does not see into.
#[inline(never)]
pub fn opaque() {
    std::hint::black_box(());
}
