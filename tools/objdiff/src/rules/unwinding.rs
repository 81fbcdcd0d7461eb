//! The rules of unwinding.

use super::{OTHER_BACKEND, OTHER_CODE, OTHER_MACHINE, Rule, SOURCE_PER_MACHINE, Verdict, When};
use crate::layers::unwinding;

/// A callee that only one of the two functions calls by name.
const ONE_SIDE: When = When::new("other code, one side", |difference, relation| {
    !relation.same_code() && difference.values.iter().any(Option::is_none)
});

/// The same actions, apart from that of calls in cleanups.
const OTHER_CLEANUPS: When = When::new("other code, in cleanups", |difference, relation| {
    let kept = |value: &Option<String>| -> Vec<String> {
        let actions = value.iter().flat_map(|value| value.split(", "));
        actions.filter(|action| *action != unwinding::FILTER).map(Into::into).collect()
    };
    let [left, right] = difference.values.each_ref().map(kept);
    !relation.same_code() && left == right
});

pub const RULES: &[Rule] = &[
    Rule {
        property: unwinding::CALLS,
        when: SOURCE_PER_MACHINE,
        verdict: Verdict::Interesting,
        reason: "the library has other source for each machine",
    },
    Rule {
        property: unwinding::CALLS,
        when: OTHER_CLEANUPS,
        verdict: Verdict::Interesting,
        reason: "a cleanup that cannot be reached may be left out, with the calls in it",
    },
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
        property: unwinding::TABLE,
        when: OTHER_CODE,
        verdict: Verdict::Expected,
        reason: "a table may say of all calls that they unwind, as no table does",
    },
    Rule {
        property: unwinding::PERSONALITY,
        when: ONE_SIDE,
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
        when: OTHER_CODE,
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
