//! Tests the simulated times of synthetic workloads and of the recorded ones in `workloads/` (see its
//! README). `cargo test -p clif_engine speedup -- --nocapture` prints the tables.

use std::path::Path;

use super::{Table, table};
use crate::coordinator::scheduler::Cost;
use crate::coordinator::workers::Batching;
use crate::coordinator::workload::{Record, parse};

const TOKENS: [usize; 7] = [1, 2, 4, 8, 16, 32, 64];
/// The least ratio of the bound to the simulated time.
const REACHED: f64 = 0.9;

/// Returns functions like those of real crates: most are small, a few are large, and estimates are wrong by
/// up to a third.
fn synthetic(cgus: u32, per_cgu: u32, lowering_share: f64) -> Vec<Record> {
    let mut state = 12345_u64;
    let mut random = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    let mut records = Vec::new();
    for cgu in 0..cgus {
        for number in 0..per_cgu {
            let instructions = 20.0 * (1.0 / (1.0 - 0.998 * random())).powf(0.9);
            let compile = 40_000.0 + 900.0 * instructions * (0.67 + 0.66 * random());
            records.push(Record {
                cgu,
                function: format!("function{number}").into(),
                lowering: (compile * lowering_share * (0.5 + random())) as u64,
                compile: compile as u64,
                estimate: Cost(instructions as u64),
            });
        }
    }
    records
}

fn check(name: &str, table: &Table) {
    println!("{name}\n{table}");
    for line in &table.lines {
        let reached = line.reached();
        assert!(reached >= REACHED, "{name} with {} tokens: {:.1} %", line.tokens, 100.0 * reached);
    }
}

#[test]
fn synthetic_workloads_reach_the_bound() {
    for (name, records) in [
        ("one CGU, lowering takes a quarter", synthetic(1, 3_000, 0.33)),
        ("16 CGUs, lowering takes a quarter", synthetic(16, 300, 0.33)),
        ("256 CGUs, lowering takes half", synthetic(256, 40, 1.0)),
        ("one CGU, lowering takes little", synthetic(1, 3_000, 0.05)),
    ] {
        check(name, &table(&records, Batching::default(), &TOKENS));
    }
}

#[test]
fn recorded_workloads_reach_the_bound() {
    for name in RECORDED {
        check(name, &table(&recorded(name), Batching::default(), &TOKENS));
    }
}

const RECORDED: [&str; 3] = ["ripgrep", "syn", "regex-syntax-one-cgu"];

fn recorded(name: &str) -> Vec<Record> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/coordinator/speedup/workloads");
    parse(&std::fs::read_to_string(folder.join(name).with_extension("txt")).unwrap()).unwrap()
}

/// If workers wait for lowering, keeping a token for a moment saves requests.
#[test]
fn fewer_tokens_are_requested_than_there_are_pieces_of_work() {
    for name in RECORDED {
        for line in table(&recorded(name), Batching::default(), &[4, 16, 64]).lines {
            assert!(2 * line.requests <= line.pieces, "{name}: {} for {}", line.requests, line.pieces);
        }
    }
}
