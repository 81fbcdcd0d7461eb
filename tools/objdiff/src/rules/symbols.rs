//! The rules of symbols.

use super::{OTHER_CODE, Rule, Verdict, When};
use crate::layers::symbols;
use crate::model::{Difference, Kind, Relation};

pub const RULES: &[Rule] = &[
    Rule {
        property: symbols::SIZE,
        when: OTHER_CODE,
        verdict: Verdict::Interesting,
        reason: "code of other backends and machines has another size",
    },
    Rule {
        property: symbols::PRESENCE,
        when: When::new("other code, a function", |difference, relation| {
            difference.subject.kind == Kind::Function && !relation.same_code()
        }),
        verdict: Verdict::Interesting,
        reason: "a backend may inline all calls of a function, and std has code for single machines",
    },
    Rule {
        property: symbols::PRESENCE,
        when: When::new("other code, a function of the runtime", |difference, relation| {
            is_of_the_runtime(&difference.subject.name) && is_import(difference, relation)
        }),
        verdict: Verdict::Expected,
        reason: "a backend may call it, or have instructions instead",
    },
    Rule {
        property: symbols::PRESENCE,
        when: When::new("other code, __tls_get_addr", |difference, relation| {
            difference.subject.name == "__tls_get_addr" && is_import(difference, relation)
        }),
        verdict: Verdict::Interesting,
        reason: "only some models of thread-local storage call it; the others are faster, or need the program",
    },
    Rule {
        property: symbols::PRESENCE,
        when: When::new("other code, a panic of core", |difference, relation| {
            difference.subject.name.starts_with("core::panicking::") && is_import(difference, relation)
        }),
        verdict: Verdict::Interesting,
        reason: "a backend may leave out a check that always holds",
    },
    Rule {
        property: symbols::PRESENCE,
        when: When::new("other machine, a function of Rust", |difference, relation| {
            is_import(difference, relation)
                && !relation.same_machine()
                && difference.subject.name.contains("::")
        }),
        verdict: Verdict::Interesting,
        reason: "std has code for single machines",
    },
];

fn is_import(difference: &Difference, relation: &Relation) -> bool {
    difference.subject.kind == Kind::Import && !relation.same_code()
}

/// Functions of the C library that compilers call for what a machine may lack: those for memory, and rounding
/// and multiplying floats.
const OF_THE_C_LIBRARY: [&str; 19] = [
    "memcpy",
    "memmove",
    "memset",
    "memcmp",
    "bcmp",
    "ceil",
    "ceilf",
    "floor",
    "floorf",
    "trunc",
    "truncf",
    "rint",
    "rintf",
    "roundeven",
    "roundevenf",
    "fma",
    "fmaf",
    "round",
    "roundf",
];

/// Whether it is one of the functions that compilers call for what a machine may lack: those of the C
/// library, atomic operations of aarch64 (`-moutline-atomics`), and arithmetic of wide integers and of floats
/// (compiler-builtins, which has libgcc's names; those of Rust's own begin with `__rust_`).
fn is_of_the_runtime(name: &str) -> bool {
    let is_arithmetic = name.starts_with("__")
        && ["ti3", "ti2", "hf2", "sf2", "df2", "tf2", "mulo", "hfsf", "sfhf"]
            .iter()
            .any(|end| name.ends_with(end));
    is_arithmetic || name.starts_with("__aarch64_") || OF_THE_C_LIBRARY.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Backend;
    use crate::report::samples::finding;
    use crate::rules::judge;
    use crate::view::Machine;

    #[test]
    fn imports_of_the_runtime_may_be_missing() {
        let verdict = |name: &str, kind, machine| {
            let mut difference = finding(name, symbols::PRESENCE, Verdict::Wrong).difference;
            difference.subject.kind = kind;
            let machines = [Machine::X86_64, machine];
            judge(&difference, &Relation { machines, backends: [Backend::Llvm, Backend::Clif] }).0
        };
        let same = Machine::X86_64;
        assert_eq!(verdict("memset", Kind::Import, same), Verdict::Expected);
        assert_eq!(verdict("__aarch64_cas8_acq", Kind::Import, Machine::Aarch64), Verdict::Expected);
        assert_eq!(verdict("__tls_get_addr", Kind::Import, same), Verdict::Interesting);
        assert_eq!(verdict("__rust_u128_mulo", Kind::Import, same), Verdict::Expected);
        assert_eq!(verdict("core::panicking::panic", Kind::Import, same), Verdict::Interesting);
        assert_eq!(verdict("std::io::stdio::_print", Kind::Import, same), Verdict::Wrong);
        assert_eq!(verdict("core::panicking::panic", Kind::Import, Machine::Riscv64), Verdict::Interesting);
        assert_eq!(verdict("memset", Kind::Static, same), Verdict::Wrong);
        assert_eq!(verdict("main::f", Kind::Function, same), Verdict::Interesting);
    }
}
