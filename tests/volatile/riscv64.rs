//! The machine's part of the counter, for riscv64 Linux: what an instruction accesses, and a breakpoint after
//! it.

#[path = "breakpoint.rs"]
mod breakpoint;

use super::Access;

/// `c.ebreak`.
const BREAKPOINT: u16 = 0x9002;

/// Whether LLVM splits accesses that may be unaligned into bytes, which the processor may or may not do itself.
pub const SPLITS_UNALIGNED: bool = true;

/// Whether LLVM copies some bytes of aggregates twice.
pub const COPIES_TWICE: bool = false;

/// The rule for copies, which the C library makes.
pub const COPY_RULE: &str = "copy-words";

/// The signal's context.
#[repr(C)]
pub struct Context {
    _before: [u64; 22],
    counter: u64,
}

impl Context {
    /// Returns the accesses of the instruction that faulted at an address.
    pub fn accesses(&self, address: usize) -> [Option<Access>; 2] {
        let (kind, width) = decoded(self.instruction());
        [Some(Access { kind, width, address }), None]
    }

    /// Returns the instruction. The upper half is 0 if it is compressed.
    fn instruction(&self) -> u32 {
        let halves = self.counter as *const u16;
        let low = u32::from(unsafe { halves.read() });
        if low & 3 == 3 { low | u32::from(unsafe { halves.add(1).read() }) << 16 } else { low }
    }

    /// Makes the processor trap after the instruction.
    pub fn trap_after(&mut self) {
        let size = if self.instruction() & 3 == 3 { 4 } else { 2 };
        breakpoint::set(self.counter + size, BREAKPOINT);
        synchronise();
    }

    /// Ends that, after the trap.
    pub fn go_on(&mut self) {
        breakpoint::clear(self.counter, |old| old as u16);
        synchronise();
    }
}

/// Makes the processor fetch instructions again.
fn synchronise() {
    unsafe { std::arch::asm!("fence.i") };
}

/// Returns the kind of an access, and its width (0 if it is not known).
fn decoded(word: u32) -> (u8, u64) {
    let function = word >> 12 & 7;
    match word & 0x7f {
        0x03 => (b'R', 1 << (function & 3)),
        0x23 => (b'W', 1 << function),
        0x07 if (1..=4).contains(&function) => (b'R', 1 << function),
        0x27 if (1..=4).contains(&function) => (b'W', 1 << function),
        0x2f => match word >> 27 {
            2 => (b'R', 1 << function),
            3 => (b'W', 1 << function),
            _ => (b'X', 1 << function),
        },
        // Compressed ones, with any base or the stack pointer.
        _ if word & 3 == 0 || word & 3 == 2 => match word >> 13 & 7 {
            1 | 3 => (b'R', 8),
            2 => (b'R', 4),
            5 | 7 => (b'W', 8),
            6 => (b'W', 4),
            _ => (b'R', 0),
        },
        _ => (b'R', 0),
    }
}
