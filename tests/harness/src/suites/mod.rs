//! The table of test suites.
//!
//! `docs/contributing.md` says how to add a suite.

mod abi;
mod abi_cafe;
mod assembly;
mod backtraces;
mod bench;
mod cargo_clif;
mod closed_pipes;
mod code_size;
mod codegen_errors;
pub mod debug_info;
mod debug_info_options;
mod debug_versions;
mod debugger;
mod emit;
mod example;
mod faults;
mod flags;
mod fuzz;
mod golden;
mod golden_kinds;
mod incremental;
mod interruption;
mod intrinsics;
mod libtest;
mod limits;
mod linkers;
mod lints;
mod lto;
mod lto_symbols;
mod objdiff;
mod objects;
mod observability;
mod optimised_values;
mod other_machines;
mod own_std;
pub mod project_tests;
mod projects;
mod run_pass;
mod rustdoc_clif;
mod scaling;
mod sections;
mod soft_floats;
mod std_tests;
mod tidy;
mod tokens;
mod volatile;

use crate::suite::{Schedule, Suite, Targets};

/// All suites, in the order in which they run. Quick suites that find most bugs come first.
pub const SUITES: &[Suite] = &[
    Suite {
        name: "build-system",
        description: "tests of the build system, of the test harness, of the object diff and of cargo-clif",
        schedule: Schedule::Always,
        targets: Targets::Host("it tests programs of the host"),
        plan: libtest::plan_build_system,
    },
    Suite {
        name: "tidy",
        description: "rules about the project's own files: lengths, docs, imports, words, paths",
        schedule: Schedule::Always,
        targets: Targets::Host("it compiles nothing"),
        plan: tidy::plan,
    },
    Suite {
        name: "lints",
        description: "formatting and clippy",
        schedule: Schedule::Always,
        targets: Targets::Host("it compiles nothing that is run"),
        plan: lints::plan,
    },
    Suite {
        name: "engine",
        description: "tests of clif_engine, compiled by rustc 1.96.0",
        schedule: Schedule::Always,
        targets: Targets::Host("its tests cover the machines"),
        plan: libtest::plan_engine,
    },
    Suite {
        name: "golden",
        description: "tests/golden: the CLIF of small functions (BLESS=1 rewrites the expected files)",
        schedule: Schedule::Always,
        targets: Targets::Each,
        plan: golden::plan,
    },
    Suite {
        name: "run-pass",
        description: "tests/run-pass: programs whose output and exit status must equal LLVM's",
        schedule: Schedule::Always,
        targets: Targets::Each,
        plan: run_pass::plan,
    },
    Suite {
        name: "abi",
        description: "random signatures, called in all directions between our code, LLVM's and C",
        schedule: Schedule::Always,
        targets: Targets::Each,
        plan: abi::plan,
    },
    Suite {
        name: "limits",
        description: "the largest frames and arguments: below the limits they compile, above there is one message",
        schedule: Schedule::Always,
        targets: Targets::Each,
        plan: limits::plan,
    },
    Suite {
        name: "abi-cafe",
        description: "the tests of the package abi-cafe: calls between our code, LLVM's and C, with the same results as LLVM's",
        schedule: Schedule::OnRequest,
        targets: Targets::Each,
        plan: abi_cafe::plan,
    },
    Suite {
        name: "fuzz",
        description: "random programs, whose output must equal that with LLVM",
        schedule: Schedule::Always,
        targets: Targets::Each,
        plan: fuzz::plan,
    },
    Suite {
        name: "intrinsics",
        description: "vendor intrinsics: the same instructions on the same arguments, or the same results, as in LLVM's code",
        schedule: Schedule::Always,
        targets: Targets::Each,
        plan: intrinsics::plan,
    },
    Suite {
        name: "assembly",
        description: "LLVM in the process: messages about wrong assembly, and that it stays unused without assembly",
        schedule: Schedule::Always,
        targets: Targets::Each,
        plan: assembly::plan,
    },
    Suite {
        name: "codegen-errors",
        description: "tests/codegen-errors, and programs that name `main`: the errors must equal LLVM's",
        schedule: Schedule::Always,
        targets: Targets::Each,
        plan: codegen_errors::plan,
    },
    Suite {
        name: "volatile",
        description: "tests/volatile: the volatile and atomic accesses that a program makes are those of LLVM's",
        schedule: Schedule::Always,
        targets: Targets::Each,
        plan: volatile::plan,
    },
    Suite {
        name: "incremental",
        description: "reuse of CGUs, edits, damaged caches, the same bytes with any number of threads",
        schedule: Schedule::Always,
        targets: Targets::Each,
        plan: incremental::plan,
    },
    Suite {
        name: "tokens",
        description: "make -j3: threads at work, seen from outside, never exceed make's tokens",
        schedule: Schedule::Always,
        targets: Targets::Host("threads and tokens do not depend on the target"),
        plan: tokens::plan,
    },
    Suite {
        name: "interruption",
        description: "kill -9, Ctrl-C, worker panics, failing tokens",
        schedule: Schedule::Always,
        targets: Targets::Host("ends of the compiler do not depend on the target"),
        plan: interruption::plan,
    },
    Suite {
        name: "observability",
        description: "times, sizes and profiles that the compiler reports on request",
        schedule: Schedule::Always,
        targets: Targets::Host("reports do not depend on the target"),
        plan: observability::plan,
    },
    Suite {
        name: "debugger",
        description: "tests/debugger: sessions in gdb and lldb with our programs and LLVM's",
        schedule: Schedule::Always,
        targets: Targets::Each,
        plan: debugger::plan,
    },
    Suite {
        name: "split-debug-info",
        description: "tests/debugger with all kinds of split debug information, after incremental rebuilds",
        schedule: Schedule::OnRequest,
        targets: Targets::Each,
        plan: debugger::plan_split,
    },
    Suite {
        name: "debug-info",
        description: "everything in LLVM's debug information is in ours: some programs",
        schedule: Schedule::Always,
        targets: Targets::Each,
        plan: debug_info::plan,
    },
    Suite {
        name: "debug-info-options",
        description: "flags that change what debug information says about files, or where it is",
        schedule: Schedule::Always,
        targets: Targets::Each,
        plan: debug_info_options::plan,
    },
    Suite {
        name: "debug-versions",
        description: "DWARF 2 to 5, linked, split and packed, with and without LTO: read by readelf, llvm-dwarfdump and gdb",
        schedule: Schedule::Always,
        targets: Targets::Each,
        plan: debug_versions::plan,
    },
    Suite {
        name: "all-debug-versions",
        description: "the same in all other combinations",
        schedule: Schedule::OnRequest,
        targets: Targets::Each,
        plan: debug_versions::plan_all,
    },
    Suite {
        name: "sections",
        description: "the names of objects' sections, which linker scripts use, and the compiler's version in them",
        schedule: Schedule::Always,
        targets: Targets::Each,
        plan: sections::plan,
    },
    Suite {
        name: "objdiff",
        description: "the object diff finds every fault that is planted in an object, and nothing else",
        schedule: Schedule::Always,
        targets: Targets::Each,
        plan: objdiff::plan,
    },
    Suite {
        name: "objects",
        description: "readelf, llvm-dwarfdump --verify and eu-elflint find nothing wrong that is right in LLVM's files",
        schedule: Schedule::Always,
        targets: Targets::Each,
        plan: objects::plan,
    },
    Suite {
        name: "linkers",
        description: "GNU ld, lld, mold and wild link programs and shared libraries, which run as LLVM's do",
        schedule: Schedule::Always,
        targets: Targets::Each,
        plan: linkers::plan,
    },
    Suite {
        name: "backtraces",
        description: "RUST_BACKTRACE=1 with each kind of debug information and without: the frames of LLVM's program",
        schedule: Schedule::Always,
        targets: Targets::Each,
        plan: backtraces::plan,
    },
    Suite {
        name: "optimised-values",
        description: "variables of optimised programs in gdb, after each instruction: never wrong, rarely unknown",
        schedule: Schedule::Always,
        targets: Targets::Each,
        plan: optimised_values::plan,
    },
    Suite {
        name: "all-debug-info",
        description: "the same for all programs of run-pass and debugger, and ripgrep",
        schedule: Schedule::OnRequest,
        targets: Targets::Each,
        plan: debug_info::plan_all,
    },
    Suite {
        name: "emit",
        description: "the files and messages of every `--emit`, which must equal LLVM's",
        schedule: Schedule::Always,
        targets: Targets::Each,
        plan: emit::plan,
    },
    Suite {
        name: "faults",
        description: "outputs that cannot be written, and programs that are missing: one message, nothing left behind",
        schedule: Schedule::Always,
        targets: Targets::Host("faults of files do not depend on the target"),
        plan: faults::plan,
    },
    Suite {
        name: "flags",
        description: "every option of the compiler has the documented effect; targets as with LLVM",
        schedule: Schedule::Always,
        targets: Targets::Host("it compiles for the targets that its options are about"),
        plan: flags::plan,
    },
    Suite {
        name: "cargo-clif",
        description: "what users rely on when they build their own projects with dist/bin/cargo-clif",
        schedule: Schedule::Always,
        targets: Targets::Host("users' commands do not depend on the target"),
        plan: cargo_clif::plan,
    },
    Suite {
        name: "example",
        description: "the example workspace with Cranelift and LLVM",
        schedule: Schedule::Always,
        targets: Targets::Host("it is what the host's users run first"),
        plan: example::plan,
    },
    Suite {
        name: "lto",
        description: "LTO and combined CGUs: cargo projects, C programs, and each run-pass program in one way",
        schedule: Schedule::Always,
        targets: Targets::Each,
        plan: lto::plan,
    },
    Suite {
        name: "lto-programs",
        description: "LTO and combined CGUs: each run-pass program in every way",
        schedule: Schedule::OnRequest,
        targets: Targets::Each,
        plan: lto::plan_programs,
    },
    Suite {
        name: "own-std",
        description: "std compiled by the backend: -Zbuild-std, ./y.sh build --sysroot clif",
        schedule: Schedule::OnRequest,
        targets: Targets::Each,
        plan: own_std::plan,
    },
    Suite {
        name: "own-std-programs",
        description: "each run-pass program with a std that the backend compiled",
        schedule: Schedule::OnRequest,
        targets: Targets::Each,
        plan: own_std::plan_programs,
    },
    Suite {
        name: "projects",
        description: "ripgrep, and a program with C and assembly: they print the same as when LLVM compiled them",
        schedule: Schedule::Always,
        targets: Targets::Each,
        plan: projects::plan,
    },
    Suite {
        name: "small-project-tests",
        description: "the tests and doc tests of real projects, which must pass and fail as with LLVM: small ones",
        schedule: Schedule::Always,
        targets: Targets::Each,
        plan: project_tests::plan,
    },
    Suite {
        name: "project-tests",
        description: "the same for all other projects",
        schedule: Schedule::OnRequest,
        targets: Targets::Each,
        plan: project_tests::plan_others,
    },
    Suite {
        name: "bench",
        description: "./y.sh bench on the smallest project: the shape of its report, not its figures",
        schedule: Schedule::Always,
        targets: Targets::Host("it tests a report"),
        plan: bench::plan,
    },
    Suite {
        name: "code-size",
        description: "the code of tests/bench/programs, compiled for debugging, is not larger than LLVM's",
        schedule: Schedule::Always,
        targets: Targets::Each,
        plan: code_size::plan,
    },
    Suite {
        name: "scaling",
        description: "codegen's work grows no faster than allowed with the program, in instructions that valgrind counts",
        schedule: Schedule::OnRequest,
        targets: Targets::Host("it counts instructions of the compiler on the host"),
        plan: scaling::plan,
    },
    Suite {
        name: "std-tests",
        description: "the standard library's own tests, with the same results as with LLVM: a part",
        schedule: Schedule::Always,
        targets: Targets::Each,
        plan: std_tests::plan,
    },
    Suite {
        name: "all-std-tests",
        description: "the same for the rest of them (takes half an hour)",
        schedule: Schedule::OnRequest,
        targets: Targets::Each,
        plan: std_tests::plan_all,
    },
    Suite {
        name: "own-std-tests",
        description: "all of them with a std that the backend compiled (takes half an hour)",
        schedule: Schedule::OnRequest,
        targets: Targets::Each,
        plan: std_tests::plan_own,
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    /// The text of `tests/README.md`.
    const README: &str = include_str!("../../../README.md");

    #[test]
    fn the_readme_names_every_suite() {
        for suite in SUITES {
            assert!(README.contains(&format!("`{}`", suite.name)), "tests/README.md lacks {}", suite.name);
        }
    }

    #[test]
    fn the_readme_has_one_section_for_each_subject() {
        let headings: Vec<&str> = README.lines().filter_map(|line| line.strip_prefix("## ")).collect();
        for (index, heading) in headings.iter().enumerate() {
            assert!(!headings[..index].contains(heading), "two sections are called {heading}");
            let names = heading.split_once(": ").map_or("", |(_, names)| names);
            for name in names.split(", ").filter(|name| !name.is_empty()) {
                assert!(SUITES.iter().any(|suite| suite.name == name), "there is no suite {name}");
            }
        }
        assert!(headings.len() > 10);
    }

    #[test]
    fn suites_have_different_names_that_a_filter_can_tell_apart() {
        for (index, suite) in SUITES.iter().enumerate() {
            assert!(!suite.name.contains('/'));
            assert!(SUITES.iter().enumerate().all(|(other, row)| other == index || row.name != suite.name));
        }
    }
}
