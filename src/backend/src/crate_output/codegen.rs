//! Codegen of a crate: asks rustc about CGU reuse, lowers the changed CGUs, and emits the workers' reports.
//!
//! [`codegen_crate`] partitions the crate, starts the coordinator, and lowers the allocator shim and every
//! CGU that changed. The files of unchanged CGUs are copied from the incremental cache by workers. The
//! session's thread emits the workers' reports between CGUs and at the end. [`crate::crate_output::outputs`]
//! finalizes the files.

use std::any::Any;
use std::ops::Range;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Instant;

use clif_engine::artifacts::CguFiles;
use clif_engine::assembly::AssemblyDiagnostic;
use clif_engine::combine::{CombineError, CombineRequest};
use clif_engine::coordinator::{
    CguKind, CguPlan, CguRequest, Config, Cost, Flow, NativeCompilation, NativeCoordinator, NativeExecutor,
    Problem, Report, Severity, TokenSource, Unusable,
};
use cranelift_codegen::isa::TargetIsa;
use rustc_codegen_ssa::assert_module_sources::{self, CguReuse};
use rustc_codegen_ssa::base::{allocator_kind_for_codegen, allocator_shim_contents, determine_cgu_reuse};
use rustc_data_structures::fx::FxIndexMap;
use rustc_errors::{Diag, Level};
use rustc_hir::def_id::LOCAL_CRATE;
use rustc_middle::mono::{CodegenUnit, CodegenUnitNameBuilder};
use rustc_middle::ty::TyCtxt;
use rustc_session::Session;
use rustc_session::config::OutputType;
use rustc_span::{BytePos, FileName, Span, Symbol};
use target_lexicon::{BinaryFormat, Triple};

use crate::cgu::allocator;
use crate::cgu::lowering::{self, CguTask};
use crate::crate_output::lto;
use crate::crate_output::outputs;
use crate::crate_output::work_products;
use crate::debuginfo::lines::CrateFiles;
use crate::debuginfo::split;
use crate::session;
use crate::session::bug_report::{self, Panics};
use crate::session::environment::Environment;
use crate::session::faults::Fault;
use crate::session::observation::{Printing, ProfileEvents};
use crate::session::tokens::{FailingTokens, SessionTokens};

/// The state between `codegen_crate` and `join_codegen`.
pub struct OngoingCodegen {
    pub(crate) compilation: NativeCompilation,
    /// Whether the CGUs are combined. Combined CGUs are not cached.
    pub(crate) plan: CguPlan,
    /// By the names of reused CGUs: the cached files that were copied. The cache keeps them, so they are not
    /// copied back.
    pub(crate) reused: FxIndexMap<String, Vec<PathBuf>>,
    /// Records the workers' events.
    pub(crate) events: Arc<ProfileEvents>,
    pub(crate) printing: Printing,
}

pub fn codegen_crate(tcx: TyCtxt<'_>) -> OngoingCodegen {
    let environment = Environment::of_session(tcx.sess);
    bug_report::install(Panics::OfWorkers);
    lto::check(tcx);
    let plan = lto::plan(tcx);
    let events = Arc::new(ProfileEvents::new(tcx.sess));
    let printing = if environment.prints_statistics { Printing::AtOnce } else { Printing::OnDemand };
    let coordinator = start_coordinator(tcx, environment, plan, &events);
    let cgus = tcx.collect_and_partition_mono_items(()).codegen_units;
    if tcx.dep_graph.is_fully_enabled() {
        // The node of every CGU must have a colour before `lower_cgu` asks for it.
        for cgu in cgus {
            tcx.ensure_ok().codegen_unit(cgu.name());
        }
    }
    let reused = match lower_allocator_shim(tcx, &coordinator) {
        Flow::Continue => {
            tcx.sess.time("lower_to_clif", || lower_cgus(tcx, &coordinator, cgus, plan, &events))
        }
        Flow::Stop => FxIndexMap::default(),
    };
    let compilation = coordinator.finish();
    compilation.drain_reports(&mut |report| emit_report(tcx.sess, report));
    OngoingCodegen { compilation, plan, reused, events, printing }
}

