//! The packages that are tested. To add tests: a row in [`PACKAGES`].

/// The suite that runs a package.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Share {
    /// `std-tests`, which every `./y.sh test` runs.
    Quick,
    /// `all-std-tests`.
    Rest,
}

/// An entry of a list, and its reason.
pub type WithReason = (&'static str, &'static str);

/// A package of tests. All fields are part of the key of LLVM's results.
#[derive(Debug)]
pub struct Package {
    /// The name of the case.
    pub name: &'static str,
    /// The suite that runs it.
    pub share: Share,
    /// Its folder in `library`.
    pub folder: &'static str,
    /// The part of `library` that is copied because its files are changed. The rest is linked.
    pub copied: &'static str,
    /// The workspace's folder in `library`. Its `Cargo.lock` pins the registry's packages.
    pub workspace: &'static str,
    /// A manifest to use instead of the package's own, which would build the whole standard library.
    pub manifest: Option<&'static str>,
    /// cargo's arguments that select targets.
    pub targets: &'static [&'static str],
    /// Test programs without libtest. They pass if their exit status is 0.
    pub without_libtest: &'static [&'static str],
    /// Crates of the sysroot that it uses without a dependency in its manifest.
    pub crates: &'static [&'static str],
    /// Flags for the compiler.
    pub flags: &'static [&'static str],
    /// Environment variables for its build.
    pub environment: &'static [(&'static str, &'static str)],
    /// Machines for which it has no tests.
    pub no_tests_for: &'static [WithReason],
    /// Source files (beginnings of their paths in `folder`) whose tests are not compiled.
    pub left_out_files: &'static [WithReason],
    /// Parts of the names of tests that are not run.
    pub left_out: &'static [WithReason],
    /// The same in an emulator.
    pub left_out_emulated: &'static [WithReason],
    /// Tests whose result differs from the one with LLVM.
    pub differences: &'static [WithReason],
}

/// The values that most packages have.
const PLAIN: Package = Package {
    name: "",
    share: Share::Rest,
    folder: "",
    copied: "",
    workspace: "",
    manifest: None,
    targets: &[],
    without_libtest: &[],
    crates: &[],
    flags: &[],
    environment: &[],
    no_tests_for: &[],
    left_out_files: &[],
    left_out: &[],
    left_out_emulated: &[],
    differences: &[],
};

/// Crates of the sysroot and private modules can only be used by unstable crates. The standard library's own
/// build has the same flag.
const LIKE_STD: &[&str] = &["-Zforce-unstable-if-unmarked"];

/// All packages.
pub const PACKAGES: [Package; 6] = [
    Package {
        name: "alloc-units",
        share: Share::Quick,
        folder: "alloctests",
        copied: "alloctests",
        targets: &["--lib", "--test=vec_deque_alloc_error"],
        ..PLAIN
    },
    Package {
        name: "alloctests",
        folder: "alloctests",
        copied: "alloctests",
        targets: &["--test=alloctests"],
        ..PLAIN
    },
    Package {
        name: "coretests",
        folder: "coretests",
        copied: "coretests",
        targets: &["--test=coretests"],
        left_out: &[(
            "_max_range",
            "compares as many elements as there are addresses, unless it is optimised",
        )],
        ..PLAIN
    },
    Package {
        name: "std",
        folder: "std",
        copied: "std",
        manifest: Some(STD_UNITS),
        targets: &["--lib"],
        crates: &[
            "addr2line",
            "alloc",
            "cfg_if",
            "core",
            "hashbrown",
            "libc",
            "miniz_oxide",
            "object",
            "panic_unwind",
            "rustc_demangle",
            "std_detect",
            "unwind",
        ],
        flags: LIKE_STD,
        ..PLAIN
    },
    Package {
        name: "std-integration",
        folder: "std",
        copied: "std",
        manifest: Some(STD_INTEGRATION),
        targets: &["--tests"],
        without_libtest: &["pipe-subprocess"],
        left_out_emulated: &[(
            "test_rwlock_max_readers",
            "locks a billion times: minutes of CPU time, while the other tests of its program take ten seconds",
        )],
        flags: LIKE_STD,
        ..PLAIN
    },
    Package {
        name: "core_arch",
        folder: "stdarch/crates/core_arch",
        copied: "stdarch",
        workspace: "stdarch",
        targets: &["--lib"],
        environment: &[("STDARCH_DISABLE_ASSERT_INSTR", "1")],
        no_tests_for: &[(
            "riscv64",
            "stdarch has no tests of riscv64's functions; the suite intrinsics calls each of them",
        )],
        left_out_files: &[
            ("src/x86/avx512", "the processors that this is tested on have no AVX-512"),
            ("src/x86_64/avx512", "the processors that this is tested on have no AVX-512"),
        ],
        ..PLAIN
    },
];

/// The unit tests of std. They are std itself, compiled with `--test` on the sysroot's `core`, `alloc` and so
/// on.
const STD_UNITS: &str = r#"
[package]
name = "std"
version = "0.0.0"
edition = "2024"

[lib]
path = "src/lib.rs"

[features]
backtrace = []
panic-unwind = []
default = ["backtrace", "panic-unwind"]

[dev-dependencies]
rand = { version = "0.9.0", default-features = false, features = ["alloc"] }
rand_xorshift = "0.4.0"
"#;

/// The integration tests of std, which use the sysroot's std.
const STD_INTEGRATION: &str = r#"
[package]
name = "std-integration"
version = "0.0.0"
edition = "2024"
build = false

[lib]
path = "nothing.rs"
test = false

[dev-dependencies]
rand = { version = "0.9.0", default-features = false, features = ["alloc"] }
rand_xorshift = "0.4.0"

[[test]]
name = "pipe-subprocess"
path = "tests/pipe_subprocess.rs"
harness = false

[[test]]
name = "sync"
path = "tests/sync/lib.rs"

[[test]]
name = "thread_local"
path = "tests/thread_local/lib.rs"
"#;

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn names_are_unique_and_everything_in_a_list_has_a_reason() {
        let names: BTreeSet<&str> = PACKAGES.iter().map(|package| package.name).collect();
        assert_eq!(names.len(), PACKAGES.len());
        for package in &PACKAGES {
            assert!(package.folder.starts_with(package.copied) && !package.targets.is_empty());
            let left_out = [package.left_out_files, package.left_out, package.left_out_emulated].concat();
            let lists = [package.no_tests_for, &left_out, package.differences].concat();
            assert!(lists.iter().all(|(what, reason)| !what.is_empty() && !reason.is_empty()), "{lists:?}");
        }
    }
}
