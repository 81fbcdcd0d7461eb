//! Names in what LLVM compiles: assembly, and functions in LLVM's IR. Nothing is known of its meaning, so every word that
//! is a symbol's name counts.
//!
//! A symbol that is mentioned stays; a local one that gets a new name is renamed in the text of its own unit. The texts
//! are then put one after the other: what the assembly itself defines (labels, macros) is in one name space, as with
//! LLVM's fat LTO, and the assembler reports clashes.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use cranelift_codegen::entity::{PrimaryMap, SecondaryMap};

use crate::assembly::UnitAssembly;
use crate::llvm::{IrFunction, Module};

use super::symbols::Merged;
use super::{KeptUnit, PartId};

/// The words of each unit's part for LLVM.
pub(super) struct Mentions {
    words: SecondaryMap<PartId, HashSet<Box<str>>>,
    /// The units that have any, in order.
    parts: Vec<PartId>,
}

impl Mentions {
    pub(super) fn of(parts: &PrimaryMap<PartId, KeptUnit>) -> Self {
        let mut mentions = Mentions { words: SecondaryMap::new(), parts: Vec::new() };
        for (part, unit) in parts {
            let Module { functions, assembly } = &unit.sealed.llvm;
            if unit.sealed.llvm.is_empty() {
                continue;
            }
            let set = &mut mentions.words[part];
            let definitions = functions.iter().map(|function| &*function.definition);
            for (_, word) in std::iter::once(assembly.text()).chain(definitions).flat_map(words) {
                if !set.contains(word) {
                    set.insert(word.into());
                }
            }
            mentions.parts.push(part);
        }
        mentions
    }

    pub(super) fn by(&self, part: PartId, name: &str) -> bool {
        self.words[part].contains(name)
    }

    /// Whether a unit other than `part` mentions `name`.
    pub(super) fn by_another(&self, part: PartId, name: &str) -> bool {
        self.parts.iter().any(|&other| other != part && self.by(other, name))
    }

    /// Whether any unit mentions `name`.
    pub(super) fn by_any(&self, name: &str) -> bool {
        self.parts.iter().any(|&part| self.by(part, name))
    }
}

/// The words of `text` with their byte offsets: symbol names, and whatever looks like one. A word that begins with the
/// `$` of an immediate operand is there with and without it.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let is_part =
        |character: char| character.is_alphanumeric() || "_.$".contains(character) || !character.is_ascii();
    let mut quoted = false;
    let mut rest = 0;
    let pieces = std::iter::from_fn(move || {
        while rest < text.len() {
            let piece = &text[rest..];
            if piece.starts_with('"') {
                quoted = !quoted;
                rest += 1;
                continue;
            }
            let length = match quoted {
                // A quoted name ends where the quotation does, and every quotation at the end of its line.
                true => piece.find(['"', '\n']).unwrap_or(piece.len()),
                false => piece.find(|character| !is_part(character)).unwrap_or(piece.len()),
            };
            let start = rest;
            if length == 0 {
                quoted = quoted && !piece.starts_with('\n');
                rest += 1;
                continue;
            }
            rest += length;
            return Some((start, &piece[..length]));
        }
        None
    });
    pieces.flat_map(|(start, word)| {
        let immediate = word.strip_prefix('$').filter(|word| !word.is_empty());
        [Some((start, word)), immediate.map(|word| (start + 1, word))].into_iter().flatten()
    })
}

/// `line` with the names in `new_names` replaced.
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

/// What LLVM compiles for all units; empty if it has nothing to do for any of them.
pub(super) fn merge(parts: &PrimaryMap<PartId, KeptUnit>, merged: &Merged) -> Module {
    let mut result = Module::default();
    for (part, unit) in parts {
        let new_names = &merged.renamed[part];
        let Module { functions, assembly } = &unit.sealed.llvm;
        result.functions.extend(functions.iter().map(|function| with_new_names(function, new_names)));
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
    }
}

fn append(result: &mut UnitAssembly, assembly: &UnitAssembly, new_names: &HashMap<Box<str>, Box<str>>) {
    if assembly.is_empty() {
        return;
    }
    // Where an assembler starts; the unit before may have left another section open.
    result.push(".text", None);
    for (line, origin) in assembly.lines() {
        result.push(&renamed(line, new_names), origin);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_names_quoted_or_not() {
        let text =
            "movq $one, %rax\ncall two@PLT\nlea rax, [rip + _ZN3$LT$x$GT$E]\n.quad \"a name\"+8, \"next\"\n";
        let found: Vec<&str> = words(text).map(|(_, word)| word).collect();
        for name in ["one", "two", "_ZN3$LT$x$GT$E", "a name", "next"] {
            assert!(found.contains(&name), "{name}: {found:?}");
        }
        assert!(words(text).all(|(start, word)| text[start..].starts_with(word)));
    }

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
