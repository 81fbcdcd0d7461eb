//! Finds and renames the symbols in text that LLVM compiles: assembly, and functions in LLVM IR. The text is
//! not parsed, so every word that is a symbol's name counts.
//!
//! Symbols in module-level assembly are always kept. Symbols in a function are kept if the function is. A
//! local symbol that gets a new name is renamed in the texts of its own CGU. The module-level assembly of all
//! CGUs is then concatenated: its own definitions (labels, macros) share one namespace, as in LLVM's fat LTO,
//! and LLVM reports clashes.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use cranelift_codegen::entity::{EntitySet, PrimaryMap, SecondaryMap};

use crate::cgu::SymbolId;
use crate::llvm::{Block, CguAssembly, IrFunction, Module, Piece, words};

use super::symbols::{Merged, SymbolMap};
use super::{KeptCgu, PartId};

/// The words in each CGU's text for LLVM.
pub(super) struct Mentions {
    words: SecondaryMap<PartId, Words>,
    /// The CGUs with such text, in order.
    parts: Vec<PartId>,
}

/// The words of one CGU.
#[derive(Clone, Default)]
struct Words {
    all: HashSet<Box<str>>,
    assembly: HashSet<Box<str>>,
}

impl Mentions {
    pub(super) fn of(parts: &PrimaryMap<PartId, KeptCgu>) -> Self {
        let mut mentions = Mentions { words: SecondaryMap::new(), parts: Vec::new() };
        for (part, cgu) in parts {
            let module = &cgu.sealed.llvm;
            if module.is_empty() {
                continue;
            }
            let found = &mut mentions.words[part];
            add(&mut found.assembly, module.assembly.text());
            found.all = found.assembly.clone();
            for (name, texts) in functions(module) {
                add(&mut found.all, name);
                texts.into_iter().for_each(|text| add(&mut found.all, text));
            }
            mentions.parts.push(part);
        }
        mentions
    }

    pub(super) fn by(&self, part: PartId, name: &str) -> bool {
        self.words[part].all.contains(name)
    }

    /// Returns whether a CGU other than `part` mentions `name`.
    pub(super) fn by_another(&self, part: PartId, name: &str) -> bool {
        self.parts.iter().any(|&other| other != part && self.by(other, name))
    }

    /// Returns whether the module-level assembly of `part` mentions `name`.
    pub(super) fn by_assembly(&self, part: PartId, name: &str) -> bool {
        self.words[part].assembly.contains(name)
    }

    /// Returns whether any module-level assembly mentions `name`.
    pub(super) fn by_any_assembly(&self, name: &str) -> bool {
        self.parts.iter().any(|&part| self.by_assembly(part, name))
    }
}

fn add(set: &mut HashSet<Box<str>>, text: &str) {
    for (_, word) in words(text) {
        if !set.contains(word) {
            set.insert(word.into());
        }
    }
}

/// Returns the functions that LLVM compiles, with the texts that may mention symbols.
fn functions(module: &Module) -> impl Iterator<Item = (&str, Vec<&str>)> {
    let stubs = module.functions.iter().map(|function| (&*function.name, vec![&*function.definition]));
    let blocks = module.blocks.iter();
    stubs.chain(blocks.map(|block| (&*block.name, block.pieces.iter().filter_map(text_of).collect())))
}

fn text_of(piece: &Piece) -> Option<&str> {
    match piece {
        Piece::Text(text) => Some(text),
        Piece::Operand { .. } => None,
    }
}

/// Returns the references of the functions that LLVM compiles for `cgu`: pairs of function and symbol in the
/// new table.
pub(super) fn references(cgu: &KeptCgu, map: &SymbolMap, merged: &Merged) -> Vec<(SymbolId, SymbolId)> {
    let symbols = &cgu.sealed.symbols;
    // A local symbol may have a new name.
    let find = |name: &str| {
        let own = symbols.lookup(name).map(|symbol| map[symbol]);
        own.or_else(|| merged.table.lookup(name))
    };
    let mut references = Vec::new();
    for (name, texts) in functions(&cgu.sealed.llvm) {
        let Some(function) = find(name) else { continue };
        let found = texts.into_iter().flat_map(words).filter_map(|(_, word)| find(word));
        references.extend(found.map(|symbol| (function, symbol)));
    }
    references
}

/// Replaces the names in `new_names` in `line`.
fn renamed<'line>(line: &'line str, new_names: &HashMap<Box<str>, Box<str>>) -> Cow<'line, str> {
    let mut result = String::new();
    let mut copied = 0;
    for (start, word) in words(line) {
        let Some(name) = new_names.get(word).filter(|_| start >= copied) else { continue };
        result.push_str(&line[copied..start]);
        result.push_str(name);
        copied = start + word.len();
    }
    if copied == 0 {
        return Cow::Borrowed(line);
    }
    result.push_str(&line[copied..]);
    Cow::Owned(result)
}

/// Returns the module that LLVM compiles for all CGUs, without unreached functions.
pub(super) fn merge(
    parts: &PrimaryMap<PartId, KeptCgu>,
    merged: &Merged,
    reached: &EntitySet<SymbolId>,
) -> Module {
    let mut result = Module::default();
    for (part, cgu) in parts {
        let new_names = &merged.renamed[part];
        let is_kept = |name: &str| {
            let symbol = cgu.sealed.symbols.lookup(name).map(|symbol| merged.maps[part][symbol]);
            symbol.is_some_and(|symbol| reached.contains(symbol))
        };
        let Module { functions, blocks, assembly } = &cgu.sealed.llvm;
        let functions = functions.iter().filter(|function| is_kept(&function.name));
        result.functions.extend(functions.map(|function| with_new_names(function, new_names)));
        let blocks = blocks.iter().filter(|block| is_kept(&block.name));
        result.blocks.extend(blocks.map(|block| block_with_new_names(block, new_names)));
        append(&mut result.assembly, assembly, new_names);
    }
    result
}

fn with_new_names(function: &IrFunction, new_names: &HashMap<Box<str>, Box<str>>) -> IrFunction {
    let text = |text: &String| renamed(text, new_names).into_owned();
    IrFunction {
        name: text(&function.name),
        definition: text(&function.definition),
        declarations: function.declarations.iter().map(text).collect(),
        callee: function.callee.clone(),
        origin: function.origin,
    }
}

fn block_with_new_names(block: &Block, new_names: &HashMap<Box<str>, Box<str>>) -> Block {
    let mut block = block.clone();
    block.name = renamed(&block.name, new_names).into_owned();
    for piece in &mut block.pieces {
        if let Piece::Text(text) = piece {
            *text = renamed(text, new_names).into_owned();
        }
    }
    block
}

fn append(result: &mut CguAssembly, assembly: &CguAssembly, new_names: &HashMap<Box<str>, Box<str>>) {
    if assembly.is_empty() {
        return;
    }
    // An assembler starts in this section, but the CGU before may have left another one open.
    result.push(".text", None);
    for (line, origin) in assembly.lines() {
        result.push(&renamed(line, new_names), origin);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_words_are_renamed() {
        let new_names = HashMap::from([("one".into(), "one.3".into())]);
        assert_eq!(
            renamed("call one; call one2; push $one", &new_names),
            "call one.3; call one2; push $one.3"
        );
        assert_eq!(renamed(".quad \"one\"", &new_names), ".quad \"one.3\"");
    }
}
