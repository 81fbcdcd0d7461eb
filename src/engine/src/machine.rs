//! What the engine has to know about a machine: the type [`Machine`].
//!
//! Each machine's folder has one value of it. The table of these values is `machines.rs`, which also says how
//! to add a machine.

use cranelift_codegen::CompiledCode;
use cranelift_codegen::binemit::Reloc;

use crate::symbols::{GotLoads, ThreadLocalModel};

/// A machine that code is compiled for.
#[derive(Debug)]
pub(crate) struct Machine {
    /// What the triples of its targets begin with.
    pub(crate) triple_prefix: &'static str,
    /// What LLVM calls it, in the names of the functions that set it up.
    pub(crate) llvm_name: &'static str,
    /// Decides `e_machine` of the file header.
    pub(crate) architecture: object::Architecture,
    /// `e_flags` of the file header.
    pub(crate) file_flags: u32,
    /// `sh_type` of `.eh_frame`.
    pub(crate) unwind_section_type: u32,
    /// Which relocations data, unwind tables and debug information need.
    pub(crate) data_relocations: DataRelocations,
    /// The ELF relocation of a relocation of code; `None` if there is no equivalent.
    pub(crate) code_relocation: fn(CodeReference<'_>, GotLoads) -> Option<CodeRelocation>,
    /// How to refer directly to a symbol of the same executable or shared object where Cranelift went through
    /// the GOT (with `is_pic` it always does). `None`: leave it as it is.
    pub(crate) direct: fn(CodeReference<'_>) -> Option<Direct>,
    /// How to find a thread-local in another model than Cranelift's, general dynamic, if the reference is to
    /// one. `None`: leave it as it is.
    pub(crate) thread_local: fn(CodeReference<'_>, ThreadLocalModel) -> Option<Sequence>,
    /// The name of the labels that relocations within a function refer to, if the machine has such
    /// relocations.
    pub(crate) pair_label: Option<&'static str>,
    /// The DWARF number of the frame pointer.
    pub(crate) frame_pointer: gimli::Register,
    /// Corrects Cranelift's unwind information.
    pub(crate) correct_unwind: fn(&mut CompiledCode),
    /// How to unwind at instructions that return, where Cranelift's unwind information leaves it out.
    pub(crate) returns: Option<ReturnRule>,
    /// Size in bytes of the jump that ends a block. `None`: it varies, or code that other jumps need may
    /// follow.
    pub(crate) final_jump_size: Option<u32>,
    /// Which CPU features Cranelift has on unless they are turned off.
    pub(crate) assumed_features: AssumedFeatures,
}

/// The types of the relocations that are not in code.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DataRelocations {
    /// A 64-bit address.
    pub(crate) address_64: u32,
    /// A 32-bit offset into another section.
    pub(crate) address_32: u32,
    /// A signed 32-bit distance from the place to a symbol.
    pub(crate) relative_32: u32,
    /// The 64-bit offset of a thread-local in its module's storage, for debuggers. `None` where linkers do
    /// not know it (LLVM writes none there, either).
    pub(crate) thread_local_offset_64: Option<u32>,
}

/// A reference in code, which a relocation fills in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CodeReference<'c> {
    pub(crate) kind: Reloc,
    /// All code of the function.
    pub(crate) code: &'c [u8],
    /// In bytes from the start of the code.
    pub(crate) offset: usize,
}

impl CodeReference<'_> {
    /// The 32-bit instruction that is `distance` bytes behind the reference.
    pub(crate) fn instruction(&self, distance: usize) -> Option<u32> {
        let start = self.offset + distance;
        let bytes = self.code.get(start..start + 4)?;
        Some(u32::from_le_bytes(bytes.try_into().expect("four bytes")))
    }
}

/// Whether a relocation may refer to a private symbol as section + offset.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Form {
    /// The value of the relocation is a function of the address: any form will do.
    Address,
    /// It must be the symbol itself. Either the linker makes a table entry for it (GOT, TLS), or it is
    /// called: a call to section + offset would hide the symbol's name from the linker's messages.
    Entry,
}

/// A relocation of code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct CodeRelocation {
    pub(crate) elf_type: u32,
    pub(crate) form: Form,
}

impl CodeRelocation {
    /// One whose value is a function of the address.
    pub(crate) fn address(elf_type: u32) -> Self {
        CodeRelocation { elf_type, form: Form::Address }
    }

    /// One that needs the symbol itself.
    pub(crate) fn entry(elf_type: u32) -> Self {
        CodeRelocation { elf_type, form: Form::Entry }
    }
}

/// A reference through the GOT, rewritten to compute the address itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Direct {
    /// Of a relocation with [`Form::Address`].
    pub(crate) elf_type: u32,
    /// Where the code changes, in bytes from its start.
    pub(crate) at: usize,
    /// The bytes there; only the first `length` count.
    pub(crate) bytes: [u8; 4],
    pub(crate) length: usize,
}

/// The instructions that find a thread-local, rewritten.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Sequence {
    /// In bytes from the start of the code.
    pub(crate) start: usize,
    pub(crate) bytes: [u8; 16],
    /// Of its relocation, which replaces those of the symbol and of the call.
    pub(crate) offset: usize,
    pub(crate) elf_type: u32,
    pub(crate) addend: i64,
}

/// How to unwind at instructions that return.
#[derive(Debug)]
pub(crate) struct ReturnRule {
    /// Their offsets in the code, in order; only where the frame is gone by then.
    pub(crate) find: fn(&[u8]) -> Box<[u32]>,
    /// Size of the instruction in bytes.
    pub(crate) size: u32,
    /// The DWARF number of the stack pointer.
    pub(crate) stack_pointer: gimli::Register,
    /// In bytes from the stack pointer to the caller's.
    pub(crate) to_caller: i32,
}

/// Which CPU features Cranelift has on unless they are turned off.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum AssumedFeatures {
    /// Only what rustc's baseline of the target has.
    Baseline,
    /// More than that: the flags with this prefix.
    More { prefix: &'static str },
}
