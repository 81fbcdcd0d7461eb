//! `./y.sh bench --part scaling`: measures how the compiler's work grows with a program, in instructions that
//! valgrind counts.
//!
//! For each of the [`families`](super::families) and each size:
//! 1. Write the source.
//! 2. Count the compiler's instructions without codegen, and with codegen in each of the [`SETTINGS`].
//! 3. If the difference grows faster than [`LIMIT`] allows, count LLVM's instructions too.
//!
//! Counts without codegen and LLVM's counts are the same each time, so they are kept for the next run.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::Bench;
use super::candidates::{Candidate, Generator, LLVM};
use super::families::Family;
use super::instructions;
use super::measure;
use crate::files::{self, Mode};
use crate::parallel;
use crate::process;
use crate::toolchain::key::sha256;

/// What codegen adds to the front end must not grow faster than the size to this power.
pub const LIMIT: f64 = 1.3;
/// The sizes, as multiples of the family's size.
pub const SIZES: [u32; 3] = [1, 2, 4];
/// The settings that programs are compiled with.
pub const SETTINGS: [Setting; 3] = [
    Setting { name: "-g", flags: &["-g"], base: &[] },
    Setting { name: "-O", flags: &["-O"], base: &["-O"] },
    Setting { name: "-O -g", flags: &["-O", "-g"], base: &["-O"] },
];

/// A setting.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// The name in tables.
    pub name: &'static str,
    flags: &'static [&'static str],
    /// The flags that also affect the front end.
    base: &'static [&'static str],
}

/// Instructions, by size.
pub type Series = [u64; SIZES.len()];

/// The growth of one family in one setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Growth {
    /// Without codegen.
    pub front_end: Series,
    /// With codegen.
    pub whole: Series,
}

impl Growth {
    /// Returns the instructions that codegen adds.
    pub fn above(&self) -> Series {
        std::array::from_fn(|size| self.whole[size].saturating_sub(self.front_end[size]))
    }

    /// Whether codegen grows faster than allowed, and the front end does not.
    pub fn is_too_fast(&self) -> bool {
        let fast = |series: Series| exponents(series).into_iter().any(|exponent| exponent > LIMIT);
        fast(self.above()) && !fast(self.front_end)
    }
}

/// Returns the power of the size by which a count grows, from each size to the next.
pub fn exponents(series: Series) -> [f64; SIZES.len() - 1] {
    std::array::from_fn(|size| {
        let step = f64::from(SIZES[size + 1]) / f64::from(SIZES[size]);
        (series[size + 1] as f64 / series[size].max(1) as f64).log(step)
    })
}

/// All counts of one family.
#[derive(Debug)]
pub struct FamilyResult {
    /// The family's row in the table.
    pub family: Family,
    /// The growth with this backend, by setting.
    pub clif: [Growth; SETTINGS.len()],
    /// The growth with LLVM, by setting. Only counted if ours grows too fast.
    pub llvm: [Option<Growth>; SETTINGS.len()],
}

/// Counts all requested families.
pub fn measure_all(bench: &Bench<'_>) -> Result<Vec<FamilyResult>> {
    let counter = Counter::new(bench)?;
    bench.plan.families.iter().map(|family| counter.measure(*family)).collect()
}

/// A compilation: the compiler, the size, the setting, and whether to do codegen.
struct Job<'a> {
    candidate: &'a Candidate,
    size: usize,
    setting: usize,
    codegen: Codegen,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Codegen {
    No,
    Yes,
}

/// Counts instructions. Threads share it.
struct Counter<'a> {
    bench: &'a Bench<'a>,
    folder: PathBuf,
    /// The versions of valgrind, the compiler and the driver, which kept counts depend on.
    versions: String,
    clif: &'a Candidate,
    llvm: &'a Candidate,
}

impl<'a> Counter<'a> {
    fn new(bench: &'a Bench<'a>) -> Result<Self> {
        let valgrind = process::output(Command::new("valgrind").arg("--version"))?;
        let driver = sha256(&files::read_file(&bench.dist.rustc_clif())?);
        let compiler = bench.toolchain.compiler.version()?.description;
        let is_clif = |candidate: &&Candidate| candidate.generator == Generator::Clif;
        Ok(Counter {
            bench,
            folder: bench.folder.join("scaling"),
            versions: format!("{valgrind} {compiler} {driver}"),
            clif: bench
                .candidates
                .iter()
                .find(is_clif)
                .context("this backend is not among the candidates")?,
            llvm: &bench.candidates[LLVM],
        })
    }

    fn measure(&self, family: Family) -> Result<FamilyResult> {
        self.bench.progress(&format!("growth of {}", family.name));
        for size in SIZES {
            let source = (family.source)(family.count * size);
            files::write_file(&self.source(family, size), source.as_bytes(), Mode::Plain)?;
        }
        let all: Vec<usize> = (0..SETTINGS.len()).collect();
        let clif = self.growths(family, self.clif, &all)?;
        let clif: [Growth; SETTINGS.len()] = std::array::from_fn(|setting| clif[setting]);
        let fast: Vec<usize> = all.into_iter().filter(|&setting| clif[setting].is_too_fast()).collect();
        let mut llvm = [None; SETTINGS.len()];
        for (&setting, growth) in fast.iter().zip(self.growths(family, self.llvm, &fast)?) {
            llvm[setting] = Some(growth);
        }
        Ok(FamilyResult { family, clif, llvm })
    }

