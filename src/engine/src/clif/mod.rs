//! Helpers of the lowering that only know CLIF.
//!
//! While a function is built: [`memory`] (flags of accesses), [`switch`]. When it is finished, in this order:
//! 1. `tail_calls` of the machine: a function that makes explicit tail calls gets its final results.
//! 2. [`unread_slots`]: in optimised code, slots that only a debugger would read are removed. A variable in
//!    such a slot is described by the stored value, which [`value_labels`] give a label.
//! 3. [`narrowings`]: otherwise, narrowing conversions become instructions that a debugger can stop at.

pub mod memory;
pub mod narrowings;
pub mod switch;
pub mod unread_slots;
pub mod value_labels;

#[cfg(test)]
pub(crate) mod tests;
