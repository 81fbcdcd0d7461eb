//! Finds out what cargo is asked to do: the command, the targets, and the settings of targets.
//!
//! The settings are those of the environment and of cargo's configuration files. cargo itself prints the
//! latter, merged (`cargo config get`, which is unstable). That takes 20 ms, so it is only asked if the
//! command line or a file may concern a target.

use std::env;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use clif_targets::Target;
use serde_json::Value;

/// cargo's own options that have a value in the next argument and come before the command.
const GLOBAL_OPTIONS: [&str; 4] = ["--config", "--color", "-C", "-Z"];
/// cargo's word for the target of the machine that compiles.
const HOST: &str = "host-tuple";

/// What cargo is asked to do.
pub struct Settings {
    /// The command, as the user wrote it.
    pub command: String,
    /// cargo's arguments without those for the program.
    arguments: Vec<String>,
    /// The merged configuration files; null if there are none or they do not concern targets.
    files: Value,
}

impl Settings {
    /// Reads the command line, the environment and the configuration files.
    pub fn read(cargo: &OsStr, arguments: &[OsString]) -> Settings {
        let own = arguments.iter().take_while(|argument| *argument != "--");
        let arguments: Vec<String> = own.map(|argument| argument.to_string_lossy().into_owned()).collect();
        let command = command_in(&arguments).unwrap_or_default().to_owned();
        let is_about_targets =
            arguments.iter().any(|word| is_option(word, "--target") || is_option(word, "--config"))
                || variable("CARGO_BUILD_TARGET").is_some()
                || files_name_targets();
        let files = if is_about_targets { configuration(cargo, &arguments) } else { Value::Null };
        Settings { command, arguments, files }
    }

    /// The targets that cargo compiles for besides this machine's, by their names or files.
    pub fn targets(&self) -> Vec<String> {
        let of_command = values_of(&self.arguments, "--target");
        let mut targets = match (of_command.is_empty(), variable("CARGO_BUILD_TARGET")) {
            (false, _) => of_command,
            (true, Some(target)) => vec![target],
            (true, None) => texts(&self.files["build"]["target"]),
        };
        let host = Target::host().map_or("", |host| host.triple);
        targets.retain(|target| target != host && target != HOST);
        targets.sort();
        targets.dedup();
        targets
    }

    /// Whether cargo compiles the standard library itself (`-Zbuild-std`).
    pub fn builds_standard_library(&self) -> bool {
        let name = "build-std";
        let is_named = |value: &String| value == name || value.starts_with(&format!("{name}="));
        let attached = self.arguments.iter().filter_map(|word| word.strip_prefix("-Z").map(str::to_owned));
        values_of(&self.arguments, "-Z").iter().any(is_named)
            || attached.collect::<Vec<_>>().iter().any(is_named)
            || variable("CARGO_UNSTABLE_BUILD_STD").is_some()
            || !self.files["unstable"][name].is_null()
    }

    /// Whether the user names a runner for a target. `cfg` are the lines of `rustc --print=cfg`.
    pub fn has_runner(&self, target: &str, cfg: impl FnOnce() -> String) -> bool {
        let name = format!("CARGO_TARGET_{}_RUNNER", Target::in_variables(target));
        if variable(&name).is_some() {
            return true;
        }
        let tables = self.files["target"].as_object();
        let with_runner: Vec<&str> = tables
            .into_iter()
            .flatten()
            .filter(|(_, table)| !table["runner"].is_null())
            .map(|(name, _)| name.as_str())
            .collect();
        if with_runner.contains(&target) {
            return true;
        }
        let expressions: Vec<&str> =
            with_runner.into_iter().filter(|name| name.starts_with("cfg(")).collect();
        if expressions.is_empty() {
            return false;
        }
        let cfg = cfg();
        let lines: Vec<&str> = cfg.lines().collect();
        // cargo reports expressions that are wrong.
        expressions.into_iter().any(|expression| crate::cfg::holds(expression, &lines).unwrap_or(true))
    }

    /// Whether the arguments have an option.
    pub fn has_option(&self, name: &str) -> bool {
        self.arguments.iter().any(|argument| is_option(argument, name))
    }
}

/// A variable that is set to something.
fn variable(name: &str) -> Option<String> {
    env::var_os(name).filter(|value| !value.is_empty()).map(|value| value.to_string_lossy().into_owned())
}

/// Whether an argument is an option, with or without its value.
fn is_option(argument: &str, name: &str) -> bool {
    argument.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('='))
}

