//! The rules of debug information.

use super::{OTHER_CODE, Rule, Verdict};
use crate::layers::debug;

pub const RULES: &[Rule] = &[
    Rule {
        property: debug::UNLOCATED,
        when: OTHER_CODE,
        verdict: Verdict::Interesting,
        reason: "each backend keeps other variables in registers",
    },
    Rule {
        property: debug::INLINED,
        when: OTHER_CODE,
        verdict: Verdict::Expected,
        reason: "inlined functions of which no instruction is left may be left out",
    },
    Rule {
        property: debug::INLINED_VARIABLE,
        when: OTHER_CODE,
        verdict: Verdict::Expected,
        reason: "inlined functions of which no instruction is left may be left out",
    },
    Rule {
        property: debug::LINES,
        when: OTHER_CODE,
        verdict: Verdict::Interesting,
        reason: "each backend leaves other instructions out, such as jumps",
    },
    Rule {
        property: debug::PRESENCE,
        when: OTHER_CODE,
        verdict: Verdict::Interesting,
        reason: "types that only inlined functions without code use may be left out",
    },
];
