//! From a crate's monomorphized items to its output files.
//!
//! In order: [`codegen`] partitions the crate into CGUs, decides which are reused ([`incremental`]), and
//! hands the others to the coordinator; with LTO, [`lto`] asks it to combine them; [`outputs`] finalizes the
//! files.

pub mod codegen;
pub mod incremental;
pub mod lto;
pub mod outputs;
