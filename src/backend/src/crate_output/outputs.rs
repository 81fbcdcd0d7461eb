//! Finalizes the output files of CGUs, and saves them as work products.
//!
//! [`join`]
//! 1. waits for the workers,
//! 2. saves the CGUs' files as work products of the incremental cache, and
//! 3. gives the outputs that the user asked for their final names. `clif_engine::artifacts` plans this and
//!    carries the plan out; this module passes it the session's options and emits its notices.
//!
//! rustc itself writes the linked artifacts and `metadata`, `dep-info` and `mir`.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use clif_engine::artifacts::{
    self, ArtifactKind, CguArtifacts, CguFiles, Destination, Linking, NameSource, Notice, Notifications,
    Request, StandardOutput, Temporaries, WantedArtifact,
};
use clif_engine::coordinator::{CguKind, CguOutcome, CguPlan};
use rustc_codegen_ssa::{CompiledModule, CompiledModules, ModuleKind};
use rustc_data_structures::fx::FxIndexMap;
use rustc_incremental::copy_cgu_workproduct_to_incr_comp_cache_dir;
use rustc_middle::dep_graph::{WorkProduct, WorkProductId};
use rustc_session::Session;
use rustc_session::config::{OutFileName, OutputFilenames, OutputType};

use crate::crate_output::codegen::{self, OngoingCodegen};
use crate::session::observation::Observation;

/// The kinds of output that CGUs have, with rustc's name for each. CLIF replaces LLVM IR.
const KINDS: [(ArtifactKind, OutputType); 3] = [
    (ArtifactKind::Object, OutputType::Object),
    (ArtifactKind::Assembly, OutputType::Assembly),
    (ArtifactKind::Clif, OutputType::LlvmAssembly),
];

/// The extension of split debug information in the incremental cache.
pub const DWARF_OBJECT_EXTENSION: &str = "dwo";

/// Waits for the workers, saves work products, and finalizes the outputs.
pub fn join(
    ongoing: OngoingCodegen,
    sess: &Session,
    outputs: &OutputFilenames,
    observation: &Observation,
) -> (CompiledModules, FxIndexMap<WorkProductId, WorkProduct>) {
    let OngoingCodegen { compilation, plan, reused, events, printing } = ongoing;
    let result = sess.time("finish_codegen", || {
        let sink = &mut |report| codegen::emit_report(sess, report);
        observation.join(sess, compilation, &events, printing, sink)
    });
    sess.dcx().abort_if_errors();
    let Ok(mut outcomes) = result else {
        sess.dcx().fatal("codegen stopped without an error message; this is a bug of the Cranelift backend")
    };
    // As in rustc: the linker and the notifications see CGUs by name.
    outcomes.sort_by(|one, other| one.name.cmp(&other.name));
    let work_products = match plan {
        CguPlan::Compile => save_work_products(sess, &outcomes, &reused),
        CguPlan::Combine => FxIndexMap::default(),
    };
    finalize(sess, outputs, &outcomes);
    events.write_trace(sess, outputs);
    (compiled_modules(outcomes, reused), work_products)
}

/// Returns the modules for rustc's linker step.
fn compiled_modules(
    outcomes: Vec<CguOutcome>,
    mut reused: FxIndexMap<String, Vec<PathBuf>>,
) -> CompiledModules {
    let mut modules = CompiledModules { modules: vec![], allocator_module: None };
    for outcome in outcomes {
        let links = reused.swap_remove(&*outcome.name).unwrap_or_default();
        let kind = match outcome.kind {
            CguKind::Regular | CguKind::Metadata => ModuleKind::Regular,
            CguKind::Allocator => ModuleKind::Allocator,
        };
        let module = CompiledModule {
            name: outcome.name.into(),
            kind,
            object: outcome.files.object,
            dwarf_object: outcome.files.dwarf_object,
            bytecode: None,
            assembly: outcome.files.assembly,
            llvm_ir: outcome.files.clif,
            links_from_incr_cache: links,
        };
        match kind {
            ModuleKind::Regular => modules.modules.push(module),
            ModuleKind::Allocator => modules.allocator_module = Some(module),
        }
    }
    modules
}

