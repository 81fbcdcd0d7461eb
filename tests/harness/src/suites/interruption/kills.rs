//! Kills incremental builds of `cargo clif build` with `kill -9` at random moments.
//!
//! Each time, the sources are edited, so that there is work. The build is killed with all its processes. The
//! next build, which is not disturbed, must make the program of the edit. The moments are spread over the
//! time of a whole build. The seed is printed; `CLIF_SEED` sets it.

use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result, ensure};
use build_system::process;
use rustix::process::{Pid, Signal, kill_process_group};

use super::Setting;
use crate::commands;
use crate::synthetic::{LARGE_ROOT, large_output, write_large};

/// The number of kills.
const KILLS: u64 = 20;
/// The size of the crate.
const SIZE: (usize, usize) = (3, 2);
/// The variable that repeats a run.
const SEED: &str = "CLIF_SEED";

/// Kills and rebuilds [`KILLS`] times.
pub fn kill_at_random_moments(setting: &Setting<'_>) -> Result<()> {
    let place = &setting.place;
    let manifest = format!(
        "[package]\nname = \"killed\"\nedition = \"2024\"\n[[bin]]\nname = \"killed\"\npath = \"{LARGE_ROOT}\"\n[workspace]\n"
    );
    place.write("Cargo.toml", &manifest)?;
    edit(setting, 0)?;
    rebuild(setting, 0)?;
    edit(setting, 1)?;
    let start = Instant::now();
    rebuild(setting, 1)?;
    let whole = start.elapsed();
    let seed = seed();
    println!("interruption: {SEED}={seed} repeats the moments of kill -9");
    let mut random = seed;
    let mut interrupted = 0;
    for number in 2..2 + KILLS {
        edit(setting, number)?;
        let moment = whole.mul_f64(next(&mut random));
        interrupted += u64::from(build_and_kill(setting, moment)?);
        rebuild(setting, number).with_context(|| {
            format!("after kill {} at {} ms ({SEED}={seed})", number - 1, moment.as_millis())
        })?;
    }
    ensure!(interrupted >= KILLS / 2, "only {interrupted} builds were still running when they were killed");
    Ok(())
}

/// Edits the program, so that it prints something else each time.
fn edit(setting: &Setting<'_>, number: u64) -> Result<()> {
    write_large(&setting.place, SIZE.0, SIZE.1, number)
}

fn cargo_build(setting: &Setting<'_>) -> Command {
    let mut command = Command::new(setting.dist.cargo_clif());
    process::clean_environment(&mut command);
    command.env("CARGO_INCREMENTAL", "1").env("CLIF_VERIFY", "1");
    command.current_dir(&setting.place.folder).args(["build", "--quiet", "--offline"]);
    command
}

fn rebuild(setting: &Setting<'_>, number: u64) -> Result<()> {
    commands::succeed(&mut cargo_build(setting))?;
    let output = setting.place.run("target/debug/killed")?;
    let expected = large_output(SIZE.0, SIZE.1, number);
    ensure!(output == expected, "the program of edit {number} prints {output:?}, not {expected:?}");
    Ok(())
}

/// Starts a build and kills it. Returns whether it was still running.
fn build_and_kill(setting: &Setting<'_>, moment: Duration) -> Result<bool> {
    let mut command = cargo_build(setting);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).process_group(0);
    let mut child = command.spawn().context("cannot start cargo-clif")?;
    std::thread::sleep(moment);
    let group = Pid::from_child(&child);
    // The build may have ended already.
    let _ = kill_process_group(group, Signal::KILL);
    let status = child.wait().context("cannot wait for cargo-clif")?;
    Ok(status.code().is_none())
}

fn seed() -> u64 {
    let given = std::env::var(SEED).ok().and_then(|text| text.parse().ok());
    given.unwrap_or_else(|| {
        SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |time| u64::from(time.subsec_nanos()))
    })
}

/// Returns a number between 0 and 1 (Knuth's MMIX generator, upper bits).
fn next(state: &mut u64) -> f64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*state >> 11) as f64 / (1_u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::next;

    #[test]
    fn moments_are_repeated_by_the_seed_and_spread() {
        let numbers = |seed: u64| {
            let mut state = seed;
            (0..100).map(|_| next(&mut state)).collect::<Vec<_>>()
        };
        assert_eq!(numbers(7), numbers(7));
        assert!(numbers(7).iter().all(|number| (0.0..1.0).contains(number)));
        assert!(
            numbers(7).iter().any(|number| *number < 0.1) && numbers(7).iter().any(|number| *number > 0.9)
        );
    }
}
