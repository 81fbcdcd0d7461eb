//! The command line: `objdiff LEFT RIGHT`.
//!
//! The exit status is that of diff(1): 0 without differences, 1 with differences, 2 after an error. Expected
//! differences are none: both sides are right, and a script that calls this wants to know about the others.

use std::ffi::OsStr;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;

use crate::builds;
use crate::comparison::{self, Listings, Options};
use crate::error::Error;
use crate::expect::Expectations;
use crate::model::Layer;
use crate::report::selection::{Pattern, Selection};
use crate::report::summary::Summary;
use crate::report::{Report, html, json, sizes, terminal};
use crate::rules::{self, Verdict};

/// The width of functions side by side where there is no terminal that has one.
const WIDTH: u16 = 160;

/// Compares what two objects mean.
///
/// The exit status is that of diff(1): 0 without differences, 1 with differences, 2 after an error.
/// Differences that are expected, or left out by an option, do not count. docs/objdiff.md is the guide.
#[derive(Parser, Debug)]
#[command(name = "objdiff")]
struct Arguments {
    /// An object, archive, program, shared object, or a folder of them.
    #[arg(required_unless_present_any = ["between", "rules"], conflicts_with = "between", requires = "right")]
    left: Option<PathBuf>,
    /// What to compare it with.
    right: Option<PathBuf>,
    #[command(flatten)]
    builds: builds::Options,
    /// Compare only these layers: header, sections, symbols, ...
    #[arg(long = "layer", value_name = "LAYERS", value_delimiter = ',', value_parser = parse_layer)]
    layers: Vec<Layer>,
    /// Show only these verdicts: wrong, interesting, expected. The default lists the first two.
    #[arg(long = "verdict", value_name = "VERDICTS", value_delimiter = ',', value_parser = parse_verdict)]
    verdicts: Vec<Verdict>,
    /// Show only functions whose name contains this text, or matches it if it has `*` or `?`; side by side.
    #[arg(long, value_name = "PATTERN")]
    function: Option<String>,
    /// Show the size of each function instead of the differences.
    #[arg(long)]
    sizes: bool,
    /// Write the report as JSON; `-` is the standard output.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Write the report as a page for a browser.
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Read differences that are known to be right.
    #[arg(long, value_name = "FILE")]
    expect: Option<PathBuf>,
    /// Print the rules that judge differences.
    #[arg(long)]
    rules: bool,
}

fn parse_layer(name: &str) -> Result<Layer, String> {
    by_name(name, Layer::ALL, Layer::name, "layers")
}

fn parse_verdict(name: &str) -> Result<Verdict, String> {
    by_name(name, Verdict::ALL, Verdict::name, "verdicts")
}

fn by_name<T: Copy, const N: usize>(
    name: &str,
    all: [T; N],
    name_of: fn(T) -> &'static str,
    what: &str,
) -> Result<T, String> {
    let found = all.into_iter().find(|own| name_of(*own) == name);
    found.ok_or_else(|| format!("the {what} are {}", all.map(name_of).join(", ")))
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
    match compare(&arguments) {
        Ok(differs) => ExitCode::from(u8::from(differs)),
        Err(error) => {
            eprintln!("objdiff: {error:#}");
            ExitCode::from(2)
        }
    }
}

/// Compares and reports. Returns whether there are differences that are not expected.
fn compare(arguments: &Arguments) -> anyhow::Result<bool> {
    if arguments.rules {
        print(&rules::table())?;
        return Ok(false);
    }
    // Mistakes in it are reported before the long work.
    let mut expectations = arguments.expect.as_deref().map(Expectations::read).transpose()?;
    let options = arguments.options();
    let mut report = compare_all(arguments, &options)?;
    if let Some(expectations) = &mut expectations {
        expectations.apply(report.comparisons.iter_mut().flat_map(|comparison| &mut comparison.findings));
        for warning in expectations.warnings(|layer| options.layers.contains(&layer)) {
            eprintln!("objdiff: {warning}");
        }
    }
    let selection = arguments.selection();
    if let Some(pattern) = &arguments.function
        && !report.has_function(&selection)
    {
        eprintln!("objdiff: no function matches `{pattern}`");
    }
    write_reports(arguments, &report, &selection)?;
    Ok(Summary::new(&report, &selection).total.unexpected() > 0)
}