    /// Counts with one compiler, in the given settings, on all cores.
    fn growths(&self, family: Family, candidate: &Candidate, settings: &[usize]) -> Result<Vec<Growth>> {
        let mut jobs = Vec::new();
        for &setting in settings {
            let is_first = settings
                .iter()
                .take_while(|&&earlier| earlier < setting)
                .all(|&earlier| SETTINGS[earlier].base != SETTINGS[setting].base);
            for size in 0..SIZES.len() {
                let job = |codegen| Job { candidate, size, setting, codegen };
                jobs.push(job(Codegen::Yes));
                if is_first {
                    jobs.push(job(Codegen::No));
                }
            }
        }
        let counts: Vec<u64> =
            parallel::map(&jobs, |job| self.count(family, job)).into_iter().collect::<Result<_>>()?;
        let find = |setting: usize, codegen: Codegen| -> Series {
            std::array::from_fn(|size| {
                let is_it = |job: &Job<'_>| {
                    job.size == size
                        && job.codegen == codegen
                        && match codegen {
                            Codegen::No => SETTINGS[job.setting].base == SETTINGS[setting].base,
                            Codegen::Yes => job.setting == setting,
                        }
                };
                jobs.iter().position(is_it).map_or(0, |index| counts[index])
            })
        };
        let growth = |&setting: &usize| Growth {
            front_end: find(setting, Codegen::No),
            whole: find(setting, Codegen::Yes),
        };
        Ok(settings.iter().map(growth).collect())
    }

    fn source(&self, family: Family, size: u32) -> PathBuf {
        self.folder.join(format!("{}-{}.rs", family.name, family.count * size))
    }

    /// Counts once, or returns the count of an earlier run if it cannot have changed.
    fn count(&self, family: Family, job: &Job<'_>) -> Result<u64> {
        let source = self.source(family, SIZES[job.size]);
        let arguments = arguments(job, &source);
        let is_kept = std::ptr::eq(job.candidate, self.llvm) || job.codegen == Codegen::No;
        let name = sha256(
            format!("{} {:?} {arguments:?} {}", self.versions, job.candidate, files::read_text(&source)?)
                .as_bytes(),
        );
        let kept = self.folder.join(format!("{name}.counted"));
        if is_kept && kept.exists() {
            let text = files::read_text(&kept)?;
            return text.trim().parse().with_context(|| format!("{} is damaged; delete it", kept.display()));
        }
        let scratch = self.folder.join(format!("{name}.scratch"));
        files::create_folder(&scratch)?;
        let raw = scratch.join("raw");
        let compiler = job.candidate.rustc(self.bench.toolchain, self.bench.dist);
        let mut command = instructions::under_valgrind(&compiler, &raw);
        command.args(&arguments).arg("--out-dir").arg(&scratch).env("RUSTC_BOOTSTRAP", "1");
        let what = format!("counting the instructions of {}", source.display());
        let log = self.bench.layout.logs().join(format!("bench-scaling-{}-{}.log", family.name, &name[..8]));
        measure::run(&what, &mut command, &log)?;
        let count = instructions::parse(&files::read_text(&raw)?).total;
        anyhow::ensure!(count > 0, "{} contains no counts", raw.display());
        files::remove(&scratch)?;
        if is_kept {
            files::write_file(&kept, count.to_string().as_bytes(), Mode::Plain)?;
        }
        Ok(count)
    }
}

/// Returns the compiler's arguments. They request the encoding of all MIR, so that work that does not depend
/// on the backend (MIR passes) is also done without codegen.
fn arguments(job: &Job<'_>, source: &Path) -> Vec<String> {
    let setting = SETTINGS[job.setting];
    let fixed = [
        "--edition=2024",
        "--crate-type=lib",
        "--crate-name=family",
        "--emit=link,metadata",
        "--cap-lints=allow",
        "-Zalways-encode-mir",
    ];
    let own = match job.codegen {
        Codegen::No => [setting.base, &["-Zno-codegen"]].concat(),
        Codegen::Yes => setting.flags.to_vec(),
    };
    let words = fixed.into_iter().chain(own).map(str::to_owned);
    words.chain([source.display().to_string()]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exponents_are_powers_of_the_size() {
        let [first, second] = exponents([10, 20, 80]);
        assert!((first - 1.0).abs() < 1e-9 && (second - 2.0).abs() < 1e-9);
        assert!(exponents([0, 0, 0]).into_iter().all(|exponent| exponent < LIMIT));
    }

    #[test]
    fn a_front_end_that_is_as_fast_is_to_blame() {
        let square = [100, 400, 1600];
        let growth = |front_end: Series, above: Series| Growth {
            front_end,
            whole: std::array::from_fn(|size| front_end[size] + above[size]),
        };
        assert!(growth([1000, 2000, 4000], square).is_too_fast());
        assert!(!growth(square, square).is_too_fast());
        assert!(!growth([1000, 2000, 4000], [100, 200, 400]).is_too_fast());
    }
}