fn start_coordinator(
    tcx: TyCtxt<'_>,
    environment: Environment,
    plan: CguPlan,
    events: &Arc<ProfileEvents>,
) -> NativeCoordinator {
    let sess = tcx.sess;
    let (tokens, panic): (Box<dyn TokenSource>, _) = match environment.fault {
        Fault::None => (Box::new(SessionTokens), None),
        Fault::Panic(panic) => (Box::new(SessionTokens), Some(panic)),
        Fault::Tokens => (Box::new(FailingTokens), None),
    };
    let mut executor = NativeExecutor::new(build_isa(sess, environment.verifies))
        .with_clif_in_errors(environment.shows_clif)
        .with_llvm_target(session::target::llvm_target(tcx))
        .with_temporaries(outputs::temporaries(sess))
        .with_panic(panic);
    if plan == CguPlan::Combine {
        let request = cgu_request(tcx, &lto::cgu_name(tcx), CguKind::Regular);
        let combine = CombineRequest {
            name: request.name.clone(),
            exported: lto::exported_symbols(tcx).collect(),
            split: split::split_dwarf(tcx, &request.name),
        };
        executor = executor.with_combined_cgu(request, combine);
    }
    let defaults = Config::default();
    let config = Config {
        tokens: Some(tokens),
        parallel: !sess.opts.unstable_opts.no_parallel_backend,
        max_threads: environment.threads.unwrap_or(defaults.max_threads),
        events: Arc::clone(events) as _,
        record_workload: environment.recorded_workload,
        trace: environment.trace,
        ..defaults
    };
    NativeCoordinator::start(executor, config)
        .unwrap_or_else(|error| sess.dcx().fatal(format!("cannot start the codegen threads: {error}")))
}

fn build_isa(sess: &Session, verifies: bool) -> Arc<dyn TargetIsa> {
    let name = sess.target.llvm_target.as_ref();
    let mut triple: Triple = name.parse().unwrap_or_else(|error| {
        sess.dcx().fatal(format!("Cranelift does not know the target `{name}`: {error}"))
    });
    // The names of bare targets do not always say so. Targets with other formats were refused.
    triple.binary_format = BinaryFormat::Elf;
    session::isa::isa_settings(sess, triple, verifies)
        .build()
        .unwrap_or_else(|error| sess.dcx().fatal(format!("cannot set up Cranelift: {error}")))
}

fn lower_allocator_shim(tcx: TyCtxt<'_>, coordinator: &NativeCoordinator) -> Flow {
    let Some(kind) = allocator_kind_for_codegen(tcx) else { return Flow::Continue };
    let name = CodegenUnitNameBuilder::new(tcx)
        .build_cgu_name(LOCAL_CRATE, ["crate"], Some("allocator"))
        .to_string();
    let request = cgu_request(tcx, &name, CguKind::Allocator);
    let cgu = coordinator.open_cgu(request, CguPlan::Compile);
    allocator::lower_shim(tcx, &name, &allocator_shim_contents(tcx, kind), coordinator, cgu)
}

/// Lowers or reuses every CGU. Returns the cached files of the reused ones.
///
/// Unchanged CGUs come first: whether their files can be used is only known when a worker has read them.
fn lower_cgus<'tcx>(
    tcx: TyCtxt<'tcx>,
    coordinator: &NativeCoordinator,
    cgus: &[CodegenUnit<'tcx>],
    plan: CguPlan,
    events: &ProfileEvents,
) -> FxIndexMap<String, Vec<PathBuf>> {
    let mut reused = FxIndexMap::default();
    let files = Rc::default();
    let (unchanged, changed) = find_reuse(tcx, cgus, plan);
    for cgu in unchanged {
        let (files, flow) = reuse_cgu(tcx, coordinator, cgu);
        reused.insert(cgu.name().to_string(), files);
        if flow == Flow::Stop {
            return reused; // `outputs::join` reports why.
        }
    }
    for cgu in changed {
        coordinator.drain_reports(&mut |report| emit_report(tcx.sess, report));
        tcx.dcx().abort_if_errors();
        let start = Instant::now();
        let flow = lower_fresh_cgu(tcx, coordinator, cgu.name(), plan, &files);
        events.add_to_trace("lower_to_clif", cgu.name().as_str(), start);
        if flow == Flow::Stop {
            return reused;
        }
    }
    for Unusable { cgu, reason } in coordinator.await_copies() {
        if tcx.sess.opts.unstable_opts.incremental_info {
            eprintln!("incremental: CGU `{cgu}` is compiled again: {reason}");
        }
        reused.swap_remove(&*cgu);
        // The CGU stays unchanged in the dependency graph.
        let lower = || lower_again(tcx, coordinator, Symbol::intern(&cgu), &files);
        if tcx.dep_graph.with_ignore(lower) == Flow::Stop {
            return reused;
        }
    }
    tcx.dcx().abort_if_errors();
    reused
}

