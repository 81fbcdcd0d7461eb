//! The suite `abi`: calls functions with random signatures in all directions between our code, LLVM's Rust
//! code and C.
//!
//! For each program:
//! 1. [`model`] makes definitions and signatures from a seed. [`rust_side`] and [`c_side`] write them as
//!    sources.
//! 2. The backend and LLVM compile the same Rust library, and the C compiler compiles the C file. A main
//!    program calls every callee from every caller.
//! 3. The arguments and the result that arrive must be the same as when LLVM's code calls LLVM's code. If
//!    LLVM's Rust code and C disagree, C is not compared.
//!
//! Aggregates have alignments up to 4096, and each callee checks whether its arguments are aligned. Vectors
//! have 64 to 512 bits, if the processor has such registers.
//!
//! [`crate::random`] describes `CLIF_SEED` and `CLIF_COUNT`.

mod c_side;
mod model;
mod rust_side;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Result, bail};
use build_system::files::{self, Mode};
use build_system::process;

use self::model::{Machine, Model, USUAL_VECTOR};
use crate::compilers::BothCompilers;
use crate::context::Context;
use crate::random::{Amount, Program, programs};
use crate::suite::{Group, Plan};
use crate::target::TestTarget;

/// The number of signatures.
const AMOUNT: Amount = Amount { usual: 200, long: 4000, per_program: 50 };
/// The time limit of one compilation.
const COMPILE_LIMIT: Duration = Duration::from_secs(300);
/// The time limit of one program.
const RUN_LIMIT: Duration = Duration::from_secs(60);
/// How many signatures with differences are shown.
const SHOWN: usize = 5;

/// The value that each call produced, by signature, caller and callee. `None` if the program ended during the
/// call.
type Results = BTreeMap<(usize, String, String), Option<u64>>;

/// Plans a case for each random program.
pub fn plan<'a>(context: &'a Context<'a>) -> Result<Plan<'a>> {
    let set_up = || {
        let compilers = BothCompilers::of(context)?;
        Ok(Setting { compilers, scratch: context.scratch("abi"), machine: machine(context.target) })
    };
    let programs = programs(context, &AMOUNT)?;
    Ok(Group::new(set_up).cases(programs, |program| program.name(), Setting::case).in_parallel())
}

/// The setup that all programs share.
struct Setting {
    /// The compilers.
    compilers: BothCompilers,
    /// The folder of all files.
    scratch: PathBuf,
    /// What the machine's functions can take.
    machine: Machine,
}

/// Whether a target has the convention `extern "win64"`.
pub fn has_win64(target: TestTarget) -> bool {
    machine(target).has_win64
}

/// Returns what functions of a target can take.
fn machine(target: TestTarget) -> Machine {
    let small = Machine {
        widest_vector: 0,
        has_win64: false,
        // gcc has them on riscv64 from version 13 on.
        has_half_in_c: false,
        trusts_c_with_variadics: false,
    };
    match target.name() {
        "x86_64" => Machine {
            widest_vector: if target.is_host { widest_of_host() } else { USUAL_VECTOR },
            has_win64: true,
            has_half_in_c: true,
            trusts_c_with_variadics: true,
        },
        "aarch64" => Machine { widest_vector: USUAL_VECTOR, has_half_in_c: true, ..small },
        _ => small,
    }
}

/// Returns the size in bytes of the largest vector registers of this processor.
fn widest_of_host() -> usize {
    #[cfg(target_arch = "x86_64")]
    {
        if std::arch::is_x86_feature_detected!("avx512f") {
            return 64;
        }
        if std::arch::is_x86_feature_detected!("avx") {
            return 32;
        }
    }
    USUAL_VECTOR
}

