//! Parses the comment lines at the head of a run-pass program, which say how to compile and run it.
//!
//! `tests/README.md` lists them, `docs/contributing.md` says how to add one.

use anyhow::{Context, Result, bail};

use crate::suite::skip;
use crate::target::TestTarget;

/// The expected end of a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// It exits with a status.
    Status(i32),
    /// It is killed by a signal.
    Signal(i32),
}

/// The head of a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directives {
    /// The first line, which says what the program shows.
    pub purpose: String,
    /// The machines that it is for. Without any, it is for all of them.
    pub machines: Vec<String>,
    /// The edition.
    pub edition: String,
    /// Whether it uses unstable features of the language or library.
    pub unstable: bool,
    /// Flags for rustc.
    pub flags: Vec<String>,
    /// Arguments of the program.
    pub arguments: Vec<String>,
    /// Lines of its standard input.
    pub input: String,
    /// Variables of its environment.
    pub environment: Vec<(String, String)>,
    /// How it must end.
    pub end: End,
    /// Texts that its standard error must contain.
    pub errors: Vec<String>,
}

impl Directives {
    /// Parses the head of a program.
    pub fn parse(source: &str) -> Result<Directives> {
        let mut lines = source.lines();
        let purpose = lines.next().and_then(|line| line.strip_prefix("//! ")).map(str::trim);
        let Some(purpose) = purpose.filter(|text| !text.is_empty()) else {
            bail!("the first line must be `//! ` and the program's purpose");
        };
        let mut directives = Directives {
            purpose: purpose.to_owned(),
            machines: Vec::new(),
            edition: "2024".to_owned(),
            unstable: source.lines().any(|line| line.starts_with("#![feature(")),
            flags: Vec::new(),
            arguments: Vec::new(),
            input: String::new(),
            environment: Vec::new(),
            end: End::Status(0),
            errors: Vec::new(),
        };
        for line in lines {
            let Some((key, value)) = line.strip_prefix("// ").and_then(|line| line.split_once(':')) else {
                break;
            };
            directives
                .add(key, value.strip_prefix(' ').unwrap_or(value))
                .with_context(|| format!("`{line}`"))?;
        }
        Ok(directives)
    }

    /// Returns an error that skips the program if it is not for a target.
    pub fn require(&self, target: TestTarget) -> Result<()> {
        if !self.machines.is_empty() && !self.machines.iter().any(|machine| machine == target.name()) {
            return Err(skip(format!("it is for {}", self.machines.join(" and "))));
        }
        Ok(())
    }

    /// Adds one directive.
    fn add(&mut self, key: &str, value: &str) -> Result<()> {
        let words = || value.split_whitespace().map(str::to_owned);
        match key {
            "exit" => self.end = parse_end(value)?,
            "machines" => {
                let names = value.split_once(" (").map_or(value, |(names, _reason)| names);
                self.machines.extend(names.split_whitespace().map(str::to_owned));
                for name in &self.machines {
                    TestTarget::named(name)?;
                }
            }
            "edition" => self.edition = value.trim().to_owned(),
            "flags" => self.flags.extend(words()),
            "args" => self.arguments.extend(words()),
            "stdin" => self.input += &format!("{value}\n"),
            "env" => {
                let (name, value) = value.split_once('=').context("expected NAME=value")?;
                self.environment.push((name.to_owned(), value.to_owned()));
            }
            "stderr-contains" => self.errors.push(value.to_owned()),
            _ => bail!("unknown directive; tests/README.md lists them"),
        }
        Ok(())
    }
}

/// Parses `101` or `signal 6`.
fn parse_end(text: &str) -> Result<End> {
    let context = "expected an exit status or `signal NUMBER`";
    match text.trim().strip_prefix("signal ") {
        Some(number) => Ok(End::Signal(number.trim().parse().context(context)?)),
        None => Ok(End::Status(text.trim().parse().context(context)?)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_program_has_the_defaults() {
        let directives = Directives::parse("//! Says hello.\n\nfn main() {}\n// exit: 3\n").unwrap();
        assert_eq!((directives.purpose.as_str(), directives.edition.as_str()), ("Says hello.", "2024"));
        assert_eq!((directives.end, directives.input.as_str()), (End::Status(0), ""));
        assert!(!directives.unstable && Directives::parse("//! x\n#![feature(y)]\n").unwrap().unstable);
    }

    #[test]
    fn every_directive_is_read() {
        let lines = ["exit: signal 6", "edition: 2021", "flags: -g -Cpanic=abort", "args: a größe"];
        let more = [
            "machines: aarch64 riscv64 (a reason)",
            "stdin:  indented",
            "stdin: two",
            "env: K=a = b",
            "stderr-contains: at x.rs:1:2: y",
        ];
        let source = format!("//! All.\n// {}\n// {}\n", lines.join("\n// "), more.join("\n// "));
        let directives = Directives::parse(&source).unwrap();
        assert_eq!((directives.end, directives.edition.as_str()), (End::Signal(6), "2021"));
        assert_eq!(directives.machines, ["aarch64", "riscv64"]);
        assert_eq!(directives.flags, ["-g", "-Cpanic=abort"]);
        assert_eq!(directives.arguments, ["a", "größe"]);
        assert_eq!(directives.input, " indented\ntwo\n");
        assert_eq!(directives.environment, [("K".to_owned(), "a = b".to_owned())]);
        assert_eq!(directives.errors, ["at x.rs:1:2: y"]);
    }

    #[test]
    fn programs_for_other_machines_are_skipped() {
        let [host, other, ..] = TestTarget::all().unwrap()[..] else { panic!("no other target") };
        let skips = |head: String, target| {
            let result = Directives::parse(&format!("//! x\n{head}\n")).unwrap().require(target);
            result.err().map(|error| error.to_string())
        };
        assert_eq!((skips(String::new(), host), skips(String::new(), other)), (None, None));
        let one = format!("// machines: {}", host.name());
        assert_eq!(skips(one.clone(), host), None);
        assert_eq!(skips(one, other).unwrap(), format!("it is for {}", host.name()));
    }

    #[test]
    fn mistakes_are_errors() {
        for source in [
            "fn main() {}\n",
            "//!\n",
            "//! x\n// exitt: 1\n",
            "//! x\n// exit: one\n",
            "//! x\n// env: K\n",
            "//! x\n// machines: z80\n",
        ] {
            assert!(Directives::parse(source).is_err(), "{source:?}");
        }
    }
}
