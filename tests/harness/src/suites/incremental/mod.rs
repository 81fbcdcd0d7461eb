//! The suite `incremental`: checks which CGUs are reused, and that reuse does not affect the result.
//!
//! 1. [`reuse`]: after an edit, exactly the affected CGUs are recompiled, by rustc's own assertions.
//! 2. [`edits`]: after each of many kinds of edits, the program is that of a build from scratch.
//! 3. [`damage`]: files of the cache are damaged.
//! 4. [`bytes`]: the same input gives the same bytes, with any number of threads and every time.

mod bytes;
mod damage;
mod edits;
mod reuse;

use anyhow::Result;

use crate::context::Context;
use crate::suite::{Group, Plan};
use crate::synthetic::Workplace;

/// Tests the compiler in an empty folder.
type Check = fn(&Workplace) -> Result<()>;

/// The names of the cases, and their functions.
const CHECKS: [(&str, Check); 4] = [
    ("only affected CGUs are recompiled", reuse::affected_cgus),
    ("edits", edits::edits),
    ("damaged cache", damage::damaged_cache),
    ("same bytes", bytes::same_bytes),
];

/// Plans a case for each of [`CHECKS`].
pub fn plan<'a>(context: &'a Context<'a>) -> Result<Plan<'a>> {
    let check = |_: &(), (number, (_, check)): &(usize, (&str, Check))| {
        let folder = context.scratch("incremental").join(number.to_string());
        check(&Workplace::new(folder, context)?)
    };
    let checks = CHECKS.into_iter().enumerate();
    Ok(Group::plain().cases(checks, |(_, (name, _))| (*name).to_owned(), check).in_turn())
}
