//! The build system of rustc_codegen_clif, as a library: `./y.sh` (`main.rs`) and the test harness
//! (`tests/harness`) are made of it.
//!
//! - [`toolchain`]: the compiler and the metadata of its crates, found or made once,
//! - [`build`]: the backend, and `dist/`,
//! - [`standard_library`]: std, compiled by the backend,
//! - [`run`]: the example under Cranelift and LLVM,
//! - [`harness`]: the tests, which are a program of their own,
//! - [`mod@bench`]: how fast builds and programs are, against LLVM,
//! - [`clean`]: removal of all that.
//!
//! [`cli`] is the command line of both programs, [`entry`] how they start and under which other names builds
//! call them. The rest is what all of these use.

#![allow(
    rustdoc::private_intra_doc_links,
    reason = "the documentation is for those who work on this program: it is made with private items"
)]

pub mod bench;
pub mod build;
pub mod clean;
pub mod cli;
pub mod console;
pub mod entry;
pub mod explain;
pub mod files;
pub mod harness;
pub mod layout;
pub mod parallel;
pub mod process;
pub mod registry;
pub mod run;
pub mod standard_library;
pub mod toolchain;
