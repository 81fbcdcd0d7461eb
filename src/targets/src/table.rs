//! The table of targets, one for each machine.

use crate::Target;

/// Creates a row.
const fn row(
    machine: &'static str,
    triple: &'static str,
    multiarch: &'static str,
    debian: &'static str,
    accepts_mold: bool,
    oldest_lld: u32,
) -> Target {
    Target { machine, triple, multiarch, debian, accepts_mold, oldest_lld }
}

/// All targets.
pub(crate) static TARGETS: [Target; 3] = [
    row("x86_64", "x86_64-unknown-linux-gnu", "x86_64-linux-gnu", "amd64", true, 0),
    row("aarch64", "aarch64-unknown-linux-gnu", "aarch64-linux-gnu", "arm64", true, 0),
    // mold 1.10 makes offsets of thread-locals in debug information addresses, so that debuggers do not find
    // them.
    // lld 14: "relocation R_RISCV_ALIGN requires unimplemented linker relaxation".
    row("riscv64", "riscv64gc-unknown-linux-gnu", "riscv64-linux-gnu", "riscv64", false, 15),
];
