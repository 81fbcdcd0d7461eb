//! Instructions of prologues and epilogues, where Cranelift's unwind information is wrong or incomplete.
//!
//! At the return, the frame pointer is the caller's ([`RETURNS`]).

use crate::machine::{ReturnRule, Returns};

/// `add x29, sp, #0`
pub(super) const SET_FRAME_POINTER: [u8; 4] = 0x9100_03fd_u32.to_le_bytes();
/// `ldp x29, x30, [sp], #16`
const POP_FRAME: [u8; 4] = 0xa8c1_7bfd_u32.to_le_bytes();
/// `ret`
const RETURN: [u8; 4] = 0xd65f_03c0_u32.to_le_bytes();

/// At `ret`, the stack pointer is the caller's again.
pub(super) const RETURNS: ReturnRule =
    ReturnRule { find: returns, stack_pointer: gimli::AArch64::SP, to_caller: &[0] };

/// Finds the `ret` at the end of each epilogue.
fn returns(code: &[u8]) -> Returns {
    let (words, _) = code.as_chunks::<4>();
    let pairs = words.windows(2).enumerate().filter(|(_, pair)| **pair == [POP_FRAME, RETURN]);
    let offsets = pairs.map(|(index, _)| (index as u32 + 1) * 4).collect();
    Returns { offsets, instruction_size: 4 }
}
