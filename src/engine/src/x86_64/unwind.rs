//! Instructions of prologues and epilogues, where Cranelift's unwind information is wrong or incomplete.
//!
//! Between `pop %rbp` and `ret`, the frame pointer is the caller's ([`RETURNS`]).

use crate::machine::{ReturnRule, Returns};

/// `mov %rsp, %rbp`
pub(super) const SET_FRAME_POINTER: [u8; 3] = [0x48, 0x89, 0xe5];
/// `mov %rbp, %rsp`, `pop %rbp`, `ret`
const EPILOGUE: [u8; 5] = [0x48, 0x89, 0xec, 0x5d, RETURN];
/// `ret`
const RETURN: u8 = 0xc3;

/// At `ret`, the stack pointer points to the return address.
pub(super) const RETURNS: ReturnRule =
    ReturnRule { find: returns, stack_pointer: gimli::X86_64::RSP, to_caller: &[8] };

/// Finds the `ret` at the end of each epilogue. A match inside another instruction or in data does no harm:
/// the rule covers only this byte, and no program counter points there.
fn returns(code: &[u8]) -> Returns {
    let found = memchr::memmem::find_iter(code, &EPILOGUE);
    let offsets = found.map(|offset| (offset + EPILOGUE.len() - 1) as u32).collect();
    Returns { offsets, instruction_size: 1 }
}
