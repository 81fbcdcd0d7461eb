//! The table of packages whose tests are run.
//!
//! To add one: a row in [`TESTED`]. Only what is published counts: the unit tests, integration tests and doc
//! tests in the registry's package, with its `Cargo.lock`. [`Tested::lacking`] says which tests are only in
//! the project's repository.

use build_system::registry::Package;

/// How often the tests of a package are run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Frequency {
    /// By every `./y.sh test`.
    Always,
    /// Only with `--all`, or when a word of the command line names them.
    OnRequest,
}

/// Whether doc tests are run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Docs {
    /// They are compared like other tests.
    Compared,
    /// They are not run. The text is the reason.
    LeftOut(&'static str),
}

/// Whether a package is also tested for targets whose programs run in an emulator, which takes three to ten
/// times as long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Emulated {
    /// It is, because of this part of its code.
    Compared(&'static str),
    /// Only some of its tests are, and no doc tests: cargo's arguments that select the tests, and the part of
    /// the code.
    Partly(&'static [&'static str], &'static str),
    /// It is not. The text is the reason.
    LeftOut(&'static str),
}

/// An addition to a package's sources, so that its tests compile without unpublished files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Addition {
    /// An empty file instead of one that is missing, or that includes a missing one.
    Empty(&'static str),
    /// A folder of another package, which is beside this one in the project's repository: `(path, package,
    /// folder)`.
    Folder(&'static str, Package, &'static str),
    /// The package itself instead of this older version, which dependencies of its tests use. The project's
    /// repository does the same.
    Itself(&'static str),
    /// An empty package instead of one (with its feature) that only prevents the published package from being
    /// tested.
    EmptyPackage(Package, &'static str),
    /// A configuration for cargo.
    Configuration(&'static str),
}

/// A test whose verdict does not count, and the reason. The name is that in the results: `PROGRAM TEST`, or
/// `doc TEST`.
pub type Unsteady = (&'static str, &'static str);

/// A package whose tests are run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tested {
    /// The package.
    pub package: Package,
    /// How often its tests are run.
    pub frequency: Frequency,
    /// cargo's arguments that select features.
    pub features: &'static [&'static str],
    /// cargo's arguments that select the tests to compile and run, except doc tests (see `docs`).
    pub targets: &'static [&'static str],
    /// The dev profile's `debug`. It is full for only some packages, since it takes time and space.
    pub debug_information: &'static str,
    /// Whether doc tests are run.
    pub docs: Docs,
    /// Whether the tests are also run for other machines than this one.
    pub emulated: Emulated,
    /// The additions to the sources.
    pub additions: &'static [Addition],
    /// The tests that are only in the project's repository.
    pub lacking: Option<&'static str>,
    /// Tests that are unsteady even with LLVM alone (time, network).
    pub unsteady: &'static [Unsteady],
}

impl Tested {
    /// Returns the row for targets whose programs run in an emulator. An error is the reason why it has none.
    pub fn for_emulator(&self) -> Result<Tested, &'static str> {
        match self.emulated {
            Emulated::Compared(_) => Ok(*self),
            Emulated::Partly(targets, _) => {
                Ok(Tested { targets, docs: Docs::LeftOut("in the emulator, only a part is tested"), ..*self })
            }
            Emulated::LeftOut(reason) => Err(reason),
        }
    }

    /// Returns a note about what is left out and why, for the end of the line with the results.
    pub fn note(&self) -> String {
        let mut notes: Vec<String> = vec![String::new()];
        if let Docs::LeftOut(reason) = self.docs {
            notes.push(format!("no doc tests ({reason})"));
        }
        notes.extend(self.lacking.map(|lacking| format!("not published: {lacking}")));
        notes.extend(self.unsteady.iter().map(|(test, reason)| format!("not compared: {test} ({reason})")));
        notes.join("; ")
    }
}

/// Why most packages are not tested in an emulator.
const SIMILAR: &str =
    "another package of the table with similar code is tested in the emulator; all would take hours";

/// A row with all tests of a package and little debug information.
const fn package(name: &'static str, version: &'static str) -> Tested {
    Tested {
        package: Package { name, version },
        frequency: Frequency::OnRequest,
        features: &[],
        targets: &["--lib", "--bins", "--tests"],
        debug_information: "line-tables-only",
        docs: Docs::Compared,
        emulated: Emulated::LeftOut(SIMILAR),
        additions: &[],
        lacking: None,
        unsteady: &[],
    }
}

impl Tested {
    /// Runs the tests in every `./y.sh test`.
    const fn always(self) -> Tested {
        Tested { frequency: Frequency::Always, ..self }
    }

