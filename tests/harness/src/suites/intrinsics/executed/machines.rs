//! The table of the machines whose vendor intrinsics are executed.

/// A machine.
pub struct Machine {
    /// The name.
    pub name: &'static str,
    /// The library's files with public functions, as paths in `core_arch/src` without the extension.
    pub files: &'static [&'static str],
    /// The feature of the language for its unstable target features.
    pub gate: &'static str,
    /// The items at the beginning of the calls: the library's, and types that it does not export.
    pub prelude: &'static str,
    /// Types for type parameters, by their names.
    pub types: &'static [(&'static str, &'static str)],
    /// What enables a feature that is only internal to the library.
    pub features: &'static [(&'static str, &'static str)],
    /// Largest constants of functions that accept larger ones, which fail in the functions that they call or
    /// in LLVM, by name.
    pub limits: &'static [(&'static str, i64)],
    /// Functions that are compiled, but not called, by the beginnings of their names, with the reasons.
    pub uncalled: WithReasons,
    /// Functions whose result may be another NaN than LLVM's, by the beginnings of their names.
    pub any_nan: WithReasons,
    /// Functions for which LLVM uses an instruction that the emulator does not have, and the backend others,
    /// by the beginnings of their names.
    pub replaced: WithReasons,
    /// The fewest stubs in a program with all functions.
    pub stubs: usize,
}

impl Machine {
    /// Whether two lines of output about a function are the same. The last word does not depend on the
    /// payloads of NaNs.
    pub fn agree(&self, name: &str, llvm: &str, ours: &str) -> bool {
        let is_in = |list: WithReasons| list.iter().any(|(prefix, _)| name.starts_with(prefix));
        let last = |line: &str| line.split(' ').next_back().map(str::to_owned);
        let are_illegal = [llvm, ours].map(|line| line.starts_with("illegal"));
        llvm == ours
            || is_in(self.any_nan) && last(llvm) == last(ours)
            || is_in(self.replaced) && are_illegal == [true, false]
    }
}

/// The beginnings of names, each with a reason.
type WithReasons = &'static [(&'static str, &'static str)];

/// All of them, but the one with a symbolic execution (`super::super::comparison`).
pub const MACHINES: [Machine; 2] = [
    Machine {
        name: "aarch64",
        files: &[
            "aarch64/mte",
            "aarch64/neon/generated",
            "aarch64/neon/mod",
            "aarch64/prefetch",
            "aarch64/rand",
            "arm_shared/barrier/mod",
            "arm_shared/hints",
            "arm_shared/neon/generated",
        ],
        gate: "aarch64_unstable_target_feature",
        prelude: "use core::arch::aarch64::*;\n\
                  type p8 = u8; type p16 = u16; type p64 = u64; type p128 = u128;\n",
        types: &[("A", "SY"), ("T", "u8"), ("U", "u8")],
        features: &[],
        limits: &[
            ("vcvts_n_f32_s32", 31),
            ("vduph_laneq_f16", 7),
            ("vgetq_lane_u64", 1),
            ("vld3q_lane_p8", 7),
            ("vld3q_lane_u8", 7),
            ("vld4q_lane_p8", 7),
            ("vld4q_lane_u8", 7),
            ("vfmsd_lane_f64", 0),
        ],
        uncalled: &[
            ("__rndr", "its result is random"),
            ("__arm_mte_", "its result depends on the address of the stack"),
        ],
        any_nan: &[
            ("vcvt_high_f32_f16", "a library function of ours leaves a signalling NaN as it is"),
            ("vfma", "the fused multiplication of ours returns the NaN of another operand"),
            ("vfms", "as above, and a negated NaN may have another sign"),
        ],
        replaced: &[("vldap1q_lane", "a load with acquire semantics and an insertion, which need no RCPC3")],
        stubs: 1000,
    },
    Machine {
        name: "riscv64",
        files: &[
            "riscv64/mod",
            "riscv64/zk",
            "riscv_shared/mod",
            "riscv_shared/p",
            "riscv_shared/zb",
            "riscv_shared/zk",
        ],
        gate: "riscv_target_feature",
        prelude: "use core::arch::riscv64::*;\n",
        types: &[],
        features: &[("zkne_or_zknd", "zkne")],
        limits: &[],
        uncalled: &[(
            "swap16",
            "it passes its argument in two registers, which the illegal instruction does not tell",
        )],
        any_nan: &[],
        replaced: &[],
        stubs: 10,
    },
];
