//! Counts the accesses to some memory, for the suite `volatile` (x86_64 Linux).
//!
//! It works in three steps:
//! 1. The pages are made inaccessible.
//! 2. Each access faults. The handler records which bytes the instruction reads or writes, makes the pages
//!    accessible and sets the processor's trap flag.
//! 3. After that one instruction, the processor traps, and the pages are made inaccessible again.
//!
//! [`case`] prints what one function did: `rule name: R4@0 W4@0` is a read and then a write of the first four
//! bytes. `X` is an instruction that reads and writes.

use std::ffi::{c_int, c_void};
use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};

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

#[repr(C)]
struct SignalContext {
    flags: u64,
    link: usize,
    stack: [u64; 3],
    registers: [u64; 23],
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
/// Indices of the signal context's registers.
const RDI: usize = 8;
const RSI: usize = 9;
const RIP: usize = 16;
const FLAGS: usize = 17;
const ERROR: usize = 19;
const TRAP_FLAG: u64 = 0x100;
/// Set in the page fault's error code if the access writes.
const IS_WRITE: u64 = 2;

fn protect(protection: c_int) {
    unsafe { mprotect(BASE.load(Relaxed) as *mut c_void, SIZE, protection) };
}

fn note(kind: u8, width: u64, address: usize) {
    let position = LENGTH.fetch_add(1, Relaxed);
    let offset = (address - BASE.load(Relaxed)) as u64;
    LOG[position].store(u64::from(kind) << 56 | width << 32 | offset, Relaxed);
}

extern "C" fn on_fault(_signal: c_int, information: *const usize, context: *mut SignalContext) {
    let registers = unsafe { &mut (*context).registers };
    let address = unsafe { *information.add(2) };
    let base = BASE.load(Relaxed);
    if !(base..base + SIZE).contains(&address) {
        // The default action, which ends the program.
        let action = Action { handler: 0, mask: [0; 16], flags: 0, restorer: 0 };
        unsafe { sigaction(SIGSEGV, &action, std::ptr::null_mut()) };
        return;
    }
    let instruction = unsafe { Instruction::at(registers[RIP] as *const u8) };
    protect(READ_WRITE);
    registers[FLAGS] |= TRAP_FLAG;
    let is_write = registers[ERROR] & IS_WRITE != 0;
    match instruction {
        Instruction { is_string_copy: true, width, .. } => {
            note(b'R', width, registers[RSI] as usize);
            note(b'W', width, registers[RDI] as usize);
        }
        Instruction { is_store: false, width, .. } if is_write => note(b'X', width, address),
        Instruction { width, .. } => note(if is_write { b'W' } else { b'R' }, width, address),
    }
    if !is_write && READS_UNTIL_SET.load(Relaxed) > 0 && READS_UNTIL_SET.fetch_sub(1, Relaxed) == 1 {
        unsafe { *(address as *mut u8) = 1 };
    }
}

extern "C" fn on_step(_signal: c_int, _information: *const usize, context: *mut SignalContext) {
    unsafe { (*context).registers[FLAGS] &= !TRAP_FLAG };
    protect(NONE);
}

/// The facts about an instruction that are needed.
struct Instruction {
    /// How many bytes of memory it accesses. 0 if it is not known.
    width: u64,
    /// Whether it writes without reading.
    is_store: bool,
    /// Whether it is `movs`.
    is_string_copy: bool,
}

impl Instruction {
    /// Decodes prefixes and opcode of the instructions that compilers use for loads and stores.
    unsafe fn at(mut code: *const u8) -> Instruction {
        let mut next = || unsafe {
            code = code.add(1);
            *code.sub(1)
        };
        let (mut is_short, mut is_wide, mut repeat) = (false, false, 0);
        let mut opcode = next();
        loop {
            match opcode {
                0x66 => is_short = true,
                0xf2 | 0xf3 => repeat = opcode,
                0xf0 | 0x2e | 0x3e | 0x64 | 0x65 => {}
                _ => break,
            }
            opcode = next();
        }
        if matches!(opcode, 0x62 | 0xc4 | 0xc5) {
            return Instruction::of_vectors(opcode, next);
        }
        if opcode & 0xf0 == 0x40 {
            is_wide = opcode & 8 != 0;
            opcode = next();
        }
        let integer = if is_wide {
            8
        } else if is_short {
            2
        } else {
            4
        };
        let number = match (repeat, is_short) {
            (0xf3, _) => 4,
            (0xf2, _) => 8,
            _ => 16,
        };
        if opcode != 0x0f {
            let width = match opcode {
                0x00..0x40 if opcode & 7 < 4 => {
                    if opcode & 1 == 0 {
                        1
                    } else {
                        integer
                    }
                }
                0x63 => 4,
                0x69 | 0x6b => integer,
                0x80 | 0x84 | 0x86 | 0x88 | 0x8a | 0xa4 | 0xaa | 0xc0 | 0xc6 | 0xd0 | 0xd2 | 0xf6 | 0xfe => 1,
                0x81 | 0x83 | 0x85 | 0x87 | 0x89 | 0x8b | 0xa5 | 0xab | 0xc1 | 0xc7 | 0xd1 | 0xd3 | 0xf7 => {
                    integer
                }
                0xff => integer,
                _ => 0,
            };
            let is_store = matches!(opcode, 0x88 | 0x89 | 0xc6 | 0xc7 | 0xaa | 0xab);
            return Instruction { width, is_store, is_string_copy: matches!(opcode, 0xa4 | 0xa5) };
        }
        let second = next();
        let width = match second {
            0xb6 | 0xbe | 0xb0 | 0xc0 => 1,
            0xb7 | 0xbf | 0xc4 => 2,
            0x10 | 0x11 | 0x51..=0x53 | 0x58 | 0x59 | 0x5c..=0x5f => number,
            0x2e | 0x2f => {
                if is_short {
                    8
                } else {
                    4
                }
            }
            0x28 | 0x29 | 0x54..=0x57 | 0x60..=0x6d | 0xef => 16,
            0x6f | 0x7f => {
                if is_short || repeat == 0xf3 {
                    16
                } else {
                    8
                }
            }
            0x7e if repeat == 0xf3 => 8,
            0x6e | 0x7e => {
                if is_wide {
                    8
                } else {
                    4
                }
            }
            0x12 | 0x13 | 0x16 | 0x17 | 0xd6 => 8,
            0x40..=0x4f | 0xaf | 0xb1 | 0xc1 => integer,
            0xc7 => {
                if is_wide {
                    16
                } else {
                    8
                }
            }
            _ => 0,
        };
        let is_store = matches!(second, 0x11 | 0x13 | 0x17 | 0x29 | 0x7e | 0x7f | 0xd6 | 0xe7);
        Instruction { width, is_store, is_string_copy: false }
    }

    /// Decodes the opcode after a prefix of AVX or AVX-512: moves of whole registers, which the C library's
    /// functions use.
    fn of_vectors(prefix: u8, mut next: impl FnMut() -> u8) -> Instruction {
        let length = match prefix {
            0xc5 => next() >> 2 & 1,
            0xc4 => {
                next();
                next() >> 2 & 1
            }
            _ => {
                next();
                next();
                next() >> 5 & 3
            }
        };
        let opcode = next();
        let width = match opcode {
            0x10 | 0x11 | 0x28 | 0x29 | 0x6f | 0x7f | 0xe7 => 16 << length,
            0xd6 => 8,
            _ => 0,
        };
        let is_store = matches!(opcode, 0x11 | 0x29 | 0x7f | 0xe7 | 0xd6);
        Instruction { width, is_store, is_string_copy: false }
    }
}

/// Prepares the memory and the handlers.
pub fn start() {
    let base = unsafe { mmap(std::ptr::null_mut(), SIZE, READ_WRITE, PRIVATE_ANONYMOUS, -1, 0) };
    BASE.store(base as usize, Relaxed);
    let set = |signal, handler: extern "C" fn(c_int, *const usize, *mut SignalContext)| {
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
