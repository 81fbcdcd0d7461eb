//! Reads the command line of `cargo clif`.

use std::ffi::OsString;

/// The user's request.
#[derive(Debug, PartialEq, Eq)]
pub enum Request {
    /// Print our help.
    Help,
    /// Print our version.
    Version,
    /// `+NAME`, which selects a toolchain in rustup's cargo. We reject it.
    OtherToolchain(String),
    /// Run cargo with these arguments.
    Cargo(Vec<OsString>),
}

/// Reads the arguments after the program's name.
pub fn parse(mut arguments: Vec<OsString>) -> Request {
    // `cargo clif build` calls `cargo-clif clif build`.
    if arguments.first().is_some_and(|first| first == "clif") {
        arguments.remove(0);
    }
    match arguments.first().and_then(|first| first.to_str()) {
        None if arguments.is_empty() => Request::Help,
        Some("--help" | "-h") => Request::Help,
        Some("help") if arguments.len() == 1 => Request::Help,
        Some("--version" | "-V") => Request::Version,
        Some(name) if name.starts_with('+') => Request::OtherToolchain(name.to_owned()),
        _ => Request::Cargo(arguments),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<OsString> {
        text.split_whitespace().map(OsString::from).collect()
    }

    #[test]
    fn everything_but_our_own_is_cargos() {
        for line in ["build --release", "run -- --help", "help build", "-Zunstable x", "clif"] {
            let expected = Request::Cargo(words(line));
            let prefixed = parse(words(&format!("clif {line}")));
            match line {
                // cargo adds only the first `clif`.
                "clif" => assert_eq!(prefixed, expected),
                _ => assert_eq!((parse(words(line)), prefixed), (expected, Request::Cargo(words(line)))),
            }
        }
    }

    #[test]
    fn our_own_requests_are_recognised() {
        for line in ["", "clif", "--help", "clif -h", "help"] {
            assert_eq!(parse(words(line)), Request::Help, "{line}");
        }
        assert_eq!(parse(words("clif --version")), Request::Version);
        assert_eq!(parse(words("+nightly build")), Request::OtherToolchain("+nightly".to_owned()));
    }
}
