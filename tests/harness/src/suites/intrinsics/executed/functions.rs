//! Reads the public functions of the library's `core_arch` with their features and the constants that they
//! accept.

use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use build_system::files;

use super::machines::Machine;

/// A public function: `pub fn vshr_n_s8<const N: i32>(a: int8x8_t) -> int8x8_t`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Function {
    /// The file, as a path in the library's sources without the extension.
    pub file: String,
    /// The name.
    pub name: String,
    /// The target features that its attribute enables.
    pub features: Vec<String>,
    /// The library features that it needs.
    pub gates: Vec<String>,
    /// Its type and constant parameters, in their order.
    pub generics: Vec<Generic>,
    /// The types of its parameters.
    pub parameters: Vec<String>,
    /// The type of its result, if there is one.
    pub result: Option<String>,
}

/// A generic parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Generic {
    /// A type, by its name.
    Type(String),
    /// A constant: its smallest and largest value.
    Constant(i64, i64),
}

/// Reads all functions of a machine, each name once.
pub fn read(library: &Path, machine: &Machine) -> Result<Vec<Function>> {
    let root = library.join("stdarch/crates/core_arch/src");
    let mut found: Vec<Function> = vec![];
    for file in machine.files {
        let text = files::read_text(&root.join(format!("{file}.rs")))?;
        let functions = functions_of(&text, file, machine)?;
        ensure!(!functions.is_empty(), "{file}.rs has no public function");
        found.extend(functions);
    }
    found.sort_by(|one, other| (&one.file, &one.name).cmp(&(&other.file, &other.name)));
    // A function may be there once for each byte order.
    found.dedup_by(|one, other| one.name == other.name);
    Ok(found)
}

fn functions_of(text: &str, file: &str, machine: &Machine) -> Result<Vec<Function>> {
    let mut found = vec![];
    let mut attributes = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if line.starts_with("pub ") && line.contains("fn ") {
            let mut item = line.to_owned();
            while !item.ends_with("\n}") {
                item = item + "\n" + lines.next().context("a function without an end")?;
            }
            if is_for(&attributes, machine.name) {
                let function = function_of(&item, &attributes, file, machine.name);
                found.push(function.with_context(|| format!("{file}.rs: cannot parse `{line}`"))?);
            }
            attributes.clear();
        } else if line.starts_with('}') || line.is_empty() || line.starts_with("use ") {
            attributes.clear();
        } else if !line.starts_with("///") && !line.starts_with("//!") {
            attributes += line;
            attributes.push('\n');
        }
    }
    Ok(found)
}

/// Returns the attributes, each without `#[` and `]` and with single blanks.
fn split(attributes: &str) -> impl Iterator<Item = String> {
    let words = attributes.split_whitespace().collect::<Vec<_>>().join(" ");
    let parts: Vec<String> =
        words.split("#[").map(|part| part.trim().trim_end_matches(']').to_owned()).collect();
    parts.into_iter().filter(|part| !part.is_empty())
}

/// Whether a condition holds for a machine. It names machines, the byte order, or `test`.
fn holds(condition: &str, machine: &str) -> bool {
    let names_machine = condition.contains(&format!("target_arch = \"{machine}\""));
    let is_negated = condition.contains("not(");
    let names_others = condition.contains("target_arch") && !names_machine;
    let wrong_order = condition.contains("target_endian = \"big\"");
    names_machine && !is_negated
        || names_others && is_negated
        || !condition.contains("target_arch") && !wrong_order
}

/// Whether the attributes `cfg` of an item allow it for a machine.
fn is_for(attributes: &str, machine: &str) -> bool {
    split(attributes).filter(|one| one.starts_with("cfg(")).all(|one| holds(&one, machine))
}

/// Returns the strings after `key` in the attributes that are for a machine.
fn values(attributes: &str, machine: &str, key: &str) -> Vec<String> {
    let is_for = |one: &String| match one.strip_prefix("cfg_attr(").and_then(|one| one.split_once(key)) {
        Some((condition, _)) => holds(condition, machine) && !condition.contains("all(test"),
        None => one.starts_with(key),
    };
    let value = |one: String| Some(one.split_once(key)?.1.split('"').nth(1)?.to_owned());
    split(attributes).filter(is_for).filter_map(value).collect()
}

