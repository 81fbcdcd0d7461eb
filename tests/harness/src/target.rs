//! The target that is tested: how its programs are compiled and linked, and how they run here.
//!
//! The programs of the host run directly. Those of another machine run in its emulator, which passes on their
//! output, exit status and signals.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};
use clif_targets::Target;
use clif_targets::tools::PREFIX_VARIABLE;

/// The variable that tells an emulated program how to call programs of its machine.
const EMULATOR_VARIABLE: &str = "TEST_EMULATOR";

/// How many times longer than on the host the time limits are for programs in an emulator.
const SLOWNESS_OF_EMULATORS: u32 = 4;

/// The target that is tested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TestTarget {
    target: &'static Target,
    /// Whether it is that of the machine that the tests run on.
    pub is_host: bool,
}

impl TestTarget {
    /// That of the machine that the tests run on.
    pub fn host() -> Result<TestTarget> {
        Ok(TestTarget { target: Target::host()?, is_host: true })
    }

    /// Returns all targets, the host first.
    pub fn all() -> Result<Vec<TestTarget>> {
        let host = TestTarget::host()?;
        let others = Target::all().iter().map(TestTarget::of).filter(|other| !other.is_host);
        Ok(std::iter::once(host).chain(others).collect())
    }

    fn of(target: &'static Target) -> TestTarget {
        TestTarget { target, is_host: target.is_host() }
    }

    /// Returns the target with a name: that of its machine, or its triple.
    pub fn named(name: &str) -> Result<TestTarget> {
        Target::named(name).map(TestTarget::of).with_context(|| {
            let known: Vec<&str> = Target::all().iter().map(|target| target.machine).collect();
            format!("the tests do not know the target {name}; they know {}", known.join(", "))
        })
    }

    /// The name of its machine.
    pub fn name(self) -> &'static str {
        self.target.machine
    }

    /// rustc's target triple.
    pub fn triple(self) -> &'static str {
        self.target.triple
    }

    /// Whether large aggregates by value are copied among the arguments on the stack.
    pub fn copies_to_the_stack(self) -> bool {
        self.name() == "x86_64"
    }

    /// Whether unoptimised code with frame pointers is much larger than without, and LLVM leaves them out.
    /// Its locals then have addresses that compressed instructions cannot hold.
    pub fn frame_pointers_cost(self) -> bool {
        self.name() == "riscv64"
    }

    /// Makes a call of a compiler compile for this target.
    pub fn compile_for(self, command: &mut Command) {
        if !self.is_host {
            command.arg(format!("--target={}", self.target.triple));
            command.arg(format!("-Clinker={}", self.target.cross_compiler()));
        }
    }

    /// Makes a call of cargo build for this target. `cargo clif` finds the linker itself.
    pub fn build_for(self, command: &mut Command) {
        if !self.is_host {
            let linker = format!("CARGO_TARGET_{}_LINKER", Target::in_variables(self.target.triple));
            command.env("CARGO_BUILD_TARGET", self.target.triple);
            command.env(linker, self.target.cross_compiler());
        }
    }

    /// Tells a program how to call programs of its machine, if it is emulated: see [`EMULATOR_VARIABLE`].
    pub fn tell_emulator(self, command: &mut Command) {
        if let Some(words) = self.emulator_words() {
            command.env(EMULATOR_VARIABLE, words);
        }
    }

    /// How many times longer than on the host programs may take.
    pub fn slowness(self) -> u32 {
        if self.is_host { 1 } else { SLOWNESS_OF_EMULATORS }
    }

    /// Returns the target, unless it is the host.
    pub fn others(self) -> Vec<&'static Target> {
        (!self.is_host).then_some(self.target).into_iter().collect()
    }

    /// Returns the folder with cargo's programs in its target folder.
    pub fn built_in(self, target_folder: &Path) -> PathBuf {
        let folder =
            if self.is_host { target_folder.to_owned() } else { target_folder.join(self.target.triple) };
        folder.join("debug")
    }

    /// Returns a call of the program that makes archives.
    pub fn archiver(self) -> Command {
        Command::new(self.gnu_tool("ar"))
    }

    /// Returns the program that is GNU's tool `name` for this target.
    pub fn gnu_tool(self, name: &str) -> String {
        if self.is_host { name.to_owned() } else { format!("{}-{name}", self.target.multiarch) }
    }

    /// Returns a call of the C compiler.
    pub fn c_compiler(self) -> Command {
        if self.is_host { Command::new("cc") } else { Command::new(self.target.cross_compiler()) }
    }

    /// Returns a call of a compiled program. It may call itself with the words of [`EMULATOR_VARIABLE`]
    /// before its path.
    pub fn program(self, program: &Path) -> Command {
        if self.is_host {
            return Command::new(program);
        }
        let mut command = Command::new(self.target.emulator());
        self.tell_emulator(&mut command);
        command.env(PREFIX_VARIABLE, self.target.library_prefix()).arg(program);
        command
    }

    /// The name of cargo's variable for the program that runs this target's programs.
    pub fn runner_variable(self) -> String {
        format!("CARGO_TARGET_{}_RUNNER", Target::in_variables(self.target.triple))
    }

    /// The value of [`TestTarget::runner_variable`] with which cargo runs the target's programs here; `None`
    /// if they run directly. None of its words has spaces, at which cargo splits the value.
    pub fn emulator_words(self) -> Option<String> {
        let call = || format!("{} -L {}", self.target.emulator(), self.target.library_prefix().display());
        (!self.is_host).then(call)
    }

    /// Returns what debuggers' scripts need to start a program of another machine: the folder of its
    /// libraries, and the call of the emulator, which creates SOCKET for the debugger.
    pub fn emulator(self, program: &Path, arguments: &[String]) -> Option<Vec<String>> {
        let prefix = self.target.library_prefix().display().to_string();
        let call = [self.target.emulator(), "-L".into(), prefix.clone(), "-g".into(), "SOCKET".into()];
        let program = program.display().to_string();
        let words = std::iter::once(prefix).chain(call).chain([program]).chain(arguments.iter().cloned());
        (!self.is_host).then(|| words.collect())
    }

    /// Says why programs cannot be linked or run here. `get_library` gets the target's standard library.
    pub fn obstacle(self, get_library: impl FnOnce(&Target) -> Result<()>) -> Option<String> {
        if self.is_host {
            return None;
        }
        let tools = self.target.linker().and_then(|_| self.target.runner());
        match tools {
            Ok(_) => get_library(self.target).err().map(|error| format!("{error:#}")),
            Err(missing) => Some(missing.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_has_two_names() {
        for target in Target::all() {
            let named = TestTarget::named(target.triple).unwrap();
            assert_eq!((TestTarget::named(target.machine).unwrap(), named.name()), (named, target.machine));
        }
        assert!(TestTarget::named("wasm32").unwrap_err().to_string().contains("riscv64"));
    }

    #[test]
    fn a_missing_library_is_an_obstacle_only_for_other_targets() {
        for target in TestTarget::all().unwrap() {
            let obstacle = target.obstacle(|_| anyhow::bail!("no std"));
            assert_eq!(obstacle.is_none(), target.is_host);
        }
    }

    #[test]
    fn only_the_host_runs_its_programs_directly() {
        let all = TestTarget::all().unwrap();
        assert_eq!(all.len(), Target::all().len());
        for (index, target) in all.into_iter().enumerate() {
            assert_eq!(target.is_host, index == 0);
            let program = target.program(Path::new("/x"));
            assert_eq!(program.get_program() == "/x", target.is_host);
            assert_eq!(program.get_args().count() == 0, target.is_host);
        }
    }
}
