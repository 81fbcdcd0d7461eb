//! Unwind rules that are correct at every instruction, because debuggers and profilers stop anywhere.
//!
//! 1. Cranelift notes what its prologues do. [`UnwindRules::of`] turns the notes into rules, in the order of
//!    the code. Two things are missing or late in the notes, so the machine's instructions tell them: some
//!    machines make room for the caller's frame pointer before they save it, and the frame begins when the
//!    frame pointer is set, not after the stack is probed.
//! 2. Cranelift notes nothing about epilogues. The machine finds their ends in the code, where the frame
//!    pointer is the caller's again, and [`add_end`] adds rules for these instructions.
//! 3. [`UnwindRules::entry`] makes the entry of `.eh_frame`.

use cranelift_codegen::CompiledCode;
use cranelift_codegen::isa::TargetIsa;
use cranelift_codegen::isa::unwind::UnwindInst;
use gimli::Register;
use gimli::write::{Address, CallFrameInstruction, FrameDescriptionEntry};

use super::compiler::CompileErrorKind;
use crate::machine::{EpilogueEnd, Machine};
use crate::machines;

/// The unwind rules of one function.
#[derive(Debug)]
pub struct UnwindRules {
    /// Each with the offset from which on it holds, in bytes from the start of the code and in this order.
    rules: Box<[(u32, Rule)]>,
    /// Size of the code in bytes.
    size: u32,
}

/// A change of the rules.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Rule {
    /// The address of the frame (CFA) is this many bytes above a register.
    Frame(Register, i32),
    /// The same, above the register that it was relative to before.
    Distance(i32),
    /// It is relative to another register, which has the same value.
    Base(Register),
    /// The caller's value of a register is in memory, this many bytes above the address of the frame.
    Saved(Register, i32),
    /// The register has the caller's value again.
    Restored(Register),
    /// All rules are remembered for the next [`Rule::Recall`].
    Remember,
    Recall,
}

impl UnwindRules {
    /// Returns the rules of `code`, or `None` if the ISA has no unwind tables.
    pub(super) fn of(isa: &dyn TargetIsa, code: &CompiledCode) -> Result<Option<Self>, CompileErrorKind> {
        if !isa.flags().unwind_info() {
            return Ok(None);
        }
        let machine = machines::of(isa.triple().architecture).ok_or(CompileErrorKind::ForeignUnwindInfo)?;
        let bytes = code.code_buffer();
        let mut rules = prologue(isa, machine, bytes, &code.buffer.unwind_info)?;
        for end in (machine.frame_rules.epilogues)(bytes) {
            add_end(&mut rules, machine, &end, bytes.len() as u32);
        }
        Ok(Some(UnwindRules { rules: rules.into(), size: bytes.len() as u32 }))
    }

    /// Builds the `.eh_frame` entry of the code at `address`.
    pub fn entry(&self, address: Address) -> FrameDescriptionEntry {
        let mut entry = FrameDescriptionEntry::new(address, self.size);
        for &(offset, rule) in &self.rules {
            let instruction = match rule {
                Rule::Frame(register, distance) => CallFrameInstruction::Cfa(register, distance),
                Rule::Distance(distance) => CallFrameInstruction::CfaOffset(distance),
                Rule::Base(register) => CallFrameInstruction::CfaRegister(register),
                Rule::Saved(register, distance) => CallFrameInstruction::Offset(register, distance),
                Rule::Restored(register) => CallFrameInstruction::Restore(register),
                Rule::Remember => CallFrameInstruction::RememberState,
                Rule::Recall => CallFrameInstruction::RestoreState,
            };
            entry.add_instruction(offset, instruction);
        }
        entry
    }
}

/// Returns the rules of a prologue, from what Cranelift noted about it.
fn prologue(
    isa: &dyn TargetIsa,
    machine: &Machine,
    code: &[u8],
    notes: &[(u32, UnwindInst)],
) -> Result<Vec<(u32, Rule)>, CompileErrorKind> {
    let rules_of_machine = &machine.frame_rules;
    let mut rules = Vec::new();
    // In bytes from the lowest saved register to the address of the frame.
    let mut saved_below = 0;
    let mut pushed = None;
    for (offset, note) in notes {
        let offset = *offset;
        match *note {
            UnwindInst::PushFrameRegs { offset_upward_to_caller_sp: size } => {
                let made = starts_with_one_of(code, rules_of_machine.make_room).unwrap_or(offset);
                rules.push((made.min(offset), Rule::Distance(size as i32)));
                rules.push((offset, Rule::Saved(machine.frame_pointer, -(size as i32))));
                if let Some((link, place)) = rules_of_machine.link_register {
                    rules.push((offset, Rule::Saved(link, place)));
                }
                pushed = Some((offset, size));
            }
            UnwindInst::DefineNewFrame { offset_upward_to_caller_sp, offset_downward_to_clobbers } => {
                saved_below = offset_upward_to_caller_sp + offset_downward_to_clobbers;
                let begins = match pushed {
                    // A frame that grows for the arguments of a tail call is moved first.
                    Some((pushed, size)) if size == offset_upward_to_caller_sp => {
                        let set = &code[pushed as usize..];
                        starts_with_one_of(set, rules_of_machine.set_frame_pointer).map(|size| pushed + size)
                    }
                    _ => None,
                };
                rules.push((begins.unwrap_or(offset), Rule::Base(machine.frame_pointer)));
            }
            UnwindInst::SaveReg { clobber_offset, reg } => {
                let register = isa
                    .map_regalloc_reg_to_dwarf(reg.into())
                    .map_err(|_| CompileErrorKind::ForeignUnwindInfo)?;
                let distance = clobber_offset as i32 - saved_below as i32;
                rules.push((offset, Rule::Saved(Register(register), distance)));
            }
            // The address of the frame is not relative to the stack pointer by then.
            UnwindInst::StackAlloc { .. } => {}
            // Such as those of pointer authentication, which is never on.
            _ => return Err(CompileErrorKind::ForeignUnwindInfo),
        }
    }
    Ok(rules)
}

/// Returns the size in bytes of that of the instructions which is the first of `code`.
fn starts_with_one_of(code: &[u8], instructions: &[&[u8]]) -> Option<u32> {
    let found = instructions.iter().find(|instruction| code.starts_with(instruction))?;
    Some(found.len() as u32)
}

/// Adds the rules of the end of an epilogue. Code after it has the rules of the code before again.
fn add_end(rules: &mut Vec<(u32, Rule)>, machine: &Machine, end: &EpilogueEnd, size: u32) {
    let Some(&(start, _)) = end.distances.first() else { return };
    let has_code_after = end.end < size;
    if has_code_after {
        rules.push((start, Rule::Remember));
    }
    // The memory below the stack pointer may change at any time: signal handlers run there.
    let link = machine.frame_rules.link_register.map(|(register, _)| register);
    let restored =
        [machine.frame_pointer].into_iter().chain(link).map(|register| (start, Rule::Restored(register)));
    rules.extend(restored);
    for &(offset, distance) in &end.distances {
        rules.push((offset, Rule::Frame(machine.frame_rules.stack_pointer, distance)));
    }
    if has_code_after {
        rules.push((end.end, Rule::Recall));
    }
}
