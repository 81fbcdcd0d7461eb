//! Cranelift's relocation kinds as ELF relocation types.
//!
//! For each relocation of a function, in this order: is the kind a reference through the GOT that can become a
//! direct one ([`direct`])? If not, which ELF type is it ([`elf_type`]), and may it be written against a section
//! symbol ([`form`])?
//!
//! To add a kind: one line in the machine's table here, and one in `tests/relocations.rs`.

use cranelift_codegen::binemit::Reloc;
use object::elf;

use super::symbols::Form;
use super::target::Machine;
use crate::unit::GotLoads;

/// The `R_*` type for a relocation at `offset` of `code`; `None` if there is no equivalent.
pub(super) fn elf_type(
    machine: Machine,
    kind: Reloc,
    code: &[u8],
    offset: usize,
    got_loads: GotLoads,
) -> Option<u32> {
    match machine {
        Machine::X86_64 if kind == Reloc::X86GOTPCRel4 && got_loads == GotLoads::Fixed => {
            Some(elf::R_X86_64_GOTPCREL)
        }
        Machine::X86_64 => x86_64(kind, code, offset),
        Machine::Aarch64 => aarch64(kind, code, offset),
        Machine::Riscv64 => riscv64(kind),
    }
}

/// x86-64 psABI section 4.4.1.
fn x86_64(kind: Reloc, code: &[u8], offset: usize) -> Option<u32> {
    Some(match kind {
        Reloc::Abs4 => elf::R_X86_64_32,
        Reloc::Abs8 => elf::R_X86_64_64,
        Reloc::X86PCRel4 => elf::R_X86_64_PC32,
        // The linker calls directly if it can; psABI: PLT32 does not demand a PLT entry.
        Reloc::X86CallPCRel4 | Reloc::X86CallPLTRel4 => elf::R_X86_64_PLT32,
        Reloc::X86GOTPCRel4 => x86_64_got(code, offset),
        Reloc::ElfX86_64TlsGd => elf::R_X86_64_TLSGD,
        _ => return None,
    })
}

/// A GOT reference in an instruction that the linker is allowed to rewrite: psABI section B.2, "Optimize
/// GOTPCRELX Relocations".
fn x86_64_got(code: &[u8], offset: usize) -> u32 {
    match offset.checked_sub(3).map(|start| [code[start], code[start + 1], code[start + 2]]) {
        Some([prefix, 0x8b, mode]) if is_rex(prefix) && is_rip_relative(mode) => elf::R_X86_64_REX_GOTPCRELX,
        // `call` and `jmp` through the GOT.
        Some([_, 0xff, 0x15 | 0x25]) => elf::R_X86_64_GOTPCRELX,
        _ => elf::R_X86_64_GOTPCREL,
    }
}

/// A REX prefix with 64-bit operand size (Intel SDM volume 2, section 2.2.1).
fn is_rex(byte: u8) -> bool {
    byte & 0xf8 == 0x48
}

/// A ModRM byte with mode 00 and r/m 101: displacement from the next instruction.
fn is_rip_relative(byte: u8) -> bool {
    byte & 0xc7 == 0x05
}

/// ELF for the Arm 64-bit Architecture, section 5.7.
fn aarch64(kind: Reloc, code: &[u8], offset: usize) -> Option<u32> {
    Some(match kind {
        Reloc::Abs4 => elf::R_AARCH64_ABS32,
        Reloc::Abs8 => elf::R_AARCH64_ABS64,
        Reloc::Arm64Call => match instruction(code, offset)? >> 31 {
            // `b` (a tail call) and `bl` differ in the top bit.
            0 => elf::R_AARCH64_JUMP26,
            _ => elf::R_AARCH64_CALL26,
        },
        Reloc::Aarch64AdrGotPage21 => elf::R_AARCH64_ADR_GOT_PAGE,
        Reloc::Aarch64Ld64GotLo12Nc => elf::R_AARCH64_LD64_GOT_LO12_NC,
        Reloc::Aarch64AdrPrelPgHi21 => elf::R_AARCH64_ADR_PREL_PG_HI21,
        Reloc::Aarch64AddAbsLo12Nc => elf::R_AARCH64_ADD_ABS_LO12_NC,
        Reloc::Aarch64TlsDescAdrPage21 => elf::R_AARCH64_TLSDESC_ADR_PAGE21,
        Reloc::Aarch64TlsDescLd64Lo12 => elf::R_AARCH64_TLSDESC_LD64_LO12,
        Reloc::Aarch64TlsDescAddLo12 => elf::R_AARCH64_TLSDESC_ADD_LO12,
        Reloc::Aarch64TlsDescCall => elf::R_AARCH64_TLSDESC_CALL,
        _ => return None,
    })
}

