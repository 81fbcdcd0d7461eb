//! Small CGUs, combined, compiled and read back; on the host also linked and run.

mod link;
mod positions;
mod reach;
mod support;
mod symbols;