/// Returns cargo's command.
fn command_in(arguments: &[String]) -> Option<&str> {
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        if GLOBAL_OPTIONS.contains(&word.as_str()) {
            words.next();
        } else if !word.starts_with('-') {
            return Some(word);
        }
    }
    None
}

/// Returns all values of an option, which is `--name value` or `--name=value`.
fn values_of(arguments: &[String], name: &str) -> Vec<String> {
    let mut values = Vec::new();
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        match word.strip_prefix(name) {
            Some("") => values.extend(words.next().cloned()),
            Some(rest) => values.extend(rest.strip_prefix('=').map(str::to_owned)),
            None => {}
        }
    }
    values
}

/// Returns a text, or a list of texts.
fn texts(value: &Value) -> Vec<String> {
    let one = value.as_str().map(str::to_owned);
    let many = value.as_array().into_iter().flatten().filter_map(|value| value.as_str().map(str::to_owned));
    one.into_iter().chain(many).collect()
}

/// Whether one of cargo's configuration files has the word `target`.
fn files_name_targets() -> bool {
    let here = env::current_dir().unwrap_or_default();
    let home = variable("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(Path::new(&variable("HOME")?).join(".cargo")));
    let folders = here.ancestors().map(|folder| folder.join(".cargo")).chain(home);
    let mut files = folders.flat_map(|folder| ["config.toml", "config"].map(|name| folder.join(name)));
    // A file that includes others may name a target there.
    files.any(|file| {
        fs::read_to_string(file)
            .is_ok_and(|text| ["target", "include"].iter().any(|word| text.contains(word)))
    })
}

/// Asks cargo for its configuration. Null if it has none to print; cargo itself reports what is wrong.
fn configuration(cargo: &OsStr, arguments: &[String]) -> Value {
    let mut command = Command::new(cargo);
    command.env("RUSTC_BOOTSTRAP", "1").args(["-Zunstable-options", "config", "get", "--format=json"]);
    for name in ["--config", "-C"] {
        for value in values_of(arguments, name) {
            command.args([name, &value]);
        }
    }
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output();
    output.ok().and_then(|output| serde_json::from_slice(&output.stdout).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(line: &str, files: &str) -> Settings {
        let arguments: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        let command = command_in(&arguments).unwrap_or_default().to_owned();
        Settings { command, arguments, files: serde_json::from_str(files).unwrap() }
    }

    #[test]
    fn the_command_is_behind_cargos_own_options() {
        assert_eq!(settings("--config a=b -q build --target x", "null").command, "build");
        assert_eq!(settings("--version", "null").command, "");
    }

    #[test]
    fn targets_of_the_command_line_come_first() {
        let files = r#"{"build": {"target": ["riscv64gc-unknown-linux-gnu", "host-tuple"]}}"#;
        assert_eq!(settings("build", files).targets(), ["riscv64gc-unknown-linux-gnu"]);
        let own = Target::host().unwrap().triple;
        let line = format!("test --target b --target=a.json --target {own}");
        assert_eq!(settings(&line, files).targets(), ["a.json", "b"]);
        assert_eq!(settings("build", r#"{"build": {"target": "c"}}"#).targets(), ["c"]);
        assert!(settings("build", "null").targets().is_empty());
    }

    #[test]
    fn a_build_of_the_standard_library_is_seen() {
        for line in ["build -Zbuild-std", "build -Z build-std=core,alloc", "build -Zbuild-std=core"] {
            assert!(settings(line, "null").builds_standard_library(), "{line}");
        }
        assert!(!settings("build -Zbuild-std-features=x", "null").builds_standard_library());
        assert!(settings("build", r#"{"unstable": {"build-std": ["core"]}}"#).builds_standard_library());
    }

    #[test]
    fn runners_of_the_user_are_seen() {
        let has = |files: &str| settings("run", files).has_runner("t-unknown-x", || "unix\n".to_owned());
        assert!(has(r#"{"target": {"t-unknown-x": {"runner": ["a", "b"]}}}"#));
        assert!(has(r#"{"target": {"cfg(unix)": {"runner": "a"}}}"#));
        assert!(!has(r#"{"target": {"cfg(windows)": {"runner": "a"}}}"#));
        assert!(!has(r#"{"target": {"t-unknown-x": {"linker": "a"}, "other": {"runner": "a"}}}"#));
        assert!(!has("null"));
    }
}
