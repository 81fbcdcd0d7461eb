//! The ground floor: types, values and the function under construction, as the lowering sees them.
//!
//! In order: [`types`], [`values`] of these types, [`function`] with its blocks and stack slots.

pub mod function;
pub mod types;
pub mod values;
