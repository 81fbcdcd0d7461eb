//! A crate's code generation: which units are lowered or reused, and what becomes of their files.
//!
//! In order:
//! 1. [`codegen_crate`] partitions the crate, starts the coordinator, lowers the allocator shim and every unit that
//!    changed, and copies the others from the incremental cache.
//! 2. [`join`] waits for the workers, saves the objects as work products and finalizes the output files.
//!
//! Reports of the workers are emitted on the session's thread between units and at the end.

use std::any::Any;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clif_engine::coordinator::{
    Config, Cost, Flow, NativeCompilation, NativeCoordinator, NativeExecutor, Problem, Report, Severity,
    TokenSource, UnitFiles, UnitKind, UnitOutcome, UnitPlan, UnitRequest,
};
use cranelift_codegen::isa::TargetIsa;
use rustc_codegen_ssa::back::write::produce_final_output_artifacts;
use rustc_codegen_ssa::base::{allocator_kind_for_codegen, allocator_shim_contents, determine_cgu_reuse};
use rustc_codegen_ssa::{CompiledModule, CompiledModules, ModuleKind, assert_module_sources};
use rustc_data_structures::fx::FxIndexMap;
use rustc_hir::def_id::LOCAL_CRATE;
use rustc_incremental::{copy_cgu_workproduct_to_incr_comp_cache_dir, in_incr_comp_dir_sess};
use rustc_middle::dep_graph::{WorkProduct, WorkProductId};
use rustc_middle::mono::{CodegenUnit, CodegenUnitNameBuilder};
use rustc_middle::ty::TyCtxt;
use rustc_session::Session;
use rustc_session::config::{OutputFilenames, OutputType};
use rustc_span::{BytePos, Symbol};
use target_lexicon::Triple;

use crate::allocator;
use crate::faults::Fault;
use crate::lowering::{self, UnitTask};
use crate::observation::{Observation, ProfileEvents};
use crate::session;
use crate::tokens::{FailingTokens, SessionTokens};

/// What `codegen_crate` leaves to wait for.
pub struct OngoingCodegen {
    compilation: NativeCompilation,
    /// Cached files that units were copied from, by unit name; the cache need not copy them again.
    reused: FxIndexMap<String, Vec<PathBuf>>,
    /// What the workers' events are told to.
    events: Arc<ProfileEvents>,
}

pub fn codegen_crate(tcx: TyCtxt<'_>) -> OngoingCodegen {
    session::refuse_unsupported(tcx.sess);
    let events = Arc::new(ProfileEvents::new(tcx.sess));
    let coordinator = start_coordinator(tcx.sess, &events);
    let units = tcx.collect_and_partition_mono_items(()).codegen_units;
    if tcx.dep_graph.is_fully_enabled() {
        // Every unit must have a colour before `lower_unit` asks for it.
        for unit in units {
            tcx.ensure_ok().codegen_unit(unit.name());
        }
    }
    let reused = match lower_allocator_shim(tcx, &coordinator) {
        Flow::Continue => tcx.sess.time("lower_to_clif", || lower_units(tcx, &coordinator, units)),
        Flow::Stop => FxIndexMap::default(),
    };
    let compilation = coordinator.finish();
    compilation.drain_reports(&mut |report| emit_report(tcx.sess, report));
    OngoingCodegen { compilation, reused, events }
}

fn start_coordinator(sess: &Session, events: &Arc<ProfileEvents>) -> NativeCoordinator {
    let (tokens, panics_in): (Box<dyn TokenSource>, _) = match Fault::of_environment(sess) {
        Fault::None => (Box::new(SessionTokens), None),
        Fault::Panic(part) => (Box::new(SessionTokens), Some(part)),
        Fault::Tokens => (Box::new(FailingTokens), None),
    };
    let executor = NativeExecutor::new(build_isa(sess))
        .with_clif_in_errors(session::shows_clif())
        .with_panic_in(panics_in);
    let config = Config {
        tokens: Some(tokens),
        parallel: !sess.opts.unstable_opts.no_parallel_backend,
        events: Arc::clone(events) as _,
        ..Config::default()
    };
    NativeCoordinator::start(executor, config).unwrap_or_else(|error| {
        sess.dcx().fatal(format!("cannot start the code generation threads: {error}"))
    })
}

fn build_isa(sess: &Session) -> Arc<dyn TargetIsa> {
    let name = sess.target.llvm_target.as_ref();
    let triple: Triple = name.parse().unwrap_or_else(|error| {
        sess.dcx().fatal(format!("the target `{name}` is not known to the code generator: {error}"))
    });
    session::isa_settings(sess, triple)
        .build()
        .unwrap_or_else(|error| sess.dcx().fatal(format!("cannot set up the code generator: {error}")))
}

