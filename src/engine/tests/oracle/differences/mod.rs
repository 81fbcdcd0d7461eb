//! The intended differences between the two objects, each with its reason.
//!
//! To add one, add a row to [`DIFFERENCES`] with a function that accepts exactly these discrepancies. In the
//! reasons, "it" is `cranelift-object`; docs/architecture.md has the locations in its source.

mod code;
mod sections;
mod symbols;
mod thread_locals;
mod unwinding;

use crate::case::{Case, Machine};
use crate::compare::Discrepancy;

/// A row of the table.
pub struct Difference {
    pub name: &'static str,
    /// The reason for the engine's choice.
    pub reason: &'static str,
    /// The machines on which the row has to explain a discrepancy.
    pub machines: &'static [Machine],
    pub explains: fn(&Case, &Discrepancy<'_>) -> bool,
}

const ALL: &[Machine] = &[Machine::X86_64, Machine::Aarch64, Machine::Riscv64];
const X86_64: &[Machine] = &[Machine::X86_64];
const AARCH64: &[Machine] = &[Machine::Aarch64];
const RISCV64: &[Machine] = &[Machine::Riscv64];

pub const DIFFERENCES: &[Difference] = &[
    Difference {
        name: "private symbols",
        reason: "Names that begin with `.L` are an assembler's private labels: references are to section + offset.",
        machines: ALL,
        explains: symbols::private,
    },
    Difference {
        name: "private symbols without bytes",
        reason: "The same; this test cannot tell where in the section they are.",
        machines: ALL,
        explains: symbols::private_without_bytes,
    },
    Difference {
        name: "unused imports",
        reason: "An import that nothing refers to makes the linker search for it; it enters every declaration.",
        machines: ALL,
        explains: symbols::unused_import,
    },
    Difference {
        name: "weak imports",
        reason: "It cannot import weakly: the link fails where `extern_weak` wants null.",
        machines: ALL,
        explains: symbols::weak_import,
    },
    Difference {
        name: "hidden imports",
        reason: "It cannot say that what others define is in the same executable or shared object.",
        machines: ALL,
        explains: symbols::hidden_import,
    },
    Difference {
        name: "protected symbols",
        reason: "It cannot give this visibility.",
        machines: ALL,
        explains: symbols::protected,
    },
    Difference {
        name: "visibility of weak definitions",
        reason: "It has one kind of weak definition, which is visible everywhere.",
        machines: ALL,
        explains: symbols::weak_visibility,
    },
    Difference {
        name: "common symbols",
        reason: "It cannot define tentatively: two such definitions clash when they are linked.",
        machines: ALL,
        explains: symbols::common,
    },
    Difference {
        name: "aliases",
        reason: "It cannot give a function a second name.",
        machines: ALL,
        explains: symbols::alias,
    },
    Difference {
        name: "section names",
        reason: "It calls all sections of a kind `.subsection`, or cannot leave out the name.",
        machines: ALL,
        explains: sections::name,
    },
    Difference {
        name: "zero bytes",
        reason: "Bytes that are all zero take no space in our file; it does not look.",
        machines: ALL,
        explains: sections::zero_bytes,
    },
    Difference {
        name: "zeroed constants",
        reason: "It puts zeroed data into .bss, even read-only data.",
        machines: ALL,
        explains: sections::zeroed_constant,
    },
    Difference {
        name: "section types",
        reason: "It cannot set a type, so the linker does not treat `.init_array` and notes as what they are.",
        machines: ALL,
        explains: sections::kind,
    },
    Difference {
        name: "mergeable strings",
        reason: "It cannot say that the linker may keep one of each.",
        machines: ALL,
        explains: sections::mergeable,
    },
    Difference {
        name: "retained code",
        reason: "It can have the linker keep data, but not functions.",
        machines: ALL,
        explains: sections::retained,
    },
    Difference {
        name: "sections of functions",
        reason: "It cannot put a function into a section of its caller's choice.",
        machines: ALL,
        explains: sections::of_function,
    },
    Difference {
        name: "sections of thread-locals",
        reason: "It refuses them.",
        machines: ALL,
        explains: sections::of_thread_local,
    },
    Difference {
        name: "alignment of functions",
        reason: "It cannot be asked for more than Cranelift's minimum, and does not prefer more when optimising.",
        machines: ALL,
        explains: sections::function_alignment,
    },
    Difference {
        name: "GNU's ABI",
        reason: "GNU ld respects `SHF_GNU_RETAIN` only in objects that declare it.",
        machines: ALL,
        explains: sections::os_abi,
    },
    Difference {
        name: "landing pads",
        reason: "It cannot write an LSDA or name a personality routine: exceptions pass through `try_call`.",
        machines: ALL,
        explains: unwinding::landing_pads,
    },
    Difference {
        name: "reference to the personality routine",
        reason: "The same; and it has no section groups, of which the linker keeps one.",
        machines: ALL,
        explains: unwinding::personality,
    },
    Difference {
        name: "relative unwind tables",
        reason: "It writes absolute addresses into `.eh_frame`, which the dynamic linker has to relocate.",
        machines: ALL,
        explains: unwinding::address,
    },
    Difference {
        name: "unwinding at every instruction",
        reason: "Cranelift's rules are wrong while the stack is probed and at the end of epilogues: compile/unwind.rs.",
        machines: ALL,
        explains: unwinding::precise_unwinding,
    },
    Difference {
        name: "functions compiled elsewhere",
        reason: "It cannot merge the object that LLVM made of assembly and vendor intrinsics.",
        machines: ALL,
        explains: sections::compiled_elsewhere,
    },
    Difference {
        name: "the compiler's name",
        reason: "`.comment` has mergeable strings, which it cannot write.",
        machines: ALL,
        explains: sections::comment,
    },
    Difference {
        name: "attributes of code",
        reason: "It does not write `.riscv.attributes`, without which disassemblers do not know the extensions.",
        machines: RISCV64,
        explains: sections::attributes,
    },
    Difference {
        name: "direct references",
        reason: "With `is_pic`, Cranelift takes all addresses from the GOT; within a link, the distance is known.",
        machines: ALL,
        explains: code::direct,
    },
    Difference {
        name: "relaxable GOT references",
        reason: "psABI, B.2: the linker may rewrite these instructions; it writes the type that forbids it.",
        machines: X86_64,
        explains: code::relaxable,
    },
    Difference {
        name: "tail calls",
        reason: "AAELF64, 5.7: JUMP26 is for `b`, CALL26 for `bl`; it takes CALL26 for both.",
        machines: AARCH64,
        explains: code::jump,
    },
    Difference {
        name: "thread-local models",
        reason: "Cranelift has the general dynamic model only.",
        machines: ALL,
        explains: thread_locals::model,
    },
];

fn symbol<'c>(case: &'c Case, name: &str) -> Option<&'c clif_engine::cgu::Symbol> {
    case.cgu.symbols.lookup(name).map(|id| case.cgu.symbols.get(id))
}

fn definition<'c>(case: &'c Case, name: &str) -> Option<&'c clif_engine::cgu::DataDefinition> {
    let symbol = case.cgu.symbols.lookup(name)?;
    case.cgu.data.iter().find(|definition| definition.symbol == symbol)
}

fn function<'c>(case: &'c Case, name: &str) -> Option<&'c crate::case::Function> {
    let symbol = case.cgu.symbols.lookup(name)?;
    case.functions.iter().find(|function| function.symbol == symbol)
}
