//! Instructions of prologues and epilogues, where Cranelift's unwind information is wrong or incomplete.
//!
//! - In Cranelift's information, the frame begins after the stack is probed ([`SET_FRAME_POINTER`]).
//! - The last two instructions of an epilogue release the place of the return address and of the frame
//!   pointer, and return. The frame pointer is the caller's by then ([`RETURNS`]).
//!
//! The prologue makes that place before it stores the two registers. In between, Cranelift's information
//! gives a wrong address of the frame, but the caller's registers are right.

use crate::machine::{ReturnRule, Returns};

/// `mv s0, sp`
pub(super) const SET_FRAME_POINTER: [u8; 4] = 0x0001_0413_u32.to_le_bytes();
/// `c.mv s0, sp`
pub(super) const COMPRESSED_SET_FRAME_POINTER: [u8; 2] = 0x840a_u16.to_le_bytes();
/// `ld ra, 8(sp)`, `ld s0, 0(sp)`, `addi sp, sp, 16`, `ret`
const EPILOGUE: [u32; 4] = [0x0081_3083, 0x0001_3403, 0x0101_0113, 0x0000_8067];
/// The same in the compressed instructions of the C extension.
const COMPRESSED_EPILOGUE: [u16; 4] = [0x60a2, 0x6402, 0x6141, 0x8082];

pub(super) const RETURNS: ReturnRule =
    ReturnRule { find: returns, stack_pointer: gimli::RiscV::SP, to_caller: &[16, 0] };

/// Finds the third instruction of each epilogue. A match in data does no harm: no program counter points
/// there.
fn returns(code: &[u8]) -> Returns {
    let compressed = COMPRESSED_EPILOGUE.map(u16::to_le_bytes);
    let offsets = find(code, compressed.as_flattened());
    if !offsets.is_empty() {
        return Returns { offsets, instruction_size: 2 };
    }
    let whole = EPILOGUE.map(u32::to_le_bytes);
    Returns { offsets: find(code, whole.as_flattened()), instruction_size: 4 }
}

fn find(code: &[u8], epilogue: &[u8]) -> Box<[u32]> {
    let found = memchr::memmem::find_iter(code, epilogue);
    found.map(|offset| (offset + epilogue.len() / 2) as u32).collect()
}