fn lower_allocator_shim(tcx: TyCtxt<'_>, coordinator: &NativeCoordinator) -> Flow {
    let Some(kind) = allocator_kind_for_codegen(tcx) else { return Flow::Continue };
    let name = CodegenUnitNameBuilder::new(tcx)
        .build_cgu_name(LOCAL_CRATE, &["crate"], Some("allocator"))
        .to_string();
    let request = unit_request(tcx, &name, UnitKind::Allocator);
    let unit = coordinator.open_unit(request, UnitPlan::Compile);
    allocator::lower_shim(tcx, &name, &allocator_shim_contents(tcx, kind), coordinator, unit)
}

/// Lowers or reuses every unit; gives the cached files of the reused ones.
fn lower_units<'tcx>(
    tcx: TyCtxt<'tcx>,
    coordinator: &NativeCoordinator,
    units: &[CodegenUnit<'tcx>],
) -> FxIndexMap<String, Vec<PathBuf>> {
    let mut reused = FxIndexMap::default();
    let mut by_size: Vec<&CodegenUnit<'tcx>> = units.iter().collect();
    by_size.sort_by_key(|unit| std::cmp::Reverse(unit.size_estimate()));
    let reuse: Vec<_> = tcx
        .sess
        .time("find_cgu_reuse", || by_size.iter().map(|unit| determine_cgu_reuse(tcx, unit)).collect());
    assert_module_sources::assert_module_sources(tcx, &|tracker| {
        for (unit, &reuse) in by_size.iter().zip(&reuse) {
            tracker.set_actual_reuse(unit.name().as_str(), reuse);
        }
    });
    for (unit, &reuse) in by_size.iter().zip(&reuse) {
        coordinator.drain_reports(&mut |report| emit_report(tcx.sess, report));
        tcx.dcx().abort_if_errors();
        let flow = match reuse {
            assert_module_sources::CguReuse::No => lower_fresh_unit(tcx, coordinator, unit.name()),
            assert_module_sources::CguReuse::PreLto | assert_module_sources::CguReuse::PostLto => {
                let (files, flow) = reuse_unit(tcx, coordinator, unit);
                reused.insert(unit.name().to_string(), files);
                flow
            }
        };
        if flow == Flow::Stop {
            break; // `join` reports why.
        }
    }
    tcx.dcx().abort_if_errors();
    reused
}

fn lower_fresh_unit(tcx: TyCtxt<'_>, coordinator: &NativeCoordinator, name: Symbol) -> Flow {
    let request = unit_request(tcx, name.as_str(), UnitKind::Regular);
    let unit = coordinator.open_unit(request, UnitPlan::Compile);
    lowering::lower_unit(tcx, UnitTask { name, coordinator, unit })
}

/// Has the files of an unchanged unit copied from the incremental cache.
fn reuse_unit<'tcx>(
    tcx: TyCtxt<'tcx>,
    coordinator: &NativeCoordinator,
    unit: &CodegenUnit<'tcx>,
) -> (Vec<PathBuf>, Flow) {
    let product = unit.previous_work_product(tcx);
    let cached = |kind: OutputType| {
        let name = product.saved_files.get(kind.extension())?;
        Some(in_incr_comp_dir_sess(tcx.sess, name))
    };
    let files = UnitFiles {
        object: cached(OutputType::Object),
        clif: cached(OutputType::LlvmAssembly),
        ..UnitFiles::default()
    };
    let paths = files.object.iter().chain(&files.clif).cloned().collect();
    let request = unit_request(tcx, unit.name().as_str(), UnitKind::Regular);
    let flow = coordinator.copy_unit(request, files, Cost(1));
    (paths, flow)
}

/// Which files a unit's object and text go to until the crate's outputs are finalized.
fn unit_request(tcx: TyCtxt<'_>, name: &str, kind: UnitKind) -> UnitRequest {
    let sess = tcx.sess;
    let outputs = tcx.output_filenames(());
    let path = |kind| outputs.temp_path_for_cgu(kind, name, sess.invocation_temp.as_deref());
    let types = &sess.opts.output_types;
    let wants_object = types.should_link() || types.contains_key(&OutputType::Object);
    let wants_clif = types.contains_key(&OutputType::LlvmAssembly) && kind == UnitKind::Regular;
    UnitRequest {
        name: name.into(),
        kind,
        output: UnitFiles {
            object: wants_object.then(|| path(OutputType::Object)),
            clif: wants_clif.then(|| path(OutputType::LlvmAssembly)),
            ..UnitFiles::default()
        },
    }
}

