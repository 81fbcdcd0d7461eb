//! The suite `volatile`: checks that all volatile and atomic accesses are made, and in order, in spite of the
//! optimiser.
//!
//! The program of `tests/volatile` runs functions on memory that cannot be accessed, so that the processor
//! (or QEMU) faults at each access, and prints all accesses. LLVM and the backend compile it, the backend at
//! each level of optimisation, and the outputs are compared by the rules of [`events`]. With `--all`, each
//! level is compared with the same level of LLVM.
//!
//! [`random`] adds functions made from a seed. Stores to local variables are not visible from outside, so for
//! these the machine code is inspected.

mod events;
mod random;

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use build_system::files::{self, Mode};
use build_system::parallel;
use build_system::process;

use crate::commands;
use crate::compilers::{BothCompilers, Compiler};
use crate::context::Context;
use crate::random::{Amount, Program, programs};
use crate::suite::{Group, Plan};

/// The number of random functions.
const AMOUNT: Amount = Amount { usual: 60, long: 2000, per_program: 60 };
/// The levels of the backend, each with the level of LLVM that it is compared with.
const LEVELS: [(&str, &str); 6] = [("0", "0"), ("1", "3"), ("2", "3"), ("3", "3"), ("s", "3"), ("z", "3")];
/// The levels for the functions in `tests/volatile` without `--all`. Random functions are always compiled at
/// every level.
const USUAL_LEVELS: [&str; 3] = ["0", "2", "s"];
/// The case of the functions in `tests/volatile`.
const TABLE: &str = "table";
/// The case of `tests/volatile/locals.rs`.
const LOCALS: &str = "locals";
/// The constants in it, as each machine's disassembler shows them. Each is in one instruction.
const CONSTANTS: [(&str, [&str; 3]); 3] = [
    ("x86_64", ["$0x501", "$0x502", "$0x503"]),
    ("aarch64", ["#0x501", "#0x502", "#0x503"]),
    ("riscv64", ["1281", "1282", "1283"]),
];
/// Further target features of a machine's programs, and QEMU's processor. On aarch64, exclusive pairs of
/// instructions never succeed when the processor traps in between, and the C library's functions for SVE have
/// instructions whose accesses the program does not know.
const PROCESSORS: [(&str, &str, &str); 1] = [("aarch64", "-Ctarget-feature=+lse", "max,sve=off")];
/// The flags that it is compiled with.
const LOCALS_FLAGS: [&[&str]; 4] = [&["-O"], &["-O", "-g"], &["-Copt-level=s", "-g"], &["-g"]];
/// The time limit of one compilation.
const COMPILE_LIMIT: Duration = Duration::from_secs(300);
/// The time limit of a program. A loop that waits for a flag must end.
const RUN_LIMIT: Duration = Duration::from_secs(60);

/// The source of a program.
#[derive(Clone, Copy)]
enum Source {
    Table,
    Locals,
    Random(Program),
}

impl Source {
    fn name(self) -> String {
        match self {
            Source::Table => TABLE.to_owned(),
            Source::Locals => LOCALS.to_owned(),
            Source::Random(program) => program.name(),
        }
    }
}

fn sources(context: &Context<'_>) -> Result<Vec<Source>> {
    let random = programs(context, &AMOUNT)?.into_iter().map(Source::Random);
    Ok([Source::Locals, Source::Table].into_iter().chain(random).collect())
}

/// Plans a case for each source.
pub fn plan<'a>(context: &'a Context<'a>) -> Result<Plan<'a>> {
    let set_up = || {
        let sources = context.layout.clone.join("tests/volatile");
        Ok(Setting { compilers: BothCompilers::of(context)?, sources, all: context.all })
    };
    let scratch = context.scratch("volatile");
    let case = move |setting: &Setting, source: &Source| setting.case(*source, &scratch.join(source.name()));
    Ok(Group::new(set_up).cases(sources(context)?, |source| source.name(), case).in_turn())
}

/// The setup that all cases share.
struct Setting {
    compilers: BothCompilers,
    sources: PathBuf,
    all: bool,
}

