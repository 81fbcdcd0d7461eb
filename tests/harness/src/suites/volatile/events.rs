//! Parses and compares the output of two programs of `tests/volatile`.
//!
//! A line is `RULE NAME: ACCESS ACCESS ..`. An access is its kind (`R`, `W`, or `X` for both), its
//! width, `@` and its address.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use anyhow::{Context as _, Result, bail, ensure};

/// An access.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Access {
    kind: Kind,
    width: u64,
    offset: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Read,
    Write,
    Both,
}

impl Access {
    fn parse(text: &str) -> Option<Access> {
        let kind = match text.get(..1)? {
            "R" => Kind::Read,
            "W" => Kind::Write,
            "X" => Kind::Both,
            _ => return None,
        };
        let (width, offset) = text[1..].split_once('@')?;
        Some(Access { kind, width: width.parse().ok()?, offset: offset.parse().ok()? })
    }
}

fn parse(accesses: &str, separator: char) -> Result<Vec<Access>> {
    let words = accesses.split(separator).map(str::trim).filter(|word| !word.is_empty());
    words
        .map(|word| Access::parse(word).with_context(|| format!("cannot parse the access `{word}`")))
        .collect()
}

/// The largest step in which the C library copies the end of memory that is not a multiple of it, in bytes.
const WORD: u64 = 8;

/// How often each byte is accessed, by kind.
type Bytes = BTreeMap<(Kind, u64), u64>;

fn bytes_of(accesses: &[Access]) -> Bytes {
    let mut bytes = Bytes::new();
    for access in accesses {
        for offset in access.offset..access.offset + access.width {
            *bytes.entry((access.kind, offset)).or_default() += 1;
        }
    }
    bytes
}

/// Splits accesses that read and write.
fn taken_apart(accesses: &[Access]) -> Vec<Access> {
    let parts = |access: &Access| match access.kind {
        Kind::Both => [Kind::Read, Kind::Write].map(|kind| Some(Access { kind, ..*access })),
        _ => [Some(*access), None],
    };
    accesses.iter().flat_map(parts).flatten().collect()
}

/// Returns the bytes that are accessed between a read and a write.
fn runs(accesses: &[Access]) -> Vec<Bytes> {
    accesses.chunk_by(|first, second| first.kind == second.kind).map(bytes_of).collect()
}

/// Removes the bytes that LLVM's program only reads because the C library reads whole words: less than a word
/// behind the last byte that ours reads.
fn without_rest_of_word(mut llvm: Bytes, clif: &Bytes) -> Bytes {
    let last = clif.keys().filter(|(kind, _)| *kind == Kind::Read).map(|(_, offset)| *offset).max();
    let rest = last.map_or(0..0, |last| last + 1..last + WORD);
    llvm.retain(|(kind, offset), _| *kind != Kind::Read || !rest.contains(offset));
    llvm
}

fn is_within(expected: &[Access], found: &[Access]) -> bool {
    let mut found = found.iter();
    expected.iter().all(|access| found.any(|other| other == access))
}

/// Compares the accesses of one case by its rule.
fn compare_case(rule: &str, llvm: &str, clif: &str) -> Result<()> {
    let (llvm, clif) = (parse(llvm, ' ')?, parse(clif, ' ')?);
    if !llvm.iter().chain(&clif).all(|access| access.width > 0) {
        // The C library has different functions for each processor.
        ensure!(
            rule.starts_with("copy") && llvm.is_empty() == clif.is_empty(),
            "the counter does not know an instruction"
        );
        return Ok(());
    }
    if rule == "atomic" {
        // An exchange may be a pair of instructions, which read and write, and a store may be an exchange.
        if taken_apart(&llvm) == taken_apart(&clif) {
            return Ok(());
        }
        let as_write = |access: &Access| match access.kind {
            Kind::Both => Access { kind: Kind::Write, ..*access },
            _ => *access,
        };
        let (llvm, clif): (Vec<_>, Vec<_>) =
            (llvm.iter().map(as_write).collect(), clif.iter().map(as_write).collect());
        ensure!(llvm == clif, "other accesses");
        return Ok(());
    }
    let (llvm, clif) = (taken_apart(&llvm), taken_apart(&clif));
    if let Some(expected) = rule.strip_prefix("within=") {
        let expected = parse(expected, ',')?;
        ensure!(is_within(&expected, &llvm), "accesses are missing in LLVM's program: {rule}");
        ensure!(is_within(&expected, &clif), "accesses are missing: {rule}");
        return Ok(());
    }
    match rule {
        "exact" => ensure!(llvm == clif, "other accesses"),
        "runs" => {
            ensure!(runs(&llvm) == runs(&clif), "different bytes are accessed between a read and a write");
        }
        "copies" => {
            let (llvm, clif) = (runs(&llvm), runs(&clif));
            ensure!(llvm.len() == clif.len(), "reads and writes alternate differently");
            llvm.iter().zip(&clif).try_for_each(|(llvm, clif)| compare_copies(llvm, clif))?;
        }
        "bytes" => ensure!(bytes_of(&llvm) == bytes_of(&clif), "other bytes"),
        "copy" => compare_copies(&bytes_of(&llvm), &bytes_of(&clif))?,
        "copy-twice" => {
            let (llvm, clif) = (bytes_of(&llvm), bytes_of(&clif));
            let least = llvm.values().min().copied().unwrap_or_default();
            compare_counts(&llvm, &clif, least..=2 * least)?;
        }
        "copy-words" => {
            let clif = bytes_of(&clif);
            compare_copies(&without_rest_of_word(bytes_of(&llvm), &clif), &clif)?;
        }
        _ => bail!("unknown rule `{rule}`"),
    }
    Ok(())
}

