//! CPU features of riscv64, as rustc, LLVM and Cranelift name them.

use crate::machine::{Features, UsualTarget};

pub(super) const FEATURES: Features = Features {
    // Those that `isa::riscv64` of `cranelift-codegen-meta` defines and does not turn on by itself. Without
    // `v` and what builds on it: vectors are in memory, since not every processor has registers for them.
    settings: &[
        ("zfa", "has_zfa"),
        ("zfhmin", "has_zfhmin"),
        ("zfh", "has_zfh"),
        // The preset for `has_zca` and `has_zcd`.
        ("c", "has_c"),
        ("zca", "has_zca"),
        ("zcb", "has_zcb"),
        ("zbkb", "has_zbkb"),
        ("zba", "has_zba"),
        ("zbb", "has_zbb"),
        ("zbc", "has_zbc"),
        ("zbs", "has_zbs"),
        ("zicond", "has_zicond"),
    ],
    always: &[],
    // "The RISC-V Backend currently requires all the features in the G Extension enabled"
    // (`isa_builder`, `isa/riscv64/mod.rs:300` of cranelift-codegen 0.136.5). It emits no `fence.i`.
    required: &["a", "d", "f", "m", "zaamo", "zalrsc", "zicsr"],
    // This one is rustc's own.
    llvm_names: &[("zkne_or_zknd", &[])],
    resolve_processor: None,
    usual: Some(UsualTarget {
        name: "riscv64gc-unknown-linux-gnu",
        features: &["a", "c", "d", "f", "m", "zaamo", "zalrsc", "zca", "zicsr", "zifencei"],
        has_reliable_f16: true,
        has_reliable_f16_math: true,
        has_reliable_f128: true,
        has_reliable_f128_math: true,
    }),
};
