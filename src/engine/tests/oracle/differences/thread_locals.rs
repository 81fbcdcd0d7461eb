//! Intended differences in accesses to thread-locals, if the session selects another model than Cranelift's.

use clif_engine::cgu::ThreadLocalModel;
use object::elf::*;

use crate::case::{Case, Machine};
use crate::compare::{Discrepancy, Pair, What};

/// The sequences of one machine.
struct Models {
    /// The relocation for the symbol in the general dynamic sequence: its offset and type.
    symbol: (u64, u32),
    initial_exec: Sequence,
    local_exec: Sequence,
}

/// The instructions of a model.
struct Sequence {
    code: [u8; 16],
    /// All relocations in it: offset, type, addend.
    relocations: &'static [(u64, u32, i64)],
}

/// `mov %fs:0, %rax` and the instruction that adds the offset: ELF Handling For Thread-Local Storage, 4.3.6
/// and 4.4.6.
const X86_64: Models = Models {
    symbol: (4, R_X86_64_TLSGD),
    initial_exec: Sequence {
        code: [0x64, 0x48, 0x8b, 0x04, 0x25, 0, 0, 0, 0, 0x48, 0x03, 0x05, 0, 0, 0, 0],
        relocations: &[(12, R_X86_64_GOTTPOFF, -4)],
    },
    local_exec: Sequence {
        code: [0x64, 0x48, 0x8b, 0x04, 0x25, 0, 0, 0, 0, 0x48, 0x8d, 0x80, 0, 0, 0, 0],
        relocations: &[(12, R_X86_64_TPOFF32, 0)],
    },
};

/// RISC-V psABI, "Thread Local Storage": `auipc`, `ld` and `add` with the thread pointer; or `lui`, `add`
/// and `addi`. Then a `nop`.
const RISCV64: Models = Models {
    symbol: (0, R_RISCV_TLS_GD_HI20),
    initial_exec: Sequence {
        code: [0x17, 5, 0, 0, 3, 0x35, 5, 0, 0x33, 5, 0x45, 0, 0x13, 0, 0, 0],
        relocations: &[(0, R_RISCV_TLS_GOT_HI20, 0), (4, R_RISCV_PCREL_LO12_I, 0)],
    },
    local_exec: Sequence {
        code: [0x37, 5, 0, 0, 0x33, 5, 0x45, 0, 0x13, 5, 5, 0, 0x13, 0, 0, 0],
        relocations: &[(0, R_RISCV_TPREL_HI20, 0), (4, R_RISCV_TPREL_ADD, 0), (8, R_RISCV_TPREL_LO12_I, 0)],
    },
};

/// ELF for the Arm 64-bit Architecture, section 5.7.11: `adrp`, `ldr` and two `nop`; or `mov x0, #0`, two
/// `add` and a `nop`. The thread pointer is added afterwards.
const AARCH64: Models = Models {
    symbol: (0, R_AARCH64_TLSDESC_ADR_PAGE21),
    initial_exec: Sequence {
        code: [0, 0, 0, 0x90, 0, 0, 0x40, 0xf9, 0x1f, 0x20, 3, 0xd5, 0x1f, 0x20, 3, 0xd5],
        relocations: &[
            (0, R_AARCH64_TLSIE_ADR_GOTTPREL_PAGE21, 0),
            (4, R_AARCH64_TLSIE_LD64_GOTTPREL_LO12_NC, 0),
        ],
    },
    local_exec: Sequence {
        code: [0, 0, 0x80, 0xd2, 0, 0, 0x40, 0x91, 0, 0, 0, 0x91, 0x1f, 0x20, 3, 0xd5],
        relocations: &[(4, R_AARCH64_TLSLE_ADD_TPREL_HI12, 0), (8, R_AARCH64_TLSLE_ADD_TPREL_LO12_NC, 0)],
    },
};

pub fn model(case: &Case, discrepancy: &Discrepancy<'_>) -> bool {
    let models = match case.machine {
        Machine::X86_64 => X86_64,
        Machine::Riscv64 => RISCV64,
        Machine::Aarch64 => AARCH64,
    };
    let (sequence, (symbol, general_dynamic)) = match case.cgu.references.thread_locals {
        ThreadLocalModel::GeneralDynamic => return false,
        ThreadLocalModel::InitialExec => (models.initial_exec, models.symbol),
        ThreadLocalModel::LocalExec => (models.local_exec, models.symbol),
    };
    if matches!(discrepancy.what, What::Symbol(Pair { ours: None, theirs: Some(_) })) {
        return discrepancy.name == "__tls_get_addr";
    }
    let Some(Pair { ours, theirs }) = discrepancy.symbols else { return false };
    let place = match &discrepancy.what {
        What::Byte(offset, _) => *offset as u64,
        What::Relocation { relocations, .. } => match (relocations.theirs, relocations.ours) {
            (Some(relocation), _) | (None, Some(relocation)) => relocation.offset,
            (None, None) => return false,
        },
        _ => return false,
    };
    theirs.relocations.iter().filter(|relocation| relocation.kind == general_dynamic).any(|general| {
        let start = general.offset - symbol;
        let range = start..start + sequence.code.len() as u64;
        let found: Vec<(u64, u32, i64)> = ours
            .relocations
            .iter()
            .filter(|relocation| range.contains(&relocation.offset))
            .map(|relocation| (relocation.offset - start, relocation.kind, relocation.addend))
            .collect();
        let is_right = ours
            .relocations
            .iter()
            .any(|relocation| range.contains(&relocation.offset) && relocation.target == general.target);
        let bytes = &ours.contents[start as usize..][..sequence.code.len()];
        range.contains(&place) && is_right && found == sequence.relocations && bytes == sequence.code
    })
}
