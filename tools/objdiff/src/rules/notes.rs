//! The rules of notes.

use super::{OTHER_MACHINE, Rule, Verdict};
use crate::layers::notes;

pub const RULES: &[Rule] = &[Rule {
    property: notes::ATTRIBUTE,
    when: OTHER_MACHINE,
    verdict: Verdict::Expected,
    reason: "only riscv64 has such attributes",
}];
