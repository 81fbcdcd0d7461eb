//! The table of machines that code can be compiled for.
//!
//! [`of`] picks the [`Machine`] of a target's architecture. All other code of the engine asks that value and names no
//! machine.
//!
//! To add a machine:
//! 1. Add a folder with a `MACHINE`, and its relocations.
//! 2. Add it to [`MACHINES`] and to [`of`].
//! 3. Add its target to `TARGETS` of `object/tests/support.rs`. Tests then fail until they have its
//!    expectations.

use target_lexicon::{Aarch64Architecture, Architecture, Riscv64Architecture};

use crate::machine::Machine;
use crate::{aarch64, riscv64, x86_64};

/// All machines.
pub(crate) static MACHINES: [&Machine; 3] = [&x86_64::MACHINE, &aarch64::MACHINE, &riscv64::MACHINE];

/// The machine of `architecture`, if code can be compiled for it.
pub(crate) fn of(architecture: Architecture) -> Option<&'static Machine> {
    match architecture {
        Architecture::X86_64 => Some(&x86_64::MACHINE),
        Architecture::Aarch64(Aarch64Architecture::Aarch64) => Some(&aarch64::MACHINE),
        Architecture::Riscv64(Riscv64Architecture::Riscv64 | Riscv64Architecture::Riscv64gc) => {
            Some(&riscv64::MACHINE)
        }
        _ => None,
    }
}
