//! The constants of each machine's ELF supplement.

use cranelift_codegen::isa::TargetIsa;
use object::elf;
use target_lexicon::{Aarch64Architecture, Architecture, BinaryFormat, Riscv64Architecture};

use super::ObjectError;

/// A machine that objects can be written for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Machine {
    X86_64,
    Aarch64,
    Riscv64,
}

impl Machine {
    pub(super) fn of(isa: &dyn TargetIsa) -> Result<Machine, ObjectError> {
        let triple = isa.triple();
        let machine = match triple.architecture {
            Architecture::X86_64 => Some(Machine::X86_64),
            Architecture::Aarch64(Aarch64Architecture::Aarch64) => Some(Machine::Aarch64),
            Architecture::Riscv64(Riscv64Architecture::Riscv64 | Riscv64Architecture::Riscv64gc) => {
                Some(Machine::Riscv64)
            }
            _ => None,
        };
        machine
            .filter(|_| triple.binary_format == BinaryFormat::Elf)
            .ok_or_else(|| ObjectError::Target { triple: triple.to_string() })
    }

    pub(super) fn architecture(self) -> object::Architecture {
        match self {
            Machine::X86_64 => object::Architecture::X86_64,
            Machine::Aarch64 => object::Architecture::Aarch64,
            Machine::Riscv64 => object::Architecture::Riscv64,
        }
    }

    /// `e_flags` of the file header. RISC-V ELF psABI, "File Header": the linker refuses to mix float ABIs; the
    /// compressed flag says that code may be 2-byte aligned, as in all objects of RV64GC Linux systems.
    pub(super) fn file_flags(self) -> u32 {
        match self {
            Machine::X86_64 | Machine::Aarch64 => 0,
            Machine::Riscv64 => elf::EF_RISCV_RVC | elf::EF_RISCV_FLOAT_ABI_DOUBLE,
        }
    }

    /// The relocation for a 64-bit address.
    pub(super) fn address_64(self) -> u32 {
        match self {
            Machine::X86_64 => elf::R_X86_64_64,
            Machine::Aarch64 => elf::R_AARCH64_ABS64,
            Machine::Riscv64 => elf::R_RISCV_64,
        }
    }

    /// The relocation for the 64-bit offset of a thread-local in its module's storage, for debuggers; none where linkers
    /// do not know it (LLVM writes none there, either).
    pub(super) fn thread_local_offset_64(self) -> Option<u32> {
        match self {
            Machine::X86_64 => Some(elf::R_X86_64_DTPOFF64),
            Machine::Riscv64 => Some(elf::R_RISCV_TLS_DTPREL64),
            Machine::Aarch64 => None,
        }
    }

    /// The relocation for a 32-bit offset into another section.
    pub(super) fn address_32(self) -> u32 {
        match self {
            Machine::X86_64 => elf::R_X86_64_32,
            Machine::Aarch64 => elf::R_AARCH64_ABS32,
            Machine::Riscv64 => elf::R_RISCV_32,
        }
    }

    /// The relocation for a signed 32-bit distance from the place to a symbol.
    pub(super) fn relative_32(self) -> u32 {
        match self {
            Machine::X86_64 => elf::R_X86_64_PC32,
            Machine::Aarch64 => elf::R_AARCH64_PREL32,
            Machine::Riscv64 => elf::R_RISCV_32_PCREL,
        }
    }

    /// `sh_type` of `.eh_frame`: x86-64 psABI section 4.2.4; the others use the generic type.
    pub(super) fn unwind_section_type(self) -> u32 {
        match self {
            Machine::X86_64 => elf::SHT_X86_64_UNWIND,
            Machine::Aarch64 | Machine::Riscv64 => elf::SHT_PROGBITS,
        }
    }

    /// The DWARF number of the frame pointer: x86-64 psABI figure 3.36; DWARF for the Arm 64-bit Architecture
    /// section 4.1; RISC-V DWARF specification (`s0`).
    pub(super) fn frame_pointer(self) -> gimli::Register {
        gimli::Register(match self {
            Machine::X86_64 => 6,
            Machine::Aarch64 => 29,
            Machine::Riscv64 => 8,
        })
    }
}
