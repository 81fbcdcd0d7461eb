//! Rewrites accesses to thread-locals for other models than Cranelift's.
//!
//! Cranelift calls `__tls_get_addr` for every address (the "general dynamic" model), in a sequence of 16
//! bytes. If the session selects a cheaper model, we replace it by that model's instructions (RISC-V psABI,
//! "Thread Local Storage"), which keep the address in the same register.

use cranelift_codegen::binemit::Reloc;
use object::elf;

use crate::machine::{CodeReference, Sequence, SequenceRelocation, SequenceTarget};
use crate::symbols::ThreadLocalModel;

/// `auipc a0, 0`
const AUIPC: u32 = 0x0000_0517;
/// `addi a0, a0, 0`
const ADDI: u32 = 0x0005_0513;
/// `auipc ra, 0` and `jalr ra`: a call.
const CALL: [u32; 2] = [0x0000_0097, 0x0000_80e7];
/// `ld a0, 0(a0)`
const LD: u32 = 0x0005_3503;
/// `lui a0, 0`
const LUI: u32 = 0x0000_0537;
/// `add a0, a0, tp`
const ADD_THREAD_POINTER: u32 = 0x0045_0533;
/// `addi x0, x0, 0`
const NOP: u32 = 0x0000_0013;

/// `la.tls.gd a0, symbol; call __tls_get_addr`
const GENERAL_DYNAMIC: [u32; 4] = [AUIPC, ADDI, CALL[0], CALL[1]];
/// `la.tls.ie a0, symbol; add a0, a0, tp`
const INITIAL_EXEC: [u32; 4] = [AUIPC, LD, ADD_THREAD_POINTER, NOP];
/// `lui a0, %tprel_hi(symbol); add a0, a0, tp, %tprel_add(symbol); addi a0, a0, %tprel_lo(symbol)`. The order
/// counts: if the high part is 0, mold makes the last instruction add to `tp`.
const LOCAL_EXEC: [u32; 4] = [LUI, ADD_THREAD_POINTER, ADDI, NOP];

/// Returns the sequence that replaces the one whose symbol's relocation is `reference`, or `None` to keep it.
pub(super) fn rewrite(reference: CodeReference<'_>, model: ThreadLocalModel) -> Option<Sequence> {
    let is_sequence = reference.kind == Reloc::RiscvTlsGdHi20
        && (0..4).all(|index| reference.instruction(4 * index) == Some(GENERAL_DYNAMIC[index]));
    if !is_sequence {
        return None;
    }
    let symbol = SequenceTarget::ThreadLocal(0);
    let relocation = |offset, elf_type, target| SequenceRelocation { offset, elf_type, target };
    let (instructions, relocations) = match model {
        ThreadLocalModel::GeneralDynamic => return None,
        ThreadLocalModel::InitialExec => (
            INITIAL_EXEC,
            vec![
                relocation(0, elf::R_RISCV_TLS_GOT_HI20, symbol),
                relocation(4, elf::R_RISCV_PCREL_LO12_I, SequenceTarget::Label(0)),
            ],
        ),
        ThreadLocalModel::LocalExec => (
            LOCAL_EXEC,
            vec![
                relocation(0, elf::R_RISCV_TPREL_HI20, symbol),
                relocation(4, elf::R_RISCV_TPREL_ADD, symbol),
                relocation(8, elf::R_RISCV_TPREL_LO12_I, symbol),
            ],
        ),
    };
    Some(Sequence {
        start: reference.offset,
        bytes: instructions.iter().flat_map(|instruction| instruction.to_le_bytes()).collect(),
        relocations,
        // Those of both halves of the address, and of the call.
        replaced: 3,
    })
}
