//! Compares the debug information of one program compiled by LLVM and by the backend.
//!
//! Runs these steps:
//!
//! 1. Read all entries of both files, including those in `.dwo` and `.dwp` files ([`dies`]).
//! 2. Extract their meaning, regardless of the encoding ([`model`]).
//! 3. Compare the two models ([`compare`]). Ours may contain more than LLVM's.

mod code;
mod compare;
mod dies;
mod model;

use std::collections::HashMap;
use std::path::Path;

use anyhow::{Context as _, Result};

pub use compare::Report;
pub use dies::dwarf_of;

/// The comparison of two programs.
pub struct Comparison {
    /// The differences.
    pub report: Report,
    /// The sizes of LLVM's debug sections and of ours, in bytes. Those of programs include std's.
    pub sizes: [HashMap<String, u64>; 2],
    /// The sizes of LLVM's units and of ours without std's, in bytes.
    pub own_bytes: [u64; 2],
}

/// Returns the sizes of two objects' debug sections, in bytes.
pub fn object_sizes(llvm: &Path, ours: &Path) -> Result<[HashMap<String, u64>; 2]> {
    Ok([dies::section_sizes(llvm)?, dies::section_sizes(ours)?])
}

/// Compares LLVM's file with ours.
pub fn compare_files(llvm: &Path, ours: &Path) -> Result<Comparison> {
    let read = |path: &Path| {
        dies::read(path).with_context(|| format!("cannot read the debug information of {}", path.display()))
    };
    let [llvm, ours] = [read(llvm)?, read(ours)?];
    let report = compare::compare(&model::model(&llvm), &model::model(&ours));
    let own_bytes = [llvm.own_bytes, ours.own_bytes];
    Ok(Comparison { report, sizes: [llvm.section_sizes, ours.section_sizes], own_bytes })
}

impl Comparison {
    /// Returns the total sizes of LLVM's debug sections and of ours, in bytes.
    pub fn total_sizes(&self) -> [u64; 2] {
        [0, 1].map(|index| self.sizes[index].values().sum())
    }

    /// Returns a table of the sizes, with ours divided by LLVM's.
    pub fn size_table(&self) -> String {
        let mut names: Vec<&String> = self.sizes.iter().flat_map(HashMap::keys).collect();
        names.sort();
        names.dedup();
        let size = |index: usize, name: &str| self.sizes[index].get(name).copied().unwrap_or_default();
        let row = |name: &str, [llvm, ours]: [u64; 2]| {
            let ratio = if llvm == 0 { "-".to_owned() } else { format!("{:.2}", ours as f64 / llvm as f64) };
            format!("{name:20} {llvm:>12} {ours:>12} {ratio:>6}\n")
        };
        let rows = names.iter().map(|name| row(name, [size(0, name), size(1, name)]));
        let head = format!("{:20} {:>12} {:>12} {:>6}\n", "section", "LLVM", "ours", "ratio");
        head + &rows.collect::<String>()
            + &row("all", self.total_sizes())
            + &row("units without std's", self.own_bytes)
    }
}
