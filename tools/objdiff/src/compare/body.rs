//! Compares the contents of two definitions of one machine and codegen backend: instructions of functions,
//! bytes of statics, and what both refer to. Only functions whose bytes differ are disassembled.

use std::collections::BTreeMap;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::Values;
use crate::error::Error;
use crate::layers::{code, data, relocations};
use crate::model::{Kind, Property};
use crate::view::{Definition, View};

/// How many instructions are aligned. If more differ, they are one difference.
const MOST: usize = 20_000;
/// How many instructions of a difference are shown.
const SHOWN: usize = 4;

type Found = (Property, String, Values);

/// Returns the differences of two definitions.
///
/// # Errors
///
/// Fails if the disassembler does.
pub fn compare(views: [&View<'_>; 2], definitions: [&Definition; 2]) -> Result<Vec<Found>, Error> {
    let contents = [0, 1].map(|side| views[side].contents(definitions[side]));
    let references = [0, 1].map(|side| references(views[side], definitions[side]));
    let mut found = Vec::new();
    let mut moves: Option<BTreeMap<u64, u64>> = None;
    if contents[0] != contents[1] {
        if definitions[0].kind == Kind::Function {
            let [left, right] = [0, 1].map(|side| code::disassemble(views[side], definitions[side]));
            moves = Some(instructions([&left?, &right?], &mut found));
        } else {
            bytes(contents, &mut found);
        }
    }
    compare_references(&references, moves.as_ref(), &mut found);
    Ok(found)
}

/// What a definition refers to, by offset.
fn references(view: &View<'_>, definition: &Definition) -> BTreeMap<u64, String> {
    let mut all: BTreeMap<u64, String> = BTreeMap::new();
    for relocation in view.relocations(definition) {
        let Some(meaning) = relocations::meaning(view, relocation) else { continue };
        let text = all.entry(relocation.offset.saturating_sub(definition.offset)).or_default();
        if !text.is_empty() {
            text.push_str(", ");
        }
        text.push_str(&meaning);
    }
    all
}

/// Compares references at the same place. Those of instructions that differ say nothing new.
fn compare_references(
    sides: &[BTreeMap<u64, String>; 2],
    moves: Option<&BTreeMap<u64, u64>>,
    found: &mut Vec<Found>,
) {
    let [left, right] = sides;
    let mut pairs: BTreeMap<u64, Values> = BTreeMap::new();
    for (&offset, text) in left {
        let moved = moves.map_or(Some(offset), |moves| moves.get(&offset).copied());
        if let Some(moved) = moved {
            pairs.entry(moved).or_default()[0] = Some(text.clone());
        }
    }
    let targets: Option<std::collections::BTreeSet<u64>> =
        moves.map(|moves| moves.values().copied().collect());
    for (&offset, text) in right {
        if targets.as_ref().is_none_or(|targets| targets.contains(&offset)) {
            pairs.entry(offset).or_default()[1] = Some(text.clone());
        }
    }
    let differing = pairs.into_iter().filter(|(_, [left, right])| left != right);
    found.extend(differing.map(|(at, values)| (relocations::REFERENCE, format!("{at:#x}"), values)));
}

/// Compares instructions. Returns where each byte of the aligned ones is on the right.
fn instructions(sides: [&[code::Instruction]; 2], found: &mut Vec<Found>) -> BTreeMap<u64, u64> {
    let [left, right] = sides;
    let mut moves = BTreeMap::new();
    let mut aligned = Vec::new();
    for operation in align(sides) {
        let (_, old, new) = operation.as_tag_tuple();
        let [Some(old), Some(new)] = [left.get(old), right.get(new)] else { continue };
        if !matches!(operation, DiffOp::Equal { .. }) {
            let at = old.first().map_or_else(|| new.first().map_or(0, |own| own.offset), |own| own.offset);
            found.push((code::INSTRUCTIONS, format!("{at:#x}"), [shown(old), shown(new)]));
            continue;
        }
        for (old, new) in old.iter().zip(new) {
            moves.extend((0..old.size.min(new.size)).map(|byte| (old.offset + byte, new.offset + byte)));
            aligned.push((old, new));
        }
    }
    let hit: std::collections::BTreeSet<u64> = moves.values().copied().collect();
    for (old, new) in aligned {
        let has_other_bytes = old.target.is_none() && old.bytes != new.bytes;
        let goes_elsewhere = match (old.target, new.target) {
            (Some(from), Some(to)) => {
                moves.get(&from).map_or_else(|| hit.contains(&to), |moved| *moved != to)
            }
            _ => false,
        };
        if goes_elsewhere || has_other_bytes {
            let values = [Some(old.shown.clone()), Some(new.shown.clone())];
            found.push((code::INSTRUCTIONS, format!("{:#x}", old.offset), values));
        }
    }
    moves
}

fn align(sides: [&[code::Instruction]; 2]) -> Vec<DiffOp> {
    let [left, right] = sides.map(|side| side.iter().map(|own| own.compared.as_str()).collect::<Vec<_>>());
    if left.len().max(right.len()) > MOST {
        return vec![DiffOp::Replace {
            old_index: 0,
            old_len: left.len(),
            new_index: 0,
            new_len: right.len(),
        }];
    }
    capture_diff_slices(Algorithm::Myers, &left, &right)
}

fn shown(instructions: &[code::Instruction]) -> Option<String> {
    let texts: Vec<&str> = instructions.iter().take(SHOWN).map(|own| own.shown.as_str()).collect();
    let rest = instructions.len().saturating_sub(SHOWN);
    let end = if rest == 0 { String::new() } else { format!("; and {rest} more") };
    (!texts.is_empty()).then(|| texts.join("; ") + &end)
}

/// Compares bytes: each run that differs is one difference.
fn bytes(sides: [&[u8]; 2], found: &mut Vec<Found>) {
    let [left, right] = sides;
    let length = left.len().max(right.len());
    let differs = |at: usize| left.get(at) != right.get(at);
    let mut start = 0;
    while start < length {
        let end = (start..length).find(|at| !differs(*at)).unwrap_or(length);
        if end > start {
            let values = sides.map(|side| hexadecimal(side.get(start..end.min(side.len()))?));
            found.push((data::BYTES, format!("{start:#x}"), values));
        }
        start = end.max(start + 1);
    }
}

fn hexadecimal(bytes: &[u8]) -> Option<String> {
    let text: String = bytes.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    let rest = if bytes.len() > 16 { format!("... ({} bytes)", bytes.len()) } else { String::new() };
    (!bytes.is_empty()).then(|| text + &rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instruction(offset: u64, compared: &str, target: Option<u64>) -> code::Instruction {
        let bytes = vec![0x90];
        code::Instruction {
            offset,
            size: 1,
            bytes,
            compared: compared.into(),
            shown: compared.into(),
            target,
        }
    }

    #[test]
    fn a_changed_run_of_bytes_is_one_difference() {
        let mut found = Vec::new();
        bytes([b"abcd", b"aXYd"], &mut found);
        let values = [Some("6263".to_owned()), Some("5859".to_owned())];
        assert_eq!(found, [(data::BYTES, "0x1".to_owned(), values)]);
    }

    #[test]
    fn branches_over_an_inserted_instruction_are_equal() {
        let left = [instruction(0, "jmp label", Some(1)), instruction(1, "ret", None)];
        let right =
            [instruction(0, "jmp label", Some(2)), instruction(1, "nop", None), instruction(2, "ret", None)];
        let mut found = Vec::new();
        instructions([&left, &right], &mut found);
        let values = [None, Some("nop".to_owned())];
        assert_eq!(found, [(code::INSTRUCTIONS, "0x1".to_owned(), values)]);
    }

    #[test]
    fn a_branch_to_elsewhere_is_a_difference() {
        let body = |target| [instruction(0, "jmp label", Some(target)), instruction(1, "ret", None)];
        let mut found = Vec::new();
        instructions([&body(1), &body(0)], &mut found);
        assert_eq!(found.len(), 1);
    }

    #[test]
    fn a_reference_to_elsewhere_is_a_difference() {
        let of = |text: &str| BTreeMap::from([(4, text.to_owned())]);
        let mut found = Vec::new();
        compare_references(&[of("call f"), of("call f")], None, &mut found);
        assert_eq!(found, []);
        compare_references(&[of("call f"), of("call g")], None, &mut found);
        assert_eq!(found.len(), 1);
    }
}
