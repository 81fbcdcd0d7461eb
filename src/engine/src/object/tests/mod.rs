//! Objects are written from CLIF text for every target and read back.

mod link;
pub(crate) mod support;
