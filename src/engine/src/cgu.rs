//! What lowering hands to the engine: the symbols, functions and data of one codegen unit (CGU).
//!
//! In the order in which they come into being:
//! 1. every symbol that the CGU mentions is interned in a [`SymbolTable`] (`predefine`), definitions and
//!    imports alike; its [`SymbolId`] is the `index` of the `UserExternalName` (namespace
//!    [`SYMBOL_NAMESPACE`]) with which CLIF refers to it;
//! 2. each lowered function leaves at once as a [`LoweredFunction`], to be compiled on any thread;
//! 3. data grows until the last function is lowered; then the CGU is sealed: a [`SealedCgu`] owns what is
//!    left.

use std::collections::HashMap;
use std::sync::Arc;

use cranelift_codegen::entity::{PrimaryMap, entity_impl};
use cranelift_codegen::ir;

use crate::description::{CodeLocation, FunctionDescription, UnitDescription};
use crate::llvm;
pub use crate::symbols::{
    Binding, ExternalData, GotLoads, ReferenceOptions, SYMBOL_NAMESPACE, Symbol, SymbolId, SymbolKind,
    SymbolTable, ThreadLocalModel, Visibility,
};

/// A source file of one CGU; indexes [`SourceFiles`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId(u32);
entity_impl!(FileId, "file");

/// One function, lowered to CLIF and ready to be compiled on any thread.
pub struct LoweredFunction {
    /// The symbol that the code defines.
    pub symbol: SymbolId,
    /// The body. External names are `UserExternalName { namespace: SYMBOL_NAMESPACE, index: SymbolId }`.
    pub clif: ir::Function,
    /// The `#[link_section]` of the function, if it has one; a section of its own otherwise.
    pub section: Option<Box<str>>,
    /// Least alignment of the code in bytes, a power of two; the ISA's own minimum also applies.
    pub alignment: u32,
    /// Whether the function has an entry in the unwind tables; with landing pads, it has one anyway.
    pub unwind_table: bool,
    /// The personality routine, present when the body has landing pads; an LSDA is then written.
    pub personality: Option<SymbolId>,
    /// What `SourceLoc` bits in `clif` mean: bits `n` are `locations[n]`. The CGU's [`PositionResolver`]
    /// turns its opaque position into file, line and column off the lowering thread. `clif` has to get the
    /// base 0 (`ensure_base_srcloc`) before its first location: Cranelift takes the one below the base for
    /// "none".
    pub locations: Vec<CodeLocation>,
    /// The mangled name of `symbol`, for messages.
    pub symbol_name: Box<str>,
    /// What debug info says of the function. Without it, debug info does not mention the function, and it has
    /// no lines.
    pub description: Option<Box<FunctionDescription>>,
}

/// A place in the source, 1-based; line 0 means "no line".
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub struct SourceLocation {
    pub file: FileId,
    pub line: u32,
    /// In bytes from the start of the line, 1-based, 0 when unknown (DWARF's convention).
    pub column: u32,
}

/// One source file as debug info names it.
#[derive(Clone, PartialEq, Eq, Debug, Hash)]
pub struct SourceFile {
    /// Directory, absolute or relative to the compilation directory; empty when `name` is whole by itself.
    pub directory: Box<str>,
    pub name: Box<str>,
    /// MD5 of the contents, when the compiler knows it (`DW_LNCT_MD5`).
    pub md5: Option<[u8; 16]>,
    /// The contents, if debug info is to contain them and the compiler has them (`DW_LNCT_LLVM_source`).
    pub text: Option<Arc<String>>,
}

/// The source files of one CGU, in order of first use.
#[derive(Clone, Default, Debug)]
pub struct SourceFiles {
    files: PrimaryMap<FileId, SourceFile>,
    by_file: HashMap<SourceFile, FileId>,
    /// By the resolver's own number.
    by_key: HashMap<u32, FileId>,
    /// The file asked for last: the next position is mostly in the same one.
    last: Option<(u32, FileId)>,
}

impl SourceFiles {
    pub fn intern(&mut self, file: SourceFile) -> FileId {
        if let Some(&id) = self.by_file.get(&file) {
            return id;
        }
        let id = self.files.push(file.clone());
        self.by_file.insert(file, id);
        id
    }

    /// Like [`SourceFiles::intern`], for a resolver that has a number for each file: `file` is only looked at
    /// when the number is new. All resolvers of a CGU give the same file the same number.
    pub fn intern_by_key(&mut self, key: u32, file: &SourceFile) -> FileId {
        if let Some((last, id)) = self.last
            && last == key
        {
            return id;
        }
        let id = match self.by_key.get(&key) {
            Some(&id) => id,
            None => {
                let id = self.intern(file.clone());
                self.by_key.insert(key, id);
                id
            }
        };
        self.last = Some((key, id));
        id
    }

    pub fn iter(&self) -> impl Iterator<Item = (FileId, &SourceFile)> {
        self.files.iter()
    }
}

/// Turns the compiler's opaque positions into files, lines and columns. Called on worker threads.
pub trait PositionResolver: Send + Sync {
    /// The location of `position`, with its file interned in `files`; `None` for positions without source.
    fn resolve(&self, position: u32, files: &mut SourceFiles) -> Option<SourceLocation>;
}

