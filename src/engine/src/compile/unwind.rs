//! Unwind information that is correct at every instruction, because debuggers and profilers stop anywhere.
//!
//! The machine corrects Cranelift's unwind information, Cranelift turns it into rules, and
//! [`UnwindRules::entry`] adds the machine's rules for instructions that return.

use cranelift_codegen::CompiledCode;
use cranelift_codegen::isa::TargetIsa;
use cranelift_codegen::isa::unwind::UnwindInfo;
use cranelift_codegen::isa::unwind::systemv::UnwindInfo as SystemVUnwindInfo;
use gimli::write::{Address, CallFrameInstruction, FrameDescriptionEntry};

use super::compiler::CompileErrorKind;
use crate::machine::ReturnRule;
use crate::machines;

/// The unwind rules of one function.
#[derive(Debug)]
pub struct UnwindRules {
    /// Cranelift's rules, from the prologue on.
    frame: SystemVUnwindInfo,
    /// The instructions that return, if the machine has a rule for them.
    returns: Option<Returns>,
    /// Size of the code in bytes.
    size: u32,
}

/// Instructions that return, and their rule.
#[derive(Debug)]
struct Returns {
    rule: &'static ReturnRule,
    /// In bytes from the start of the code.
    offsets: Box<[u32]>,
}

impl UnwindRules {
    /// Returns the rules of `code`, or `None` if the ISA has no unwind tables.
    pub(super) fn of(isa: &dyn TargetIsa, code: &mut CompiledCode) -> Result<Option<Self>, CompileErrorKind> {
        if !isa.flags().unwind_info() {
            return Ok(None);
        }
        let machine = machines::of(isa.triple().architecture);
        if let Some(machine) = machine {
            (machine.correct_unwind)(code);
        }
        let error = |error| CompileErrorKind::Codegen(Box::new(error));
        let frame = match code.create_unwind_info(isa).map_err(error)? {
            Some(UnwindInfo::SystemV(frame)) => frame,
            Some(_) => return Err(CompileErrorKind::ForeignUnwindInfo),
            None => return Ok(None),
        };
        let bytes = code.code_buffer();
        let rule = machine.and_then(|machine| machine.returns.as_ref());
        let returns = rule.map(|rule| Returns { rule, offsets: (rule.find)(bytes) });
        Ok(Some(UnwindRules { frame, returns, size: bytes.len() as u32 }))
    }

    /// Builds the `.eh_frame` entry of the code at `address`.
    pub fn entry(&self, address: Address) -> FrameDescriptionEntry {
        let mut entry = self.frame.to_fde(address);
        let Some(Returns { rule, offsets }) = &self.returns else { return entry };
        for &offset in offsets {
            let after = offset + rule.size;
            let has_code_after = after < self.size;
            if has_code_after {
                entry.add_instruction(offset, CallFrameInstruction::RememberState);
            }
            entry.add_instruction(offset, CallFrameInstruction::Cfa(rule.stack_pointer, rule.to_caller));
            if has_code_after {
                entry.add_instruction(after, CallFrameInstruction::RestoreState);
            }
        }
        entry
    }
}
