//! Rewrites accesses to thread-locals for other models than Cranelift's.
//!
//! Cranelift calls `__tls_get_addr` for every address (the "general dynamic" model), in a sequence of 16
//! bytes that the linker may replace by a cheaper one. If the session selects a cheaper model, we replace the
//! sequence by the same instructions that the linker would use (ELF Handling For Thread-Local Storage,
//! sections 4.4.6 and 5.5 to 5.7 on x86-64).

use cranelift_codegen::binemit::Reloc;
use object::elf;

use crate::machine::{CodeReference, Sequence, SequenceRelocation, SequenceTarget};
use crate::symbols::ThreadLocalModel;

/// Offset in the sequence of the relocation for the symbol.
const SYMBOL: usize = 4;
/// Offset in the sequence of the relocation for the call. The only relocation of the rewritten sequence is
/// there.
const CALL: usize = 12;
/// `data16 lea symbol@tlsgd(%rip), %rdi; data16 data16 rex.W call __tls_get_addr@PLT`, with zeros for the
/// symbols.
const GENERAL_DYNAMIC: [u8; 16] = [0x66, 0x48, 0x8d, 0x3d, 0, 0, 0, 0, 0x66, 0x66, 0x48, 0xe8, 0, 0, 0, 0];
/// `mov %fs:0, %rax; add symbol@gottpoff(%rip), %rax`.
const INITIAL_EXEC: [u8; 16] = [0x64, 0x48, 0x8b, 0x04, 0x25, 0, 0, 0, 0, 0x48, 0x03, 0x05, 0, 0, 0, 0];
/// `mov %fs:0, %rax; lea symbol@tpoff(%rax), %rax`.
const LOCAL_EXEC: [u8; 16] = [0x64, 0x48, 0x8b, 0x04, 0x25, 0, 0, 0, 0, 0x48, 0x8d, 0x80, 0, 0, 0, 0];

/// Returns the sequence that replaces the one whose symbol's relocation is `reference`, or `None` to keep it.
pub(super) fn rewrite(reference: CodeReference<'_>, model: ThreadLocalModel) -> Option<Sequence> {
    if reference.kind != Reloc::ElfX86_64TlsGd {
        return None;
    }
    let (bytes, elf_type, addend) = match model {
        ThreadLocalModel::GeneralDynamic => return None,
        // Relative to the end of the instruction.
        ThreadLocalModel::InitialExec => (INITIAL_EXEC, elf::R_X86_64_GOTTPOFF, -4),
        ThreadLocalModel::LocalExec => (LOCAL_EXEC, elf::R_X86_64_TPOFF32, 0),
    };
    let start = reference.offset.checked_sub(SYMBOL)?;
    let is_general_dynamic =
        reference.code.get(start..start + GENERAL_DYNAMIC.len()) == Some(&GENERAL_DYNAMIC);
    let target = SequenceTarget::ThreadLocal(addend);
    is_general_dynamic.then(|| Sequence {
        start,
        bytes: bytes.to_vec(),
        relocations: vec![SequenceRelocation { offset: CALL, elf_type, target }],
        replaced: 2,
    })
}
