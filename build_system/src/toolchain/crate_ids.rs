//! Finds crate ids in v0 symbol names, and maps ours to Debian's.
//!
//! A v0 name contains, for each crate that it mentions, `Cs<id>_<length><crate name>`. The id is the stable
//! crate id minus two, in base 62. Debian's compiler and our metadata are made from the same sources, but
//! with different ids. If there are several versions of a crate, we tell them apart by rank: the version that
//! most packages depend on is the one whose id is mentioned most.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;

use anyhow::{Context, Result, bail};

/// The digits of v0's base 62.
const DIGITS: &[u8; 62] = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// Spells a crate's id as v0 symbol names do, without the closing underscore.
pub fn spell(stable_crate_id: u64) -> Result<String> {
    // Zero and one have special spellings, which no real crate has.
    let mut rest = stable_crate_id.checked_sub(2).context("the id of a crate is less than 2")?;
    let mut digits = Vec::new();
    loop {
        digits.push(char::from(DIGITS[(rest % 62) as usize]));
        rest /= 62;
        if rest == 0 {
            return Ok(digits.iter().rev().collect());
        }
    }
}

/// The mention of a crate in a symbol name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Mention<'a> {
    /// The crate's name.
    pub name: &'a str,
    /// The crate's id, as [`spell`] returns it.
    pub id: &'a str,
    /// The position of the id in the symbol name.
    pub position: usize,
}

/// Finds everything in a symbol name that looks like the mention of a crate.
///
/// Parts of other names can look like one. Such an id belongs to no crate, so it does no harm.
pub fn mentions(symbol: &str) -> Vec<Mention<'_>> {
    let starts = symbol.match_indices("Cs").map(|(start, _)| start + 2);
    starts.filter_map(|position| mention_at(symbol, position)).collect()
}

/// Reads the mention whose id begins at `position`.
fn mention_at(symbol: &str, position: usize) -> Option<Mention<'_>> {
    let rest = symbol.get(position..)?;
    let (id, rest) = rest.split_once('_')?;
    if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (length, rest) = rest.split_at(digits);
    // A name that begins with a digit or an underscore has one more underscore before it.
    let rest = rest.strip_prefix('_').unwrap_or(rest);
    let name = rest.get(..length.parse().ok()?)?;
    (!name.is_empty()).then_some(Mention { name, id, position })
}

/// The crate ids in a set of symbols: for each crate name, the ids and how often each is mentioned.
#[derive(Debug, Default, PartialEq, Eq, Clone)]
pub struct IdTable {
    /// Sorted by name, so that the stored table is deterministic.
    crates: BTreeMap<String, BTreeMap<String, usize>>,
}

impl IdTable {
    /// Counts the mentions in `symbols`.
    pub fn of_symbols<'a>(symbols: impl IntoIterator<Item = &'a str>) -> IdTable {
        let mut table = IdTable::default();
        for symbol in symbols {
            for mention in mentions(symbol) {
                table.add(mention.name, mention.id, 1);
            }
        }
        table
    }

    /// Adds `count` mentions of a crate.
    pub fn add(&mut self, name: &str, id: &str, count: usize) {
        *self.crates.entry(name.to_owned()).or_default().entry(id.to_owned()).or_default() += count;
    }

    /// Returns the ids of the crates called `name`, the most mentioned first.
    pub fn ids(&self, name: &str) -> Vec<&str> {
        let Some(ids) = self.crates.get(name) else { return Vec::new() };
        let mut ids: Vec<(&String, &usize)> = ids.iter().collect();
        ids.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
        ids.into_iter().map(|(id, _)| id.as_str()).collect()
    }

    /// Returns the names of all crates.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.crates.keys().map(String::as_str)
    }

    /// Returns the length that the id of a crate must have, if it is known.
    ///
    /// `rank` is the rank of this version ([`version_ranks`]).
    pub fn wanted_length(&self, name: &str, rank: usize) -> Option<usize> {
        let ids = self.ids(name);
        let first = ids.first()?.len();
        if ids.iter().all(|id| id.len() == first) {
            return Some(first);
        }
        ids.get(rank).map(|id| id.len())
    }

    /// Writes the table as text, one `name id count` per line.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        for (name, ids) in &self.crates {
            for (id, count) in ids {
                let _ = writeln!(text, "{name} {id} {count}");
            }
        }
        text
    }

    /// Reads the text that [`IdTable::to_text`] wrote.
    pub fn from_text(text: &str) -> Result<IdTable> {
        let mut table = IdTable::default();
        for line in text.lines() {
            let words: Vec<&str> = line.split(' ').collect();
            let [name, id, count] = words[..] else { bail!("the table of crate ids is damaged: {line:?}") };
            table.add(
                name,
                id,
                count.parse().with_context(|| format!("the table of crate ids is damaged: {line:?}"))?,
            );
        }
        Ok(table)
    }
}

