//! Compiles a crate: from its monomorphized items to its output files.
//!
//! 1. [`codegen`] partitions the crate into CGUs, asks rustc which are reused (CGU reuse), and hands the
//!    others to the coordinator. [`incremental`] finds the cached files of reused CGUs.
//! 2. [`lto`] decides whether the coordinator combines the CGUs (LTO).
//! 3. [`outputs`] finalizes the output files and saves work products.

pub mod codegen;
pub mod incremental;
pub mod lto;
pub mod outputs;
