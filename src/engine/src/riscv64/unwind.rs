//! Instructions of prologues and epilogues, where Cranelift does not note how the frame changes.
//!
//! A prologue makes room for the return address and the frame pointer by one instruction, and saves them by
//! the next two. In an epilogue, `ld s0, N(sp)` makes the frame pointer the caller's. Then the room is
//! released, and the function returns, or jumps to the next function of a tail call.
//!
//! Each of these instructions may be a compressed one (of the C extension).

use crate::machine::{EpilogueEnd, FrameRules};

pub(super) const RULES: FrameRules = FrameRules {
    stack_pointer: gimli::RiscV::SP,
    // RISC-V psABI, "Frame Pointer Convention": `ra` is above the frame pointer, at the top of the frame.
    link_register: Some((gimli::RiscV::RA, -8)),
    // `addi sp, sp, -16`, `c.addi16sp sp, -16`
    make_room: &[&0xff01_0113_u32.to_le_bytes(), &0x717d_u16.to_le_bytes()],
    // `mv s0, sp`, `c.mv s0, sp`
    set_frame_pointer: &[&0x0001_0413_u32.to_le_bytes(), &0x840a_u16.to_le_bytes()],
    epilogues,
};

/// Size in bytes of compressed instructions, and how other instructions are aligned.
const COMPRESSED_SIZE: usize = 2;

fn epilogues(code: &[u8]) -> Vec<EpilogueEnd> {
    (0..code.len()).step_by(COMPRESSED_SIZE).filter_map(|offset| epilogue(code, offset)).collect()
}

/// Returns the end of an epilogue if the instruction at `offset` restores the frame pointer.
fn epilogue(code: &[u8], offset: usize) -> Option<EpilogueEnd> {
    let restore = Instruction::at(code, offset)?;
    if !restore.restores_frame_pointer() {
        return None;
    }
    let mut at = offset + restore.size();
    let mut released = vec![(at as u32, 0)];
    let mut total = 0;
    let mut next = Instruction::at(code, at)?;
    while let Some(bytes) = next.released() {
        total += bytes;
        at += next.size();
        released.push((at as u32, total));
        next = Instruction::at(code, at)?;
    }
    let size = next.leaves(code, at)?;
    let distances = released.into_iter().map(|(at, released)| (at, total - released)).collect();
    Some(EpilogueEnd { distances, end: (at + size) as u32 })
}

/// An instruction.
#[derive(Clone, Copy)]
enum Instruction {
    Compressed(u16),
    Whole(u32),
}

impl Instruction {
    fn at(code: &[u8], offset: usize) -> Option<Instruction> {
        let &[low, high] = code.get(offset..)?.first_chunk()?;
        // RISC-V Unprivileged ISA, "Base Instruction-Length Encoding".
        if low & 0b11 != 0b11 {
            return Some(Instruction::Compressed(u16::from_le_bytes([low, high])));
        }
        Some(Instruction::Whole(u32::from_le_bytes(*code[offset..].first_chunk()?)))
    }

    fn size(self) -> usize {
        match self {
            Instruction::Compressed(_) => COMPRESSED_SIZE,
            Instruction::Whole(_) => 4,
        }
    }

    /// Whether it is `ld s0, N(sp)`.
    fn restores_frame_pointer(self) -> bool {
        match self {
            Instruction::Compressed(bits) => bits & 0xef83 == 0x6402,
            Instruction::Whole(bits) => bits & 0x000f_ffff == 0x0001_3403,
        }
    }

    /// Returns N if it is `addi sp, sp, N`, `c.addi sp, N` or `c.addi16sp N`.
    fn released(self) -> Option<i32> {
        let bit = |bits: u16, from: u32, to: u32| i32::from(bits >> from & 1) << to;
        match self {
            Instruction::Whole(bits) if bits & 0x000f_ffff == 0x0001_0113 => Some(bits as i32 >> 20),
            Instruction::Compressed(bits) if bits & 0xef83 == 0x0101 => {
                Some((i32::from(bits >> 2 & 0x1f)) - bit(bits, 12, 5))
            }
            Instruction::Compressed(bits) if bits & 0xef83 == 0x6101 => {
                let low = bit(bits, 6, 4) + bit(bits, 2, 5) + bit(bits, 5, 6);
                Some(low + bit(bits, 3, 7) + bit(bits, 4, 8) - bit(bits, 12, 9))
            }
            _ => None,
        }
    }

    /// Returns the size in bytes of the jump out of the function that begins with this instruction.
    fn leaves(self, code: &[u8], offset: usize) -> Option<usize> {
        match self {
            // `c.jr`
            Instruction::Compressed(bits) => (bits & 0xf07f == 0x8002 && bits != 0x8002).then_some(2),
            // `jr`, `ret`
            Instruction::Whole(bits) if bits & 0xfff0_7fff == 0x0000_0067 => Some(4),
            // `auipc t6`, `jr t6`
            Instruction::Whole(0x0000_0f97) => match Instruction::at(code, offset + 4)? {
                Instruction::Whole(0x000f_8067) => Some(8),
                _ => None,
            },
            Instruction::Whole(_) => None,
        }
    }
}
