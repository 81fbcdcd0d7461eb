//! Chooses the targets that are tested, and their cases.
//!
//! `--target` chooses them. Otherwise, words select cases of the host. Without words, everything is tested
//! for the host. Of the other targets, [`SAMPLE`] is tested, or everything with `--all`.

use anyhow::Result;

use crate::context::Context;
use crate::runner::Round;
use crate::selection::Selection;
use crate::suites::SUITES;
use crate::target::TestTarget;

/// The cases that every `./y.sh test` runs for the other targets, as words of the command line, with the
/// reason why they are in the sample. All of them may take six minutes for a target, on two cores.
const SAMPLE: &[(&str, &str)] = &[
    ("golden", "CLIF that differs between machines"),
    ("abi", "the placement of arguments and results"),
    ("fuzz/seed-1", "arithmetic, aggregates, panics"),
    ("fuzz/seed-2", "the same"),
    ("fuzz/seed-3", "the same"),
    ("limits", "frames"),
    ("intrinsics", "all functions of `core::arch`"),
    ("assembly", "operands of each register class, and messages of LLVM"),
    ("sections", "the object file"),
    ("lto/no_std", "a program with C, without std"),
    ("lto/cargo profiles: lto = true", "libraries for C programs, constructors, proc macros"),
    ("incremental/edits", "objects of the incremental cache"),
    ("backtraces/line tables", "unwind tables and line tables"),
    ("debug-info/closures", "registers and locations of variables"),
    ("debugger/clif/closures", "a session in gdb"),
    ("codegen-errors/main", "the start of a program"),
    ("small-project-tests/rand_core", "cargo's tests and doc tests, through the emulator"),
    ("run-pass/asm_aarch64", "inline assembly"),
    ("run-pass/asm_details_aarch64", "inline and global assembly, naked functions"),
    ("run-pass/asm_details_riscv64", "the same"),
    ("run-pass/asm_riscv64", "inline assembly"),
    ("run-pass/asm_unwind", "inline assembly and landing pads"),
    ("run-pass/atomics", "atomic operations"),
    ("run-pass/big_frames", "probes of the stack"),
    ("run-pass/c_abi_structs", "C's convention"),
    ("run-pass/c_variadic", "C-variadic calls and definitions"),
    ("run-pass/deep_recursion", "frames of many calls"),
    ("run-pass/float_arithmetic", "floats, with 16 and 128 bits"),
    ("run-pass/float_casts", "conversions of floats"),
    ("run-pass/global_allocator", "the allocator shim"),
    ("run-pass/int128", "values in two registers"),
    ("run-pass/int_arithmetic", "overflow of integers"),
    ("run-pass/int_bits", "instructions for bits"),
    ("run-pass/intrinsics", "intrinsics of Rust and LLVM"),
    ("run-pass/large_values", "copies of memory"),
    ("run-pass/linkage", "symbols and relocations"),
    ("run-pass/many_arguments", "arguments on the stack"),
    ("run-pass/panic", "unwinding"),
    ("run-pass/simd", "vectors"),
    ("run-pass/stack_overflow", "the guard page"),
    ("run-pass/statics", "relocations of data"),
    ("run-pass/switch", "jump tables"),
    ("run-pass/tail_calls", "explicit tail calls"),
    ("run-pass/thread_locals", "models of thread-local storage"),
    ("run-pass/threads", "memory ordering"),
    ("run-pass/trait_objects", "calls by pointer"),
    ("run-pass/unwind", "landing pads"),
];

/// Returns the rounds of a run. `context` is that of the host.
pub fn of<'a>(context: &Context<'a>, words: &[String], targets: &[String]) -> Result<Vec<Round<'a>>> {
    let round = |target: TestTarget, words: Vec<String>| -> Result<Round<'a>> {
        let selection = Selection::new(words, context.all, target, SUITES)?;
        Ok(Round { context: context.with_target(target), selection })
    };
    if !targets.is_empty() {
        return targets.iter().map(|name| round(TestTarget::named(name)?, words.to_vec())).collect();
    }
    let sample = || SAMPLE.iter().map(|(word, _)| (*word).to_owned()).collect();
    let is_tested = |target: &TestTarget| target.is_host || words.is_empty();
    let words_for =
        |target: TestTarget| if target.is_host || context.all { words.to_vec() } else { sample() };
    let tested = TestTarget::all()?.into_iter().filter(is_tested);
    tested.map(|target| round(target, words_for(target))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suite::{Schedule, Targets};

    #[test]
    fn the_sample_selects_suites_of_each_target() {
        for (word, reason) in SAMPLE {
            let name = word.split('/').next().unwrap_or_default();
            let suite = SUITES.iter().find(|suite| suite.name == name);
            let suite = suite.unwrap_or_else(|| panic!("{word}: there is no suite {name}"));
            assert!(suite.targets == Targets::Each && suite.schedule == Schedule::Always, "{word}");
            assert!(!reason.is_empty(), "{word}");
        }
    }
}
