//! The parts of the lowering that only need CLIF.
//!
//! While a function is built, the backend uses [`conditions`], [`memory`] (flags of accesses),
//! [`narrow_atomics`], [`overflow`] and [`switch`].
//! When the function is complete:
//! 1. `tail_calls` of the machine gives functions with explicit tail calls their final results.
//! 2. In optimised code, [`unread_slots`] removes stack slots that only a debugger would read. Variables in
//!    them are then described by the stored values, which [`value_labels`] gives labels.
//! 3. In other code, [`narrowings`] turns narrowing conversions into instructions that a debugger can stop
//!    at.

pub mod conditions;
pub mod memory;
pub mod narrow_atomics;
pub mod narrowings;
pub mod overflow;
pub mod switch;
pub mod unread_slots;
pub mod value_labels;

#[cfg(test)]
pub(crate) mod tests;
