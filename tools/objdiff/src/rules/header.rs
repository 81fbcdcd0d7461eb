//! The rules of the file header.

use super::{OTHER_MACHINE, Rule, Verdict};
use crate::layers::header;

pub const RULES: &[Rule] = &[
    Rule {
        property: header::MACHINE,
        when: OTHER_MACHINE,
        verdict: Verdict::Expected,
        reason: "the objects are for different machines",
    },
    Rule {
        property: header::FLAGS,
        when: OTHER_MACHINE,
        verdict: Verdict::Expected,
        reason: "the flags have a meaning of their own on each machine",
    },
];