impl Setting {
    /// Tests one program. Its folder stays if there is a difference.
    fn case(&self, source: Source, folder: &Path) -> Result<()> {
        files::remove(folder)?;
        files::create_folder(folder)?;
        for path in files::entries(&self.sources)? {
            files::write_file(&folder.join(files::name_of(&path)), &files::read_file(&path)?, Mode::Plain)?;
        }
        match source {
            Source::Locals => return self.locals(folder),
            Source::Random(program) => {
                let text = random::program(program.seed, program.size);
                files::write_file(&folder.join("program.rs"), text.as_bytes(), Mode::Plain)?;
            }
            Source::Table => {}
        }
        let is_wanted =
            |level: &str| self.all || matches!(source, Source::Random(_)) || USUAL_LEVELS.contains(&level);
        let levels: Vec<_> = LEVELS.into_iter().filter(|(level, _)| is_wanted(level)).collect();
        self.compare_levels(&levels, folder)?;
        files::remove(folder)
    }

    /// Counts the stores of constants to local variables.
    fn locals(&self, folder: &Path) -> Result<()> {
        let target = self.compilers.target.name();
        let constants = CONSTANTS.iter().find(|(machine, _)| *machine == target);
        let (_, constants) = constants.context("the table has no row for the machine")?;
        for flags in LOCALS_FLAGS {
            let mut compiler = self.compilers.clif();
            compiler
                .current_dir(folder)
                .args(["--edition=2024", "--emit=asm", "locals.rs", "-olocals.s"])
                .args(flags);
            commands::succeed(&mut compiler)?;
            let text = files::read_text(&folder.join("locals.s"))?;
            let words = text.split([' ', '\t', ',', '\n']).collect::<Vec<_>>();
            for constant in constants {
                let count = words.iter().filter(|word| *word == constant).count();
                ensure!(count == 1, "with {flags:?}, {constant} occurs {count} times");
            }
        }
        files::remove(folder)
    }

    /// Compiles the program at each level, and compares.
    fn compare_levels(&self, levels: &[(&str, &str)], folder: &Path) -> Result<()> {
        let llvm_level = |level, usual| if self.all { level } else { usual };
        let mut wanted: Vec<(Compiler, &str)> =
            levels.iter().map(|&(level, _)| (Compiler::Clif, level)).collect();
        wanted.extend(levels.iter().map(|&(level, usual)| (Compiler::Llvm, llvm_level(level, usual))));
        wanted.sort_unstable();
        wanted.dedup();
        let outputs = parallel::map(&wanted, |&(compiler, level)| {
            let name = format!("{}-{level}", compiler.name());
            output(&self.compilers, compiler, level, &name, folder)
                .with_context(|| format!("{name} in {}", folder.display()))
        });
        let outputs: Vec<String> = outputs.into_iter().collect::<Result<_>>()?;
        let output_of =
            |key| wanted.iter().position(|&other| other == key).map(|index| outputs[index].as_str());
        for &(level, usual) in levels {
            let llvm_level = llvm_level(level, usual);
            let (Some(clif), Some(llvm)) =
                (output_of((Compiler::Clif, level)), output_of((Compiler::Llvm, llvm_level)))
            else {
                bail!("a level was not compiled");
            };
            events::compare(llvm, clif).with_context(|| {
                format!("-Copt-level={level}, LLVM with {llvm_level}, in {}", folder.display())
            })?;
        }
        Ok(())
    }
}

/// Compiles the program in a folder with `compiler`, and returns its output.
fn output(
    compilers: &BothCompilers,
    compiler: Compiler,
    level: &str,
    name: &str,
    folder: &Path,
) -> Result<String> {
    let mut compiler = compilers.command(compiler);
    compiler.current_dir(folder).env("RUSTC_BOOTSTRAP", "1").env("CLIF_VERIFY", "1");
    compiler.args(["--edition=2024", "--cap-lints=allow", "-Cdebug-assertions=off", "program.rs"]);
    compiler.arg(format!("-Copt-level={level}")).arg(format!("-o{name}"));
    let processor = PROCESSORS.iter().find(|(machine, ..)| *machine == compilers.target.name());
    compiler.args(processor.map(|(_, features, _)| features));
    let outcome = process::run_limited(&mut compiler, b"", COMPILE_LIMIT)?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if !outcome.succeeded() {
        bail!("the program does not compile ({}): {}", outcome.status_text(), text(&outcome.stderr));
    }
    let mut command = compilers.target.program(&folder.join(name));
    command.envs(processor.map(|(_, _, emulated)| ("QEMU_CPU", emulated)));
    command.env_remove("LD_LIBRARY_PATH");
    let outcome = process::run_limited(&mut command, b"", RUN_LIMIT)?;
    if !outcome.succeeded() {
        let stdout = text(&outcome.stdout);
        let last = stdout.lines().last().unwrap_or("nothing");
        bail!("the program ends with {} after `{last}`", outcome.status_text());
    }
    Ok(text(&outcome.stdout))
}