fn function_of(item: &str, attributes: &str, file: &str, machine: &str) -> Option<Function> {
    let (head, body) = item.split_once('{')?;
    let head = head.split_whitespace().collect::<Vec<_>>().join(" ");
    let (_, rest) = head.split_once("fn ")?;
    let (before, rest) = rest.split_once('(')?;
    let (parameters, rest) = rest.split_once(')')?;
    let (name, generics) = before.split_once('<').unwrap_or((before, ""));
    let generic = |text: &str| match text.strip_prefix("const ") {
        None => Some(Generic::Type(text.to_owned())),
        Some(constant) => {
            let (smallest, largest) = range_of(constant.split_once(':')?.0, body);
            Some(Generic::Constant(smallest, largest))
        }
    };
    let result = rest.split(" where").next()?.trim().strip_prefix("->").map(|ty| ty.trim().to_owned());
    let types = items_of(parameters).map(|one| Some(one.split_once(':')?.1.trim().to_owned()));
    let features = values(attributes, machine, "target_feature(enable");
    Some(Function {
        file: file.to_owned(),
        name: name.to_owned(),
        features: features.iter().flat_map(|list| list.split(',')).map(str::to_owned).collect(),
        gates: values(attributes, machine, "unstable(feature"),
        generics: items_of(generics.trim_end_matches('>')).map(generic).collect::<Option<_>>()?,
        parameters: types.collect::<Option<_>>()?,
        result,
    })
}

fn items_of(list: &str) -> impl Iterator<Item = &str> {
    list.split(',').map(str::trim).filter(|item| !item.is_empty())
}

/// Returns the values that a function accepts for a constant, by the assertions in its body.
fn range_of(name: &str, body: &str) -> (i64, i64) {
    let mut range = (0, 1);
    for assertion in body.split("static_assert").skip(1) {
        let Some((kind, rest)) = assertion.split_once("!(") else { continue };
        let text = rest.split(')').next().unwrap_or_default();
        if let Some(bits) = text.strip_prefix(&format!("{name}, ")).filter(|_| kind == "_uimm_bits") {
            range = (0, (1 << bits.trim().parse::<u32>().unwrap_or(0)) - 1);
        }
        for comparison in text.split("&&").filter(|_| kind.is_empty()) {
            let words: Vec<&str> = comparison.split_whitespace().collect();
            let number = |text: &&str| text.parse::<i64>().ok();
            match words[..] {
                [left, "==", ref right] if left == name => {
                    range = number(right).map_or(range, |one| (one, one));
                }
                [left, ">=", ref right] if left == name => range.0 = number(right).unwrap_or(range.0),
                [left, "<=", ref right] if left == name => range.1 = number(right).unwrap_or(range.1),
                [left, "<", ref right] if left == name => {
                    range.1 = number(right).map_or(range.1, |one| one - 1);
                }
                [ref left, "<=", right] if right == name => range.0 = number(left).unwrap_or(range.0),
                _ => {}
            }
        }
    }
    range
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suites::intrinsics::executed::machines::MACHINES;

    const TEXT: &str = "#[doc = \"x\"]
#[target_feature(enable = \"neon,fp16\")]
#[cfg_attr(target_arch = \"arm\", target_feature(enable = \"v7\"))]
#[cfg_attr(
    not(target_arch = \"arm\"),
    unstable(feature = \"gate\", issue = \"1\")
)]
pub fn one<const N: i32, const LANE: i32>(
    a: float16x4_t,
    b: *const u8,
) -> float16x4_t {
    static_assert!(N >= 1 && N <= 16);
    static_assert_uimm_bits!(LANE, 2);
    a
}
#[cfg(target_arch = \"arm\")]
pub fn two() {
}
#[cfg(target_endian = \"big\")]
pub fn three() {
}
#[cfg(not(target_arch = \"arm\"))]
pub unsafe fn four<T>(a: T)
where
    T: Sized,
{
}
";

    #[test]
    fn functions_are_read_for_one_machine() {
        let machine = MACHINES.iter().find(|machine| machine.name == "aarch64").unwrap();
        let found = functions_of(TEXT, "neon", machine).unwrap();
        assert_eq!(found.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["one", "four"]);
        assert_eq!(
            (&found[0].features[..], &found[0].gates[..]),
            (&["neon", "fp16"].map(String::from)[..], &["gate".into()][..])
        );
        assert_eq!(found[0].generics, [Generic::Constant(1, 16), Generic::Constant(0, 3)]);
        assert_eq!(found[0].parameters, ["float16x4_t", "*const u8"]);
        assert_eq!(found[0].result.as_deref(), Some("float16x4_t"));
        assert_eq!((&found[1].generics[..], &found[1].result), (&[Generic::Type("T".into())][..], &None));
    }

    #[test]
    fn constants_have_ranges() {
        assert_eq!(range_of("N", "static_assert!(1 <= N && N <= 8);"), (1, 8));
        assert_eq!(range_of("N", "static_assert!(N == 0);"), (0, 0));
        assert_eq!(range_of("BS", "static_assert!(BS < 4);"), (0, 3));
        assert_eq!(range_of("N", "static_assert!(M == 7);"), (0, 1));
    }
}
