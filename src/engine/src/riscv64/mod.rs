//! Constants and functions for riscv64.
//!
//! - Calling conventions: `arguments` places parameters in registers and on the stack, `variadic` is for
//!   C-variadic functions, `tail_calls` for explicit tail calls.
//! - Instructions: `features` has the names of CPU features.
//! - Objects: `relocations`, `thread_locals` (other models), `unwind` (corrections of Cranelift's unwind
//!   information), `attributes` (the extensions that code needs).

mod arguments;
mod attributes;
mod features;
mod relocations;
mod tail_calls;
#[cfg(test)]
mod tests;
mod thread_locals;
mod unwind;
mod variadic;

use object::elf;
use target_lexicon::{Architecture, Riscv64Architecture};

use crate::machine::{
    AssumedFeatures, DataRelocations, Instructions, Machine, ThreadLocalBase, ThreadLocalOffset,
};

pub(crate) static MACHINE: Machine = Machine {
    name: "riscv64",
    calls: Some(&arguments::CALLS),
    abi: "lp64d",
    // Addresses are computed from the program counter, which is LLVM's `medium` (the psABI's "medany"). Such
    // code also works at the low addresses of `small`.
    code_models: &["small", "medium"],
    features: features::FEATURES,
    instructions: Instructions {
        // Vectors are an extension.
        vectors: false,
        byte_multiplication: false,
        shuffle: |_| false,
        float_rounding: true,
        scalar_count_ones: true,
        // Only `uadd_overflow` has rules (`isa/riscv64/lower.isle` of cranelift-codegen 0.136.5).
        overflow: false,
        wide_atomics: false,
        // Cranelift 0.136.5's is not atomic: it loads the word a second time after the comparison, and the
        // store only depends on the second load (`isa/riscv64/inst/emit.rs:1769`, "reload value to t0";
        // bytecodealliance/wasmtime#13076).
        narrow_compare_exchange: false,
        outlined_atomics: None,
        vector_arguments: false,
        // Cranelift's points to the saved one (`gen_prologue_frame_setup`), LLVM's above it.
        common_frame_pointers: false,
        partial_comparisons: false,
    },
    is: |architecture| {
        let names = [Riscv64Architecture::Riscv64, Riscv64Architecture::Riscv64gc];
        names.map(Architecture::Riscv64).contains(&architecture)
    },
    llvm_name: "RISCV",
    architecture: object::Architecture::Riscv64,
    file_flags: attributes::file_flags,
    attributes: Some(attributes::section),
    unwind_section_type: elf::SHT_PROGBITS,
    data_relocations: DataRelocations {
        address_64: elf::R_RISCV_64,
        address_32: elf::R_RISCV_32,
        relative_32: elf::R_RISCV_32_PCREL,
        thread_local_offset_64: Some(ThreadLocalOffset {
            // mold and wild reject R_RISCV_TLS_DTPREL64 here, which the psABI only has for the dynamic
            // linker. LLVM 22 writes R_RISCV_64. lld makes that the offset. The others make it the address
            // of the initial value, which debuggers cannot use.
            elf_type: elf::R_RISCV_ADD64,
            // GNU ld defines it in executables. In its shared libraries, and in all that mold links, this
            // gives the address, as LLVM's relocation does.
            base: Some(ThreadLocalBase { elf_type: elf::R_RISCV_SUB64, symbol: "__tdata_start" }),
        }),
    },
    code_relocation: relocations::code_relocation,
    direct: relocations::direct,
    thread_local: thread_locals::rewrite,
    // LLVM's name of these labels. RISC-V ELF psABI, "PC-Relative Symbol Addresses": the relocation of the
    // low half of an address refers to the instruction with the high half by a symbol.
    pair_label: Some(".Lpcrel_hi"),
    // `s0`: RISC-V DWARF specification.
    frame_pointer: gimli::Register(8),
    frame_rules: unwind::RULES,
    final_jump_size: None,
    // Cranelift assumes RV64G.
    assumed_features: AssumedFeatures::Baseline,
};
