//! Reads the symbols of an object file, and finds those that are reachable. Follows the references between
//! sections, from the symbols that other objects can see.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use anyhow::{Context, Result};
use build_system::files;
use object::read::{Object as _, ObjectSection as _, ObjectSymbol as _};
use object::{RelocationTarget, SectionIndex, SectionKind, SymbolKind};

/// A function or variable that the object defines.
struct Definition {
    name: String,
    section: SectionIndex,
    is_global: bool,
}

/// The symbols and sections of an object file.
pub struct Symbols {
    definitions: Vec<Definition>,
    /// For each section, the sections that it refers to. Each function and variable has its own section.
    references: HashMap<SectionIndex, HashSet<SectionIndex>>,
    /// Sections that the startup or exit code finds by their type.
    found_by_type: Vec<SectionIndex>,
}

impl Symbols {
    /// Reads an object file.
    pub fn read(path: &Path) -> Result<Symbols> {
        let bytes = files::read_file(path)?;
        let file = object::File::parse(&*bytes).with_context(|| format!("cannot read {}", path.display()))?;
        let mut symbols =
            Symbols { definitions: Vec::new(), references: HashMap::new(), found_by_type: Vec::new() };
        for symbol in file.symbols() {
            let is_item = matches!(symbol.kind(), SymbolKind::Text | SymbolKind::Data | SymbolKind::Tls);
            if let (true, Some(section)) = (is_item, symbol.section_index()) {
                let name = symbol.name().context("cannot read a symbol's name")?.to_owned();
                symbols.definitions.push(Definition { name, section, is_global: symbol.is_global() });
            }
        }
        for section in file.sections() {
            let name = section.name().context("cannot read a section's name")?;
            if matches!(section.kind(), SectionKind::Elf(_)) || name.starts_with(".init_array") {
                symbols.found_by_type.push(section.index());
            }
            let targets = symbols.references.entry(section.index()).or_default();
            for (_, relocation) in section.relocations() {
                let target = match relocation.target() {
                    RelocationTarget::Symbol(index) => file.symbol_by_index(index)?.section_index(),
                    RelocationTarget::Section(index) => Some(index),
                    _ => None,
                };
                targets.extend(target);
            }
        }
        Ok(symbols)
    }

    /// Whether the object defines a symbol whose name contains `part`.
    pub fn defines(&self, part: &str) -> bool {
        self.definitions.iter().any(|definition| definition.name.contains(part))
    }

    /// Returns the names that other objects can see.
    pub fn global(&self) -> Vec<&str> {
        let global = self.definitions.iter().filter(|definition| definition.is_global);
        global.map(|definition| &*definition.name).collect()
    }

    /// Returns the names that are reachable neither from global symbols nor from those whose names contain
    /// one of `roots`.
    pub fn unreached(&self, roots: &[&str]) -> Vec<&str> {
        let is_root = |one: &&Definition| one.is_global || roots.iter().any(|root| one.name.contains(root));
        let mut waiting: Vec<SectionIndex> =
            self.definitions.iter().filter(is_root).map(|definition| definition.section).collect();
        waiting.extend(&self.found_by_type);
        let mut reached = HashSet::new();
        while let Some(section) = waiting.pop() {
            if reached.insert(section) {
                waiting.extend(self.references.get(&section).into_iter().flatten());
            }
        }
        let unreached = self.definitions.iter().filter(|definition| !reached.contains(&definition.section));
        unreached.map(|definition| &*definition.name).collect()
    }
}
