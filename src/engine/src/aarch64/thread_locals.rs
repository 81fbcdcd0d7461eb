//! Rewrites accesses to thread-locals for other models than Cranelift's.
//!
//! Cranelift calls the function of a TLS descriptor for every address (the "general dynamic" model), and adds
//! the result to the thread pointer. If the session selects a cheaper model, we replace the instructions up
//! to the call by others that compute the same result (ELF for the Arm 64-bit Architecture, section 5.7.11).

use cranelift_codegen::binemit::Reloc;
use object::elf;

use crate::machine::{CodeReference, Sequence, SequenceRelocation, SequenceTarget};
use crate::symbols::ThreadLocalModel;

/// `adrp x0, symbol`: general dynamic, and initial exec.
const PAGE: u32 = 0x9000_0000;
/// `ldr x0, [x0, symbol]`. In general dynamic code, the destination is another register.
const LOAD: u32 = 0xf940_0000;
/// `add x0, x0, symbol`.
const ADD: u32 = 0x9100_0000;
/// `add x0, x0, symbol, lsl #12`.
const ADD_HIGH: u32 = 0x9140_0000;
/// `blr` without its register.
const CALL: u32 = 0xd63f_0000;
/// `mov x0, #0`.
const ZERO: u32 = 0xd280_0000;
const NOP: u32 = 0xd503_201f;

/// Returns the sequence that replaces the one whose first relocation is `reference`, or `None` to keep it.
pub(super) fn rewrite(reference: CodeReference<'_>, model: ThreadLocalModel) -> Option<Sequence> {
    if reference.kind != Reloc::Aarch64TlsDescAdrPage21 {
        return None;
    }
    let (instructions, relocations) = match model {
        ThreadLocalModel::GeneralDynamic => return None,
        ThreadLocalModel::InitialExec => (
            [PAGE, LOAD, NOP, NOP],
            [(0, elf::R_AARCH64_TLSIE_ADR_GOTTPREL_PAGE21), (4, elf::R_AARCH64_TLSIE_LD64_GOTTPREL_LO12_NC)],
        ),
        ThreadLocalModel::LocalExec => (
            [ZERO, ADD_HIGH, ADD, NOP],
            [(4, elf::R_AARCH64_TLSLE_ADD_TPREL_HI12), (8, elf::R_AARCH64_TLSLE_ADD_TPREL_LO12_NC)],
        ),
    };
    let register = reference.instruction(4)? & 0x1f;
    let general_dynamic = [PAGE, LOAD | register, ADD, CALL | register << 5];
    let is_sequence = (0..4).all(|index| reference.instruction(4 * index) == Some(general_dynamic[index]));
    let target = SequenceTarget::ThreadLocal(0);
    let relocation = |(offset, elf_type)| SequenceRelocation { offset, elf_type, target };
    is_sequence.then(|| Sequence {
        start: reference.offset,
        bytes: instructions.into_iter().flat_map(u32::to_le_bytes).collect(),
        relocations: relocations.map(relocation).to_vec(),
        // Those of the first three instructions, and of the call.
        replaced: 4,
    })
}
