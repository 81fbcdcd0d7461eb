//! The machine's part of the counter, for x86_64 Linux: what an instruction accesses, and the trap after it.

use super::Access;

/// Indices of the signal context's registers.
const RDI: usize = 8;
const RSI: usize = 9;
const RIP: usize = 16;
const FLAGS: usize = 17;
const ERROR: usize = 19;
const TRAP_FLAG: u64 = 0x100;
/// Set in the page fault's error code if the access writes.
const IS_WRITE: u64 = 2;

/// Whether LLVM splits accesses that may be unaligned into bytes, which the processor may or may not do itself.
pub const SPLITS_UNALIGNED: bool = false;

/// Whether LLVM copies some bytes of aggregates twice.
pub const COPIES_TWICE: bool = false;

/// The rule for copies, which the C library makes.
pub const COPY_RULE: &str = "copy";

/// The signal's context.
#[repr(C)]
pub struct Context {
    flags: u64,
    link: usize,
    stack: [u64; 3],
    registers: [u64; 23],
}

impl Context {
    /// Returns the accesses of the instruction that faulted at an address.
    pub fn accesses(&self, address: usize) -> [Option<Access>; 2] {
        let registers = &self.registers;
        let instruction = unsafe { Instruction::at(registers[RIP] as *const u8) };
        let is_write = registers[ERROR] & IS_WRITE != 0;
        let access = |kind, address| Some(Access { kind, width: instruction.width, address });
        match instruction {
            Instruction { is_string_copy: true, .. } => {
                [access(b'R', registers[RSI] as usize), access(b'W', registers[RDI] as usize)]
            }
            Instruction { is_store: false, .. } if is_write => [access(b'X', address), None],
            _ => [access(if is_write { b'W' } else { b'R' }, address), None],
        }
    }

    /// Makes the processor trap after the instruction.
    pub fn trap_after(&mut self) {
        self.registers[FLAGS] |= TRAP_FLAG;
    }

    /// Ends that, after the trap.
    pub fn go_on(&mut self) {
        self.registers[FLAGS] &= !TRAP_FLAG;
    }
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
