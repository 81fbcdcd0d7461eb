//! Small CGUs are combined, compiled and read back; on the host, they are also linked and run.

mod link;
mod positions;
mod reach;
mod support;
mod symbols;
