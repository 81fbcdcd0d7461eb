//! CPU features of aarch64, as rustc and LLVM name them.

use crate::machine::{Features, UsualTarget};

pub(super) const FEATURES: Features = Features {
    // Those that `isa::arm64` of `cranelift-codegen-meta` defines. `has_pauth` has no effect by itself.
    settings: &[("lse", "has_lse"), ("fp16", "has_fp16"), ("dotprod", "has_dotprod"), ("i8mm", "has_i8mm")],
    always: &[],
    // Floats and vectors are in its registers.
    required: &["neon"],
    llvm_names: &[
        ("rcpc2", &["rcpc-immo"]),
        ("dpb", &["ccpp"]),
        ("dpb2", &["ccdp"]),
        ("frintts", &["fptoint"]),
        ("fcma", &["complxnum"]),
        ("pmuv3", &["perfmon"]),
        ("paca", &["pauth"]),
        ("pacg", &["pauth"]),
        ("flagm2", &["altnzcv"]),
        ("neon", &["neon", "fp-armv8"]),
        ("fhm", &["fp16fml"]),
        ("fp16", &["fullfp16"]),
        // LLVM does not have these two any more.
        ("fpmr", &[]),
        ("tme", &[]),
    ],
    // llvm::AArch64::resolveCPUAlias(llvm::StringRef)
    resolve_processor: Some(c"_ZN4llvm7AArch6415resolveCPUAliasENS_9StringRefE"),
    usual: Some(UsualTarget {
        name: "aarch64-unknown-linux-gnu",
        features: &["neon", "outline-atomics"],
        has_reliable_f16: true,
        has_reliable_f16_math: true,
        has_reliable_f128: true,
        // `long double` is this type.
        has_reliable_f128_math: true,
    }),
};
