//! The table of machines that code can be compiled for.
//!
//! [`of`] and [`called`] pick the [`Machine`] of a target's architecture. All other code asks that value and
//! names no machine.
//!
//! `docs/architecture.md` says how to add a machine.

use target_lexicon::Architecture;

use crate::machine::Machine;

/// All machines.
#[rustfmt::skip]
pub(crate) static MACHINES: [&Machine; 3] = [&crate::x86_64::MACHINE, &crate::aarch64::MACHINE, &crate::riscv64::MACHINE];

/// Returns the machine of `architecture`, if code can be compiled for it.
pub(crate) fn of(architecture: Architecture) -> Option<&'static Machine> {
    MACHINES.into_iter().find(|machine| (machine.is)(architecture))
}

/// Returns the machine that rustc calls `name`.
pub fn called(name: &str) -> Option<&'static Machine> {
    MACHINES.into_iter().find(|machine| machine.name == name)
}

/// Returns the machines whose targets are supported.
pub fn supported() -> impl Iterator<Item = &'static Machine> {
    MACHINES.into_iter().filter(|machine| machine.calls.is_some())
}