impl Setting {
    /// Tests one program. Its folder stays if there is a difference.
    fn case(&self, program: &Program) -> Result<()> {
        let folder = self.scratch.join(program.name());
        files::remove(&folder)?;
        let model = Model::random(program.seed, program.size, self.machine);
        let library = rust_side::library(&model);
        for (name, text) in [
            ("clif.rs", &library),
            ("llvm.rs", &library),
            ("main.rs", &rust_side::main(&model)),
            ("c.c", &c_side::file(&model)),
        ] {
            files::write_file(&folder.join(name), text.as_bytes(), Mode::Plain)?;
        }
        let optimised = program.seed.is_multiple_of(2);
        self.build(&folder, optimised)?;
        let results = call_all(self.compilers.target, &folder.join("program"))?;
        let differences = differences(&model, &results);
        if !differences.is_empty() {
            bail!("{} differences; see {}{}", differences.len(), folder.display(), shown(&differences));
        }
        files::remove(&folder)
    }

    fn build(&self, folder: &Path, optimised: bool) -> Result<()> {
        let level = if optimised { "-Copt-level=3" } else { "-Copt-level=0" };
        let rust = |mut command: Command, source: &str, arguments: &[&str]| {
            command.current_dir(folder).env("RUSTC_BOOTSTRAP", "1").env("CLIF_VERIFY", "1");
            command
                .args(["--edition=2024", "-Coverflow-checks=off", "-L.", level])
                .args(arguments)
                .arg(source);
            compile(&mut command)
        };
        rust(self.compilers.clif(), "clif.rs", &["--crate-type=rlib"])?;
        rust(self.compilers.llvm(), "llvm.rs", &["--crate-type=rlib"])?;
        let mut c = self.compilers.target.c_compiler();
        c.current_dir(folder).args(["-w", "-c", "-o", "c.o", if optimised { "-O3" } else { "-O0" }, "c.c"]);
        c.args(match self.machine.widest_vector {
            64 => Some("-mavx512f"),
            32 => Some("-mavx"),
            _ => None,
        });
        compile(&mut c)?;
        rust(
            self.compilers.llvm(),
            "main.rs",
            &["--extern=clif", "--extern=llvm", "-Clink-arg=c.o", "-oprogram"],
        )
    }
}

/// Runs the program. If a call ends it, it is run again from the next call on.
fn call_all(target: TestTarget, program: &Path) -> Result<Results> {
    let mut results = Results::new();
    let mut skipped = 0;
    loop {
        let mut command = target.program(program);
        command.arg(skipped.to_string()).env_remove("LD_LIBRARY_PATH");
        let outcome = process::run_limited(&mut command, b"", RUN_LIMIT)?;
        let output = String::from_utf8_lossy(&outcome.stdout);
        results.extend(read_results(&output));
        let Some((index, from, to)) =
            results.keys().max_by_key(|(index, from, to)| (*index, rank(from), rank(to)))
        else {
            bail!("the program did not call any function ({})", outcome.status_text());
        };
        if output.ends_with("done\n") {
            return Ok(results);
        }
        skipped = (index * SIDES.len() + rank(from)) * SIDES.len() + rank(to) + 1;
    }
}

/// The callers and callees, in the program's order.
const SIDES: [&str; 3] = ["clif", "llvm", "c"];

fn rank(side: &str) -> usize {
    SIDES.iter().position(|name| *name == side).unwrap_or_default()
}

fn compile(command: &mut Command) -> Result<()> {
    let outcome = process::run_limited(command, b"", COMPILE_LIMIT)?;
    if !outcome.succeeded() {
        let errors =
            String::from_utf8_lossy(&outcome.stderr).lines().take(20).collect::<Vec<_>>().join("\n    ");
        bail!("`{}` failed ({}):\n    {errors}", process::shown(command), outcome.status_text());
    }
    Ok(())
}

/// Parses the program's output: a line before each call, and one after it.
fn read_results(output: &str) -> Results {
    let mut results = Results::new();
    let mut current = None;
    for line in output.lines() {
        match line.split(' ').collect::<Vec<_>>()[..] {
            ["begin", index, from, to] => {
                let key = (index.parse().unwrap_or_default(), from.to_owned(), to.to_owned());
                results.insert(key.clone(), None);
                current = Some(key);
            }
            ["end", value] => {
                if let Some(key) = current.take() {
                    results.insert(key, value.parse().ok());
                }
            }
            _ => {}
        }
    }
    results
}