/// RISC-V ELF psABI, "Relocations".
fn riscv64(kind: Reloc) -> Option<u32> {
    Some(match kind {
        Reloc::Abs4 => elf::R_RISCV_32,
        Reloc::Abs8 => elf::R_RISCV_64,
        Reloc::RiscvCallPlt => elf::R_RISCV_CALL_PLT,
        Reloc::RiscvTlsGdHi20 => elf::R_RISCV_TLS_GD_HI20,
        Reloc::RiscvGotHi20 => elf::R_RISCV_GOT_HI20,
        Reloc::RiscvPCRelHi20 => elf::R_RISCV_PCREL_HI20,
        Reloc::RiscvPCRelLo12I => elf::R_RISCV_PCREL_LO12_I,
        _ => return None,
    })
}

/// Whether a relocation of this kind makes the linker create a table entry for its symbol. Calls count as such: a
/// call to section + offset would hide the symbol's name from the linker's messages.
pub(super) fn form(kind: Reloc) -> Form {
    match kind {
        Reloc::Abs4
        | Reloc::Abs8
        | Reloc::X86PCRel4
        | Reloc::Aarch64AdrPrelPgHi21
        | Reloc::Aarch64AddAbsLo12Nc
        | Reloc::RiscvPCRelHi20 => Form::Address,
        _ => Form::Entry,
    }
}

/// A reference through the GOT, rewritten to compute the address itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Direct {
    pub(super) elf_type: u32,
    pub(super) form: Form,
    /// Where the code changes, in bytes from its start.
    pub(super) at: usize,
    /// The bytes there; only the first `length` count.
    pub(super) bytes: [u8; 4],
    pub(super) length: usize,
}

/// How to refer directly to a symbol of the same executable or shared object where Cranelift went through the GOT
/// (with `is_pic` it always does). `None`: leave it as it is.
pub(super) fn direct(machine: Machine, kind: Reloc, code: &[u8], offset: usize) -> Option<Direct> {
    match (machine, kind) {
        // `mov r, [rip + entry]` (8b) -> `lea r, [rip + symbol]` (8d).
        (Machine::X86_64, Reloc::X86GOTPCRel4) if x86_64_got(code, offset) == elf::R_X86_64_REX_GOTPCRELX => {
            let bytes = [0x8d, 0, 0, 0];
            Some(Direct {
                elf_type: elf::R_X86_64_PC32,
                form: Form::Address,
                at: offset - 2,
                bytes,
                length: 1,
            })
        }
        // `adrp x, page of entry` -> `adrp x, page of symbol`: only the relocation differs.
        (Machine::Aarch64, Reloc::Aarch64AdrGotPage21) => Some(Direct {
            elf_type: elf::R_AARCH64_ADR_PREL_PG_HI21,
            form: Form::Address,
            at: offset,
            bytes: [0; 4],
            length: 0,
        }),
        // `ldr x, [x, low bits]` -> `add x, x, low bits`; A64: both have Rn in bits 9:5 and Rt/Rd in bits 4:0.
        (Machine::Aarch64, Reloc::Aarch64Ld64GotLo12Nc) => {
            let registers = instruction(code, offset)? & 0x3ff;
            Some(Direct {
                elf_type: elf::R_AARCH64_ADD_ABS_LO12_NC,
                form: Form::Address,
                at: offset,
                bytes: (0x9100_0000 | registers).to_le_bytes(),
                length: 4,
            })
        }
        // `auipc x, high bits of entry; ld x, low bits(x)` -> `auipc x, high bits of symbol; addi x, x, low bits`.
        // The second instruction's relocation names the first one and stays as it is.
        (Machine::Riscv64, Reloc::RiscvGotHi20) => {
            let load = instruction(code, offset + 4).filter(|load| load & RISCV_OPCODE == RISCV_LD)?;
            let bytes = (load & !RISCV_OPCODE | RISCV_ADDI).to_le_bytes();
            let elf_type = elf::R_RISCV_PCREL_HI20;
            Some(Direct { elf_type, form: Form::Address, at: offset + 4, bytes, length: 4 })
        }
        _ => None,
    }
}

/// The bits that tell the I-type instructions of RV64I apart: opcode and funct3 (RISC-V ISA manual, chapter "RV32/64G
/// Instruction Set Listings").
const RISCV_OPCODE: u32 = 0x707f;
const RISCV_LD: u32 = 0x3003;
const RISCV_ADDI: u32 = 0x0013;

/// The 32-bit instruction at `offset`.
fn instruction(code: &[u8], offset: usize) -> Option<u32> {
    code.get(offset..offset + 4).map(|bytes| u32::from_le_bytes(bytes.try_into().expect("four bytes")))
}
