//! The reports of a comparison.

pub mod terminal;

use crate::model::{Difference, Layer, Relation};
use crate::rules::{self, Verdict};

/// The comparison of two files.
pub struct Comparison {
    /// The common name of the files.
    pub name: String,
    /// How they are related; `None` if there is only one.
    pub relation: Option<Relation>,
    pub findings: Vec<Finding>,
}

/// A difference and what it means.
pub struct Finding {
    pub difference: Difference,
    pub verdict: Verdict,
    /// Why, if a rule says so.
    pub reason: Option<String>,
}

impl Finding {
    /// Judges a difference.
    pub fn new(difference: Difference, relation: &Relation) -> Self {
        let (verdict, reason) = rules::judge(&difference, relation);
        Finding { difference, verdict, reason: reason.map(Into::into) }
    }

    pub fn layer(&self) -> Layer {
        self.difference.property.layer
    }
}
