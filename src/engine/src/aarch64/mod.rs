//! Constants and functions for aarch64.
//!
//! - Calling conventions: `arguments` places parameters in registers and on the stack, `variadic` is for
//!   C-variadic functions.
//! - Instructions: `features` has the names of CPU features, `atomics` the functions that use those of LSE.
//! - Objects: `relocations`, `thread_locals` (other models), `unwind` (instructions of prologues and
//!   epilogues).

mod arguments;
mod atomics;
mod features;
mod relocations;
#[cfg(test)]
mod tests;
mod thread_locals;
mod unwind;
mod variadic;

use object::elf;
use target_lexicon::{Aarch64Architecture, Architecture};

use crate::machine::{AssumedFeatures, DataRelocations, Instructions, Machine};

pub(crate) static MACHINE: Machine = Machine {
    name: "aarch64",
    calls: Some(&arguments::CALLS),
    abi: "",
    code_models: &["small"],
    features: features::FEATURES,
    instructions: Instructions {
        vectors: true,
        byte_multiplication: true,
        shuffle: |_| true,
        float_rounding: true,
        scalar_count_ones: false,
        overflow: true,
        // Only with LSE, and only compare and exchange (`lower.isle` of cranelift-codegen 0.136.5).
        wide_atomics: false,
        narrow_compare_exchange: true,
        outlined_atomics: Some(atomics::OUTLINED),
        vector_arguments: true,
        common_frame_pointers: true,
        partial_comparisons: false,
    },
    is: |architecture| architecture == Architecture::Aarch64(Aarch64Architecture::Aarch64),
    llvm_name: "AArch64",
    architecture: object::Architecture::Aarch64,
    file_flags: |_| 0,
    attributes: None,
    unwind_section_type: elf::SHT_PROGBITS,
    data_relocations: DataRelocations {
        address_64: elf::R_AARCH64_ABS64,
        address_32: elf::R_AARCH64_ABS32,
        relative_32: elf::R_AARCH64_PREL32,
        thread_local_offset_64: None,
    },
    code_relocation: relocations::code_relocation,
    direct: relocations::direct,
    thread_local: thread_locals::rewrite,
    pair_label: None,
    // `x29`: DWARF for the Arm 64-bit Architecture, section 4.1.
    frame_pointer: gimli::Register(29),
    frame_rules: unwind::RULES,
    final_jump_size: None,
    // Cranelift assumes ARMv8.0.
    assumed_features: AssumedFeatures::Baseline,
};