/// Decides on CGU reuse: returns the CGUs that rustc's `determine_cgu_reuse` finds unchanged, then those to
/// lower; the largest come first in both. CGUs to be combined are never reused.
fn find_reuse<'a, 'tcx>(
    tcx: TyCtxt<'tcx>,
    cgus: &'a [CodegenUnit<'tcx>],
    plan: CguPlan,
) -> (Vec<&'a CodegenUnit<'tcx>>, Vec<&'a CodegenUnit<'tcx>>) {
    let mut by_size: Vec<&CodegenUnit<'tcx>> = cgus.iter().collect();
    by_size.sort_by_key(|cgu| std::cmp::Reverse(cgu.size_estimate()));
    let find_reuse = |cgu| match plan {
        CguPlan::Compile => determine_cgu_reuse(tcx, cgu),
        CguPlan::Combine => CguReuse::No,
    };
    let reuse: Vec<_> = tcx.sess.time("find_cgu_reuse", || by_size.iter().copied().map(find_reuse).collect());
    assert_module_sources::assert_module_sources(tcx, &|tracker| {
        for (cgu, &reuse) in by_size.iter().zip(&reuse) {
            tracker.set_actual_reuse(cgu.name().as_str(), reuse);
        }
    });
    let (changed, unchanged): (Vec<_>, Vec<_>) =
        by_size.into_iter().zip(reuse).partition(|(_, reuse)| *reuse == CguReuse::No);
    let cgus =
        |pairs: Vec<(&'a CodegenUnit<'tcx>, CguReuse)>| pairs.into_iter().map(|(cgu, _)| cgu).collect();
    (cgus(unchanged), cgus(changed))
}

fn lower_fresh_cgu(
    tcx: TyCtxt<'_>,
    coordinator: &NativeCoordinator,
    name: Symbol,
    plan: CguPlan,
    files: &Rc<CrateFiles>,
) -> Flow {
    let request = cgu_request(tcx, name.as_str(), CguKind::Regular);
    let cgu = coordinator.open_cgu(request, plan);
    lowering::lower_cgu(tcx, CguTask { name, coordinator, cgu, files })
}

/// Lowers an unchanged CGU whose cached files cannot be used. Its node of the dependency graph already has a
/// colour, so this cannot be a task, and nothing is recorded.
fn lower_again(
    tcx: TyCtxt<'_>,
    coordinator: &NativeCoordinator,
    name: Symbol,
    files: &Rc<CrateFiles>,
) -> Flow {
    let request = cgu_request(tcx, name.as_str(), CguKind::Regular);
    let cgu = coordinator.open_cgu(request, CguPlan::Compile);
    lowering::lower_cgu_task(tcx, CguTask { name, coordinator, cgu, files })
}

/// Has a worker copy the files of an unchanged CGU from the incremental cache. Returns their paths there.
fn reuse_cgu<'tcx>(
    tcx: TyCtxt<'tcx>,
    coordinator: &NativeCoordinator,
    cgu: &CodegenUnit<'tcx>,
) -> (Vec<PathBuf>, Flow) {
    let files = work_products::files(tcx.sess, &cgu.previous_work_product(tcx));
    let CguFiles { object, dwarf_object, clif, assembly } = &files;
    let paths = [object, dwarf_object, clif, assembly].into_iter().flatten().cloned().collect();
    let request = cgu_request(tcx, cgu.name().as_str(), CguKind::Regular);
    let flow = coordinator.copy_cgu(request, files, Cost(1));
    (paths, flow)
}

