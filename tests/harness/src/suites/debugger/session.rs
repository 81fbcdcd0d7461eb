//! Runs commands in a debugger.
//!
//! [`Debuggee::answers`] writes the commands to a file, runs the debugger with its driver, and reads the
//! answers. A driver is a Python script that runs inside the debugger and writes the answers to a file.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result};
use build_system::files::{self, Mode};
use build_system::process::{self, Outcome};

use super::script::Debugger;
use super::tools::Tool;
use crate::target::TestTarget;

/// The drivers' sources, and their names in the scratch folder.
const DRIVERS: [(Debugger, &str, &str); 2] = [
    (Debugger::Gdb, "gdb_driver.py", include_str!("gdb_driver.py")),
    (Debugger::Lldb, "lldb_driver.py", include_str!("lldb_driver.py")),
];
/// What the driver of gdb and `optimised-values` share.
const EMULATOR: (&str, &str) = ("emulator.py", include_str!("emulator.py"));
/// The time limit of a session.
const LIMIT: Duration = Duration::from_secs(60);

/// Returns the texts of all scripts that run inside debuggers.
pub fn scripts() -> impl Iterator<Item = &'static str> {
    DRIVERS.iter().map(|(.., text)| *text).chain([EMULATOR.1])
}

/// Writes the drivers to a folder.
pub fn write_drivers(folder: &Path) -> Result<()> {
    let drivers = DRIVERS.map(|(_, name, text)| (name, text));
    for (name, text) in drivers.into_iter().chain([EMULATOR]) {
        files::write_file(&folder.join(name), text.as_bytes(), Mode::Plain)?;
    }
    Ok(())
}

/// A program that a debugger runs. Its folder gets the files of the session.
pub struct Debuggee<'a> {
    /// The program.
    pub program: &'a Path,
    /// Its arguments.
    pub arguments: &'a [String],
    /// Variables of its environment.
    pub environment: &'a [(String, String)],
    /// The target that it was compiled for.
    pub target: TestTarget,
}

impl Debuggee<'_> {
    /// Runs commands, each a verb of the drivers and its argument. Returns an answer for each, unless the
    /// debugger ends early. `drivers` is the folder of [`write_drivers`].
    pub fn answers(
        &self,
        tool: &Tool,
        drivers: &Path,
        commands: &[[&str; 2]],
    ) -> Result<(Vec<String>, Outcome)> {
        let folder = self.program.parent().unwrap_or(Path::new("."));
        let file = |kind: &str| folder.join(format!("{}-{kind}", tool.debugger.name()));
        files::write_file(&file("session.json"), serde_json::to_string(commands)?.as_bytes(), Mode::Plain)?;
        let driver =
            DRIVERS.iter().find(|row| row.0 == tool.debugger).context("the debugger has no driver")?;
        let mut command = tool.session(&drivers.join(driver.1), self.program, self.arguments);
        command.current_dir(folder);
        command.env("CLIF_SESSION", file("session.json")).env("CLIF_ANSWERS", file("answers.json"));
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        if let Some(emulator) = self.target.emulator(self.program, self.arguments) {
            command.env("CLIF_EMULATOR", serde_json::to_string(&emulator)?);
        }
        let outcome = process::run_limited(&mut command, b"", LIMIT)?;
        let answers = files::read_text(&file("answers.json")).unwrap_or_default();
        let answers =
            answers.lines().map(serde_json::from_str).collect::<Result<_, _>>().context("damaged answers")?;
        Ok((answers, outcome))
    }
}
