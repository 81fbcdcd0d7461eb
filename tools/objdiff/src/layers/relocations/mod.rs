//! What a relocation means: the kind of reference, and its target.
//!
//! Each machine has a file that names the kinds. Targets are named by their symbol without hashes; private
//! constants and other places without a name by their section and what is in it.

mod aarch64;
mod riscv64;
mod x86_64;

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use object::{SectionIndex, SymbolSection, elf};

use crate::model::{Layer, Property};
use crate::names;
use crate::view::{Machine, Relocation, Target, View};

/// What an instruction or a field of data refers to, and how.
pub const REFERENCE: Property = Property::new(Layer::Relocations, "reference");

/// How many constants that refer to each other are followed.
const DEEPEST: usize = 3;
/// How many relocations of one constant are followed.
const MOST: usize = 16;
/// How many bytes of a constant are read.
const LONGEST: usize = 1 << 12;

/// Returns the kind and target of a relocation; `None` if it means nothing by itself.
pub fn meaning(view: &View<'_>, relocation: &Relocation) -> Option<String> {
    bounded_meaning(view, relocation, 0)
}

fn bounded_meaning(view: &View<'_>, relocation: &Relocation, depth: usize) -> Option<String> {
    let kind = match view.machine {
        Machine::X86_64 => x86_64::kind(relocation.kind),
        Machine::Aarch64 => aarch64::kind(relocation.kind),
        Machine::Riscv64 => riscv64::kind(relocation.kind),
    };
    let kind = match kind {
        Kind::Named(name) => name.to_owned(),
        Kind::Unknown => format!("type {}", relocation.kind),
        Kind::Marker => return None,
    };
    Some(format!("{kind} {}", target(view, relocation, depth)))
}

/// What a machine's type of relocation is.
enum Kind {
    Named(&'static str),
    /// A hint to the linker.
    Marker,
    Unknown,
}

fn target(view: &View<'_>, relocation: &Relocation, depth: usize) -> String {
    let Target::Symbol(index) = relocation.target else { return format!("{:+}", relocation.addend) };
    let Some(symbol) = view.symbols.get(index.0) else { return format!("symbol {}", index.0) };
    let addend = match relocation.addend {
        0 => String::new(),
        addend => format!("{addend:+}"),
    };
    let is_private = symbol.name.is_empty() || symbol.name.starts_with('.');
    match symbol.section {
        SymbolSection::Section(section) if is_private => {
            let place = format!("{:+}{addend}", symbol.offset);
            format!("{}{place}", private(view, section, depth))
        }
        _ => format!("{}{addend}", names::symbol(symbol.name)),
    }
}

/// Names a section by its symbol if it has just one, and otherwise by its name and contents.
fn private(view: &View<'_>, index: SectionIndex, depth: usize) -> String {
    let section = view.section(index);
    if let Some(definition) = section.sole.and_then(|own| view.definitions.get(own)) {
        return definition.name.clone();
    }
    let name = names::without_hashes(section.name);
    let is_constant = section.name.contains("..Lanon.") || section.name.contains("..Lalloc.");
    if !is_constant || section.kind == elf::SHT_NOBITS || depth >= DEEPEST {
        return name;
    }
    let mut hasher = DefaultHasher::new();
    section.size.hash(&mut hasher);
    section.data.iter().take(LONGEST).for_each(|byte| byte.hash(&mut hasher));
    for relocation in section.relocations.iter().take(MOST) {
        relocation.offset.hash(&mut hasher);
        bounded_meaning(view, relocation, depth + 1).hash(&mut hasher);
    }
    format!("constant {:016x}", hasher.finish())
}
