//! The machine's part of the counter, for aarch64 Linux: what an instruction accesses, and a breakpoint after
//! it.
//!
//! A pair of exclusive instructions never succeeds with a trap in between, so the breakpoint is after the
//! second one. Pairs with a branch in between are not possible: the program is compiled for LSE.

#[path = "breakpoint.rs"]
mod breakpoint;

use super::Access;

/// `brk #0`.
const BREAKPOINT: u32 = 0xd420_0000;
/// `dc zva, x0`, which fills a block with zeroes.
const ZERO_BLOCK: u32 = 0xd50b_7420;
/// The usual size of such a block, in bytes.
const BLOCK: usize = 64;

/// Whether LLVM splits accesses that may be unaligned into bytes, which the processor may or may not do itself.
pub const SPLITS_UNALIGNED: bool = false;

/// Whether LLVM copies some bytes of aggregates twice.
pub const COPIES_TWICE: bool = true;

/// The rule for copies, which the C library makes.
pub const COPY_RULE: &str = "copy-twice";

/// The signal's context.
#[repr(C)]
pub struct Context {
    _before: [u64; 22],
    _fault_address: u64,
    _registers: [u64; 31],
    _stack: u64,
    counter: u64,
}

impl Context {
    /// Returns the accesses of the instruction that faulted at an address.
    pub fn accesses(&self, address: usize) -> [Option<Access>; 2] {
        let word = instruction(self.counter);
        let (kind, width, is_pair) = decoded(word);
        let address = if kind == b'Z' { address & !(BLOCK - 1) } else { address };
        let kind = if kind == b'Z' { b'W' } else { kind };
        let mut second = is_pair.then(|| Access { kind, width, address: address + width as usize });
        if self.last() != self.counter {
            second = Some(Access { kind: b'W', width, address });
        }
        [Some(Access { kind, width, address }), second]
    }

    /// Returns the address of the instruction, or of the exclusive store that belongs to it.
    fn last(&self) -> u64 {
        if !is_exclusive(instruction(self.counter), true) {
            return self.counter;
        }
        let mut next = self.counter + 4;
        while !is_exclusive(instruction(next), false) {
            next += 4;
        }
        next
    }

    /// Makes the processor trap after the instruction.
    pub fn trap_after(&mut self) {
        let place = self.last() + 4;
        breakpoint::set(place, BREAKPOINT);
        synchronise(place);
    }

    /// Ends that, after the trap.
    pub fn go_on(&mut self) {
        breakpoint::clear(self.counter, |old| old as u32);
        synchronise(self.counter);
    }
}

fn instruction(address: u64) -> u32 {
    unsafe { *(address as *const u32) }
}

/// Whether an instruction is an exclusive load or store of one value.
fn is_exclusive(word: u32, is_load: bool) -> bool {
    word >> 21 & 0x1fd == 0b0_0100_0000 && (word >> 22 & 1 == 1) == is_load
}

/// Makes the processor fetch an instruction again.
fn synchronise(address: u64) {
    unsafe {
        std::arch::asm!("dc cvau, {0}", "dsb ish", "ic ivau, {0}", "dsb ish", "isb", in(reg) address);
    }
}

/// Returns the kind of an access (`Z` for a block of zeroes), its width (0 if it is not known), and whether
/// there are two of them.
fn decoded(word: u32) -> (u8, u64, bool) {
    let bits = |low: u32, count: u32| word >> low & ((1 << count) - 1);
    let size = bits(30, 2);
    let of = |is_load: bool| if is_load { b'R' } else { b'W' };
    let is_vector = bits(26, 1) == 1;
    match bits(24, 6) {
        _ if word & !31 == ZERO_BLOCK & !31 => (b'Z', BLOCK as u64, false),
        0b00_1000 => match (bits(23, 1), bits(21, 1)) {
            // Ordered and exclusive ones; compare and swap; exclusive pairs; compare and swap of pairs.
            (_, 0) => (of(bits(22, 1) == 1), 1 << size, false),
            (1, _) => (b'X', 1 << size, false),
            _ if size >= 2 => (of(bits(22, 1) == 1), 4 << (size & 1), true),
            _ => (b'X', 8 << (size & 1), false),
        },
        // Ordered ones with an offset.
        0b01_1001 => (of(bits(22, 2) != 0), 1 << size, false),
        // Pairs.
        0b10_1000 | 0b10_1001 => (of(bits(22, 1) == 1), if size == 2 { 8 } else { 4 }, true),
        0b10_1100 | 0b10_1101 => (of(bits(22, 1) == 1), 4 << size, true),
        0b11_1000 if bits(21, 1) == 1 && bits(10, 2) == 0 => {
            let is_load = bits(12, 4) == 0b1100;
            (if is_load { b'R' } else { b'X' }, 1 << size, false)
        }
        0b11_1000 | 0b11_1001 | 0b11_1100 | 0b11_1101 => {
            let width = if is_vector { 1 << (size | bits(23, 1) << 2) } else { 1 << size };
            (of(if is_vector { bits(22, 1) == 1 } else { bits(22, 2) != 0 }), width, false)
        }
        _ => (b'R', 0, false),
    }
}
