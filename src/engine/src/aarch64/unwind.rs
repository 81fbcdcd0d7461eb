//! Instructions of prologues and epilogues, where Cranelift does not note how the frame changes.
//!
//! `ldp x29, x30, [sp], #16` makes the frame pointer and the stack pointer those of the caller. Then the
//! function returns, or jumps to the next function of a tail call. Before that, arguments on the stack may be
//! released.

use crate::machine::{EpilogueEnd, FrameRules};

pub(super) const RULES: FrameRules = FrameRules {
    stack_pointer: gimli::AArch64::SP,
    // AAPCS64, "The Frame Pointer": the frame record is the frame pointer, then `x30`.
    link_register: Some((gimli::AArch64::X30, -8)),
    // `stp x29, x30, [sp, #-16]!` makes room and saves.
    make_room: &[],
    // `add x29, sp, #0`
    set_frame_pointer: &[&0x9100_03fd_u32.to_le_bytes()],
    epilogues,
};

/// `ldp x29, x30, [sp], #16`
const RESTORE: u32 = 0xa8c1_7bfd;

fn epilogues(code: &[u8]) -> Vec<EpilogueEnd> {
    let (words, _) = code.as_chunks::<4>();
    let instructions: Vec<u32> = words.iter().map(|&bytes| u32::from_le_bytes(bytes)).collect();
    let ends = instructions.iter().enumerate().filter_map(|(index, &instruction)| {
        let rest = instructions[index + 1..].iter().skip_while(|next| releases(**next));
        let leave = rest.clone().next().filter(|last| instruction == RESTORE && leaves(**last));
        leave.map(|_| {
            let end = instructions.len() - rest.count() + 1;
            EpilogueEnd { distances: vec![(4 * (index as u32 + 1), 0)], end: 4 * end as u32 }
        })
    });
    ends.collect()
}

/// Whether an instruction is `add sp, sp, #N`.
fn releases(instruction: u32) -> bool {
    instruction & 0xff80_03ff == 0x9100_03ff
}

/// Whether an instruction is `ret`, `b` or `br`.
fn leaves(instruction: u32) -> bool {
    instruction == 0xd65f_03c0
        || instruction & 0xfc00_0000 == 0x1400_0000
        || instruction & 0xffff_fc1f == 0xd61f_0000
}
