//! Compiles a crate: from its monomorphized items to its output files.
//!
//! 1. [`codegen`] partitions the crate into CGUs, asks rustc which are reused (CGU reuse), and hands the
//!    others to the coordinator. [`work_products`] finds the files of reused CGUs.
//! 2. [`lto`] decides whether the coordinator combines the CGUs (LTO).
//! 3. [`outputs`] saves work products and finalizes the output files.

pub mod codegen;
pub mod lto;
pub mod outputs;
pub mod work_products;
