//! CPU features of x86_64, as rustc, LLVM and Cranelift name them.

use crate::machine::{Features, UsualTarget};

pub(super) const FEATURES: Features = Features {
    // Those that `isa::x86` of `cranelift-codegen-meta` defines.
    settings: &[
        ("sse3", "has_sse3"),
        ("ssse3", "has_ssse3"),
        ("sse4.1", "has_sse41"),
        ("sse4.2", "has_sse42"),
        ("avx", "has_avx"),
        ("avx2", "has_avx2"),
        ("fma", "has_fma"),
        ("avxvnni", "has_avx_vnni"),
        ("avx512f", "has_avx512f"),
        ("avx512dq", "has_avx512dq"),
        ("avx512vl", "has_avx512vl"),
        ("avx512bitalg", "has_avx512bitalg"),
        ("avx512vbmi", "has_avx512vbmi"),
        ("avx512vnni", "has_avx512vnni"),
        ("popcnt", "has_popcnt"),
        ("bmi1", "has_bmi1"),
        ("bmi2", "has_bmi2"),
        ("lzcnt", "has_lzcnt"),
    ],
    // Only atomics of 128 bits use it. Without the feature LLVM calls libatomic for them, which does the
    // same.
    always: &["has_cmpxchg16b"],
    // Floats and vectors are in its registers.
    required: &["sse", "sse2"],
    llvm_names: &[
        ("sse4.2", &["sse4.2", "crc32"]),
        ("pclmulqdq", &["pclmul"]),
        ("rdrand", &["rdrnd"]),
        ("bmi1", &["bmi"]),
        ("cmpxchg16b", &["cx16"]),
        ("lahfsahf", &["sahf"]),
        ("apxf", &["egpr", "push2pop2", "ppx", "ndd", "ccmp", "cf", "nf", "zu"]),
    ],
    resolve_processor: None,
    usual: Some(UsualTarget {
        name: "x86_64-unknown-linux-gnu",
        // All processors have them.
        features: &["fxsr", "sse", "sse2", "x87"],
        has_reliable_f16: true,
        has_reliable_f16_math: true,
        has_reliable_f128: true,
        // The C library's `long double` has 80 bits.
        has_reliable_f128_math: false,
    }),
};
