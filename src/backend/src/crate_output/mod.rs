//! From a crate's monomorphized items to its output files.
//!
//! In order: [`codegen`] partitions the crate into CGUs, asks rustc which are reused ([`incremental`] knows
//! their files), and hands the others to the coordinator; with LTO, [`lto`] asks it to combine them;
//! [`outputs`] finalizes the files.

pub mod codegen;
pub mod incremental;
pub mod lto;
pub mod outputs;
