//! What differs from LLVM on purpose, and why.
//!
//! To add a difference: a variant, its reason, and the part of [`without_differences`] that takes it out of
//! both sides.

use std::collections::BTreeSet;

use super::Observed;

/// A kind of difference that is meant to be.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Difference {
    /// Files that hold LLVM's bitcode.
    Bitcode,
}

impl Difference {
    /// For the list that is printed.
    pub(super) fn reason(self) -> &'static str {
        match self {
            Difference::Bitcode => {
                "with `-Csave-temps` LLVM leaves its bitcode (`.bc`); this backend has none (`--emit=llvm-ir` gives CLIF)"
            }
        }
    }
}

/// Both sides without what is meant to differ, and what that was.
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
