//! The packages whose tests are run: a table.
//!
//! To add one: a row in [`TESTED`]. What is run is what is published: the unit tests, integration tests and doc tests in the
//! registry's package, with its `Cargo.lock`; [`Tested::lacking`] says what the project's repository has beyond that.

use crate::registry::Package;

/// How often the tests of a package are run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Frequency {
    /// By every `./y.sh test`.
    Always,
    /// Only with `--all`, or when a filter names them.
    OnRequest,
}

/// Whether doc tests are run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Docs {
    /// They are compared like other tests.
    Compared,
    /// They are not run; the text says why.
    LeftOut(&'static str),
}

/// A test whose verdict is no measure, and the reason. It is named as in the results: `PROGRAM TEST`, or `doc TEST`.
pub type Unsteady = (&'static str, &'static str);

/// A package whose tests are run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tested {
    /// What is fetched.
    pub package: Package,
    /// When it is run.
    pub frequency: Frequency,
    /// cargo's arguments about features.
    pub features: &'static [&'static str],
    /// cargo's arguments about which tests are compiled and run; doc tests are a matter of `docs`.
    pub targets: &'static [&'static str],
    /// The dev profile's `debug`: full for some, since it takes time and room.
    pub debug_information: &'static str,
    /// Whether doc tests are run.
    pub docs: Docs,
    /// What the project's repository tests and the package does not.
    pub lacking: Option<&'static str>,
    /// Tests that are no measure even with LLVM alone (time, network).
    pub unsteady: &'static [Unsteady],
}

impl Tested {
    /// What is left out, and why, in words.
    pub fn note(&self) -> String {
        let mut notes: Vec<String> = Vec::new();
        if let Docs::LeftOut(reason) = self.docs {
            notes.push(format!("no doc tests ({reason})"));
        }
        notes.extend(self.lacking.map(|lacking| format!("not published: {lacking}")));
        notes.extend(self.unsteady.iter().map(|(test, reason)| format!("not compared: {test} ({reason})")));
        if notes.is_empty() { "all that the project has".to_owned() } else { notes.join("; ") }
    }
}

/// All tests of a package, with little debug information.
const fn package(name: &'static str, version: &'static str) -> Tested {
    Tested {
        package: Package { name, version },
        frequency: Frequency::OnRequest,
        features: &[],
        targets: &["--lib", "--bins", "--tests"],
        debug_information: "line-tables-only",
        docs: Docs::Compared,
        lacking: None,
        unsteady: &[],
    }
}

impl Tested {
    /// Run by every `./y.sh test`.
    const fn always(self) -> Tested {
        Tested { frequency: Frequency::Always, ..self }
    }

    /// With features.
    const fn features(self, features: &'static [&'static str]) -> Tested {
        Tested { features, ..self }
    }

    /// With full debug information.
    const fn debug(self) -> Tested {
        Tested { debug_information: "full", ..self }
    }

    /// The package has not all tests of the project.
    const fn lacking(self, what: &'static str) -> Tested {
        Tested { lacking: Some(what), ..self }
    }

    /// Some tests are no measure.
    const fn unsteady(self, unsteady: &'static [Unsteady]) -> Tested {
        Tested { unsteady, ..self }
    }
}

/// All packages, by project.
pub const TESTED: &[Tested] = &[
    package("bytes", "1.12.2").features(&["--features=serde"]).debug().always(),
    package("sha2", "0.11.1").debug().always(),
    package("aes", "0.9.4").features(&["--features=hazmat"]).debug(),
    package("hashbrown", "0.17.1").features(&["--features=rayon,serde"]).debug(),
    package("memchr", "2.8.3"),
    package("num-bigint", "0.5.1").features(&["--all-features"]),
    package("rayon", "1.12.0"),
    package("rayon-core", "1.13.0"),
    package("crossbeam", "0.8.5"),
    package("crossbeam-channel", "0.5.17"),
    package("crossbeam-deque", "0.8.8"),
    package("crossbeam-epoch", "0.9.21"),
    package("crossbeam-queue", "0.3.14"),
    package("crossbeam-skiplist", "0.1.3"),
    package("crossbeam-utils", "0.8.23"),
    package("rand", "0.10.4"),
    package("rand_core", "0.10.1"),
    package("rand_chacha", "0.10.0").features(&["--features=serde"]),
    package("regex", "1.13.2"),
    package("regex-automata", "0.4.19"),
    package("regex-syntax", "0.8.12"),
    package("tokio", "1.54.1").features(&["--features=full,test-util"]),
    package("indexmap", "2.14.2"),
    package("itertools", "0.15.0"),
    package("serde", "1.0.229"),
    package("serde_json", "1.0.154"),
    package("syn", "3.0.10"),
    package("chrono", "0.4.45"),
    package("clap", "4.6.9"),
    package("clap_builder", "4.6.7"),
    package("clap_lex", "1.1.2"),
    package("ripgrep", "15.2.0"),
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
}
