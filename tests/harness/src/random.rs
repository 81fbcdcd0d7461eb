//! What the suites of random programs share: the number of programs, and their seeds.
//!
//! The seeds are always the same, so every run tests the same programs. `CLIF_SEED=N` sets the first
//! seed, `CLIF_COUNT=N` the number of cases. Each failure names its seed.

use anyhow::{Context as _, Result};

use crate::context::Context;

/// The variable that gives the first seed.
const SEED_VARIABLE: &str = "CLIF_SEED";
/// The variable that gives how many functions or signatures are made.
const COUNT_VARIABLE: &str = "CLIF_COUNT";

/// One program: the seed it is made from, and how many functions or signatures it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Program {
    /// The seed.
    pub seed: u64,
    /// How many things it consists of.
    pub size: usize,
}

impl Program {
    /// The name of the case.
    pub fn name(self) -> String {
        format!("seed-{}", self.seed)
    }
}

/// How many things a suite makes.
pub struct Amount {
    /// By every `./y.sh test`.
    pub usual: usize,
    /// With `--all`.
    pub long: usize,
    /// Per program.
    pub per_program: usize,
}

/// The programs of a suite.
pub fn programs(context: &Context<'_>, amount: &Amount) -> Result<Vec<Program>> {
    let first = variable(SEED_VARIABLE)?.unwrap_or(1);
    let usual = if context.all { amount.long } else { amount.usual };
    let count = variable(COUNT_VARIABLE)?.map_or(usual, |count| count as usize);
    Ok(split(first, count, amount.per_program))
}

/// `count` things in programs of at most `size`, with seeds from `first` on.
fn split(first: u64, count: usize, size: usize) -> Vec<Program> {
    let sizes = (0..count).step_by(size).map(|start| size.min(count - start));
    (first..).zip(sizes).map(|(seed, size)| Program { seed, size }).collect()
}

/// A number in the environment.
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
