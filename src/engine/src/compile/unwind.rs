//! How to unwind at every instruction of a function, for debuggers and profilers, which stop anywhere.
//!
//! In order: Cranelift's notes are corrected, they become rules, and what they lack is added. On x86-64,
//! - Cranelift has the frame begin behind the code that probes the stack, which moves the stack pointer; it begins with
//!   the frame pointer ([`begin_frames_early`]);
//! - it has no rules for epilogues: between `pop %rbp` and `ret`, the frame pointer is the caller's ([`returns`]).

use cranelift_codegen::CompiledCode;
use cranelift_codegen::isa::TargetIsa;
use cranelift_codegen::isa::unwind::systemv::UnwindInfo as SystemVUnwindInfo;
use cranelift_codegen::isa::unwind::{UnwindInfo, UnwindInst};
use gimli::write::{Address, CallFrameInstruction, FrameDescriptionEntry};
use target_lexicon::Architecture;

use super::compiler::CompileErrorKind;

/// `mov %rsp, %rbp`
const SET_FRAME_POINTER: [u8; 3] = [0x48, 0x89, 0xe5];
/// `mov %rbp, %rsp`, `pop %rbp`, `ret`
const EPILOGUE: [u8; 5] = [0x48, 0x89, 0xec, 0x5d, RETURN];
/// `ret`
const RETURN: u8 = 0xc3;
/// From the stack pointer at `ret` to the caller's.
const RETURN_ADDRESS_SIZE: i32 = 8;

/// The rules of one function.
#[derive(Debug)]
pub struct UnwindRules {
    /// From the prologue on.
    frame: SystemVUnwindInfo,
    /// Offsets of the instructions that return; only where the frame is gone by then.
    returns: Box<[u32]>,
    /// Of the code, in bytes.
    size: u32,
}

impl UnwindRules {
    /// Those of `code`; none when the ISA has no unwind tables.
    pub(super) fn of(isa: &dyn TargetIsa, code: &mut CompiledCode) -> Result<Option<Self>, CompileErrorKind> {
        if !isa.flags().unwind_info() {
            return Ok(None);
        }
        let is_x86_64 = isa.triple().architecture == Architecture::X86_64;
        if is_x86_64 {
            begin_frames_early(code);
        }
        let error = |error| CompileErrorKind::Codegen(Box::new(error));
        let frame = match code.create_unwind_info(isa).map_err(error)? {
            Some(UnwindInfo::SystemV(frame)) => frame,
            Some(_) => return Err(CompileErrorKind::ForeignUnwindInfo),
            None => return Ok(None),
        };
        let bytes = code.code_buffer();
        let returns = if is_x86_64 { returns(bytes) } else { Box::default() };
        Ok(Some(UnwindRules { frame, returns, size: bytes.len() as u32 }))
    }

    /// As an entry of `.eh_frame` for the code at `address`.
    pub fn entry(&self, address: Address) -> FrameDescriptionEntry {
        let mut entry = self.frame.to_fde(address);
        for &offset in &self.returns {
            let after = offset + 1;
            let goes_on = after < self.size;
            if goes_on {
                entry.add_instruction(offset, CallFrameInstruction::RememberState);
            }
            entry.add_instruction(offset, CallFrameInstruction::Cfa(gimli::X86_64::RSP, RETURN_ADDRESS_SIZE));
            if goes_on {
                entry.add_instruction(after, CallFrameInstruction::RestoreState);
            }
        }
        entry
    }
}

/// Has frames begin as soon as the frame pointer is set.
fn begin_frames_early(code: &mut CompiledCode) {
    let mut notes = std::mem::take(&mut code.buffer.unwind_info);
    if let [
        (pushed, UnwindInst::PushFrameRegs { offset_upward_to_caller_sp: before }),
        (begins, UnwindInst::DefineNewFrame { offset_upward_to_caller_sp: after, .. }),
        ..,
    ] = &mut *notes
        // A frame that grows for the arguments of a tail call is moved first.
        && before == after
        && code.code_buffer()[*pushed as usize..].starts_with(&SET_FRAME_POINTER)
    {
        *begins = *pushed + SET_FRAME_POINTER.len() as u32;
    }
    code.buffer.unwind_info = notes;
}

/// Where x86-64 code returns after the last instructions of an epilogue. Other bytes that look the same do no harm: the
/// rules are for the one byte, where no other instruction begins that a frame is left for.
fn returns(code: &[u8]) -> Box<[u32]> {
    memchr::memmem::find_iter(code, &EPILOGUE).map(|offset| (offset + EPILOGUE.len() - 1) as u32).collect()
}
