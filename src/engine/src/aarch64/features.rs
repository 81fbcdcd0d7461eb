//! CPU features of aarch64, as rustc and LLVM name them.

use crate::machine::Features;

pub(super) const FEATURES: Features = Features {
    settings: &[],
    always: &[],
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
    usual: None,
};
