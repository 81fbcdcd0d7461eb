//! Instructions of prologues and epilogues, where Cranelift does not note how the frame changes.
//!
//! After `pop %rbp`, the frame pointer is the caller's, and the stack pointer points to the return address.
//! Then the function returns, or jumps to the next function of a tail call. Before such a jump, the return
//! address may move up, so that fewer bytes of arguments remain.

use crate::machine::{EpilogueEnd, FrameRules};

pub(super) const RULES: FrameRules = FrameRules {
    stack_pointer: gimli::X86_64::RSP,
    link_register: None,
    // `push %rbp` makes room and saves.
    make_room: &[],
    // `mov %rsp, %rbp`
    set_frame_pointer: &[&[0x48, 0x89, 0xe5]],
    epilogues,
};

/// `mov %rbp, %rsp`, `pop %rbp`
const RESTORE: [u8; 4] = [0x48, 0x89, 0xec, 0x5d];
/// In bytes.
const RETURN_ADDRESS_SIZE: i32 = 8;

fn epilogues(code: &[u8]) -> Vec<EpilogueEnd> {
    let ends = memchr::memmem::find_iter(code, &RESTORE).filter_map(|offset| {
        let start = offset + RESTORE.len();
        let moves = moves_of_return_address(&code[start..]).unwrap_or(0);
        let end = start + moves + leave(&code[start + moves..])?;
        Some(EpilogueEnd { distances: vec![(start as u32, RETURN_ADDRESS_SIZE)], end: end as u32 })
    });
    ends.collect()
}

/// Returns the size in bytes of the instructions that move the return address: `mov (%rsp), %r`,
/// `mov %r, N(%rsp)`, `add $N, %rsp`.
fn moves_of_return_address(code: &[u8]) -> Option<usize> {
    let [0x48 | 0x4c, 0x8b, _, 0x24, 0x48 | 0x4c, 0x89, store, 0x24, rest @ ..] = code else { return None };
    // The offset has one byte or four.
    let store_size = if store >> 6 == 1 { 1 } else { 4 };
    let add_size = match rest.get(store_size..)? {
        [0x48, 0x83, 0xc4, ..] => 4,
        [0x48, 0x81, 0xc4, ..] => 7,
        _ => return None,
    };
    Some(8 + store_size + add_size)
}

/// Returns the size in bytes of the instruction that leaves the function.
fn leave(code: &[u8]) -> Option<usize> {
    match code {
        // `ret`
        [0xc3, ..] => Some(1),
        // `ret $N`
        [0xc2, _, _, ..] => Some(3),
        // `jmp FUNCTION`
        [0xe9, _, _, _, _, ..] => Some(5),
        // `jmp *%r`
        [0xff, 0xe0..=0xe7, ..] => Some(2),
        [0x41, 0xff, 0xe0..=0xe7, ..] => Some(3),
        _ => None,
    }
}
