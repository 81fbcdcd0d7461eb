//! CPU features of riscv64, as rustc and LLVM name them.

use crate::machine::Features;

pub(super) const FEATURES: Features = Features {
    settings: &[],
    always: &[],
    // This one is rustc's own.
    llvm_names: &[("zkne_or_zknd", &[])],
    usual: None,
};
