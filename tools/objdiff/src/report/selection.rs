//! Which findings a report shows.

use wildmatch::WildMatch;

use crate::model::Kind;
use crate::report::Finding;
use crate::rules::Verdict;

/// A pattern for names: text in which `*` stands for any text, and `?` for one character. Other characters
/// mean themselves, because names of Rust contain brackets and braces.
#[derive(Clone, Debug)]
pub struct Pattern {
    glob: WildMatch,
}

impl Pattern {
    /// Matches whole names.
    pub fn whole(pattern: &str) -> Self {
        Self { glob: WildMatch::new(pattern) }
    }

    /// Matches names that contain the text, or whole names if it has wildcards.
    pub fn search(pattern: &str) -> Self {
        if pattern.contains(['*', '?']) { Self::whole(pattern) } else { Self::whole(&format!("*{pattern}*")) }
    }

    pub fn matches(&self, name: &str) -> bool {
        self.glob.matches(name)
    }
}

/// What the user asked to see. The default is everything.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Only findings with these verdicts; empty for all.
    pub verdicts: Vec<Verdict>,
    /// Only these functions.
    pub functions: Option<Pattern>,
}

impl Selection {
    pub fn is_everything(&self) -> bool {
        self.verdicts.is_empty() && self.functions.is_none()
    }

    pub fn includes(&self, finding: &Finding) -> bool {
        self.includes_verdict(finding.verdict) && self.includes_subject(finding)
    }

    pub fn includes_function(&self, name: &str) -> bool {
        self.functions.as_ref().is_none_or(|pattern| pattern.matches(name))
    }

    fn includes_verdict(&self, verdict: Verdict) -> bool {
        self.verdicts.is_empty() || self.verdicts.contains(&verdict)
    }

    fn includes_subject(&self, finding: &Finding) -> bool {
        let subject = &finding.difference.subject;
        self.functions.is_none() || subject.kind == Kind::Function && self.includes_function(&subject.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layers::symbols;
    use crate::report::samples::finding;

    #[test]
    fn a_text_is_searched_and_a_glob_matches_the_whole() {
        let name = "<main::List<T> as core::iter::Iterator>::next::{closure#0}";
        assert!(Pattern::search("next::{closure").matches(name));
        assert!(Pattern::search("*::next::*").matches(name));
        assert!(!Pattern::search("main::*").matches(name));
        assert!(Pattern::search("<main*#?}").matches(name));
        assert!(!Pattern::whole("next").matches(name));
    }

    #[test]
    fn verdicts_and_functions_select_findings() {
        let wrong = finding("main::f", symbols::SIZE, Verdict::Wrong);
        let expected = finding("main::g", symbols::SIZE, Verdict::Expected);
        let selection = Selection { verdicts: vec![Verdict::Wrong], functions: None };
        assert!(selection.includes(&wrong) && !selection.includes(&expected));
        let selection = Selection { verdicts: Vec::new(), functions: Some(Pattern::search("main::g")) };
        assert!(!selection.includes(&wrong) && selection.includes(&expected));
    }

    #[test]
    fn statics_are_not_functions() {
        let mut own = finding("main::f", symbols::SIZE, Verdict::Wrong);
        own.difference.subject.kind = Kind::Static;
        assert!(
            !Selection { functions: Some(Pattern::search("main")), ..Selection::default() }.includes(&own)
        );
    }
}