/// Compares the two paths, or what is built first.
fn compare_all(arguments: &Arguments, options: &Options) -> anyhow::Result<Report> {
    if let (Some(left), Some(right)) = (&arguments.left, &arguments.right) {
        let comparisons = comparison::compare_paths(left, right, options)?;
        let inputs = [left, right].map(|path| path.display().to_string());
        return Ok(Report { inputs, comparisons });
    }
    let pairs = builds::build(&arguments.builds)?;
    let mut comparisons = Vec::new();
    for pair in &pairs {
        let [left, right] = &pair.folders;
        let mut compared = comparison::compare_paths(left, right, options)?;
        // With two sides, the heading of the report names them.
        if pairs.len() > 1 {
            let prefix = pair.names.join(" and ");
            compared.iter_mut().for_each(|own| own.name = format!("{prefix}: {}", own.name));
        }
        comparisons.append(&mut compared);
    }
    let names = |side: usize| -> Vec<&str> { pairs.iter().map(|pair| &*pair.names[side]).collect() };
    // All are compared with the first.
    let left = names(0).first().map(|name| (*name).to_owned()).unwrap_or_default();
    Ok(Report { inputs: [left, names(1).join(", ")], comparisons })
}

impl Arguments {
    fn options(&self) -> Options {
        let mut options = Options::default();
        if !self.layers.is_empty() {
            options.layers = self.layers.iter().copied().collect();
        }
        options.listings = match &self.function {
            Some(pattern) => Listings::Matching(Pattern::search(pattern)),
            None if self.html.is_some() => Listings::Differing,
            None => Listings::None,
        };
        options
    }

    fn selection(&self) -> Selection {
        let functions = self.function.as_deref().map(Pattern::search);
        Selection { verdicts: self.verdicts.clone(), functions }
    }
}

fn write_reports(arguments: &Arguments, report: &Report, selection: &Selection) -> Result<(), Error> {
    if let Some(path) = &arguments.html {
        write(path, &html::page(report, selection).map_err(|error| cannot_write(path, error))?)?;
    }
    if let Some(path) = &arguments.json {
        let text = json::report(report, selection).map_err(|error| cannot_write(path, error))?;
        if path.as_os_str() == OsStr::new("-") {
            return print(&text);
        }
        write(path, &text)?;
    }
    if arguments.sizes {
        return print(&sizes::table(report, selection));
    }
    print(&terminal::report(report, selection, width()))
}

/// The width of the terminal, or what the user set for a pager.
fn width() -> usize {
    let set = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let terminal = || terminal_size::terminal_size().map(|(width, _)| width.0);
    usize::from(set.or_else(terminal).unwrap_or(WIDTH))
}

fn write(path: &Path, text: &str) -> Result<(), Error> {
    fs::write(path, text).map_err(|error| cannot_write(path, error))
}

fn cannot_write(path: &Path, error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::Output { path: path.into(), error: io::Error::other(error) }
}

/// Prints a text, with its colours if the standard output is a terminal and `NO_COLOR` is not set. A reader
/// that has seen enough, such as a pager, may close the pipe.
fn print(text: &str) -> Result<(), Error> {
    let mut output = anstream::stdout().lock();
    match output.write_all(text.as_bytes()).and_then(|()| output.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(cannot_write(Path::new("standard output"), error))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(arguments: &[&str]) -> Result<Arguments, String> {
        let all = ["objdiff"].iter().chain(arguments);
        Arguments::try_parse_from(all).map_err(|error| error.to_string())
    }

    #[test]
    fn layers_are_separated_by_commas_or_repeated() {
        let arguments = parse(&["a", "b", "--layer", "code,data", "--layer", "debug"]).unwrap();
        assert_eq!(arguments.layers, [Layer::Code, Layer::Data, Layer::Debug]);
        let error = parse(&["a", "b", "--layer", "cod"]).unwrap_err();
        assert!(error.contains("the layers are header, sections"), "{error}");
    }

    #[test]
    fn verdicts_select_findings() {
        let selection = parse(&["a", "b", "--verdict", "wrong,expected"]).unwrap().selection();
        assert_eq!(selection.verdicts, [Verdict::Wrong, Verdict::Expected]);
        assert!(parse(&["a", "b", "--verdict", "right"]).unwrap_err().contains("the verdicts are wrong,"));
    }

    #[test]
    fn two_paths_are_needed_except_for_the_rules() {
        assert!(parse(&["a"]).is_err());
        assert!(parse(&["--rules"]).is_ok());
        let built = parse(&["--programs", "--between", "main,.", "--function", "f", "--verdict", "wrong"]);
        assert!(built.is_ok());
    }
}
