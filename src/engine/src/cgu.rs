//! The data that lowering hands to the engine: symbols, functions and data of one codegen unit (CGU).
//!
//! In the order in which lowering makes them:
//! 1. Every symbol that the CGU mentions is interned in a [`SymbolTable`], definitions and imports alike.
//!    CLIF refers to it by a `UserExternalName` with the namespace [`SYMBOL_NAMESPACE`] and its [`SymbolId`]
//!    as index.
//! 2. Each lowered function leaves at once as a [`LoweredFunction`]. Any thread may compile it.
//! 3. Data objects are collected until the last function is lowered. Then the CGU is sealed: a [`SealedCgu`]
//!    owns everything but the functions.

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
    /// The function's `#[link_section]`. Without it, the [`SectionLayout`] decides.
    pub section: Option<Box<str>>,
    /// Least alignment of the code in bytes, a power of two. The ISA's own minimum also applies.
    pub alignment: u32,
    /// Whether the function has an entry in the unwind tables. Functions with landing pads always have one.
    pub unwind_table: bool,
    /// The personality routine, if the body has landing pads. The function then gets an LSDA.
    pub personality: Option<SymbolId>,
    /// The meaning of the `SourceLoc`s in `clif`: bits `n` are `locations[n]`. Workers ask the CGU's
    /// [`PositionResolver`] for the file, line and column. `clif` must have the base 0 (`ensure_base_srcloc`)
    /// before its first location, since Cranelift takes the location below the base for "none".
    pub locations: Vec<CodeLocation>,
    /// The mangled name of `symbol`, for messages.
    pub symbol_name: Box<str>,
    /// The description for debug info. Without it, the function has neither an entry nor lines.
    pub description: Option<Box<FunctionDescription>>,
}

/// A location in the source. Lines count from 1; line 0 means "no line".
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub struct SourceLocation {
    pub file: FileId,
    pub line: u32,
    /// In bytes, counted from 1; 0 if unknown (DWARF's convention).
    pub column: u32,
}

/// One source file as debug info names it.
#[derive(Clone, PartialEq, Eq, Debug, Hash)]
pub struct SourceFile {
    /// Absolute, or relative to the compilation directory. Empty if `name` is the whole path.
    pub directory: Box<str>,
    pub name: Box<str>,
    /// MD5 of the contents, if the compiler knows it (`DW_LNCT_MD5`).
    pub md5: Option<[u8; 16]>,
    /// The contents, if debug info should contain them and the compiler has them (`DW_LNCT_LLVM_source`).
    pub text: Option<Arc<String>>,
}

/// The source files of one CGU, in order of first use.
#[derive(Clone, Default, Debug)]
pub struct SourceFiles {
    files: PrimaryMap<FileId, SourceFile>,
    by_file: HashMap<SourceFile, FileId>,
    /// By the resolver's own number.
    by_key: HashMap<u32, FileId>,
    /// The key and file of the last call. The next position is usually in the same file.
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

    /// Like [`SourceFiles::intern`], but reads `file` only if `key` is new. All resolvers of a CGU must give
    /// the same file the same key.
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

/// Turns the compiler's opaque positions into files, lines and columns. Worker threads call it.
pub trait PositionResolver: Send + Sync {
    /// Returns the location of `position` and interns its file in `files`; `None` for positions without
    /// source.
    fn resolve(&self, position: u32, files: &mut SourceFiles) -> Option<SourceLocation>;
}

/// Which section a data object goes to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Placement {
    /// `.rodata`, or `.data.rel.ro` if it has relocations.
    ReadOnly,
    /// `.data`, or `.bss` if it is all zeroes.
    Writable,
    /// `.tdata`, or `.tbss` if it is all zeroes.
    ThreadLocal,
    /// `.text`, for stubs that lowering wrote as machine code. They have no relocations.
    Code,
    /// `#[link_section = name]`. The name decides the section's ELF type (`.init_array`, for example).
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
    /// Returns the size in bytes.
    pub fn size(&self) -> u64 {
        match self {
            Contents::Bytes(bytes) => bytes.len() as u64,
            Contents::Zeroed(size) => *size,
        }
    }
}

