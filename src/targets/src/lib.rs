//! The targets that have a standard library here, and the tools that link and run their programs on another
//! machine.
//!
//! The build system, its tests, `cargo-clif` and the backend share this table. It has no dependencies,
//! because they are built by different compilers.
//!
//! - [`Target`]: what rustc, Debian and the tools call a target ([`table`] has one for each machine)
//! - [`tools`]: the linker and the emulator, found on `PATH` or reported with the packages that have them

mod table;
pub mod tools;

pub use tools::MissingTool;

use std::fmt;

/// A Linux target with the GNU C library.
#[derive(Debug, PartialEq, Eq)]
pub struct Target {
    /// rustc's name of the machine, which the triples of its targets begin with.
    pub machine: &'static str,
    /// rustc's target triple.
    pub triple: &'static str,
    /// Debian's name for the folder of the target's libraries. GNU's tools for the target begin with it.
    pub multiarch: &'static str,
    /// Debian's name for the architecture.
    pub debian: &'static str,
    /// Whether mold links its objects with all their debug information.
    pub accepts_mold: bool,
    /// The first major version of lld that links the C library's start files.
    oldest_lld: u32,
}

impl Target {
    /// Returns the targets of all machines.
    pub fn all() -> &'static [Target] {
        &table::TARGETS
    }

    /// Returns the target that this program runs on.
    ///
    /// # Errors
    ///
    /// If the backend does not run on this system or machine.
    pub fn host() -> Result<&'static Target, UnknownHost> {
        Target::running(std::env::consts::OS, std::env::consts::ARCH)
    }

    /// Returns the target of a system and machine, as `std::env::consts` calls them.
    fn running(system: &'static str, machine: &'static str) -> Result<&'static Target, UnknownHost> {
        let of_machine = || Target::all().iter().find(|target| target.machine == machine);
        (system == "linux").then(of_machine).flatten().ok_or(UnknownHost { system, machine })
    }

    /// Returns the target that is called `name`: a triple, or the name of a machine.
    pub fn named(name: &str) -> Option<&'static Target> {
        Target::all().iter().find(|target| [target.triple, target.machine].contains(&name))
    }

    /// Returns the target of the machine that a triple is for, which may be for another C library or for
    /// none.
    pub fn of_machine_in(triple: &str) -> Option<&'static Target> {
        // The names of two machines have extensions in triples (`gc`).
        let machine = triple.split('-').next()?;
        let is_machine =
            |target: &&Target| target.triple.split('-').next() == Some(machine) || target.machine == machine;
        Target::all().iter().find(is_machine)
    }

    /// Whether this program runs on the target.
    pub fn is_host(&self) -> bool {
        Target::host().is_ok_and(|host| host == self)
    }

    /// The end of the names of cargo's variables for a target, `CARGO_TARGET_<this>_LINKER`.
    pub fn in_variables(triple: &str) -> String {
        triple.to_uppercase().replace(['-', '.'], "_")
    }
}

impl fmt::Display for Target {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.triple)
    }
}

/// A system or machine that the backend does not run on.
#[derive(Debug, PartialEq, Eq)]
pub struct UnknownHost {
    system: &'static str,
    machine: &'static str,
}

impl std::error::Error for UnknownHost {}

impl fmt::Display for UnknownHost {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let machines: Vec<&str> = Target::all().iter().map(|target| target.machine).collect();
        let machines = machines.join(", ");
        let UnknownHost { system, machine } = self;
        write!(formatter, "rustc_codegen_clif runs on Linux on {machines}; this is {system} on {machine}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_host_is_known() {
        for (machine, triple) in [
            ("x86_64", "x86_64-unknown-linux-gnu"),
            ("aarch64", "aarch64-unknown-linux-gnu"),
            ("riscv64", "riscv64gc-unknown-linux-gnu"),
        ] {
            assert_eq!(Target::running("linux", machine).unwrap().triple, triple);
        }
        let error = Target::running("macos", "aarch64").unwrap_err().to_string();
        assert!(error.contains("x86_64, aarch64, riscv64") && error.contains("macos"), "{error}");
        assert!(Target::running("linux", "s390x").is_err());
    }

    #[test]
    fn a_target_is_found_by_its_names() {
        let triple = |name| Target::named(name).map(|target| target.triple);
        assert_eq!(triple("riscv64"), Some("riscv64gc-unknown-linux-gnu"));
        assert_eq!(triple("aarch64-unknown-linux-gnu"), Some("aarch64-unknown-linux-gnu"));
        assert_eq!(triple("aarch64-unknown-linux-musl"), None);
        let machine = |name| Target::of_machine_in(name).map(|target| target.machine);
        assert_eq!(machine("aarch64-unknown-linux-musl"), Some("aarch64"));
        assert_eq!(machine("riscv64gc-unknown-none-elf"), Some("riscv64"));
        assert_eq!(machine("x86_64-unknown-none"), Some("x86_64"));
        assert_eq!(machine("aarch64_be-unknown-linux-gnu"), None);
    }

    #[test]
    fn variables_are_named_as_cargo_names_them() {
        assert_eq!(Target::in_variables("thumbv8m.main-none-eabi"), "THUMBV8M_MAIN_NONE_EABI");
    }
}