/// Compares copies: the same bytes, each at least as often as there are copies, and not more often than the
/// most in LLVM's program.
fn compare_copies(llvm: &Bytes, clif: &Bytes) -> Result<()> {
    let least = llvm.values().min().copied().unwrap_or_default();
    let most = llvm.values().max().copied().unwrap_or_default();
    compare_counts(llvm, clif, least..=most)
}

/// The same bytes, each this often.
fn compare_counts(llvm: &Bytes, clif: &Bytes, counts: RangeInclusive<u64>) -> Result<()> {
    ensure!(llvm.keys().eq(clif.keys()), "other bytes");
    let wrong = clif.iter().find(|(_, count)| !counts.contains(count));
    ensure!(wrong.is_none(), "this byte is accessed too often or not often enough: {wrong:?}");
    Ok(())
}

/// Compares the output of two programs. Returns the number of cases.
pub fn compare(llvm: &str, clif: &str) -> Result<usize> {
    let mut differences = Vec::new();
    let mut count = 0;
    let (mut theirs, mut ours) = (llvm.lines(), clif.lines());
    loop {
        let (theirs, ours) = match (theirs.next(), ours.next()) {
            (None, None) => break,
            (Some(theirs), Some(ours)) => (theirs, ours),
            _ => bail!("one program has more cases than the other"),
        };
        count += 1;
        let split = |line: &str| -> Result<(String, String)> {
            let (head, accesses) = line.rsplit_once(": ").or(line.split_once(':')).context("no case")?;
            Ok((head.trim_end_matches(':').to_owned(), accesses.trim_start_matches(':').to_owned()))
        };
        let ((name, theirs), (same, ours)) = (split(theirs)?, split(ours)?);
        ensure!(name == same, "`{name}` is not `{same}`");
        let rule = name.split(' ').next().unwrap_or_default();
        if let Err(error) = compare_case(rule, &theirs, &ours) {
            differences.push(format!("{name}: {error}\n      LLVM: {theirs}\n      ours: {ours}"));
        }
    }
    ensure!(count > 0, "nothing was printed");
    let shown = differences.iter().take(5).map(|text| format!("\n    {text}")).collect::<String>();
    ensure!(differences.is_empty(), "{} of {count} cases differ{shown}", differences.len());
    Ok(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_tell_what_is_missing() {
        let same = |rule, llvm, clif| compare_case(rule, llvm, clif).is_ok();
        assert!(same("exact", "R4@0 W4@0", "X4@0") && !same("exact", "W4@0 W4@0", "W4@0"));
        assert!(same("runs", "W8@0 R1@0 R1@1", "W4@4 W4@0 R2@0") && !same("runs", "W1@0 R1@0", "R1@0 W1@0"));
        assert!(!same("runs", "W2@0 W2@0", "W2@0") && !same("bytes", "R2@0 W2@0", "R2@0 W1@0"));
        assert!(same("copy", "R8@0 R8@4", "R8@0 R4@8") && !same("copy", "R8@0 R8@0", "R8@0"));
        assert!(same("copy-twice", "R8@0", "R8@0 R4@4") && !same("copy-twice", "R8@0", "R8@0 R8@0 R8@0"));
        assert!(same("copy-words", "R8@0", "R4@0 R1@4") && !same("copy-words", "W8@0", "W4@0"));
        assert!(
            same("copies", "W4@0 W4@2 R1@0", "W4@0 W2@4 R1@0") && !same("copies", "W2@0 R1@0", "R1@0 W2@0")
        );
        assert!(
            !same("copy", "R8@0", "R4@0")
                && !same("copy-words", "R16@0", "R4@0")
                && !same("copy", "R8@0", "R8@0 R1@0")
        );
        assert!(same("copy", "R0@0", "R0@8") && !same("copy", "R0@0", ""));
        assert!(same("within=W1@0,R1@0,", "W1@0 R1@0", "R1@0 W1@0 W1@0 R1@0"));
        assert!(!same("within=W1@0,R1@0,", "W1@0 R1@0", "R1@0 W1@0"));
        assert!(same("atomic", "X4@0", "R4@0 W4@0") && !same("atomic", "X4@0", "R4@0"));
        assert!(same("atomic", "X4@0", "W4@0") && !same("exact", "R0@0", "R0@0"));
    }

    #[test]
    fn lines_are_matched() {
        assert_eq!(compare("exact a, b::C: W1@0\nexact d:\n", "exact a, b::C: W1@0\nexact d:\n").unwrap(), 2);
        assert!(compare("exact a: W1@0\n", "exact a:\n").is_err());
        assert!(compare("exact a: W1@0\n", "").is_err() && compare("", "").is_err());
    }
}
