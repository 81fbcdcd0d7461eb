//! Compares the object writer with `cranelift-object`: for the same CLIF, both objects must be equivalent.
//!
//! For each machine, [`check`] does this:
//! 1. It collects cases from three sources: [`golden`], the CLIF of the golden tests; [`random`], programs
//!    that refer to random symbols in every way; [`handmade`], what the other two do not contain.
//! 2. It writes each case twice: with the engine ([`ours`]) and through `cranelift-module` ([`theirs`]).
//! 3. [`reading`] reads both objects into the same form, symbol by symbol.
//! 4. [`compare`] lists the discrepancies in code, data, relocations, symbols, sections, and unwind tables.
//! 5. [`differences`] is the table of intended discrepancies, with reasons. The test fails for a discrepancy
//!    that no row explains, and for a row that explains none.
//!
//! `./y.sh test engine/oracle` runs only these tests.

mod case;
mod compare;
mod differences;
mod golden;
mod handmade;
mod ours;
mod random;
mod reading;
mod theirs;
mod unwinding;

use std::collections::BTreeSet;

use case::{Case, Machine};
use differences::DIFFERENCES;

/// The number of random programs that are compared on each machine.
const PROGRAMS: u64 = 400;
/// The maximum number of discrepancies that are shown.
const SHOWN: usize = 30;

#[test]
fn oracle_x86_64() {
    check(Machine::X86_64);
}

#[test]
fn oracle_aarch64() {
    check(Machine::Aarch64);
}

#[test]
fn oracle_riscv64() {
    check(Machine::Riscv64);
}

fn check(machine: Machine) {
    let mut cases = golden::cases(machine);
    cases.extend((0..PROGRAMS).map(|seed| random::case(machine, seed)));
    cases.extend(handmade::cases(machine));
    let (mut unexplained, mut used) = (Vec::new(), BTreeSet::new());
    for case in &cases {
        unexplained.extend(explain(case, &mut used));
    }
    let shown = unexplained.iter().take(SHOWN).map(String::as_str).collect::<Vec<_>>().join("\n");
    assert!(unexplained.is_empty(), "{} discrepancies, among them:\n{shown}", unexplained.len());
    let unused: Vec<_> = DIFFERENCES
        .iter()
        .filter(|difference| difference.machines.contains(&machine) && !used.contains(difference.name))
        .map(|difference| format!("{}: {}", difference.name, difference.reason))
        .collect();
    assert!(unused.is_empty(), "no longer different on {machine:?}:\n{}", unused.join("\n"));
}

/// Returns the discrepancies of `case` that no row of the table explains. Adds the rows that explain one to
/// `used`.
fn explain(case: &Case, used: &mut BTreeSet<&'static str>) -> Vec<String> {
    let (ours, theirs) = (ours::write(case), theirs::write(case));
    let ours = reading::Reading::new(case, &ours);
    let theirs = reading::Reading::new(case, &theirs);
    let mut unexplained = Vec::new();
    for discrepancy in compare::discrepancies(&ours, &theirs) {
        let reason = DIFFERENCES.iter().find(|difference| {
            difference.machines.contains(&case.machine) && (difference.explains)(case, &discrepancy)
        });
        match reason {
            Some(difference) => _ = used.insert(difference.name),
            None => unexplained.push(format!("{} ({:?}): {discrepancy}", case.name, case.machine)),
        }
    }
    unexplained
}
