//! What can go wrong while an object is written; every variant names the symbol it happened at.

use cranelift_codegen::binemit::Reloc;

/// Why no object was written.
#[derive(Debug, thiserror::Error)]
pub enum ObjectError {
    /// The session's target is not an ELF target that is supported; it should have been rejected before
    /// anything was compiled.
    #[error("objects for the target `{triple}` cannot be written")]
    Target { triple: String },
    /// Cranelift emitted something that this writer does not know: a gap in `relocations`.
    #[error("`{function}` needs a relocation of kind {kind:?}, which has no equivalent on this target")]
    Relocation { function: String, kind: Reloc },
    /// Cranelift calls a routine that no library of the target provides.
    #[error("`{function}` needs the runtime routine `{routine}`, which does not exist on this target")]
    Routine { function: String, routine: String },
    /// A bug of lowering: a symbol was announced as defined here, is referred to, and has no definition.
    #[error("`{symbol}` is used and was announced as a definition of this unit, but was never defined")]
    Undefined { symbol: String },
    /// A bug of lowering, or two items of one CGU with the same symbol name.
    #[error("`{symbol}` is defined twice in this unit")]
    Twice { symbol: String },
    /// The user's: assembly defines what an item defines, too.
    #[error("symbol '{symbol}' is already defined")]
    TwiceInAssembly { symbol: String },
    /// A bug of lowering: code or data for a symbol whose binding says that it is defined elsewhere.
    #[error("`{symbol}` is defined in this unit, but declared as an import")]
    DefinedImport { symbol: String },
    /// The user's static: a tentative definition has no initial value.
    #[error("`{symbol}` has common linkage and a non-zero initial value")]
    CommonWithValue { symbol: String },
    /// A bug of lowering: a relocation outside of its data object, or an alignment that is not a power of
    /// two.
    #[error("the definition of `{symbol}` is malformed: {problem}")]
    Malformed { symbol: String, problem: &'static str },
    /// The session: unwind tables are asked for, but the function was compiled without unwind information.
    #[error("there is no unwind information for `{symbol}`")]
    NoUnwindTables { symbol: String },
    /// The ELF writer's own limits.
    #[error("the object file of `{cgu}` cannot be written: {reason}")]
    Elf { cgu: String, reason: object::write::Error },
    /// The DWARF writer's own limits (e.g. more than 4 GiB of debug information).
    #[error("the debug or unwind information of `{cgu}` cannot be written: {reason}")]
    Dwarf { cgu: String, reason: gimli::write::Error },
    /// LLVM wrote something that this writer cannot read.
    #[error("what LLVM made of the assembly and vendor intrinsics of `{cgu}` cannot be read: {reason}")]
    Assembled { cgu: String, reason: String },
}
