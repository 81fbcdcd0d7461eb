//! Corrects and completes Cranelift's unwind information.
//!
//! - In Cranelift's information, the frame begins after the stack is probed, which moves the stack pointer.
//!   [`begin_frames_early`] makes it begin when the frame pointer is set.
//! - Cranelift has no rules for epilogues. Between `pop %rbp` and `ret`, the frame pointer is the caller's
//!   ([`RETURNS`]).

use cranelift_codegen::CompiledCode;
use cranelift_codegen::isa::unwind::UnwindInst;

use crate::machine::ReturnRule;

/// `mov %rsp, %rbp`
const SET_FRAME_POINTER: [u8; 3] = [0x48, 0x89, 0xe5];
/// `mov %rbp, %rsp`, `pop %rbp`, `ret`
const EPILOGUE: [u8; 5] = [0x48, 0x89, 0xec, 0x5d, RETURN];
/// `ret`
const RETURN: u8 = 0xc3;

/// At `ret`, the stack pointer points to the return address.
pub(super) const RETURNS: ReturnRule =
    ReturnRule { find: returns, size: 1, stack_pointer: gimli::X86_64::RSP, to_caller: 8 };

/// Makes frames begin as soon as the frame pointer is set.
pub(super) fn begin_frames_early(code: &mut CompiledCode) {
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

/// Finds the `ret` at the end of each epilogue. A match inside another instruction or in data does no harm:
/// the rule covers only this byte, and no program counter points there.
fn returns(code: &[u8]) -> Box<[u32]> {
    memchr::memmem::find_iter(code, &EPILOGUE).map(|offset| (offset + EPILOGUE.len() - 1) as u32).collect()
}