/// Ranks the versions of each package that a lock file has in several versions, by the number of packages
/// that depend on them. Rank 0 has the most; if two have the same number, the newer one comes first.
pub fn version_ranks(lock: &str) -> HashMap<(String, String), usize> {
    let mut versions: BTreeMap<String, Vec<(usize, String)>> = BTreeMap::new();
    for package in lock.split("[[package]]").skip(1) {
        let field = |key: &str| {
            package
                .lines()
                .find_map(|line| line.strip_prefix(key)?.trim().strip_prefix('"')?.strip_suffix('"'))
        };
        let (Some(name), Some(version)) = (field("name ="), field("version =")) else { continue };
        // If there are several versions, a dependency names its version.
        let dependents = lock.matches(&format!("\"{name} {version}\"")).count();
        versions.entry(name.replace('-', "_")).or_default().push((dependents, version.to_owned()));
    }
    let mut ranks = HashMap::new();
    for (name, mut of_name) in versions.into_iter().filter(|(_, of_name)| of_name.len() > 1) {
        of_name.sort_by_key(|(dependents, version)| std::cmp::Reverse((*dependents, version_key(version))));
        for (rank, (_, version)) in of_name.into_iter().enumerate() {
            ranks.insert((name.clone(), version), rank);
        }
    }
    ranks
}

/// Returns the numbers of a version, for comparison.
fn version_key(version: &str) -> Vec<u64> {
    version.split(|c: char| !c.is_ascii_digit()).filter_map(|part| part.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_spelled_as_rustc_does() {
        assert_eq!(spell(2).unwrap(), "0");
        assert_eq!(spell(2 + 61).unwrap(), "Z");
        assert_eq!(spell(2 + 62).unwrap(), "10");
        assert!(spell(1).is_err());
    }

    #[test]
    fn mentions_are_found_at_every_position() {
        let symbol = "_RNvXs_NtCsDoCRSJa7UT_10rustc_hash2v2NtB4_3FxHCscoScM8QT1vH_4core";
        let found: Vec<(&str, &str)> = mentions(symbol).iter().map(|m| (m.name, m.id)).collect();
        assert_eq!(found, [("rustc_hash", "DoCRSJa7UT"), ("core", "coScM8QT1vH")]);
        assert_eq!(&symbol[mentions(symbol)[0].position..][..10], "DoCRSJa7UT");
    }

    #[test]
    fn a_name_with_a_leading_underscore_is_read_whole() {
        assert_eq!(mentions("_RNvCsfgHYwM92fyn_7___rustc12___rust_alloc")[0].name, "__rustc");
    }

    #[test]
    fn cut_off_mentions_are_none() {
        for symbol in ["_RCs", "_RCsab", "_RCsab_", "_RCsab_9abc", "_RCsa.b_1a", "_RCs_1a", "_RCsab_0"] {
            assert_eq!(mentions(symbol), [], "{symbol}");
        }
    }

    #[test]
    fn lengths_follow_the_rank_only_when_they_differ() {
        let mut table = IdTable::default();
        table.add("hash", "1234567890", 500);
        table.add("hash", "12345678901", 3);
        table.add("same", "abc", 1);
        table.add("same", "def", 1);
        assert_eq!(table.wanted_length("hash", 0), Some(10));
        assert_eq!(table.wanted_length("hash", 1), Some(11));
        assert_eq!(table.wanted_length("hash", 2), None);
        assert_eq!(table.wanted_length("same", 7), Some(3));
        assert_eq!(table.wanted_length("other", 0), None);
        assert_eq!(IdTable::from_text(&table.to_text()).unwrap(), table);
        assert!(IdTable::from_text("hash 123").is_err());
    }

    #[test]
    fn versions_are_ranked_by_their_dependents() {
        let lock = "version = 4\n\n[[package]]\nname = \"a-b\"\nversion = \"1.10.0\"\n\n[[package]]\nname = \"a-b\"\n\
                    version = \"2.0.0\"\n\n[[package]]\nname = \"c\"\nversion = \"1.0.0\"\ndependencies = [\n \
                    \"a-b 1.10.0\",\n]\n\n[[package]]\nname = \"d\"\nversion = \"1.0.0\"\n\n[[package]]\n\
                    name = \"d\"\nversion = \"1.2.0\"\n";
        let ranks = version_ranks(lock);
        let rank = |name: &str, version: &str| ranks.get(&(name.to_owned(), version.to_owned())).copied();
        assert_eq!((rank("a_b", "1.10.0"), rank("a_b", "2.0.0")), (Some(0), Some(1)));
        assert_eq!((rank("d", "1.2.0"), rank("d", "1.0.0")), (Some(0), Some(1)));
        assert_eq!(rank("c", "1.0.0"), None);
    }
}
