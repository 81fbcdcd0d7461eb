//! Constants and functions for x86_64.
//!
//! - Calling conventions: `arguments` places parameters in registers and on the stack, `variadic` is for
//!   C-variadic functions, `tail_calls` for explicit tail calls.
//! - Instructions: `features` has the names of CPU features, `shuffles` knows which vector shuffles every
//!   processor has.
//! - Objects: `relocations`, `thread_locals` (other models), `unwind` (corrections of Cranelift's unwind
//!   information).

mod arguments;
mod features;
mod relocations;
mod shuffles;
mod tail_calls;
#[cfg(test)]
mod tests;
mod thread_locals;
mod unwind;
mod variadic;

use object::elf;
use target_lexicon::Architecture;

use crate::machine::{AssumedFeatures, DataRelocations, Instructions, Machine, ThreadLocalOffset};

pub(crate) static MACHINE: Machine = Machine {
    name: "x86_64",
    calls: Some(&arguments::CALLS),
    abi: "",
    // Code reaches symbols relative to itself or by 64-bit addresses, so it may be at the end of the address
    // space.
    code_models: &["small", "kernel"],
    features: features::FEATURES,
    instructions: Instructions {
        vectors: true,
        byte_multiplication: false,
        shuffle: shuffles::is_baseline_shuffle,
        // `roundsd` came with SSE4.1, `vfmadd` with FMA.
        float_rounding: false,
        scalar_count_ones: true,
        overflow: true,
        // `cmpxchg16b`: see `features`.
        wide_atomics: true,
        narrow_compare_exchange: true,
        outlined_atomics: None,
        vector_arguments: true,
        common_frame_pointers: true,
        partial_comparisons: true,
    },
    is: |architecture| architecture == Architecture::X86_64,
    llvm_name: "X86",
    architecture: object::Architecture::X86_64,
    file_flags: |_| 0,
    attributes: None,
    // x86-64 psABI section 4.2.4.
    unwind_section_type: elf::SHT_X86_64_UNWIND,
    data_relocations: DataRelocations {
        address_64: elf::R_X86_64_64,
        address_32: elf::R_X86_64_32,
        relative_32: elf::R_X86_64_PC32,
        thread_local_offset_64: Some(ThreadLocalOffset { elf_type: elf::R_X86_64_DTPOFF64, base: None }),
    },
    code_relocation: relocations::code_relocation,
    direct: relocations::direct,
    thread_local: thread_locals::rewrite,
    pair_label: None,
    // `rbp`: x86-64 psABI figure 3.36.
    frame_pointer: gimli::X86_64::RBP,
    frame_rules: unwind::RULES,
    // `jmp` with an offset of 32 bits.
    final_jump_size: Some(5),
    // rustc's baseline includes SSE2. Cranelift's flags are for later extensions.
    assumed_features: AssumedFeatures::More { prefix: "has_" },
};
