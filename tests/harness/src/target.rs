//! The target that is tested: how its programs are compiled and linked, and how they run here.
//!
//! The programs of the host run directly. Those of another machine run in its emulator, which passes on their
//! output, exit status and signals.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};
use build_system::layout::Host;

use crate::suite::skip;

/// A machine.
#[derive(Debug, PartialEq, Eq)]
struct Machine {
    /// Its name in triples and in the results of tests.
    name: &'static str,
    /// rustc's target triple.
    triple: &'static str,
    /// Its C compiler on other machines.
    linker: &'static str,
    /// The program that runs its programs on other machines.
    emulator: &'static str,
    /// The folder with its C library on other machines.
    prefix: &'static str,
}

/// The machines.
const MACHINES: [Machine; 3] = [
    Machine {
        name: "x86_64",
        triple: "x86_64-unknown-linux-gnu",
        linker: "x86_64-linux-gnu-gcc",
        emulator: "qemu-x86_64",
        prefix: "/usr/x86_64-linux-gnu",
    },
    Machine {
        name: "aarch64",
        triple: "aarch64-unknown-linux-gnu",
        linker: "aarch64-linux-gnu-gcc",
        emulator: "qemu-aarch64",
        prefix: "/usr/aarch64-linux-gnu",
    },
    Machine {
        name: "riscv64",
        triple: "riscv64gc-unknown-linux-gnu",
        linker: "riscv64-linux-gnu-gcc",
        emulator: "qemu-riscv64",
        prefix: "/usr/riscv64-linux-gnu",
    },
];

/// The target that is tested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TestTarget {
    machine: &'static Machine,
    /// Whether it is the machine that the tests run on.
    pub is_host: bool,
}

impl TestTarget {
    /// The machine that the tests run on.
    pub fn host() -> Result<TestTarget> {
        TestTarget::named(Host::this()?.triple)
    }

    /// Returns all targets, the host first.
    pub fn all() -> Result<Vec<TestTarget>> {
        let host = TestTarget::host()?;
        let others = MACHINES.iter().map(|machine| TestTarget { machine, is_host: false });
        Ok(std::iter::once(host).chain(others.filter(|other| other.machine != host.machine)).collect())
    }

    /// Returns the target with a name: that of its machine, or its triple.
    pub fn named(name: &str) -> Result<TestTarget> {
        let host = Host::this()?.triple;
        match MACHINES.iter().find(|machine| [machine.name, machine.triple].contains(&name)) {
            Some(machine) => Ok(TestTarget { machine, is_host: machine.triple == host }),
            None => {
                let known: Vec<&str> = MACHINES.iter().map(|machine| machine.name).collect();
                bail!("the tests do not know the target {name}; they know {}", known.join(", "))
            }
        }
    }

    /// The name of its machine.
    pub fn name(self) -> &'static str {
        self.machine.name
    }

    /// Makes a call of a compiler compile for this target.
    pub fn compile_for(self, command: &mut Command) {
        if !self.is_host {
            command.arg(format!("--target={}", self.machine.triple));
            command.arg(format!("-Clinker={}", self.machine.linker));
            command.args(["--sysroot", "/work/cross/sysroot"]);
        }
    }

    /// Returns a call of the C compiler.
    pub fn c_compiler(self) -> Command {
        Command::new(if self.is_host { "cc" } else { self.machine.linker })
    }

    /// Returns a call of a compiled program.
    pub fn program(self, program: &Path) -> Command {
        if self.is_host {
            return Command::new(program);
        }
        let mut command = Command::new(self.machine.emulator);
        command.env("QEMU_LD_PREFIX", self.machine.prefix).arg(program);
        command
    }

    /// Returns an error that skips the cases if their programs cannot be made or run here.
    pub fn require(self) -> Result<()> {
        if self.is_host {
            return Ok(());
        }
        for (program, option) in [(self.machine.linker, "--version"), (self.machine.emulator, "--version")] {
            let mut command = Command::new(program);
            if let Err(error) = build_system::process::output(command.arg(option)) {
                return Err(skip(format!("{error:#}")));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_has_two_names() {
        for machine in &MACHINES {
            assert_eq!(TestTarget::named(machine.name).unwrap(), TestTarget::named(machine.triple).unwrap());
        }
        assert!(TestTarget::named("wasm32").unwrap_err().to_string().contains("riscv64"));
    }

    #[test]
    fn only_the_host_runs_its_programs_directly() {
        let all = TestTarget::all().unwrap();
        assert_eq!(all.len(), MACHINES.len());
        for (index, target) in all.into_iter().enumerate() {
            assert_eq!(target.is_host, index == 0);
            let program = target.program(Path::new("/x"));
            assert_eq!(program.get_program() == "/x", target.is_host);
            assert_eq!(program.get_args().count() == 0, target.is_host);
        }
    }
}
