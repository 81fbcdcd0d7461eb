//! The rules of sections.

use super::{OTHER_CODE, Rule, Verdict};
use crate::layers::sections;

pub const RULES: &[Rule] = &[Rule {
    property: sections::SIZE,
    when: OTHER_CODE,
    verdict: Verdict::Interesting,
    reason: "code of other backends and machines has another size",
}];
