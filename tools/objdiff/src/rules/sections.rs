//! The rules of sections.

use super::{OTHER_CODE, OTHER_MACHINE, Rule, Verdict, When};
use crate::layers::sections;
use crate::model::{Difference, Kind, Property, Relation};
use crate::view::Machine;

pub const RULES: &[Rule] = &[
    Rule {
        property: sections::SIZE,
        when: OTHER_CODE,
        verdict: Verdict::Interesting,
        reason: "code of other backends and machines has another size",
    },
    Rule {
        property: sections::ALIGNMENT,
        when: When::new("other code, both valid", is_valid_code_alignment),
        verdict: Verdict::Expected,
        reason: "each backend aligns functions as it likes, if the machine can run them",
    },
    Rule {
        property: sections::PRESENCE,
        when: When::new("other code, private constants", is_of_private_constants),
        verdict: Verdict::Expected,
        reason: "private constants have no names that could be compared; the data layer reads them by their use",
    },
    Rule {
        property: sections::PRESENCE,
        when: When::new("other backend, .rodata*, .text or .text..L*", is_of_the_backend),
        verdict: Verdict::Expected,
        reason: "each backend chooses where it keeps constants and jump tables of its own",
    },
    Rule {
        property: sections::PRESENCE,
        when: When::new("other backend, unwind tables", is_of_unwind_tables),
        verdict: Verdict::Expected,
        reason: "unwind tables are in one section or several; the unwinding layer reads them",
    },
    Rule {
        property: sections::PRESENCE,
        when: When::new("other machine, .riscv.attributes", |difference, relation| {
            difference.subject.name == ".riscv.attributes" && (OTHER_MACHINE.holds)(difference, relation)
        }),
        verdict: Verdict::Expected,
        reason: "only riscv64 has such attributes",
    },
    Rule {
        property: sections::TYPE,
        when: When::new("other machine, .eh_frame", |difference, relation| {
            difference.subject.name == ".eh_frame" && (OTHER_MACHINE.holds)(difference, relation)
        }),
        verdict: Verdict::Expected,
        reason: "x86_64 has a section type of its own for unwind tables",
    },
    shared(sections::NAME),
    shared(sections::TYPE),
    shared(sections::FLAGS),
    shared(sections::ALIGNMENT),
    shared(sections::ENTRY_SIZE),
];

/// A function or static may have a section of its own on one side only. Then only that side has facts.
const fn shared(property: Property) -> Rule {
    let holds: fn(&Difference, &Relation) -> bool = |difference, relation| {
        let is_definition = matches!(difference.subject.kind, Kind::Function | Kind::Static);
        is_definition && difference.values.contains(&None) && !relation.same_backend()
    };
    Rule {
        property,
        when: When::new("other backend, shared section", holds),
        verdict: Verdict::Expected,
        reason: "on one side, it is in a section with others",
    }
}

/// Whether the machines can run a function with either alignment.
fn is_valid_code_alignment(difference: &Difference, relation: &Relation) -> bool {
    let is_valid = |side: usize| {
        let value = difference.values[side].as_ref().and_then(|value| value.parse::<u64>().ok());
        value.is_some_and(|value| value >= smallest_instruction_alignment(relation.machines[side]))
    };
    difference.subject.kind == Kind::Function && !relation.same_code() && is_valid(0) && is_valid(1)
}

/// How instructions have to be aligned. On riscv64, that is 2 with compressed instructions (the C extension),
/// which all targets of this project have.
fn smallest_instruction_alignment(machine: Machine) -> u64 {
    match machine {
        Machine::X86_64 => 1,
        Machine::Aarch64 => 4,
        Machine::Riscv64 => 2,
    }
}

/// Whether a section has a private constant: LLVM's begin with `.Lanon.`, ours with `.Lalloc.`.
fn is_of_private_constants(difference: &Difference, relation: &Relation) -> bool {
    let name = &difference.subject.name;
    !relation.same_code() && (name.contains("..Lanon.") || name.contains("..Lalloc."))
}

/// Sections with functions and statics are reported as facts about these.
fn is_of_the_backend(difference: &Difference, relation: &Relation) -> bool {
    let Difference { subject, .. } = difference;
    // Functions without a symbol, such as our shims of variadic calls, have names that begin with `.L`.
    let is_own = subject.name.starts_with(".rodata")
        || subject.name == ".text"
        || subject.name.starts_with(".text..L");
    !relation.same_backend() && subject.kind == Kind::Section && is_own
}

fn is_of_unwind_tables(difference: &Difference, relation: &Relation) -> bool {
    let name = &difference.subject.name;
    !relation.same_backend() && (name.starts_with(".gcc_except_table") || name == ".eh_frame")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Backend;
    use crate::report::samples::finding;
    use crate::rules::judge;

    fn verdict(name: &str, kind: Kind, property: Property, values: [&str; 2], machine: Machine) -> Verdict {
        let mut difference = finding(name, property, Verdict::Wrong).difference;
        difference.subject.kind = kind;
        difference.values = values.map(|value| Some(value.to_owned()));
        let relation = Relation { machines: [machine; 2], backends: [Backend::Llvm, Backend::Clif] };
        judge(&difference, &relation).0
    }

    #[test]
    fn functions_may_have_any_alignment_that_runs() {
        let alignment = |kind, values, machine| verdict("f", kind, sections::ALIGNMENT, values, machine);
        assert_eq!(alignment(Kind::Function, ["16", "1"], Machine::X86_64), Verdict::Expected);
        assert_eq!(alignment(Kind::Function, ["16", "4"], Machine::Aarch64), Verdict::Expected);
        assert_eq!(alignment(Kind::Function, ["16", "2"], Machine::Aarch64), Verdict::Wrong);
        assert_eq!(alignment(Kind::Function, ["1", "2"], Machine::Riscv64), Verdict::Wrong);
        assert_eq!(alignment(Kind::Static, ["16", "1"], Machine::X86_64), Verdict::Wrong);
    }

    #[test]
    fn sections_of_their_own_are_not_needed() {
        let mut difference = finding("S", sections::FLAGS, Verdict::Wrong).difference;
        difference.subject.kind = Kind::Static;
        let relation =
            |backend| Relation { machines: [Machine::X86_64; 2], backends: [Backend::Llvm, backend] };
        assert_eq!(judge(&difference, &relation(Backend::Clif)).0, Verdict::Wrong, "other flags");
        difference.values[1] = None;
        assert_eq!(judge(&difference, &relation(Backend::Clif)).0, Verdict::Expected);
        assert_eq!(judge(&difference, &relation(Backend::Llvm)).0, Verdict::Interesting);
    }

    #[test]
    fn only_sections_without_meaning_may_be_missing() {
        let presence =
            |name| verdict(name, Kind::Section, sections::PRESENCE, ["present", ""], Machine::X86_64);
        for name in [".data.rel.ro..Lalloc.3", ".rodata..Lanon.1", ".rodata.cst16", ".gcc_except_table"] {
            assert_eq!(presence(name), Verdict::Expected, "{name}");
        }
        for name in [".data.rel.ro.FOO", ".init_array", ".text.f", ".note.GNU-stack"] {
            assert_eq!(presence(name), Verdict::Wrong, "{name}");
        }
    }
}
