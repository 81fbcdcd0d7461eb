//! The suite `tidy`: checks rules about the project's own files that a compiler does not check.
//!
//! 1. [`tree`] reads all files, [`lexer`] splits Rust sources, and [`product`] leaves out unit tests.
//! 2. [`rules`] is the table of rules. A rule is a function that finds violations; these functions are in
//!    [`shape`], [`words`], [`imports`] and [`paths`].
//! 3. [`exceptions`] are lists of files that may violate a rule (`tests/tidy/RULE.txt`), each with its
//!    reason. A line that allows more than is found is an error; `BLESS=1 ./y.sh test tidy` lowers or
//!    removes it.
//!
//! Each case first checks that its rule finds the violation in the table.
//!
//! To add a rule: a function, and a row in [`rules::RULES`].

mod commands;
mod exceptions;
mod imports;
mod lexer;
mod module_paths;
mod paths;
mod product;
mod rules;
mod shape;
mod tree;
mod variables;
mod words;

use std::path::Path;

use anyhow::{Result, bail};

use self::exceptions::Exceptions;
use self::rules::{RULES, Rule};
use self::tree::{File, Tree};
use crate::context::Context;
use crate::suite::{Group, Plan};

/// The folder of the lists of exceptions.
const LISTS: &str = "tests/tidy";
/// How many findings are shown.
const SHOWN: usize = 20;

/// Plans a case for each rule.
pub fn plan<'a>(context: &'a Context<'a>) -> Result<Plan<'a>> {
    let clone = &context.layout.clone;
    let group = Group::new(|| {
        exceptions::check_folder(&clone.join(LISTS), RULES)?;
        Tree::read(clone)
    });
    let check = |tree: &Tree, rule: &&Rule| check_with_exceptions(clone, tree, rule);
    Ok(group.cases(RULES, |rule| rule.name.to_owned(), check).in_parallel())
}

/// Checks one rule. With `BLESS=1`, unneeded exceptions are lowered or removed first.
fn check_with_exceptions(clone: &Path, tree: &Tree, rule: &Rule) -> Result<()> {
    let list = clone.join(LISTS).join(rule.name).with_extension("txt");
    let mut exceptions = Exceptions::read(&list)?;
    if std::env::var_os("BLESS").is_some_and(|value| value == "1") && exceptions.shrink(&(rule.find)(tree)) {
        exceptions.write(&list)?;
    }
    check(rule, tree, &exceptions)
}

/// Checks one rule.
fn check(rule: &Rule, tree: &Tree, exceptions: &Exceptions) -> Result<()> {
    let (path, text) = rule.violation;
    let planted = Tree { files: vec![File::new(path, text)] };
    if (rule.find)(&planted).is_empty() {
        bail!("the rule does not find the violation in the table");
    }
    let mut complaints = exceptions.unexpected(&(rule.find)(tree));
    if complaints.is_empty() {
        return Ok(());
    }
    let hidden = complaints.len().saturating_sub(SHOWN);
    complaints.truncate(SHOWN);
    let more = if hidden > 0 { format!("\n    and {hidden} more") } else { String::new() };
    bail!("{}\n    {}{more}", rule.says, complaints.join("\n    "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_rule_finds_the_violation_planted_for_it_and_nothing_without() {
        for rule in RULES {
            let (path, text) = rule.violation;
            let find = |text: &str| (rule.find)(&Tree { files: vec![File::new(path, text)] });
            assert_eq!(find(text).len(), 1, "{}: {:?}", rule.name, find(text));
            assert_eq!(find("//! A module.\n"), [], "{}", rule.name);
        }
    }

    #[test]
    fn a_violation_fails_unless_an_exception_covers_it() {
        let rule = RULES.iter().find(|rule| rule.name == "comment-width").unwrap();
        let tree = Tree { files: vec![File::new(rule.violation.0, rule.violation.1)] };
        assert!(check(rule, &tree, &Exceptions::parse("").unwrap()).is_err());
        let covering = Exceptions::parse(&format!("1 {}: because\n", rule.violation.0)).unwrap();
        assert!(check(rule, &tree, &covering).is_ok());
    }
}
