//! The rules of symbols.

use super::{OTHER_CODE, Rule, Verdict};
use crate::layers::symbols;

pub const RULES: &[Rule] = &[Rule {
    property: symbols::SIZE,
    when: OTHER_CODE,
    verdict: Verdict::Interesting,
    reason: "code of other backends and machines has another size",
}];
