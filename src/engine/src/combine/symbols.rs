//! Builds one symbol table for many CGUs.
//!
//! 1. All symbols with the same global name become one symbol ([`Resolution`]). A global definition wins over
//!    tentative ones, a tentative one over weak ones, and any definition over imports. Of several tentative
//!    definitions the largest is used, of several weak ones the first. The visibility is the most
//!    constraining one of all CGUs, as ELF specifies.
//! 2. The symbols of each CGU are added to the new table, in order. Local symbols keep their names unless
//!    another symbol has the same name. Definitions to which no other object may refer become local.

use std::collections::{HashMap, HashSet};

use cranelift_codegen::entity::{EntityRef, PrimaryMap, SecondaryMap};

use crate::cgu::{Binding, DataDefinition, Symbol, SymbolId, SymbolKind, SymbolTable, Visibility};

use super::mentions::Mentions;
use super::{CombineError, CombineRequest, KeptCgu, PartId};
use crate::routines::is_routine;

/// The program's entry point, which the C library calls.
const ENTRY: &str = "main";

/// Maps a CGU's symbols to those of the new table.
pub(super) type SymbolMap = PrimaryMap<SymbolId, SymbolId>;

/// The new table, and how the CGUs' symbols map to it.
pub(super) struct Merged {
    pub(super) table: SymbolTable,
    pub(super) maps: PrimaryMap<PartId, SymbolMap>,
    /// The CGU whose definition is used, if a CGU declares one; by symbols of the new table.
    owners: SecondaryMap<SymbolId, Option<PartId>>,
    /// Alignments of tentative definitions, in bytes.
    common_alignments: HashMap<SymbolId, u64>,
    /// New names of local symbols that their own CGU's assembly mentions.
    pub(super) renamed: SecondaryMap<PartId, HashMap<Box<str>, Box<str>>>,
}

/// The combined properties of a global name in the CGUs so far.
struct Resolution {
    kind: SymbolKind,
    binding: Binding,
    visibility: Visibility,
    /// `None` for imports.
    owner: Option<PartId>,
    source: DefinitionSource,
    /// Size of a tentative definition in bytes.
    size: u64,
    /// The largest alignment of all tentative definitions, in bytes.
    alignment: u64,
}

/// The source of a definition's contents.
#[derive(Clone, Copy, PartialEq, Eq)]
enum DefinitionSource {
    /// A lowered function or a data object.
    Here,
    /// Assembly, or another object.
    Elsewhere,
}

/// The symbol of one CGU with a global name.
struct Claim<'a> {
    part: PartId,
    symbol: &'a Symbol,
    source: DefinitionSource,
    /// The data object, if the symbol has one.
    data: Option<&'a DataDefinition>,
}

impl Merged {
    pub(super) fn of(
        parts: &PrimaryMap<PartId, KeptCgu>,
        mentions: &Mentions,
        request: &CombineRequest,
    ) -> Result<Merged, CombineError> {
        let globals = resolve(parts)?;
        let mut merged = Merged {
            table: SymbolTable::default(),
            maps: PrimaryMap::new(),
            owners: SecondaryMap::new(),
            common_alignments: HashMap::new(),
            renamed: SecondaryMap::new(),
        };
        for (part, cgu) in parts {
            let mut map = SymbolMap::new();
            for (_, symbol) in cgu.sealed.symbols.iter() {
                map.push(match globals.get(&*symbol.name) {
                    Some(global) if symbol.binding != Binding::Local => {
                        merged.add_global(&symbol.name, global, request)
                    }
                    _ => merged.add_local(part, symbol, &globals, mentions),
                });
            }
            merged.maps.push(map);
        }
        Ok(merged)
    }

    /// Returns whether `part`'s definition of `symbol` is used, rather than another CGU's.
    pub(super) fn is_used_from(&self, part: PartId, symbol: SymbolId) -> bool {
        self.owners[self.maps[part][symbol]].is_none_or(|owner| owner == part)
    }

    /// Returns the alignment that all tentative definitions of `symbol` together need; 1 if there are none.
    pub(super) fn common_alignment(&self, symbol: SymbolId) -> u64 {
        self.common_alignments.get(&symbol).copied().unwrap_or(1)
    }

    fn add_global(&mut self, name: &str, global: &Resolution, request: &CombineRequest) -> SymbolId {
        let is_exported = name == ENTRY || request.exported.contains(name);
        // Symbols that assembly defines have the binding that the assembly sets.
        let (binding, visibility) = match global.source {
            DefinitionSource::Here if !is_exported && global.owner.is_some() => {
                (Binding::Local, Visibility::Default)
            }
            _ => (global.binding, global.visibility),
        };
        let id = self.table.intern(name, global.kind, binding, visibility);
        self.owners[id] = global.owner;
        if global.binding == Binding::Common {
            self.common_alignments.insert(id, global.alignment);
        }
        id
    }

