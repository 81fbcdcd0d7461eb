//! Unwind information that is correct at every instruction, because debuggers and profilers stop anywhere.
//!
//! 1. In Cranelift's information, the frame begins after the stack is probed, which moves the stack pointer.
//!    [`begin_frame_early`] makes it begin when the frame pointer is set.
//! 2. Cranelift turns the information into rules. It has none for epilogues.
//! 3. [`UnwindRules::entry`] adds the machine's rules for the end of epilogues.

use cranelift_codegen::CompiledCode;
use cranelift_codegen::isa::TargetIsa;
use cranelift_codegen::isa::unwind::UnwindInfo;
use cranelift_codegen::isa::unwind::UnwindInst;
use cranelift_codegen::isa::unwind::systemv::UnwindInfo as SystemVUnwindInfo;
use gimli::write::{Address, CallFrameInstruction, FrameDescriptionEntry};

use super::compiler::CompileErrorKind;
use crate::machine::{ReturnRule, Returns};
use crate::machines;

/// The unwind rules of one function.
#[derive(Debug)]
pub struct UnwindRules {
    /// Cranelift's rules, from the prologue on.
    frame: SystemVUnwindInfo,
    /// The ends of epilogues, if the machine has a rule for them.
    returns: Option<(&'static ReturnRule, Returns)>,
    /// Size of the code in bytes.
    size: u32,
}

impl UnwindRules {
    /// Returns the rules of `code`, or `None` if the ISA has no unwind tables.
    pub(super) fn of(isa: &dyn TargetIsa, code: &mut CompiledCode) -> Result<Option<Self>, CompileErrorKind> {
        if !isa.flags().unwind_info() {
            return Ok(None);
        }
        let machine = machines::of(isa.triple().architecture);
        if let Some(machine) = machine {
            begin_frame_early(code, machine.set_frame_pointer);
        }
        let error = |error| CompileErrorKind::Codegen(Box::new(error));
        let frame = match code.create_unwind_info(isa).map_err(error)? {
            Some(UnwindInfo::SystemV(frame)) => frame,
            Some(_) => return Err(CompileErrorKind::ForeignUnwindInfo),
            None => return Ok(None),
        };
        let bytes = code.code_buffer();
        let rule = machine.and_then(|machine| machine.returns.as_ref());
        let returns = rule.map(|rule| (rule, (rule.find)(bytes)));
        Ok(Some(UnwindRules { frame, returns, size: bytes.len() as u32 }))
    }

    /// Builds the `.eh_frame` entry of the code at `address`.
    pub fn entry(&self, address: Address) -> FrameDescriptionEntry {
        let mut entry = self.frame.to_fde(address);
        let Some((rule, Returns { offsets, instruction_size })) = &self.returns else { return entry };
        for &offset in offsets {
            let after = offset + instruction_size * rule.to_caller.len() as u32;
            let has_code_after = after < self.size;
            if has_code_after {
                entry.add_instruction(offset, CallFrameInstruction::RememberState);
            }
            for (place, &to_caller) in (offset..after).step_by(*instruction_size as usize).zip(rule.to_caller)
            {
                entry.add_instruction(place, CallFrameInstruction::Cfa(rule.stack_pointer, to_caller));
            }
            if has_code_after {
                entry.add_instruction(after, CallFrameInstruction::RestoreState);
            }
        }
        entry
    }
}

/// Makes the frame begin as soon as the frame pointer is set, by one of the instructions `set_frame_pointer`.
fn begin_frame_early(code: &mut CompiledCode, set_frame_pointer: &[&[u8]]) {
    let mut notes = std::mem::take(&mut code.buffer.unwind_info);
    let is_pushed = |(_, note): &(u32, UnwindInst)| matches!(note, UnwindInst::PushFrameRegs { .. });
    if let Some(index) = notes.iter().position(is_pushed)
        && let [
            (pushed, UnwindInst::PushFrameRegs { offset_upward_to_caller_sp: before }),
            (begins, UnwindInst::DefineNewFrame { offset_upward_to_caller_sp: after, .. }),
            ..,
        ] = &mut notes[index..]
        // A frame that grows for the arguments of a tail call is moved first.
        && before == after
        && let Some(found) = set_frame_pointer
            .iter()
            .find(|instruction| code.code_buffer()[*pushed as usize..].starts_with(instruction))
    {
        *begins = *pushed + found.len() as u32;
    }
    code.buffer.unwind_info = notes;
}