/// Copies the files of regular CGUs to the incremental cache, if the session has one, as work products.
fn save_work_products(
    sess: &Session,
    outcomes: &[CguOutcome],
    reused: &FxIndexMap<String, Vec<PathBuf>>,
) -> FxIndexMap<WorkProductId, WorkProduct> {
    let mut products = FxIndexMap::default();
    if sess.opts.incremental.is_none() {
        return products;
    }
    let _timer = sess.timer("copy_all_cgu_workproducts_to_incr_comp_cache_dir");
    for outcome in outcomes.iter().filter(|outcome| outcome.kind == CguKind::Regular) {
        let files: Vec<(&'static str, &Path)> = with_extensions(&outcome.files).collect();
        let links = reused.get(&*outcome.name).map(Vec::as_slice).unwrap_or_default();
        products.extend(copy_cgu_workproduct_to_incr_comp_cache_dir(sess, &outcome.name, &files, links));
    }
    products
}

fn with_extensions(files: &CguFiles) -> impl Iterator<Item = (&'static str, &Path)> {
    let CguFiles { object, dwarf_object, clif, assembly } = files;
    let kinds = [
        (OutputType::Object.extension(), object),
        (DWARF_OBJECT_EXTENSION, dwarf_object),
        (OutputType::Assembly.extension(), assembly),
        (OutputType::LlvmAssembly.extension(), clif),
    ];
    kinds.into_iter().filter_map(|(extension, path)| Some((extension, path.as_deref()?)))
}

/// Gives the outputs their final names, removes files that are no longer needed, and emits notices.
fn finalize(sess: &Session, outputs: &OutputFilenames, outcomes: &[CguOutcome]) {
    let cgus: Vec<CguArtifacts> = outcomes
        .iter()
        .filter(|outcome| outcome.kind == CguKind::Regular)
        .map(|outcome| CguArtifacts { name: outcome.name.clone(), files: outcome.files.clone() })
        .collect();
    let steps = artifacts::plan(&request(sess, outputs), &cgus);
    artifacts::carry_out(steps, &mut |notice| match notice {
        Notice::Warning(warning) => sess.dcx().warn(warning.to_string()),
        Notice::Error(error) => {
            sess.dcx().err(error.to_string());
        }
        Notice::Artifact { path, kind } => sess.dcx().emit_artifact_notification(&path, kind.shorthand()),
    });
    if sess.dcx().has_errors().is_some() {
        // Nothing will be linked.
        artifacts::remove_temporaries(temporaries(sess), outcomes.iter().map(|outcome| &outcome.files));
    }
}

fn request(sess: &Session, outputs: &OutputFilenames) -> Request {
    let wanted = KINDS.iter().filter(|(_, output_type)| outputs.outputs.contains_key(output_type));
    Request {
        artifacts: wanted.map(|&(kind, output_type)| wanted_artifact(outputs, kind, output_type)).collect(),
        linking: if outputs.outputs.contains_key(&OutputType::Exe) { Linking::Follows } else { Linking::No },
        temporaries: temporaries(sess),
        standard_output: if io::stdout().is_terminal() {
            StandardOutput::Terminal
        } else {
            StandardOutput::Other
        },
        notifications: if sess.opts.json_artifact_notifications {
            Notifications::Wanted
        } else {
            Notifications::No
        },
        codegen_units: sess.codegen_units().as_usize(),
    }
}

/// Returns whether intermediate files are kept (`-Csave-temps`).
pub fn temporaries(sess: &Session) -> Temporaries {
    if sess.opts.cg.save_temps { Temporaries::Keep } else { Temporaries::Remove }
}

fn wanted_artifact(outputs: &OutputFilenames, kind: ArtifactKind, output_type: OutputType) -> WantedArtifact {
    let name_source = if outputs.outputs.contains_explicit_name(&output_type) {
        NameSource::EmitPath
    } else if outputs.single_output_file.is_some() {
        NameSource::OutputOption
    } else {
        NameSource::Default
    };
    let destination = match outputs.path(output_type) {
        OutFileName::Real(path) => Destination::File(path),
        OutFileName::Stdout => Destination::Stdout,
    };
    WantedArtifact { kind, destination, name_source }
}