    fn add_local(
        &mut self,
        part: PartId,
        symbol: &Symbol,
        globals: &HashMap<&str, Resolution>,
        mentions: &Mentions,
    ) -> SymbolId {
        let is_free = |name: &str| {
            self.table.lookup(name).is_none()
                && !globals.contains_key(name)
                && !is_routine(name)
                && !mentions.by_another(part, name)
        };
        let name = if is_free(&symbol.name) {
            symbol.name.clone()
        } else {
            let fresh = |name: &str| is_free(name) && !mentions.by(part, name);
            let name = distinct_name(&symbol.name, part, fresh);
            if mentions.by(part, &symbol.name) {
                self.renamed[part].insert(symbol.name.clone(), name.clone());
            }
            name
        };
        let id = self.table.intern(&name, symbol.kind, symbol.binding, symbol.visibility);
        self.owners[id] = Some(part);
        id
    }
}

/// Appends the number of the CGU to `name` and, if that is not enough, another number.
fn distinct_name(name: &str, part: PartId, is_free: impl Fn(&str) -> bool) -> Box<str> {
    let first = format!("{name}.{}", part.index());
    if is_free(&first) {
        return first.into();
    }
    let mut numbered = (1u64..).map(|number| format!("{first}.{number}"));
    numbered.find(|name| is_free(name)).expect("there is always another number").into()
}

/// Resolves all global names of all CGUs.
fn resolve(parts: &PrimaryMap<PartId, KeptCgu>) -> Result<HashMap<&str, Resolution>, CombineError> {
    let mut globals: HashMap<&str, Resolution> = HashMap::new();
    for (part, cgu) in parts {
        let symbols = &cgu.sealed.symbols;
        let functions: HashSet<SymbolId> = cgu.functions.iter().map(|function| function.symbol).collect();
        let data: HashMap<SymbolId, &DataDefinition> =
            cgu.sealed.data.iter().map(|definition| (definition.symbol, definition)).collect();
        for (id, symbol) in symbols.iter().filter(|(_, symbol)| symbol.binding != Binding::Local) {
            let data = data.get(&id).copied();
            let source = if data.is_some() || functions.contains(&id) {
                DefinitionSource::Here
            } else {
                DefinitionSource::Elsewhere
            };
            let claim = Claim { part, symbol, source, data };
            match globals.get_mut(&*symbol.name) {
                None => drop(globals.insert(&symbol.name, claim.resolution())),
                Some(known) => claim.unite(known).map_err(|first| CombineError::DefinedTwice {
                    symbol: symbol.name.to_string(),
                    first: parts[first].sealed.name.to_string(),
                    second: cgu.sealed.name.to_string(),
                })?,
            }
        }
    }
    Ok(globals)
}

impl Claim<'_> {
    fn resolution(&self) -> Resolution {
        let is_common = self.symbol.binding == Binding::Common;
        let common = self.data.filter(|_| is_common);
        Resolution {
            kind: self.symbol.kind,
            binding: self.symbol.binding,
            visibility: self.symbol.visibility,
            owner: self.symbol.binding.is_definition().then_some(self.part),
            source: self.source,
            size: common.map_or(0, |data| data.contents.size()),
            alignment: common.map_or(1, |data| data.alignment),
        }
    }

    /// Merges this symbol into `known`. Fails with the owner of another global definition.
    fn unite(&self, known: &mut Resolution) -> Result<(), PartId> {
        let mut claimed = self.resolution();
        if let (Binding::Global, Binding::Global, Some(first)) = (known.binding, claimed.binding, known.owner)
        {
            return Err(first);
        }
        let visibility = narrower(known.visibility, claimed.visibility);
        let alignment = known.alignment.max(claimed.alignment);
        if (strength(claimed.binding), claimed.size) > (strength(known.binding), known.size) {
            std::mem::swap(known, &mut claimed);
        }
        (known.visibility, known.alignment) = (visibility, alignment);
        Ok(())
    }
}

/// Returns the precedence of a binding. ELF gABI, "Symbol Binding": a tentative definition takes precedence
/// over a weak one.
fn strength(binding: Binding) -> u8 {
    match binding {
        Binding::WeakImport => 0,
        Binding::Import => 1,
        Binding::Weak => 2,
        Binding::Common => 3,
        Binding::Global => 4,
        Binding::Local => unreachable!("local symbols are not resolved across CGUs"),
    }
}

/// Returns the more constraining visibility (ELF gABI, "Symbol Visibility").
fn narrower(one: Visibility, other: Visibility) -> Visibility {
    match (one, other) {
        (Visibility::Hidden, _) | (_, Visibility::Hidden) => Visibility::Hidden,
        (Visibility::Protected, _) | (_, Visibility::Protected) => Visibility::Protected,
        (Visibility::Default, Visibility::Default) => Visibility::Default,
    }
}
