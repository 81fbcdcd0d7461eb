//! The suite `assembly`: tests LLVM in the compiler's process.
//!
//! - [`mistakes`]: the messages about wrong assembly are LLVM's, byte for byte, at the same lines.
//! - [`asleep`]: LLVM is not used for a crate without assembly.
//! - [`features`]: blocks in functions with target features compile.
//! - [`together`]: many compilers run at once in one folder.

mod asleep;
mod features;
mod mistakes;
mod together;

use anyhow::Result;

use crate::context::Context;
use crate::suite::{Group, Plan};

/// Plans a case for each mistake, for each crate that does or does not need LLVM, and for features and
/// compilers together.
pub fn plan<'a>(context: &'a Context<'a>) -> Result<Plan<'a>> {
    let plan = mistakes::plan(context)?.then(asleep::plan(context));
    let others = Group::plain()
        .case(features::CASE, |()| features::case(context))
        .case(together::CASE, |()| together::case(context));
    Ok(plan.then(others.in_turn()))
}
