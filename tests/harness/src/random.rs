//! Chooses the number of random programs, and their seeds, for all suites that have some.
//!
//! The seeds are always the same, so every run tests the same programs. `CLIF_SEED=N` sets the first
//! seed, `CLIF_COUNT=N` the number of cases. Each failure names its seed.

use anyhow::{Context as _, Result};

use crate::context::Context;

/// The variable that gives the first seed.
const SEED_VARIABLE: &str = "CLIF_SEED";
/// The variable that gives the number of functions or signatures.
const COUNT_VARIABLE: &str = "CLIF_COUNT";

/// A random program: its seed, and the number of its functions or signatures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Program {
    /// The seed.
    pub seed: u64,
    /// The number of functions or signatures.
    pub size: usize,
}

impl Program {
    /// The name of the case.
    pub fn name(self) -> String {
        format!("seed-{}", self.seed)
    }
}

/// How many functions or signatures a suite tests.
pub struct Amount {
    /// In every `./y.sh test`.
    pub usual: usize,
    /// With `--all`.
    pub long: usize,
    /// In one program.
    pub per_program: usize,
}

/// Returns the programs of a suite.
pub fn programs(context: &Context<'_>, amount: &Amount) -> Result<Vec<Program>> {
    let first = variable(SEED_VARIABLE)?.unwrap_or(1);
    let usual = if context.all { amount.long } else { amount.usual };
    let count = variable(COUNT_VARIABLE)?.map_or(usual, |count| count as usize);
    Ok(split(first, count, amount.per_program))
}

/// Splits `count` functions into programs of at most `size`, with seeds from `first` on.
fn split(first: u64, count: usize, size: usize) -> Vec<Program> {
    let sizes = (0..count).step_by(size).map(|start| size.min(count - start));
    (first..).zip(sizes).map(|(seed, size)| Program { seed, size }).collect()
}

/// Reads a number from the environment.
fn variable(name: &str) -> Result<Option<u64>> {
    match std::env::var(name) {
        Ok(text) if !text.is_empty() => {
            Ok(Some(text.parse().with_context(|| format!("{name}={text} is not a number"))?))
        }
        _ => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_add_up_to_the_count() {
        let program = |seed, size| Program { seed, size };
        assert_eq!(split(7, 25, 10), [program(7, 10), program(8, 10), program(9, 5)]);
        assert_eq!(split(1, 0, 10), []);
    }
}
