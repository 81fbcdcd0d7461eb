//! The rules of notes.

use super::{ALWAYS, OTHER_MACHINE, Rule, Verdict};
use crate::layers::notes;

pub const RULES: &[Rule] = &[
    Rule {
        property: notes::BUILD_ID,
        when: ALWAYS,
        verdict: Verdict::Expected,
        reason: "it is a hash of the whole file",
    },
    Rule {
        property: notes::ATTRIBUTE,
        when: OTHER_MACHINE,
        verdict: Verdict::Expected,
        reason: "only riscv64 has such attributes",
    },
];
