//! Lists the intended differences from LLVM, with reasons.
//!
//! To add a difference: a variant, its reason, and the part of [`without_differences`] that removes it from
//! both sides.

use std::collections::BTreeSet;

use super::Observed;

/// An intended difference.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Difference {
    /// Files with LLVM's bitcode.
    Bitcode,
}

impl Difference {
    /// Returns the reason, for the list that is printed.
    pub(super) fn reason(self) -> &'static str {
        match self {
            Difference::Bitcode => {
                "with `-Csave-temps` LLVM leaves its bitcode (`.bc`); this backend has none (`--emit=llvm-ir` gives CLIF)"
            }
        }
    }
}

/// Removes intended differences from both sides, and returns those that were found.
pub(super) fn without_differences(
    mut expected: Observed,
    observed: Observed,
) -> (Observed, Observed, BTreeSet<Difference>) {
    let mut met = BTreeSet::new();
    let before = expected.files.len();
    expected.files.retain(|name| !name.ends_with(".bc"));
    if expected.files.len() < before {
        met.insert(Difference::Bitcode);
    }
    (expected, observed, met)
}