    /// Also runs the tests for other machines.
    const fn emulated(self, reason: &'static str) -> Tested {
        Tested { emulated: Emulated::Compared(reason), ..self }
    }

    /// Also runs some of the tests for other machines.
    const fn partly_emulated(self, targets: &'static [&'static str], reason: &'static str) -> Tested {
        Tested { emulated: Emulated::Partly(targets, reason), ..self }
    }

    /// Enables features.
    const fn features(self, features: &'static [&'static str]) -> Tested {
        Tested { features, ..self }
    }

    /// Enables full debug information.
    const fn debug(self) -> Tested {
        Tested { debug_information: "full", ..self }
    }

    /// Adds to the sources.
    const fn additions(self, additions: &'static [Addition]) -> Tested {
        Tested { additions, ..self }
    }

    /// Notes that the package does not have all tests of the project.
    const fn lacking(self, what: &'static str) -> Tested {
        Tested { lacking: Some(what), ..self }
    }
}

const REGEX: Package = Package { name: "regex", version: "1.13.2" };

/// The test programs of syn, except those that download all of rustc's sources to parse them
/// (`test_round_trip` and `test_precedence`), and those that need a nightly compiler (`test_expr`,
/// `test_item` and `test_unparenthesize`).
const SYN_TARGETS: &[&str] = &[
    "--lib",
    "--test=regression",
    "--test=test_attribute",
    "--test=test_derive_input",
    "--test=test_generics",
    "--test=test_grouping",
    "--test=test_ident",
    "--test=test_lit",
    "--test=test_meta",
    "--test=test_parse_buffer",
    "--test=test_parse_quote",
    "--test=test_parse_stream",
    "--test=test_pat",
    "--test=test_path",
    "--test=test_punctuated",
    "--test=test_receiver",
    "--test=test_shebang",
    "--test=test_size",
    "--test=test_stmt",
    "--test=test_token_trees",
    "--test=test_ty",
    "--test=test_visibility",
    "--test=zzz_stable",
];

/// The test programs of ring that need no test vectors.
const RING_TARGETS: &[&str] =
    &["--test=constant_time_tests", "--test=error_tests", "--test=rand_tests", "--test=signature_tests"];

/// The test programs of tokio that run in an emulator: some of each part. All would take an hour.
const TOKIO_TARGETS: &[&str] = &[
    "--lib",
    "--test=fs_file",
    "--test=io_copy",
    "--test=macros_select",
    "--test=process_smoke",
    "--test=rt_common",
    "--test=rt_threaded",
    "--test=signal_ctrl_c",
    "--test=sync_broadcast",
    "--test=sync_mpsc",
    "--test=sync_mutex",
    "--test=sync_watch",
    "--test=task_join_set",
    "--test=tcp_echo",
    "--test=tcp_stream",
    "--test=time_sleep",
    "--test=time_timeout",
    "--test=udp",
    "--test=uds_stream",
];

