//! Errors of writing an object. Each variant names the symbol or CGU.

use cranelift_codegen::binemit::Reloc;

/// The reason why no object was written.
#[derive(Debug, thiserror::Error)]
pub enum ObjectError {
    /// The target is not a supported ELF target. The session should have rejected it before anything was
    /// compiled.
    #[error("objects for the target `{triple}` cannot be written")]
    Target { triple: String },
    /// Cranelift emitted a relocation that the machine's `relocations` module does not know.
    #[error("`{function}` needs a relocation of kind {kind:?}, which has no equivalent on this target")]
    Relocation { function: String, kind: Reloc },
    /// Cranelift calls a routine that no library of the target provides.
    #[error("`{function}` needs the runtime routine `{routine}`, which does not exist on this target")]
    Routine { function: String, routine: String },
    /// A bug in lowering: a symbol is declared as a definition of this CGU and used, but has no definition.
    #[error("`{symbol}` is used and declared as a definition of this CGU, but never defined")]
    Undefined { symbol: String },
    /// A bug in lowering, or two items of one CGU with the same symbol name.
    #[error("`{symbol}` is defined twice in this CGU")]
    Twice { symbol: String },
    /// A user's error: assembly defines a symbol that an item defines as well.
    #[error("symbol '{symbol}' is already defined")]
    TwiceInAssembly { symbol: String },
    /// A bug in lowering: there is code or data for a symbol that is declared as an import.
    #[error("`{symbol}` is defined in this CGU, but declared as an import")]
    DefinedImport { symbol: String },
    /// A user's error: a static with common linkage has an initial value.
    #[error("`{symbol}` has common linkage and a non-zero initial value")]
    CommonWithValue { symbol: String },
    /// A bug in lowering: a relocation outside its data object, or an alignment that is not a power of two.
    #[error("the definition of `{symbol}` is malformed: {problem}")]
    Malformed { symbol: String, problem: &'static str },
    /// Unwind tables are enabled, but the function was compiled without unwind information.
    #[error("there is no unwind information for `{symbol}`")]
    NoUnwindTables { symbol: String },
    /// A limit of the ELF writer.
    #[error("the object file of `{cgu}` cannot be written: {reason}")]
    Elf { cgu: String, reason: object::write::Error },
    /// A limit of the DWARF writer (e.g. more than 4 GiB of debug information).
    #[error("the debug or unwind information of `{cgu}` cannot be written: {reason}")]
    Dwarf { cgu: String, reason: gimli::write::Error },
    /// LLVM's object cannot be read.
    #[error("LLVM's object for the assembly and vendor intrinsics of `{cgu}` cannot be read: {reason}")]
    Assembled { cgu: String, reason: String },
}