/// Describes the wrong results, with one text for each signature.
fn differences(model: &Model, results: &Results) -> Vec<String> {
    let mut found = Vec::new();
    for (index, signature) in model.signatures.iter().enumerate() {
        let result =
            |from: &str, to: &str| results.get(&(index, from.to_owned(), to.to_owned())).copied().flatten();
        let in_c = model.exists_in_c(signature);
        // On x86_64, LLVM 22 does not save vector registers on entry to a C-variadic function whose prologue
        // probes the stack in a loop (the frame has more than 8 pages, or pages for an alignment):
        // `VASTART_SAVE_XMM_REGS` is missing, and the function reads garbage. Then C's own result is the
        // expected one.
        let trusts_c = model.machine.trusts_c_with_variadics && signature.variable.is_some();
        let (expected, others) = match (result("llvm", "llvm"), result("c", "c")) {
            (llvm, c) if in_c && trusts_c && llvm != c => (c, &["c"][..]),
            (llvm, _) if in_c => (llvm, &["llvm", "c"][..]),
            (llvm, _) => (llvm, &["llvm"][..]),
        };
        // If C and LLVM disagree how to pass a value, they are not a reference. One of the two calls may have
        // the expected result by chance.
        let agrees_with_c =
            others.len() == 1 || result("llvm", "c") == expected && result("c", "llvm") == expected;
        let pairs = others.iter().flat_map(|&other| [("clif", other), (other, "clif")]);
        let wrong: Vec<String> = [("clif", "clif")]
            .into_iter()
            .chain(pairs)
            .filter(|&(from, to)| {
                let has_reference = agrees_with_c || ![from, to].contains(&"c");
                result(from, to) != expected && has_reference || expected.is_none()
            })
            .map(|(from, to)| format!("{from} calls {to}"))
            .collect();
        if !wrong.is_empty() {
            found.push(format!("{index}: {}: {}", wrong.join(", "), rust_side::shown(model, signature)));
        }
    }
    found
}

fn shown(differences: &[String]) -> String {
    differences.iter().take(SHOWN).map(|text| format!("\n    {text}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MACHINE: Machine = Machine {
        widest_vector: USUAL_VECTOR,
        has_win64: true,
        has_half_in_c: true,
        trusts_c_with_variadics: true,
    };

    fn output(values: [u64; 9]) -> String {
        let pairs = SIDES.iter().flat_map(|from| SIDES.iter().map(move |to| (from, to)));
        pairs.zip(values).map(|((from, to), value)| format!("begin 0 {from} {to}\nend {value}\n")).collect()
    }

    fn wrong(values: [u64; 9]) -> usize {
        wrong_of(false, values)
    }

    fn wrong_of(variadic: bool, values: [u64; 9]) -> usize {
        let mut model = Model::random(1, 40, MACHINE);
        model.signatures.retain(|signature| {
            signature.convention == model::Convention::C && signature.variable.is_some() == variadic
        });
        model.signatures.truncate(1);
        differences(&model, &read_results(&output(values))).len()
    }

    #[test]
    fn differences_are_found_in_each_direction() {
        assert_eq!(wrong([5; 9]), 0);
        for index in [0, 1, 2, 3, 6] {
            let mut values = [5; 9];
            values[index] = 6;
            assert_eq!(wrong(values), 1, "{index}");
        }
        // LLVM and C differ: our code must agree with LLVM's, whatever C's result is.
        assert_eq!(wrong([5, 5, 9, 5, 5, 8, 9, 8, 5]), 0);
    }

    /// LLVM's variadic function reads garbage: our code must agree with C's.
    #[test]
    fn c_tells_what_is_right_where_llvm_does_not() {
        let values = [5, 7, 5, 5, 8, 5, 5, 9, 5];
        assert_eq!((wrong_of(true, values), wrong_of(false, values)), (0, 1));
        for index in [0, 2, 6] {
            let mut values = values;
            values[index] = 6;
            assert_eq!(wrong_of(true, values), 1, "{index}");
        }
    }

    #[test]
    fn a_program_that_ends_early_is_a_difference() {
        let mut model = Model::random(1, 20, MACHINE);
        model.signatures.truncate(1);
        assert_eq!(differences(&model, &read_results("begin 0 clif clif\n")).len(), 1);
    }
}
