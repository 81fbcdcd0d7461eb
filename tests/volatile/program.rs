//! The program of the suite `volatile`: each case prints the accesses that it made.

#![feature(core_intrinsics, f16, f128, portable_simd)]
#![allow(
    internal_features,
    reason = "the intrinsics of volatile accesses are not all offered by stable functions"
)]
#![allow(unused_must_use, reason = "reads whose result is unused are what is counted")]

mod aggregates;
mod assembly;
mod atomics;
mod copies;
mod counter;
mod mixed;
mod scalars;

fn main() {
    counter::start();
    scalars::run();
    aggregates::run();
    copies::run();
    mixed::run();
    atomics::run();
    assembly::run();
}
