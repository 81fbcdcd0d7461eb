//! Compares what object files mean: across targets, backends and revisions.
//!
//! Works in this order:
//! 0. On request, [`builds`] compiles one source in several ways.
//! 1. [`input`] opens two paths, and decides which file is compared with which.
//! 2. [`view`] parses one object without copying it: sections, symbols, definitions, relocations.
//!    [`layout`] gives the sections of relocatable objects addresses.
//! 3. Each file of [`layers`] reads one layer of meaning from a view, and adds it to a [`model`]: facts about
//!    functions, statics, types, sections and the file. [`names`] gives subjects names without hashes.
//! 4. [`compare`] pairs the subjects of two models, and lists their differences.
//! 5. [`rules`] judges each difference: expected, interesting or wrong.
//! 6. [`expect`] applies the expectations of a project.
//! 7. [`report`] shows them: on a terminal, as a page, as JSON.
//!
//! [`comparison`] does 1 to 5 for two paths, [`command`] all of it.
//!
//! Two objects of one machine and one backend are compared instruction by instruction. For all others, what
//! must agree is compared, such as what a function calls and what happens when a call unwinds.

pub mod builds;
pub mod command;
pub mod compare;
pub mod comparison;
pub mod error;
pub mod expect;
pub mod input;
pub mod layers;
pub mod layout;
pub mod model;
pub mod names;
mod progress;
pub mod report;
pub mod rules;
pub mod view;
