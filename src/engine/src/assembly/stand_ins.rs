//! Adds stand-ins for Rust's definitions to the assembly of a CGU.
//!
//! LLVM compiles the assembly as a separate module without Rust's definitions. Directives about these would
//! have no effect: `.weak f` and `.hidden f` would be about another `f`, and `.set alias, f + 8` would define
//! no symbol.
//!
//! 1. [`add`] appends a stand-in for each definition that the assembly mentions: a label in an otherwise
//!    unused section, with the directives that LLVM writes for such a definition
//!    (`AsmPrinter::emitFunctionHeader` and `emitGlobalVariable`). LLVM then combines these with the
//!    directives in the assembly by its own rules, and reports contradictions.
//! 2. `object::assembled` reads the symbols in these sections and applies them to the CGU's symbol table: the
//!    binding, visibility and type of the stand-in's own symbol, and aliases with their offset from the
//!    definition.

use std::collections::{BTreeSet, HashMap};
use std::fmt::Write as _;

use cranelift_codegen::entity::EntityRef;

use crate::cgu::{Binding, SealedCgu, Symbol, SymbolId, SymbolKind, Visibility};
use crate::llvm::{CguAssembly, Module, Piece, words};

/// The names of the sections of stand-ins begin with this. The number of the symbol follows.
const SECTION: &str = ".clif.stand_in.";

/// A definition that needs a stand-in.
struct Definition<'s> {
    id: SymbolId,
    symbol: &'s Symbol,
    extent: Extent,
}

/// The size and alignment of a definition, in bytes.
#[derive(Clone, Copy)]
struct Extent {
    size: u64,
    /// Only used for data.
    alignment: u64,
}

/// Returns the CGU's assembly, followed by stand-ins; `None` if it mentions none of the CGU's definitions.
/// `functions` are all compiled functions with the size of their code.
pub fn add(sealed: &SealedCgu, functions: impl Iterator<Item = (SymbolId, u64)>) -> Option<CguAssembly> {
    let mentioned = mentioned(sealed);
    if mentioned.is_empty() {
        return None;
    }
    let definitions = definitions(sealed, functions, &mentioned);
    if definitions.is_empty() {
        return None;
    }
    let mut assembly = sealed.llvm.assembly.clone();
    for definition in definitions {
        assembly.push(definition.text().trim_end(), None);
    }
    Some(assembly)
}

/// Returns the symbol whose stand-in is in the section `name`.
pub fn symbol_of_section(name: &[u8]) -> Option<SymbolId> {
    let number = std::str::from_utf8(name).ok()?.strip_prefix(SECTION)?;
    number.parse().ok().map(SymbolId::new)
}

/// Returns the CGU's symbols that directives in its assembly may name.
fn mentioned(sealed: &SealedCgu) -> BTreeSet<SymbolId> {
    let Module { functions: _, blocks, assembly } = &sealed.llvm;
    let pieces = blocks.iter().flat_map(|block| &block.pieces).filter_map(|piece| match piece {
        Piece::Text(text) => Some(&**text),
        Piece::Operand { .. } => None,
    });
    let of_blocks = pieces.filter(|text| has_directives(text));
    let mut mentioned = BTreeSet::new();
    for text in of_blocks.chain([assembly.text()]) {
        mentioned.extend(words(text).filter_map(|(_, word)| sealed.symbols.lookup(word)));
        // A macro may compose names.
        if text.contains('\\') {
            let composed = sealed.symbols.iter().filter(|(_, symbol)| may_be_composed(symbol));
            mentioned.extend(composed.map(|(id, _)| id));
        }
    }
    mentioned
}

/// Whether a template may contain directives.
fn has_directives(template: &str) -> bool {
    template.contains('=') || words(template).any(|(_, word)| word.starts_with('.'))
}

/// Whether a macro may compose the name of `symbol`. No one composes a mangled name.
fn may_be_composed(symbol: &Symbol) -> bool {
    symbol.binding.is_definition()
        && symbol.binding != Binding::Local
        && !symbol.name.starts_with("_R")
        && !symbol.name.starts_with("_ZN")
}

/// Returns the definitions of those symbols of `wanted` that the CGU defines, in order.
fn definitions<'s>(
    sealed: &'s SealedCgu,
    functions: impl Iterator<Item = (SymbolId, u64)>,
    wanted: &BTreeSet<SymbolId>,
) -> Vec<Definition<'s>> {
    let functions = functions.map(|(id, size)| (id, Extent { size, alignment: 1 }));
    let data = sealed.data.iter().map(|data| {
        let alignment = data.alignment.max(1);
        (data.symbol, Extent { size: data.contents.size(), alignment })
    });
    let extents: HashMap<SymbolId, Extent> = functions.chain(data).collect();
    let aliases: HashMap<SymbolId, SymbolId> = sealed.symbols.aliases().iter().copied().collect();
    let define = |&id: &SymbolId| {
        let symbol = sealed.symbols.get(id);
        // Private definitions have no symbol in the object.
        let is_private = symbol.binding == Binding::Local && symbol.name.starts_with(".L");
        let extent = *extents.get(aliases.get(&id).unwrap_or(&id)).filter(|_| !is_private)?;
        Some(Definition { id, symbol, extent })
    };
    wanted.iter().filter_map(define).collect()
}

impl Definition<'_> {
    /// Returns the stand-in. The text is valid on every machine.
    fn text(&self) -> String {
        let Definition { id, symbol, extent: Extent { size, alignment } } = self;
        let name = format!("\"{}\"", symbol.name);
        let mut lines = String::new();
        let mut line = |text: std::fmt::Arguments<'_>| {
            // Writing to a string cannot fail.
            let _ = writeln!(lines, "{text}");
        };
        match symbol.visibility {
            Visibility::Hidden if symbol.binding != Binding::Local => line(format_args!(".hidden {name}")),
            Visibility::Protected if symbol.binding != Binding::Local => {
                line(format_args!(".protected {name}"));
            }
            Visibility::Default | Visibility::Hidden | Visibility::Protected => {}
        }
        let (kind, flags) = match symbol.kind {
            SymbolKind::Function => ("STT_FUNC", "ax"),
            SymbolKind::Data => ("STT_OBJECT", "aw"),
            SymbolKind::ThreadLocal => ("STT_OBJECT", "awT"),
        };
        line(format_args!(".type {name}, {kind}"));
        match symbol.binding {
            Binding::Global => line(format_args!(".globl {name}")),
            Binding::Weak => line(format_args!(".weak {name}")),
            Binding::Common => {
                line(format_args!(".comm {name}, {size}, {alignment}"));
                return lines;
            }
            Binding::Local | Binding::Import | Binding::WeakImport => {}
        }
        let section = format_args!(".pushsection \"{SECTION}{}\",\"{flags}\",@nobits", id.index());
        line(section);
        line(format_args!("{name}:\n.zero {size}\n.size {name}, {size}\n.popsection"));
        lines
    }
}