/// A pointer in a data object: the address of a symbol plus `addend`.
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

/// Which sections functions and data go to (`-Zfunction-sections`), unless they have a `#[link_section]`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum SectionLayout {
    /// A section for each symbol, named after it. The linker can drop unused ones.
    #[default]
    OnePerSymbol,
    /// A section for each symbol, with the same name for all of a kind (`-Zno-unique-section-names`).
    OnePerSymbolUnnamed,
    /// One section for each kind (`.text`, `.rodata` and so on). Only symbols that the linker must keep have
    /// their own section.
    OnePerKind,
    /// Like [`SectionLayout::OnePerKind`], but separate sections are not named after their symbols.
    OnePerKindUnnamed,
}

impl SectionLayout {
    /// Whether each symbol has its own section.
    pub fn separates(self) -> bool {
        matches!(self, SectionLayout::OnePerSymbol | SectionLayout::OnePerSymbolUnnamed)
    }

    /// Whether a section of one symbol is named after it.
    pub fn names(self) -> bool {
        matches!(self, SectionLayout::OnePerSymbol | SectionLayout::OnePerKind)
    }
}

/// How much debug info to write (`-Cdebuginfo`). Limited and full differ only in what lowering describes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DebugEmission {
    /// Only the line table, without a compile unit.
    LineDirectives,
    /// A compile unit with the line table, and those functions that others were inlined into.
    LineTables,
    /// Everything that is described.
    Full,
}

/// Where the debug info goes that the linker does not read (`-Csplit-debuginfo`, `-Zsplit-dwarf-kind`).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SplitDwarf {
    pub place: SplitPlace,
    /// `DW_AT_dwo_name`: the path of the file with this debug info, absolute or relative to the compilation
    /// directory.
    pub name: Box<str>,
}

/// The file that split debug info is in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SplitPlace {
    /// The object itself, in sections that the linker leaves out (`single`).
    Object,
    /// A separate `.dwo` file (`split`).
    File,
}

/// How debug sections are compressed (`-Zdebuginfo-compression`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DebugCompression {
    Zlib,
    Zstd,
}

/// The debug info of a CGU: its compile unit, and the options for writing it.
#[derive(Clone, Debug)]
pub struct UnitDebugInfo {
    /// `DW_AT_producer`.
    pub producer: Box<str>,
    /// `DW_AT_name`: the crate's root file and the CGU's name, as rustc writes it.
    pub name: Box<str>,
    /// `DW_AT_comp_dir`.
    pub compilation_directory: Box<str>,
    /// Whether CGUs with statics list their code in `.debug_aranges`.
    pub address_ranges: bool,
    /// DWARF version, 2 to 5.
    pub version: u16,
    pub emission: DebugEmission,
    /// `None` if all debug info goes through the linker.
    pub split: Option<SplitDwarf>,
    pub compression: Option<DebugCompression>,
    /// The types, namespaces and inlined functions that functions and statics refer to.
    pub description: UnitDescription,
}

/// A CGU after its last function was lowered: everything but the functions.
pub struct SealedCgu {
    /// rustc's name of the CGU.
    pub name: Box<str>,
    pub symbols: SymbolTable,
    pub data: Vec<DataDefinition>,
    pub debug_info: Option<UnitDebugInfo>,
    pub positions: Option<Arc<dyn PositionResolver>>,
    /// Whether to write the unwind tables (`.eh_frame`) of the functions that have them.
    pub unwind_tables: bool,
    pub references: ReferenceOptions,
    /// The part that LLVM compiles: assembly, vendor intrinsics and shims. Empty for nearly every CGU.
    pub llvm: llvm::Module,
    pub section_layout: SectionLayout,
    /// The compiler's version, for `.comment`. `None` if the object should not have one.
    pub compiler: Option<Box<str>>,
}
