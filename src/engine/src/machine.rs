//! Defines [`Machine`], the description of a target architecture.
//!
//! Each machine's folder has one value of it. The table of these values is [`crate::machines`]. Facts that
//! need a type of the compiler are in the backend's `machines`.

use std::ffi::CStr;

use cranelift_codegen::binemit::Reloc;
use cranelift_codegen::ir::AtomicRmwOp;
use cranelift_codegen::isa::TargetIsa;
use target_lexicon::Architecture;

use crate::calls::CallRules;
use crate::symbols::{GotLoads, ThreadLocalModel};

/// A machine that code is compiled for.
#[derive(Debug)]
pub struct Machine {
    /// rustc's name of the architecture, which the triples of its targets begin with.
    pub name: &'static str,
    /// The rules of its calling conventions. `None`: nothing is known yet, and its targets are refused.
    pub calls: Option<&'static CallRules>,
    /// LLVM's name of the ABI that these rules are of. Empty: the machine has one.
    pub abi: &'static str,
    /// The code models whose limits Cranelift's code respects: rustc's names.
    pub code_models: &'static [&'static str],
    /// CPU features.
    pub features: Features,
    /// Instructions that not all machines have.
    pub instructions: Instructions,
    /// Whether target-lexicon's name of an architecture is this one.
    pub(crate) is: fn(Architecture) -> bool,
    /// What LLVM calls it, in the names of the functions that set it up.
    pub(crate) llvm_name: &'static str,
    /// Decides `e_machine` of the file header.
    pub(crate) architecture: object::Architecture,
    /// `e_flags` of the file header.
    pub(crate) file_flags: fn(&dyn TargetIsa) -> u32,
    /// Returns the section with the attributes of an object's code, if objects of the machine have one.
    pub(crate) attributes: Option<fn(&dyn TargetIsa) -> AttributesSection>,
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
    /// What unwind tables say about prologues and epilogues.
    pub(crate) frame_rules: FrameRules,
    /// Size in bytes of the jump that ends a block. `None`: it varies, or code that other jumps need may
    /// follow.
    pub(crate) final_jump_size: Option<u32>,
    /// Which CPU features Cranelift has on unless they are turned off.
    pub(crate) assumed_features: AssumedFeatures,
}

/// CPU features of a machine.
#[derive(Debug)]
pub struct Features {
    /// Those that Cranelift makes use of: rustc's names, and the names of Cranelift's settings.
    pub settings: &'static [(&'static str, &'static str)],
    /// Settings of Cranelift that are always on.
    pub always: &'static [&'static str],
    /// Those that Cranelift's code uses whether they are on or not, as rustc names them.
    pub required: &'static [&'static str],
    /// Those that LLVM calls otherwise: rustc's name, and LLVM's names of everything that it turns on.
    pub llvm_names: &'static [(&'static str, &'static [&'static str])],
    /// LLVM's function that resolves aliases of processors ([`crate::llvm::resolve_alias`]): the name of its
    /// symbol. `None`: the list of processors is complete.
    pub resolve_processor: Option<&'static CStr>,
    /// The target for which LLVM need not be asked.
    pub usual: Option<UsualTarget>,
}

impl Features {
    /// Returns LLVM's names of the feature that rustc calls `name`.
    pub fn names_in_llvm<'n>(&self, name: &'n str) -> Vec<&'n str> {
        let found = self.llvm_names.iter().find(|(renamed, _)| *renamed == name);
        found.map_or_else(|| vec![name], |(_, names)| names.to_vec())
    }
}

/// What LLVM says of a target with the default processor and features.
#[derive(Debug)]
pub struct UsualTarget {
    /// Its triple.
    pub name: &'static str,
    /// The features that are on, as rustc names them.
    pub features: &'static [&'static str],
    /// Whether arithmetic of `f16` works.
    pub has_reliable_f16: bool,
    /// Whether the C library has functions of `f16`.
    pub has_reliable_f16_math: bool,
    /// Whether arithmetic of `f128` works.
    pub has_reliable_f128: bool,
    /// Whether the C library has functions of `f128`.
    pub has_reliable_f128_math: bool,
}

/// Which of CLIF's instructions are instructions of every processor of a machine. The others are library
/// calls, or Cranelift does not compile them.
#[derive(Debug)]
pub struct Instructions {
    /// Those of vectors of 128 bits, apart from the following.
    pub vectors: bool,
    /// The multiplication of 16 bytes.
    pub byte_multiplication: bool,
    /// A shuffle of the 32 bytes of two vectors, by the indices of bytes.
    pub shuffle: fn(&[u8; 16]) -> bool,
    /// Rounding of `f32` and `f64` to integers, and the fused multiplication and addition.
    pub float_rounding: bool,
    /// The count of the ones of an integer, without vectors.
    pub scalar_count_ones: bool,
    /// Additions, subtractions and multiplications that report overflow ([`crate::clif::overflow`]).
    pub overflow: bool,
    /// Atomics of 128 bits.
    pub wide_atomics: bool,
    /// Compare-and-exchange of 8 and 16 bits. Otherwise, [`crate::clif::narrow_atomics`] replaces it.
    pub narrow_compare_exchange: bool,
    /// Functions that some targets call for atomics of up to 64 bits.
    pub outlined_atomics: Option<OutlinedAtomics>,
    /// Whether CLIF and LLVM pass a vector of 128 bits in the same register.
    pub vector_arguments: bool,
    /// Whether Cranelift's and LLVM's frame pointers point to the same place of a frame, so that code of one
    /// can go up the frames of the other.
    pub common_frame_pointers: bool,
    /// Comparisons of the low 8 or 16 bits of registers. Otherwise, Cranelift clears the other bits first.
    pub partial_comparisons: bool,
}