/// Returns the request for a CGU, with the temporary paths of its files. They are used until the crate's
/// outputs are finalized.
fn cgu_request(tcx: TyCtxt<'_>, name: &str, kind: CguKind) -> CguRequest {
    let sess = tcx.sess;
    let outputs = tcx.output_filenames(());
    let path = |kind| outputs.temp_path_for_cgu(kind, name, sess.invocation_temp.as_deref());
    let types = &sess.opts.output_types;
    let wants = |output_type| types.contains_key(&output_type) && kind == CguKind::Regular;
    let wants_object = types.should_link() || wants(OutputType::Object);
    CguRequest {
        name: name.into(),
        kind,
        output: CguFiles {
            object: wants_object.then(|| path(OutputType::Object)),
            dwarf_object: split::dwarf_object_path(tcx, name).filter(|_| wants_object),
            clif: wants(OutputType::LlvmAssembly).then(|| path(OutputType::LlvmAssembly)),
            assembly: wants(OutputType::Assembly).then(|| path(OutputType::Assembly)),
        },
    }
}

/// The payload with which this thread unwinds after a worker's panic.
struct WorkerPanic;

/// Emits a worker's report. Called on the session's thread.
pub(crate) fn emit_report(sess: &Session, report: Report) {
    let dcx = sess.dcx();
    let message = report.problem.to_string();
    match (report.severity, &report.problem) {
        // The panic hook (`session::bug_report`) has already printed everything. Unwinding ends the compiler
        // as a panic of this thread would.
        (Severity::Error, Problem::Panic { .. }) => std::panic::resume_unwind(Box::new(WorkerPanic)),
        // A bug of the backend that is not a panic.
        (Severity::Error, Problem::Compile(_) | Problem::Combine(CombineError::ForeignName { .. })) => {
            dcx.struct_err(format!("internal error of the Cranelift backend: {message}"))
                .with_note(format!(
                    "this is a bug; please report it to {} with this message",
                    bug_report::project()
                ))
                .with_help(
                    "compile this crate with LLVM meanwhile; `CLIF_SHOW=1` prints the CLIF of the function",
                )
                .emit();
        }
        (_, Problem::Assembly { diagnostics }) => {
            diagnostics.iter().for_each(|diagnostic| emit_located(sess, diagnostic));
        }
        (Severity::Error, Problem::Intrinsic(fault)) => {
            let span = fault.origin.map_or(rustc_span::DUMMY_SP, |origin| {
                Span::with_root_ctxt(BytePos(origin.start), BytePos(origin.end))
            });
            dcx.span_err(span, message);
        }
        (Severity::Error, _) => {
            dcx.err(message);
        }
        (Severity::Warning, _) => dcx.warn(message),
        (Severity::Note, _) => dcx.note(message),
    }
}

/// Emits a message of LLVM about assembly, in the form of rustc's LLVM backend.
fn emit_located(sess: &Session, located: &AssemblyDiagnostic) {
    let level = match located.severity {
        Severity::Error => Level::Error,
        Severity::Warning => Level::Warning,
        Severity::Note => Level::Note,
    };
    let mut diagnostic = Diag::<()>::new(sess.dcx(), level, located.message.clone());
    if let Some(origin) = located.origin {
        diagnostic.span(Span::with_root_ctxt(BytePos(origin.start), BytePos(origin.end)));
    }
    if let Some(source) = &located.source {
        let name = FileName::inline_asm_source_code(&source.text);
        let file = sess.source_map().new_source_file(name, source.text.clone());
        let position = |offset: usize| file.normalized_byte_pos(offset as u32);
        let span = |range: &Range<usize>| Span::with_root_ctxt(position(range.start), position(range.end));
        let spans: Vec<Span> = source.ranges.iter().map(span).collect();
        diagnostic.span_note(spans, "instantiated into assembly here");
    }
    diagnostic.emit();
}

/// Returns the state that `codegen_crate` gave to rustc.
pub fn downcast(ongoing: Box<dyn Any>) -> OngoingCodegen {
    match ongoing.downcast::<OngoingCodegen>() {
        Ok(ongoing) => *ongoing,
        Err(_) => rustc_middle::bug!("`join_codegen` got the state of another backend"),
    }
}
