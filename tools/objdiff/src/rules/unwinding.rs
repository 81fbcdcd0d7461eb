//! The rules of unwinding.

use super::When;
use super::{OTHER_BACKEND, OTHER_CODE, OTHER_MACHINE, Rule, Verdict};
use crate::layers::unwinding;

/// A callee that only one of the two functions calls by name.
const ONE_SIDE: When = When::new("other code, one side", |difference, relation| {
    !relation.same_code() && difference.values.iter().any(Option::is_none)
});

pub const RULES: &[Rule] = &[
    Rule {
        property: unwinding::CALLS,
        when: ONE_SIDE,
        verdict: Verdict::Interesting,
        reason: "the other function calls it by address, or not at all",
    },
    Rule {
        property: unwinding::CALLS_WITHOUT_UNWINDING,
        when: OTHER_CODE,
        verdict: Verdict::Expected,
        reason: "the callee never unwinds",
    },
    Rule {
        property: unwinding::IDLE_PERSONALITY,
        when: OTHER_BACKEND,
        verdict: Verdict::Expected,
        reason: "without a table of call sites, a personality does nothing",
    },
    Rule {
        property: unwinding::TABLE_ENCODING,
        when: OTHER_CODE,
        verdict: Verdict::Expected,
        reason: "each entry says how its pointers are encoded",
    },
    Rule {
        property: unwinding::AUGMENTATION,
        when: OTHER_BACKEND,
        verdict: Verdict::Expected,
        reason: "entries with and without a table of call sites may share their common part",
    },
    Rule {
        property: unwinding::RETURN_REGISTER,
        when: OTHER_MACHINE,
        verdict: Verdict::Expected,
        reason: "each machine has its own register for the return address",
    },
];