/// Functions of the runtime for atomics of up to 64 bits. They find out whether the processor has the
/// instructions that a program cannot assume.
#[derive(Debug)]
pub struct OutlinedAtomics {
    /// The feature of targets that call the functions, as rustc names it.
    pub feature: &'static str,
    /// The feature of processors that have the instructions, as rustc names it. With it, nothing is called.
    pub instructions: &'static str,
    /// Returns the function for an operation on a value of so many bytes, if there is one.
    pub function: fn(OutlinedOperation, u64) -> Option<OutlinedAtomic>,
}

/// An operation that [`OutlinedAtomics`] may have a function for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OutlinedOperation {
    /// The arguments are the expected value, the new value and the address.
    CompareExchange,
    /// The arguments are the operand and the address.
    ReadModifyWrite(AtomicRmwOp),
}

/// A function that returns the old value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OutlinedAtomic {
    pub name: String,
    pub operand: AtomicOperand,
}

/// How the argument of an outlined atomic is made from the operand.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AtomicOperand {
    Same,
    Negated,
    Inverted,
}

/// A section with the attributes of an object's code.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct AttributesSection {
    pub(crate) name: &'static str,
    /// `sh_type`
    pub(crate) kind: u32,
    pub(crate) contents: Vec<u8>,
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
    pub(crate) thread_local_offset_64: Option<ThreadLocalOffset>,
}

/// How to refer to a thread-local's offset in its module's storage.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ThreadLocalOffset {
    /// The relocation to the thread-local.
    pub(crate) elf_type: u32,
    /// What is subtracted, if that relocation gives the address of the initial value.
    pub(crate) base: Option<ThreadLocalBase>,
}

/// The start of a module's initial thread-locals, of which a relocation subtracts the address.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ThreadLocalBase {
    pub(crate) elf_type: u32,
    /// Zero if the linker does not define it.
    pub(crate) symbol: &'static str,
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
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Sequence {
    /// In bytes from the start of the code.
    pub(crate) start: usize,
    pub(crate) bytes: Vec<u8>,
    pub(crate) relocations: Vec<SequenceRelocation>,
    /// How many relocations they replace: that of the symbol, and those that follow it.
    pub(crate) replaced: usize,
}

/// A relocation of a [`Sequence`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct SequenceRelocation {
    /// In bytes from the start of the sequence.
    pub(crate) offset: usize,
    pub(crate) elf_type: u32,
    pub(crate) target: SequenceTarget,
}

/// What a relocation of a [`Sequence`] refers to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum SequenceTarget {
    /// The thread-local, and this addend.
    ThreadLocal(i64),
    /// The label ([`Machine::pair_label`]) so many bytes from the start of the sequence.
    Label(usize),
}

/// How prologues and epilogues change the frame, as far as Cranelift does not note it.
#[derive(Debug)]
pub(crate) struct FrameRules {
    /// The DWARF number of the stack pointer.
    pub(crate) stack_pointer: gimli::Register,
    /// The DWARF number of the register that calls put the return address into, and where prologues save it,
    /// in bytes from the address of the frame (CFA). `None`: calls put it onto the stack.
    pub(crate) link_register: Option<(gimli::Register, i32)>,
    /// The instructions of which one begins a prologue and makes room for the registers that the next ones
    /// save. Empty: one instruction does both.
    pub(crate) make_room: &'static [&'static [u8]],
    /// The instructions of which one sets the frame pointer in prologues.
    pub(crate) set_frame_pointer: &'static [&'static [u8]],
    /// Finds the ends of epilogues in a function's code, in order. A match in data does no harm: no program
    /// counter points there.
    pub(crate) epilogues: fn(&[u8]) -> Vec<EpilogueEnd>,
}

/// The end of an epilogue, where the frame pointer is the caller's again.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct EpilogueEnd {
    /// Where an instruction begins, in bytes from the start of the code, and how far the address of the frame
    /// is above the stack pointer from there on. The first is the one after the frame pointer is restored.
    pub(crate) distances: Vec<(u32, i32)>,
    /// Where the code begins that follows the jump out of the function.
    pub(crate) end: u32,
}

/// Which CPU features Cranelift has on unless they are turned off.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum AssumedFeatures {
    /// Only what rustc's baseline of the target has.
    Baseline,
    /// More than that: the flags with this prefix.
    More { prefix: &'static str },
}
