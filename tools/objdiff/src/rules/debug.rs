//! The rules of debug information.

use super::{OTHER_BACKEND, OTHER_CODE, Rule, SOURCE_PER_MACHINE, Verdict, When};
use crate::layers::debug;
use crate::model::{Backend, Property};

/// The side that LLVM compiled has nothing.
const MORE_THAN_LLVM: When = When::new("more than LLVM", |difference, relation| {
    let llvm = relation.backends.iter().position(|backend| *backend == Backend::Llvm);
    !relation.same_backend() && llvm.is_some_and(|llvm| difference.values[llvm].is_none())
});

const MORE: &str = "LLVM describes less";

const fn more(property: Property) -> Rule {
    Rule { property, when: MORE_THAN_LLVM, verdict: Verdict::Expected, reason: MORE }
}

const fn per_machine(property: Property) -> Rule {
    Rule {
        property,
        when: SOURCE_PER_MACHINE,
        verdict: Verdict::Interesting,
        reason: "the library has other source for each machine",
    }
}

pub const RULES: &[Rule] = &[
    Rule {
        property: debug::PRODUCER,
        when: OTHER_BACKEND,
        verdict: Verdict::Expected,
        reason: "each backend names itself",
    },
    per_machine(debug::PATH),
    per_machine(debug::LINE),
    per_machine(debug::FILE),
    per_machine(debug::RETURN),
    per_machine(debug::GENERIC),
    per_machine(debug::PARAMETER),
    per_machine(debug::VARIABLE),
    per_machine(debug::SIZE),
    per_machine(debug::ALIGNMENT),
    per_machine(debug::MEMBER),
    per_machine(debug::VARIANT),
    per_machine(debug::TARGET),
    per_machine(debug::TYPE),
    more(debug::SIZE),
    more(debug::ALIGNMENT),
    more(debug::MEMBER),
    more(debug::VARIANT),
    more(debug::VARIABLE),
    more(debug::VARIABLE_LINE),
    more(debug::PATH),
    more(debug::LINE),
    more(debug::FILE),
    more(debug::PRESENCE),
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
