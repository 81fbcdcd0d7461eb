//! The symbols of one CGU, and how code refers to the symbols of other objects.
//!
//! Other crates import these types from [`crate::cgu`]. They are in a separate module because descriptions,
//! machines and the CGU's part for LLVM need symbols, and a CGU contains descriptions and that part.

use std::hash::Hasher;

use cranelift_codegen::entity::{PrimaryMap, entity_impl};
use hashbrown::HashTable;
use hashbrown::hash_table::Entry;
use rustc_hash::FxHasher;

/// The only namespace used in `UserExternalName`: its index is a [`SymbolId`] of the function's CGU.
pub const SYMBOL_NAMESPACE: u32 = 0;

/// A symbol of one CGU; indexes that CGU's [`SymbolTable`] and is meaningless in any other CGU.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SymbolId(u32);
entity_impl!(SymbolId, "symbol");

/// The kind of item that a symbol names. It decides the ELF symbol type (`STT_FUNC`, `STT_OBJECT`,
/// `STT_TLS`).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum SymbolKind {
    Function,
    Data,
    ThreadLocal,
}

/// Who may refer to a symbol, and which of several definitions wins: ELF's `STB_*`, and two kinds of imports.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Binding {
    /// Defined in another object. The link fails if it is missing.
    Import,
    /// Defined in another object. Its address is null if no object defines it (`extern_weak`).
    WeakImport,
    /// Defined here, not visible to other objects (`STB_LOCAL`).
    Local,
    /// Defined here, visible to other objects (`STB_GLOBAL`).
    Global,
    /// Defined here, but a [`Binding::Global`] definition elsewhere wins (`STB_WEAK`).
    Weak,
    /// A tentative definition (`SHN_COMMON`): the linker merges those of the same name.
    Common,
}

impl Binding {
    /// Whether the CGU itself contains the definition.
    pub fn is_definition(self) -> bool {
        !matches!(self, Binding::Import | Binding::WeakImport)
    }
}

/// ELF symbol visibility (`STV_*`) of a definition.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Visibility {
    Default,
    Hidden,
    Protected,
}

/// One symbol of a CGU.
#[derive(Clone, Debug)]
pub struct Symbol {
    /// The name in the object file, without any `\u{1}` prefix.
    pub name: Box<str>,
    pub kind: SymbolKind,
    pub binding: Binding,
    pub visibility: Visibility,
}

/// The symbols of one CGU, by id and by name. Names are unique within a CGU.
#[derive(Clone, Default, Debug)]
pub struct SymbolTable {
    symbols: PrimaryMap<SymbolId, Symbol>,
    /// By the hash of the name. Only the symbol stores the name itself.
    by_name: HashTable<SymbolId>,
    /// Each alias with the definition that it is a second name of.
    aliases: Vec<(SymbolId, SymbolId)>,
}

fn hash(name: &str) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(name.as_bytes());
    hasher.finish()
}

impl SymbolTable {
    /// Makes `alias` a second name of the definition `target`.
    pub fn add_alias(&mut self, alias: SymbolId, target: SymbolId) {
        self.aliases.push((alias, target));
    }

    /// Returns each alias with the definition that it is a second name of.
    pub fn aliases(&self) -> &[(SymbolId, SymbolId)] {
        &self.aliases
    }

    /// Returns the id of the symbol `name`, and enters it with these properties if it is new.
    ///
    /// A symbol that exists keeps its properties. [`SymbolTable::define`] and [`SymbolTable::set_kind`]
    /// change them.
    pub fn intern(
        &mut self,
        name: &str,
        kind: SymbolKind,
        binding: Binding,
        visibility: Visibility,
    ) -> SymbolId {
        let symbols = &self.symbols;
        let is_it = |&id: &SymbolId| *symbols[id].name == *name;
        match self.by_name.entry(hash(name), is_it, |&id| hash(&symbols[id].name)) {
            Entry::Occupied(entry) => *entry.get(),
            Entry::Vacant(entry) => {
                entry.insert(symbols.next_key());
                self.symbols.push(Symbol { name: name.into(), kind, binding, visibility })
            }
        }
    }

    /// Sets binding and visibility, which turns an import into a definition.
    pub fn define(&mut self, id: SymbolId, binding: Binding, visibility: Visibility) {
        let symbol = &mut self.symbols[id];
        symbol.binding = binding;
        symbol.visibility = visibility;
    }

    /// Sets the kind of a symbol that was first mentioned as another kind.
    pub fn set_kind(&mut self, id: SymbolId, kind: SymbolKind) {
        self.symbols[id].kind = kind;
    }

    pub fn lookup(&self, name: &str) -> Option<SymbolId> {
        self.by_name.find(hash(name), |&id| *self.symbols[id].name == *name).copied()
    }

    pub fn get(&self, id: SymbolId) -> &Symbol {
        &self.symbols[id]
    }

    pub fn iter(&self) -> impl Iterator<Item = (SymbolId, &Symbol)> {
        self.symbols.iter()
    }

    pub fn len(&self) -> usize {
        self.symbols.len()
    }

    pub fn is_empty(&self) -> bool {
        self.symbols.is_empty()
    }
}

/// The TLS model (`-Ztls-model`). Machines that only have general dynamic use it for all three.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum ThreadLocalModel {
    /// Any object may define a thread-local, whenever it is loaded.
    #[default]
    GeneralDynamic,
    /// The defining object is loaded when the program starts.
    InitialExec,
    /// The program itself defines it.
    LocalExec,
}

/// How code gets the address of data that other objects define (`-Zdirect-access-external-data`).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum ExternalData {
    /// From the GOT, as position-independent code must.
    #[default]
    ThroughGot,
    /// Directly. The linker copies the data into the program.
    Direct,
}

/// Whether the linker may rewrite instructions that load from the GOT (`-Zrelax-elf-relocations`).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum GotLoads {
    #[default]
    Relaxable,
    Fixed,
}

/// How code refers to symbols that other objects define.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ReferenceOptions {
    pub thread_locals: ThreadLocalModel,
    pub external_data: ExternalData,
    pub got_loads: GotLoads,
}