/// Which section a data object goes to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Placement {
    /// `.rodata`, or `.data.rel.ro` when it has relocations.
    ReadOnly,
    /// `.data`, or `.bss` when it is all zeroes.
    Writable,
    /// `.tdata`, or `.tbss` when it is all zeroes.
    ThreadLocal,
    /// Machine code that no function was lowered to: `.text` (stubs). Such objects have no relocations.
    Code,
    /// `#[link_section = name]`; the section's ELF type follows from the name (`.init_array` ...).
    Section { name: Box<str>, writable: bool },
}

/// The initial value of a data object.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Contents {
    Bytes(Box<[u8]>),
    /// This many zero bytes.
    Zeroed(u64),
}

impl Contents {
    /// In bytes.
    pub fn size(&self) -> u64 {
        match self {
            Contents::Bytes(bytes) => bytes.len() as u64,
            Contents::Zeroed(size) => *size,
        }
    }
}

/// A pointer-sized place in a data object that holds the address of a symbol plus `addend`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DataRelocation {
    /// In bytes from the start of the object.
    pub offset: u64,
    pub target: SymbolId,
    pub addend: i64,
}

/// The definition of a static, a constant allocation or a vtable.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DataDefinition {
    pub symbol: SymbolId,
    pub contents: Contents,
    /// In bytes, a power of two.
    pub alignment: u64,
    pub placement: Placement,
    pub relocations: Vec<DataRelocation>,
    /// Keep it although nothing refers to it (`SHF_GNU_RETAIN`, `#[used(linker)]`).
    pub retain: bool,
}

/// Which sections functions and data get (`-Zfunction-sections`), apart from those with a `#[link_section]`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum SectionLayout {
    /// One for each, called after the symbol: the linker can drop what is not used.
    #[default]
    OnePerSymbol,
    /// One for each, all of a kind with the same name (`-Zno-unique-section-names`).
    OnePerSymbolUnnamed,
    /// One for all of a kind: `.text`, `.rodata` and so on. What the linker must keep has one of its own.
    OnePerKind,
    /// The same, and what has one of its own goes without a name of its own, too.
    OnePerKindUnnamed,
}

impl SectionLayout {
    /// Whether each symbol has a section of its own.
    pub fn separates(self) -> bool {
        matches!(self, SectionLayout::OnePerSymbol | SectionLayout::OnePerSymbolUnnamed)
    }

    /// Whether sections of one symbol are called after it.
    pub fn names(self) -> bool {
        matches!(self, SectionLayout::OnePerSymbol | SectionLayout::OnePerKind)
    }
}

/// How much debug info says (`-Cdebuginfo`). What lowering describes decides between limited and full.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DebugEmission {
    /// The line table alone, without a compile unit.
    LineDirectives,
    /// A compile unit with the line table, and functions only where others were inlined into them.
    LineTables,
    /// Everything that is described.
    Full,
}

/// What of the debug info the linker does not see (`-Csplit-debuginfo`, `-Zsplit-dwarf-kind`).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SplitDwarf {
    pub place: SplitPlace,
    /// `DW_AT_dwo_name`: the path of the file that holds the rest, absolute or relative to the compilation
    /// directory.
    pub name: Box<str>,
}

/// Where the part is that the linker does not see.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SplitPlace {
    /// In the object itself, in sections that the linker leaves out (`single`).
    Object,
    /// In a `.dwo` file of its own (`split`).
    File,
}

/// How debug sections are compressed (`-Zdebuginfo-compression`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DebugCompression {
    Zlib,
    Zstd,
}

/// What the CGU's debug info says of the CGU itself; absent without debug info.
#[derive(Clone, Debug)]
pub struct UnitDebugInfo {
    /// `DW_AT_producer`.
    pub producer: Box<str>,
    /// `DW_AT_name`: the crate's root file and the CGU's name, as rustc writes it.
    pub name: Box<str>,
    /// `DW_AT_comp_dir`.
    pub compilation_directory: Box<str>,
    /// Whether CGUs with statics say which code is theirs (`.debug_aranges`).
    pub address_ranges: bool,
    /// DWARF version, 2 to 5.
    pub version: u16,
    pub emission: DebugEmission,
    /// `None`: all of it goes through the linker.
    pub split: Option<SplitDwarf>,
    pub compression: Option<DebugCompression>,
    /// What the CGU's functions and statics refer to.
    pub description: UnitDescription,
}

/// A CGU after its last function was lowered: everything but the code.
pub struct SealedCgu {
    /// rustc's name of the CGU.
    pub name: Box<str>,
    pub symbols: SymbolTable,
    pub data: Vec<DataDefinition>,
    pub debug_info: Option<UnitDebugInfo>,
    pub positions: Option<Arc<dyn PositionResolver>>,
    /// Whether unwind tables (`.eh_frame`) are written, of the functions that have them.
    pub unwind_tables: bool,
    pub references: ReferenceOptions,
    /// What LLVM compiles for the CGU: assembly and vendor intrinsics. Empty for nearly every CGU.
    pub llvm: llvm::Module,
    pub section_layout: SectionLayout,
    /// The compiler's version, for `.comment`; absent if the object is not to say.
    pub compiler: Option<Box<str>>,
}
