//! The build system of rustc_codegen_clif, as a library for `./y.sh` (`main.rs`) and the test harness
//! (`tests/harness`).
//!
//! - [`toolchain`]: the compiler and the metadata of its crates, found or made once
//! - [`build`]: the backend, and `dist/`
//! - [`standard_library`]: std, compiled by the backend
//! - [`run`]: the example with Cranelift and with LLVM
//! - [`tools`]: starts the tests and the object diff, which are separate programs
//! - [`mod@bench`]: measures builds and programs, compared with LLVM
//! - [`clean`]: removes all of these
//!
//! [`cli`] is the command line of both programs. [`entry`] starts them, also under the names that builds call
//! them by. The remaining modules are shared by all of these.

#![allow(
    rustdoc::private_intra_doc_links,
    reason = "the documentation is for this project's developers, and is made with private items"
)]

pub mod bench;
pub mod build;
pub mod clean;
pub mod cli;
pub mod console;
pub mod entry;
pub mod explain;
pub mod files;
pub mod layout;
pub mod parallel;
pub mod process;
pub mod registry;
pub mod run;
pub mod standard_library;
pub mod toolchain;
pub mod tools;
