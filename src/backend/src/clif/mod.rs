//! The ground floor: types, values and the function under construction, as the lowering sees them.
//!
//! Nothing here knows a type of the compiler. In order: [`types`], [`values`] of these types and
//! [`operations`] on them, [`signatures`], [`function`] with its blocks and stack slots.

pub mod function;
pub mod operations;
pub mod signatures;
pub mod types;
pub mod values;
