//! Writes the report for programs: every single measurement, and the ratios. Times are in seconds, sizes in
//! bytes.

use serde_json::{Map, Value, json};

use super::super::builds::{ProjectResult, Sample, ScenarioResult};
use super::super::candidates::CHECK;
use super::super::instructions::CountResult;
use super::super::measure::Usage;
use super::super::product::Size;
use super::super::profile::{ProfileResult, Times};
use super::super::programs::ProgramResult;
use super::super::scaling::{self, FamilyResult, Growth, SETTINGS, SIZES};
use super::super::statistics::Spread;
use super::{Results, program_ratio, ratio_above_check};

/// Increases when a field changes its meaning.
const FORMAT: u32 = 1;

/// Returns the whole report.
pub fn of(results: &Results) -> Value {
    json!({
        "format": FORMAT,
        "compiler": results.compiler,
        "linker": results.linker,
        "machine": results.machine,
        "load": {"before": results.load_before, "after": results.load_after},
        "rounds": results.rounds,
        "candidates": results.candidates,
        "projects": results.projects.iter().map(|result| project(results, result)).collect::<Vec<_>>(),
        "programs": results.programs.iter().map(|result| program(results, result)).collect::<Vec<_>>(),
        "profiles": results.profiles.iter().map(|result| profile(results, result)).collect::<Vec<_>>(),
        "instructions": results.counts.iter().map(|result| count(results, result)).collect::<Vec<_>>(),
        "scaling": results.families.iter().map(family).collect::<Vec<_>>(),
    })
}

/// Returns an object with a field for each candidate that has a value.
fn by_candidate(results: &Results, value: impl Fn(usize) -> Option<Value>) -> Value {
    let fields = results.candidates.iter().enumerate();
    Value::Object(
        fields.filter_map(|(index, name)| Some((name.clone(), value(index)?))).collect::<Map<_, _>>(),
    )
}

fn spread(spread: Option<Spread>) -> Value {
    spread.map_or(
        Value::Null,
        |Spread { median, low, high }| json!({"median": median, "low": low, "high": high}),
    )
}

fn usage(usage: &Usage) -> Value {
    json!({"wall": usage.wall, "cpu": usage.cpu, "peak_memory": usage.peak_memory})
}

fn size(size: Option<Size>) -> Value {
    size.map_or(Value::Null, |Size { file, debug, code }| json!({"file": file, "debug": debug, "code": code}))
}

fn project(results: &Results, result: &ProjectResult) -> Value {
    json!({
        "name": result.project.name,
        "stands_for": result.project.stands_for,
        "lock": result.lock,
        "builds": result.scenarios.iter().map(|result| build(results, result)).collect::<Vec<_>>(),
    })
}

fn build(results: &Results, result: &ScenarioResult) -> Value {
    let round = |sample: &Sample| {
        let mut fields = usage(&sample.total);
        fields["linker"] = usage(&sample.linker);
        fields
    };
    let candidate = |index: usize| {
        let rounds: Vec<Value> = result.samples[index].iter().map(round).collect();
        if index == CHECK {
            return Some(json!({"rounds": rounds}));
        }
        Some(json!({
            "rounds": rounds,
            "cpu_above_check_to_llvm": spread(ratio_above_check(result, index, |sample| sample.total.cpu)),
            "wall_above_check_to_llvm": spread(ratio_above_check(result, index, |sample| sample.total.wall)),
            "size": size(result.sizes[index]),
        }))
    };
    json!({"build": result.scenario.name(), "candidates": by_candidate(results, candidate)})
}

fn program(results: &Results, result: &ProgramResult) -> Value {
    let candidate = |index: usize| {
        let rounds: Vec<Value> = result.runs[index].iter().map(usage).collect();
        (!rounds.is_empty()).then(|| {
            json!({
                "rounds": rounds,
                "cpu_to_llvm": spread(program_ratio(result, index)),
                "size": size(result.sizes[index]),
            })
        })
    };
    json!({"name": result.name, "candidates": by_candidate(results, candidate)})
}

fn profile(results: &Results, result: &ProfileResult) -> Value {
    let times = |times: &Times| {
        Value::Object(times.iter().map(|(phase, time)| (phase.name().to_owned(), json!(time))).collect())
    };
    let candidate = |index: usize| {
        let profile = result.profiles[index].as_ref()?;
        Some(json!({
            "lowering_thread": times(&profile.lowering_thread),
            "workers": times(&profile.workers),
            "tail": profile.tail,
        }))
    };
    json!({"project": result.project, "candidates": by_candidate(results, candidate)})
}

fn count(results: &Results, result: &CountResult) -> Value {
    let candidate = |index: usize| {
        let count = &result.counts[index];
        Some(json!({"total": count.total, "groups": count.groups}))
    };
    json!({"build": result.scenario.name(), "candidates": by_candidate(results, candidate)})
}

fn family(result: &FamilyResult) -> Value {
    let growth = |growth: &Growth| {
        json!({
            "front_end": growth.front_end,
            "whole": growth.whole,
            "exponents": scaling::exponents(growth.above()),
            "front_end_exponents": scaling::exponents(growth.front_end),
            "is_too_fast": growth.is_too_fast(),
        })
    };
    let setting = |index: usize| {
        json!({
            "setting": SETTINGS[index].name,
            "clif": growth(&result.clif[index]),
            "llvm": result.llvm[index].as_ref().map(growth),
        })
    };
    json!({
        "family": result.family.name,
        "what": result.family.what,
        "counts": SIZES.map(|size| size * result.family.count),
        "settings": (0..SETTINGS.len()).map(setting).collect::<Vec<_>>(),
    })
}
