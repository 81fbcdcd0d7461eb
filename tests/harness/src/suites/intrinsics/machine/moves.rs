//! Executes instructions that only move bytes or compute addresses. They leave no trace in the values' texts.

use iced_x86::{Instruction, OpKind, Register};

use super::{Machine, mnemonic};
use crate::suites::intrinsics::values::{address, as_address, as_constant, constant, resized};

/// Moves between registers and memory, which set the bytes above the moved ones to zero.
const MOVES: [&str; 21] = [
    "mov", "lddqu", "movzx", "movaps", "movups", "movapd", "movupd", "movdqa", "movdqu", "movd", "movq",
    "movdqu8", "movdqu16", "movdqu32", "movdqu64", "movdqa32", "movdqa64", "kmovb", "kmovw", "kmovd",
    "kmovq",
];
/// Moves that do so only if an operand is in memory. Between two registers they keep the upper lanes.
const MOVES_OF_MEMORY: [&str; 3] = ["movss", "movsd", "movsh"];

impl Machine<'_> {
    /// Executes a move of bytes that sets the bytes above them to zero. Returns whether the instruction is
    /// one.
    pub(super) fn moves(&mut self, instruction: &Instruction) -> bool {
        let name = mnemonic(instruction);
        if name == "push" {
            let value = self.read(instruction, 0);
            self.push(resized(value, 8));
            return true;
        }
        if name == "pop" {
            let value = self.pop();
            self.set(instruction.op0_register(), value);
            return true;
        }
        if matches!(name.as_str(), "pinsrw" | "pextrw") {
            return self.moves_word(instruction, &name);
        }
        is_move(instruction, &name) && self.copies(instruction, &name)
    }

    /// Copies the second operand to the first one. Returns `false` if the first one's address is not known.
    fn copies(&mut self, instruction: &Instruction, name: &str) -> bool {
        let value = self.read(instruction, 1);
        if instruction.op0_kind() == OpKind::Memory {
            let Some(place) = self.place(instruction) else { return false };
            let size = instruction.memory_size().size();
            self.store(&place, resized(value, size));
        } else {
            let register = instruction.op0_register();
            // Moves of masks and of lowest lanes only copy this many bytes.
            let moved = match name {
                "kmovb" => 1,
                "kmovw" | "movw" => 2,
                "kmovd" | "movd" => 4,
                "movq" => 8,
                _ => register.size(),
            };
            let value = value.into_iter().take(moved).collect();
            self.set(register, resized(value, register.size()));
        }
        true
    }

    /// Moves the lowest 16 bits into a vector or out of it.
    fn moves_word(&mut self, instruction: &Instruction, name: &str) -> bool {
        let last = instruction.op_count() - 1;
        if as_constant(&self.read(instruction, last)) != Some(0) {
            return false;
        }
        let mut word = self.read(instruction, last - 1);
        word.truncate(2);
        match (name, instruction.op0_kind()) {
            ("pinsrw", _) => {
                let mut value = self.read(instruction, last.saturating_sub(2));
                value.splice(..2, word);
                self.set(instruction.op0_register(), value);
            }
            (_, OpKind::Memory) => {
                let Some(place) = self.place(instruction) else { return false };
                self.store(&place, word);
            }
            _ => self.set(instruction.op0_register(), resized(word, 4)),
        }
        true
    }

    /// Computes an address or zero. Returns whether the instruction does that.
    pub(super) fn addresses(&mut self, instruction: &Instruction) -> bool {
        let same = instruction.op_count() >= 2 && instruction.op1_kind() == OpKind::Register && {
            let last = instruction.op_register(instruction.op_count() - 1);
            last != Register::None && last == instruction.op_register(instruction.op_count() - 2)
        };
        let register = instruction.op0_register();
        let name = mnemonic(instruction);
        match name.as_str() {
            "xor" | "xorps" | "xorpd" | "pxor" | "pxord" | "pxorq" if same => {
                self.set(register, constant(0, register.size()));
                true
            }
            "lea" => match self.place(instruction) {
                Some((base, offset)) => {
                    self.set(register, address(&base, offset));
                    true
                }
                None => false,
            },
            "add" | "sub" | "and" if register.size() == 8 && instruction.op0_kind() == OpKind::Register => {
                let Some((base, offset)) = as_address(&self.get(register)) else { return false };
                let Some(number) = as_constant(&self.read(instruction, 1)) else { return false };
                let offset = match name.as_str() {
                    "add" => offset.wrapping_add(number as i64),
                    "sub" => offset.wrapping_sub(number as i64),
                    _ if base == "stack" => offset & number as i64,
                    _ => return false,
                };
                self.set(register, address(&base, offset));
                true
            }
            _ => false,
        }
    }
}

/// Whether an instruction with two operands and without a mask copies bytes, and sets those above them to
/// zero.
fn is_move(instruction: &Instruction, name: &str) -> bool {
    let has_memory = instruction.op0_kind() == OpKind::Memory || instruction.op1_kind() == OpKind::Memory;
    let moves = MOVES.contains(&name) || name == "movw" || MOVES_OF_MEMORY.contains(&name) && has_memory;
    moves && instruction.op_count() == 2 && instruction.op_mask() == Register::None
}
