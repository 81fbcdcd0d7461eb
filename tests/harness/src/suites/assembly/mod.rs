//! The suite `assembly`: what LLVM does for us in the process.
//!
//! - [`mistakes`]: the messages about wrong assembly are LLVM's, byte for byte, at the same lines.
//! - [`asleep`]: LLVM is not called for a crate without assembly.
//! - [`features`]: blocks in functions with target features.
//! - [`together`]: many compilers at once in one folder.

mod asleep;
mod features;
mod mistakes;
mod together;

use anyhow::Result;

use crate::context::Context;
use crate::suite::{Group, Plan};

/// A case for each mistake, and for each crate that LLVM may or may not be needed for.
pub fn plan<'a>(context: &'a Context<'a>) -> Result<Plan<'a>> {
    let plan = mistakes::plan(context)?.then(asleep::plan(context));
    let others = Group::plain()
        .case(features::CASE, |()| features::case(context))
        .case(together::CASE, |()| together::case(context));
    Ok(plan.then(others.in_turn()))
}
