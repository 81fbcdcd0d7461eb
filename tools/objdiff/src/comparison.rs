//! Compares two paths: opens the files, reads their models, compares and judges.

use std::collections::BTreeSet;
use std::path::Path;

use rayon::prelude::*;

use crate::compare::{self, Side};
use crate::error::Error;
use crate::input::{self, Mapped, Pair};
use crate::layers::{self, header};
use crate::model::{Backend, Difference, Kind, Layer, Model, Relation, Subject};
use crate::names;
use crate::progress::Progress;
use crate::report::selection::Pattern;
use crate::report::sizes::FunctionSize;
use crate::report::{Comparison, Finding, listing, sizes};
use crate::rules::Verdict;
use crate::view::{Machine, View};

/// How many rows of functions side by side are kept in all. Files have equal shares, so that the result does
/// not depend on which one is compared first.
const LISTED_ROWS: usize = 200_000;

/// What to compare, and what to keep for the reports.
#[derive(Debug)]
pub struct Options {
    pub layers: BTreeSet<Layer>,
    pub listings: Listings,
}

impl Default for Options {
    /// All layers, and no listings.
    fn default() -> Self {
        Self { layers: Layer::ALL.into(), listings: Listings::None }
    }
}

/// Which functions are kept side by side.
#[derive(Debug)]
pub enum Listings {
    None,
    Matching(Pattern),
    /// Those with differences that are not expected.
    Differing,
}

/// Compares two paths.
///
/// # Errors
///
/// Fails if a file cannot be read, or is damaged.
pub fn compare_paths(left: &Path, right: &Path, options: &Options) -> Result<Vec<Comparison>, Error> {
    let pairs = input::pair(left, right)?;
    let progress = Progress::new(pairs.len());
    let listed_rows = LISTED_ROWS / pairs.len().max(1);
    let compared: Result<Vec<Comparison>, Error> = pairs
        .into_par_iter()
        .map(|pair| {
            let comparison = compare_pair(&pair, options, listed_rows);
            progress.advance();
            comparison
        })
        .collect();
    let mut comparisons = compared?;
    judge_files_on_one_side(&mut comparisons);
    Ok(comparisons)
}

fn compare_pair(pair: &Pair, options: &Options, listed_rows: usize) -> Result<Comparison, Error> {
    match &pair.paths {
        [Some(left), Some(right)] => compare_files(pair, [left, right], options, listed_rows),
        paths => {
            let shown = |path: &Option<_>| path.as_ref().map(|_| "present".to_owned());
            let difference = Difference {
                subject: Subject { kind: Kind::File, name: pair.name.clone() },
                property: header::PRESENCE,
                of: String::new(),
                values: paths.each_ref().map(shown),
                units: Default::default(),
                places: [None, None],
            };
            let finding = Finding { difference, verdict: Verdict::Wrong, reason: None };
            Ok(Comparison {
                name: pair.name.clone(),
                paths: paths.clone(),
                findings: vec![finding],
                ..Comparison::default()
            })
        }
    }
}

/// A file without a counterpart is judged by how the other files are related.
fn judge_files_on_one_side(comparisons: &mut [Comparison]) {
    let Some(relation) = comparisons.iter().find_map(|comparison| comparison.relation) else { return };
    for comparison in comparisons.iter_mut().filter(|comparison| comparison.relation.is_none()) {
        let findings = std::mem::take(&mut comparison.findings).into_iter();
        comparison.findings = findings.map(|own| Finding::new(own.difference, &relation)).collect();
    }
}

fn compare_files(
    pair: &Pair,
    paths: [&Path; 2],
    options: &Options,
    listed_rows: usize,
) -> Result<Comparison, Error> {
    let [left, right] = paths.map(Mapped::open);
    let files = [left?, right?];
    let [left, right] = files.each_ref().map(Mapped::views);
    let mut views = [left?, right?];
    if let [[left], [right]] = views.each_mut().map(Vec::as_mut_slice) {
        // Two objects are compared with each other, whatever their names are.
        left.unit = names::unit(&pair.name);
        right.unit = left.unit.clone();
    }
    let relation = relation(&views);
    let [left, right] = views.each_ref().map(|views| model(views, &options.layers));
    let models = [left?, right?];
    let sides = [0, 1].map(|side: usize| Side { model: &models[side], views: &views[side] });
    let mut differences = compare::compare(sides, &relation)?;
    // Subjects on one side only have no facts, but differ in a layer, too.
    differences.retain(|difference| options.layers.contains(&difference.property.layer));
    let findings: Vec<Finding> =
        differences.into_iter().map(|difference| Finding::new(difference, &relation)).collect();
    let sizes = sizes::of_functions(sides);
    let listed = listed_functions(&options.listings, &findings, &sizes);
    Ok(Comparison {
        name: pair.name.clone(),
        paths: pair.paths.clone(),
        relation: Some(relation),
        findings,
        sizes,
        listings: listing::of_functions(sides, &listed, listed_rows),
    })
}

/// Names the functions to show side by side, the most important ones first.
fn listed_functions(listings: &Listings, findings: &[Finding], sizes: &[FunctionSize]) -> Vec<String> {
    let mut names: Vec<&str> = match listings {
        Listings::None => Vec::new(),
        Listings::Matching(pattern) => {
            sizes.iter().map(|size| &*size.name).filter(|name| pattern.matches(name)).collect()
        }
        Listings::Differing => {
            let of = |verdict| {
                let found = findings.iter().filter(move |finding| finding.verdict == verdict);
                found.map(|finding| &finding.difference.subject)
            };
            let differing = of(Verdict::Wrong).chain(of(Verdict::Interesting));
            differing.filter(|own| own.kind == Kind::Function).map(|own| &*own.name).collect()
        }
    };
    let mut seen = BTreeSet::new();
    names.retain(|name| seen.insert(*name));
    names.into_iter().map(Into::into).collect()
}

/// How the objects of two files are related.
fn relation(views: &[Vec<View<'_>>; 2]) -> Relation {
    let first = |side: usize| views[side].first().or(views[1 - side].first());
    let machine = |side| first(side).map_or(Machine::X86_64, |view| view.machine);
    let backend = |side: usize| {
        let known = views[side].iter().map(|view| view.backend).find(|backend| *backend != Backend::Other);
        known.unwrap_or(Backend::Other)
    };
    Relation { machines: [machine(0), machine(1)], backends: [backend(0), backend(1)] }
}

fn model(views: &[View<'_>], layers: &BTreeSet<Layer>) -> Result<Model, Error> {
    let seen = layers::debug::Seen::default();
    let models: Result<Vec<Model>, Error> = views
        .par_iter()
        .enumerate()
        .map(|(index, view)| layers::read_new(view, index, layers, &seen))
        .collect();
    let mut all = Model::default();
    for model in models? {
        all.append(model);
    }
    // Which view describes a type first is left to chance.
    let types = all.entities.iter_mut().filter(|(subject, _)| subject.kind == Kind::Type);
    types.for_each(|(_, variants)| variants.sort_by(|left, right| left.facts.cmp(&right.facts)));
    Ok(all)
}
