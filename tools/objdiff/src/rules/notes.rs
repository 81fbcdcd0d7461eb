//! The rules of notes.

use super::{OTHER_BACKEND, OTHER_MACHINE, Rule, Verdict};
use crate::layers::{debug, notes};

pub const RULES: &[Rule] = &[
    Rule {
        property: debug::PRODUCER,
        when: OTHER_BACKEND,
        verdict: Verdict::Expected,
        reason: "each backend names itself",
    },
    Rule {
        property: notes::ATTRIBUTE,
        when: OTHER_MACHINE,
        verdict: Verdict::Expected,
        reason: "only riscv64 has such attributes",
    },
];