/// Waits for the workers; saves work products; finalizes the outputs.
pub fn join(
    ongoing: OngoingCodegen,
    sess: &Session,
    outputs: &OutputFilenames,
    observation: &Observation,
) -> (CompiledModules, FxIndexMap<WorkProductId, WorkProduct>) {
    let OngoingCodegen { compilation, reused, events } = ongoing;
    let result = sess.time("finish_codegen", || {
        observation.join(sess, compilation, &events, &mut |report| emit_report(sess, report))
    });
    sess.dcx().abort_if_errors();
    let Ok(outcomes) = result else { sess.dcx().fatal("code generation was stopped, but nobody said why") };
    let mut modules = CompiledModules { modules: vec![], allocator_module: None };
    for outcome in outcomes {
        let links = reused.get(&*outcome.name).cloned().unwrap_or_default();
        let (kind, module) = compiled_module(outcome, links);
        match kind {
            ModuleKind::Regular => modules.modules.push(module),
            ModuleKind::Allocator => modules.allocator_module = Some(module),
        }
    }
    let work_products = save_work_products(sess, &modules);
    produce_final_output_artifacts(sess, &modules, outputs);
    (modules, work_products)
}

fn compiled_module(outcome: UnitOutcome, links: Vec<PathBuf>) -> (ModuleKind, CompiledModule) {
    let kind = match outcome.kind {
        UnitKind::Regular | UnitKind::Metadata => ModuleKind::Regular,
        UnitKind::Allocator => ModuleKind::Allocator,
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
    (kind, module)
}

fn save_work_products(sess: &Session, modules: &CompiledModules) -> FxIndexMap<WorkProductId, WorkProduct> {
    let mut products = FxIndexMap::default();
    if sess.opts.incremental.is_none() {
        return products;
    }
    let _timer = sess.timer("copy_all_cgu_workproducts_to_incr_comp_cache_dir");
    for module in &modules.modules {
        let files: Vec<(&'static str, &Path)> =
            [(OutputType::Object, &module.object), (OutputType::LlvmAssembly, &module.llvm_ir)]
                .into_iter()
                .filter_map(|(kind, path)| Some((kind.extension(), path.as_deref()?)))
                .collect();
        let saved = copy_cgu_workproduct_to_incr_comp_cache_dir(
            sess,
            &module.name,
            &files,
            &module.links_from_incr_cache,
        );
        products.extend(saved);
    }
    products
}

/// What this thread unwinds with after a worker's panic.
struct WorkerPanic;

fn emit_report(sess: &Session, report: Report) {
    let dcx = sess.dcx();
    let message = report.problem.to_string();
    match (report.severity, &report.problem) {
        // The compiler's hook has said the usual words for a bug; what it cannot know is the function.
        (Severity::Error, Problem::Panic { .. }) => {
            dcx.struct_note(format!("the Cranelift backend: {message}"))
                .with_help(
                    "compile this crate with LLVM meanwhile; `CLIF_SHOW=1` prints the CLIF of the function",
                )
                .emit();
            // Ends the compiler as a panic of this thread would, without a second message.
            std::panic::resume_unwind(Box::new(WorkerPanic));
        }
        // A bug of ours: the usual words for that, and no panic.
        (Severity::Error, Problem::Compile(_)) => {
            dcx.struct_err(format!("internal error of the Cranelift backend: {message}"))
                .with_note("this is a bug in rustc_codegen_clif; please report it with this message")
                .with_help(
                    "compile this crate with LLVM meanwhile; `CLIF_SHOW=1` prints the CLIF of the function",
                )
                .emit();
        }
        (severity, Problem::Assembly { complaint }) => {
            let span = complaint.origin.map_or(rustc_span::DUMMY_SP, |origin| {
                rustc_span::Span::with_root_ctxt(BytePos(origin.start), BytePos(origin.end))
            });
            if severity == Severity::Error {
                dcx.span_err(span, message);
            } else {
                dcx.span_warn(span, message);
            }
        }
        (Severity::Error, _) => {
            dcx.err(message);
        }
        (Severity::Warning, _) => dcx.warn(message),
        (Severity::Note, _) => dcx.note(message),
    }
}

/// Takes back what `codegen_crate` gave to the compiler.
pub fn downcast(ongoing: Box<dyn Any>) -> OngoingCodegen {
    match ongoing.downcast::<OngoingCodegen>() {
        Ok(ongoing) => *ongoing,
        Err(_) => rustc_middle::bug!("the ongoing code generation is of another backend"),
    }
}
