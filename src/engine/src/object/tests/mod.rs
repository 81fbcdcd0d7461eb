//! Objects are written from CLIF text for every target and read back.

mod assembled;
mod errors;
mod link;
mod placement;
pub(crate) mod read;
pub(crate) mod relocations;
mod stand_ins;
pub(crate) mod support;
pub(crate) mod unwind;
