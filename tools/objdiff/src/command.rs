//! The command line: `objdiff LEFT RIGHT`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use rayon::prelude::*;

use crate::builds;
use crate::compare::{self, Side};
use crate::error::Error;
use crate::input::{self, Mapped, Pair};
use crate::layers;
use crate::model::{Backend, Layer, Model, Relation};
use crate::report::{Comparison, Finding, terminal};
use crate::view::View;

/// Compares what two objects mean.
///
/// The exit status is that of diff(1): 0 without differences, 1 with differences, 2 after an error.
#[derive(Parser, Debug)]
#[command(name = "objdiff")]
struct Arguments {
    /// An object, archive, program, shared object, or a folder of them.
    #[arg(required_unless_present = "between", conflicts_with = "between", requires = "right")]
    left: Option<PathBuf>,
    /// What to compare it with.
    right: Option<PathBuf>,
    #[command(flatten)]
    builds: builds::Options,
    /// Compare only these layers.
    #[arg(long = "layer", value_name = "LAYER", value_parser = parse_layer)]
    layers: Vec<Layer>,
}

fn parse_layer(name: &str) -> Result<Layer, String> {
    let names = || Layer::ALL.map(Layer::name).join(", ");
    Layer::ALL
        .into_iter()
        .find(|layer| layer.name() == name)
        .ok_or_else(|| format!("the layers are {}", names()))
}

/// Runs the command with the arguments of the process.
pub fn run() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    let layers: BTreeSet<Layer> = if arguments.layers.is_empty() {
        Layer::ALL.into()
    } else {
        arguments.layers.iter().copied().collect()
    };
    match compare_all(&arguments, &layers) {
        Ok(comparisons) => {
            print!("{}", terminal::report(&comparisons));
            let differs = comparisons.iter().any(|comparison| !comparison.findings.is_empty());
            ExitCode::from(u8::from(differs))
        }
        Err(error) => {
            eprintln!("objdiff: {error:#}");
            ExitCode::from(2)
        }
    }
}

/// Compares the two paths, or what is built first.
fn compare_all(arguments: &Arguments, layers: &BTreeSet<Layer>) -> anyhow::Result<Vec<Comparison>> {
    if let (Some(left), Some(right)) = (&arguments.left, &arguments.right) {
        return Ok(compare_paths(left, right, layers)?);
    }
    let mut all = Vec::new();
    for pair in builds::build(&arguments.builds)? {
        let [left, right] = &pair.folders;
        let prefix = pair.names.join(" and ");
        let comparisons = compare_paths(left, right, layers)?.into_iter();
        all.extend(
            comparisons.map(|comparison| Comparison {
                name: format!("{prefix}: {}", comparison.name),
                ..comparison
            }),
        );
    }
    Ok(all)
}

/// Compares two paths.
///
/// # Errors
///
/// Fails if a file cannot be read, or is damaged.
pub fn compare_paths(left: &Path, right: &Path, layers: &BTreeSet<Layer>) -> Result<Vec<Comparison>, Error> {
    let pairs = input::pair(left, right)?;
    pairs.into_par_iter().map(|pair| compare_files(&pair, layers)).collect()
}

fn compare_files(pair: &Pair, layers: &BTreeSet<Layer>) -> Result<Comparison, Error> {
    let files = pair.paths.each_ref().map(|path| path.as_deref().map(Mapped::open).transpose());
    let [left, right] = files;
    let files = [left?, right?];
    let [left, right] = files.each_ref().map(|file| file.as_ref().map(Mapped::views).transpose());
    let views = [left?.unwrap_or_default(), right?.unwrap_or_default()];
    let relation = relation(&views);
    let [left, right] = views.each_ref().map(|views| model(views, layers));
    let models = [left?, right?];
    let side = |side: usize| Side { model: &models[side], views: &views[side] };
    let differences = compare::compare([side(0), side(1)], &relation)?;
    let findings = differences.into_iter().map(|difference| Finding::new(difference, &relation)).collect();
    Ok(Comparison { name: pair.name.clone(), relation: Some(relation), findings })
}

/// How the objects of two files are related.
fn relation(views: &[Vec<View<'_>>; 2]) -> Relation {
    let first = |side: usize| views[side].first().or(views[1 - side].first());
    let machine = |side| first(side).map_or(crate::view::Machine::X86_64, |view| view.machine);
    let backend = |side: usize| {
        let known = views[side].iter().map(|view| view.backend).find(|backend| *backend != Backend::Other);
        known.unwrap_or(Backend::Other)
    };
    Relation { machines: [machine(0), machine(1)], backends: [backend(0), backend(1)] }
}

fn model(views: &[View<'_>], layers: &BTreeSet<Layer>) -> Result<Model, Error> {
    let models: Result<Vec<Model>, Error> =
        views.par_iter().enumerate().map(|(index, view)| layers::read(view, index, layers)).collect();
    let mut all = Model::default();
    for model in models? {
        all.append(model, 0);
    }
    Ok(all)
}