/// All packages, by project. If a project is published as several packages, each has a row.
pub const TESTED: &[Tested] = &[
    package("sha2", "0.11.1").debug().always().emulated("vendor intrinsics, and a check of the processor"),
    package("bytes", "1.12.2").features(&["--features=serde"]).debug(),
    package("aes", "0.9.4").features(&["--features=hazmat"]).debug().emulated("vendor intrinsics"),
    package("hashbrown", "0.17.1").features(&["--features=rayon,serde"]).debug(),
    package("memchr", "2.8.3"),
    package("num-bigint", "0.5.1").features(&["--all-features"]).emulated("wide integers"),
    package("rayon", "1.12.0"),
    package("rayon-core", "1.13.0"),
    package("crossbeam", "0.8.5"),
    package("crossbeam-channel", "0.5.17"),
    package("crossbeam-deque", "0.8.8"),
    package("crossbeam-epoch", "0.9.21"),
    package("crossbeam-queue", "0.3.14").emulated("atomic operations"),
    // The code violates a newer lint that is denied, and cargo caps lints only for dependencies.
    package("crossbeam-skiplist", "0.1.3")
        .additions(&[Addition::Configuration("[build]\nrustflags = [\"--cap-lints=warn\"]\n")]),
    package("crossbeam-utils", "0.8.23"),
    package("rand", "0.10.4").features(&["--features=serde,unbiased"]),
    package("rand_core", "0.10.1").always().emulated("it is quick"),
    package("rand_chacha", "0.10.0").features(&["--features=serde"]),
    // In the emulator without its 247 doc tests: linking a program for each takes most of its time.
    package(REGEX.name, REGEX.version)
        .additions(&[Addition::Empty("tests/fuzz/mod.rs")])
        .lacking("tests/fuzz, the inputs that fuzzing found")
        .partly_emulated(&["--lib", "--tests"], "tables, and most kinds of code"),
    package("regex-automata", "0.4.19")
        .additions(&[
            Addition::Empty("tests/fuzz/mod.rs"),
            Addition::Empty("tests/gen/mod.rs"),
            Addition::Folder("../testdata", REGEX, "testdata"),
        ])
        .lacking("tests/fuzz, the inputs that fuzzing found, and the automata of tests/gen"),
    package("regex-syntax", "0.8.12"),
    package("tokio", "1.54.1")
        .features(&["--features=full,test-util"])
        .additions(&[Addition::Itself("1.54.0")])
        .partly_emulated(TOKIO_TARGETS, "futures, threads, sockets"),
    package("indexmap", "2.14.2").features(&["--features=serde,rayon,quickcheck,arbitrary"]),
    package("itertools", "0.15.0"),
    // serde's own package has no tests. Its traits, with their doc tests, are in this package.
    package("serde_core", "1.0.229")
        .features(&["--features=rc"])
        .lacking("test_suite, a package of its own; the doc tests are here"),
    package("serde_json", "1.0.154").debug().emulated("floats, generic code"),
    // Packages with foreign code.
    Tested { targets: RING_TARGETS, ..package("ring", "0.17.14") }
        .lacking("the test vectors of all other tests; the program foreign-code of the suite projects uses ring instead")
        .emulated("assembly on some machines, C on the others"),
    package("stacker", "0.1.25").emulated("assembly that switches stacks"),
    package("rusqlite", "0.37.0")
        .features(&["--features=bundled,functions,vtab"])
        .emulated("C that calls back"),
    Tested { targets: SYN_TARGETS, ..package("syn", "3.0.10").features(&["--all-features"]) }
        .additions(&[Addition::EmptyPackage(
            Package { name: "syn-test-suite", version: "0.0.0+test" },
            "all-features",
        )])
        .lacking(
            "rustc's sources, which test_round_trip and test_precedence download; test_expr, test_item and \
                  test_unparenthesize are left out, since they need a nightly compiler",
        ),
    package("chrono", "0.4.45")
        .features(&["--features=serde,unstable-locales"])
        .lacking("tests/android and tests/ohos, so that tests of tz_data fail"),
    // Not 4.6.9, because its lock file names a version of jiff that the registry has withdrawn.
    package("clap", "4.6.7")
        .features(&["--features=derive,env,cargo,unicode,wrap_help,string"])
        .lacking(
            "tests, all integration tests; the doc tests are here, without those of the feature unstable-doc, since \
             two of its examples read commands from a terminal and never end without one",
        ),
    package("clap_builder", "4.6.7")
        .features(&["--features=env,cargo,unicode,wrap_help,string,unstable-doc"])
        .lacking("tests, the integration tests of clap"),
    package("clap_lex", "1.1.2").lacking("tests"),
    Tested {
        targets: &["--bins", "--tests"],
        docs: Docs::LeftOut("it is a program"),
        ..package("ripgrep", "15.2.0")
    }
    .debug(),
    // Libraries of ripgrep's repository.
    package("globset", "0.4.21"),
    package("grep-matcher", "0.1.9"),
    package("grep-regex", "0.1.14"),
    package("grep-cli", "0.1.12"),
    package("grep-searcher", "0.1.17"),
    package("grep-printer", "0.3.1"),
    package("ignore", "0.4.34"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_package_is_there_once_and_what_is_left_out_has_a_reason() {
        for (index, row) in TESTED.iter().enumerate() {
            let name = row.package.name;
            assert!(TESTED[index + 1..].iter().all(|other| other.package.name != name), "{name}");
            let reasons = row.lacking.into_iter().chain(row.unsteady.iter().map(|(_, reason)| *reason));
            assert!(reasons.into_iter().all(|reason| !reason.is_empty()), "{name}");
        }
        assert!(TESTED.iter().any(|row| row.frequency == Frequency::Always));
    }

    #[test]
    fn some_packages_are_tested_in_the_emulator_and_some_partly() {
        let row = |name: &str| TESTED.iter().find(|row| row.package.name == name).unwrap();
        assert_eq!(row("crossbeam-queue").for_emulator(), Ok(*row("crossbeam-queue")));
        assert_eq!(row("tokio").for_emulator().unwrap().targets, TOKIO_TARGETS);
        assert_eq!(row("clap").for_emulator(), Err(SIMILAR));
    }
}
