//! Lowers one CGU: predefines all items, then defines each. A finished function goes to the workers at once.
//!
//! Private functions that are `#[inline(always)]` come last, and only those that are still called: the others
//! were inlined everywhere. LLVM drops them, too.

use std::fmt;
use std::rc::Rc;
use std::sync::Arc;

use clif_engine::cgu::{PositionResolver, SealedCgu, SectionLayout, SymbolId};
use clif_engine::coordinator::{CguId, Flow, NativeCoordinator};
use rustc_codegen_ssa::base::maybe_create_entry_wrapper;
use rustc_codegen_ssa::mono_item::MonoItemExt;
use rustc_codegen_ssa::traits::{DebugInfoCodegenMethods, MiscCodegenMethods};
use rustc_hir::attrs::{InlineAttr, Linkage};
use rustc_middle::middle::codegen_fn_attrs::CodegenFnAttrFlags;
use rustc_middle::mono::{MonoItem, MonoItemData};
use rustc_middle::ty::layout::FnAbiOf;
use rustc_middle::ty::{Instance, InstanceKind, List, TyCtxt};
use rustc_session::Session;
use rustc_session::config::OptLevel;
use rustc_span::{DUMMY_SP, Symbol};

use crate::builder::Builder;
use crate::cgu::context::CodegenCx;
use crate::clif::function::{FunctionDetails, MAXIMUM_FRAME_BYTES};
use crate::debuginfo::FunctionDebugInfo;
use crate::debuginfo::lines::CrateFiles;
use crate::intrinsics;
use crate::session::isa;

/// A CGU to lower, and where its functions go.
pub struct CguTask<'a> {
    pub name: Symbol,
    pub coordinator: &'a NativeCoordinator,
    pub cgu: CguId,
    /// The source files that the crate's CGUs have mentioned so far.
    pub files: &'a Rc<CrateFiles>,
}

impl fmt::Debug for CguTask<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "CguTask({})", self.name)
    }
}

/// Lowers one CGU as a task of the dependency graph, so that it is reused if nothing that it read has
/// changed. [`Flow::Stop`] means that a worker has failed; its report says why.
pub fn lower_cgu(tcx: TyCtxt<'_>, task: CguTask<'_>) -> Flow {
    let dep_node = tcx.codegen_unit(task.name).codegen_dep_node(tcx);
    // The result is not hashed: nothing reads it through the graph.
    let (flow, _) = tcx.dep_graph.with_task(dep_node, tcx, task, lower_cgu_task, None);
    flow
}

/// The body of that task.
pub fn lower_cgu_task(tcx: TyCtxt<'_>, task: CguTask<'_>) -> Flow {
    let cgu = tcx.codegen_unit(task.name);
    let _timer = tcx.prof.generic_activity_with_arg_recorder("codegen_module", |recorder| {
        recorder.record_arg(task.name.to_string());
        recorder.record_arg(cgu.size_estimate().to_string());
    });
    let pool = Arc::clone(task.coordinator.executor().pool());
    let mut cx = CodegenCx::new(tcx, task.name, pool, Rc::clone(task.files));
    let items = cgu.items_in_deterministic_order(tcx);
    for &(item, data) in &items {
        item.predefine::<Builder<'_, '_>>(&mut cx, task.name.as_str(), data.linkage, data.visibility);
    }
    let is_dispensable = |&(item, data): &(MonoItem<'_>, MonoItemData)| is_dispensable(tcx, item, data);
    let (dispensable, others): (Vec<_>, Vec<_>) = items.into_iter().partition(is_dispensable);
    if lower_items(&mut cx, &task, others) == Flow::Stop {
        return Flow::Stop;
    }
    maybe_create_entry_wrapper::<Builder<'_, '_>>(&cx, cgu);
    if submit_function(&cx, &task, Origin::Synthetic("main")) == Flow::Stop {
        return Flow::Stop;
    }
    intrinsics::build_try_function(&cx);
    if submit_function(&cx, &task, Origin::Synthetic(intrinsics::TRY_FUNCTION)) == Flow::Stop {
        return Flow::Stop;
    }
    if lower_referenced(&mut cx, &task, dispensable) == Flow::Stop {
        return Flow::Stop;
    }
    cx.debuginfo_finalize();
    // After an error, the CGU lacks a function that others use. A worker must not report that, too.
    tcx.dcx().abort_if_errors();
    task.coordinator.seal(task.cgu, seal(cx))
}

/// The items of a CGU.
type Items<'tcx> = Vec<(MonoItem<'tcx>, MonoItemData)>;

/// Defines items in their order.
fn lower_items<'tcx>(cx: &mut CodegenCx<'tcx>, task: &CguTask<'_>, items: Items<'tcx>) -> Flow {
    for (item, data) in items {
        item.define::<Builder<'_, '_>>(cx, task.name.as_str(), data);
        let flow = match item {
            MonoItem::Fn(instance) => submit_function(cx, task, Origin::Instance(instance)),
            MonoItem::Static(_) | MonoItem::GlobalAsm(_) => Flow::Continue,
        };
        if flow == Flow::Stop {
            return Flow::Stop;
        }
    }
    Flow::Continue
}

/// Whether an item is only needed if something in the CGU refers to it: a function that other CGUs have
/// copies of, and that is usually inlined.
fn is_dispensable(tcx: TyCtxt<'_>, item: MonoItem<'_>, data: MonoItemData) -> bool {
    let MonoItem::Fn(instance) = item else { return false };
    data.linkage == Linkage::Internal
        && matches!(instance.def, InstanceKind::Item(_))
        && tcx.codegen_fn_attrs(instance.def_id()).inline == InlineAttr::Always
}

/// Defines those of `items` that finished functions and data refer to, directly or through each other. What
/// LLVM compiles may refer to any.
fn lower_referenced<'tcx>(cx: &mut CodegenCx<'tcx>, task: &CguTask<'_>, mut items: Items<'tcx>) -> Flow {
    let mut finished_data = 0;
    while !items.is_empty() {
        let mut referenced = cx.referenced.borrow_mut();
        let data = cx.data.borrow();
        let relocations = data[finished_data..].iter().flat_map(|definition| &definition.relocations);
        referenced.extend(relocations.map(|relocation| relocation.target));
        finished_data = data.len();
        drop((referenced, data));
        let is_referenced = |&(item, _): &(MonoItem<'tcx>, MonoItemData)| match item {
            MonoItem::Fn(instance) => {
                let symbol = cx.get_fn(instance).0;
                !cx.llvm.borrow().is_empty() || cx.referenced.borrow().contains(&symbol)
            }
            MonoItem::Static(_) | MonoItem::GlobalAsm(_) => true,
        };
        let (needed, others): (Vec<_>, Vec<_>) = items.into_iter().partition(is_referenced);
        if needed.is_empty() {
            break;
        }
        if lower_items(cx, task, needed) == Flow::Stop {
            return Flow::Stop;
        }
        items = others;
    }
    Flow::Continue
}

/// Where a function comes from.
#[derive(Clone, Copy)]
enum Origin<'tcx> {
    Instance(Instance<'tcx>),
    /// A function that the backend adds, with this name.
    Synthetic(&'static str),
}

/// Hands the function under construction to the workers, if there is one.
fn submit_function<'tcx>(cx: &CodegenCx<'tcx>, task: &CguTask<'_>, origin: Origin<'tcx>) -> Flow {
    let Some(mut state) = cx.function.borrow_mut().take() else { return Flow::Continue };
    let debug_info = cx.finish_function_description(&mut state);
    if !fits_in_a_frame(cx, origin, state.frame_bytes) {
        return Flow::Continue;
    }
    let details = function_details(cx, origin, debug_info);
    if let Some(rules) = &cx.machine.calls.tail_calls {
        (rules.finish)(&mut state.clif);
    }
    let names = state.clif.params.user_named_funcs().values();
    cx.referenced.borrow_mut().extend(names.map(|name| SymbolId::from_u32(name.index)));
    task.coordinator.submit(task.cgu, state.finish(details))
}

/// Whether Cranelift can make a frame of `bytes` for a function. Emits an error if not.
fn fits_in_a_frame(cx: &CodegenCx<'_>, origin: Origin<'_>, bytes: u64) -> bool {
    let fits = bytes <= MAXIMUM_FRAME_BYTES;
    if !fits {
        let span = match origin {
            Origin::Instance(instance) => cx.tcx.def_span(instance.def_id()),
            Origin::Synthetic(_) => DUMMY_SP,
        };
        cx.unsupported(
            span,
            format_args!(
                "stack frames of more than {MAXIMUM_FRAME_BYTES} bytes (this function's takes {bytes})"
            ),
        );
    }
    fits
}

/// Returns everything about a finished function except its body.
fn function_details<'tcx>(
    cx: &CodegenCx<'tcx>,
    origin: Origin<'tcx>,
    debug_info: FunctionDebugInfo,
) -> FunctionDetails {
    let instance = match origin {
        Origin::Instance(instance) => instance,
        Origin::Synthetic(name) => {
            return FunctionDetails {
                section: None,
                alignment: 1,
                unwind_table: true,
                symbol_name: name.into(),
                locations: debug_info.locations,
                description: debug_info.description,
            };
        }
    };
    check_definable(cx, instance);
    let attributes = cx.tcx.codegen_instance_attrs(instance.def);
    let name = cx.symbols.borrow().get(cx.get_fn(instance).0).name.clone();
    FunctionDetails {
        section: attributes.link_section.map(|section| section.as_str().into()).or_else(|| {
            let is_cold = attributes.flags.contains(CodegenFnAttrFlags::COLD);
            is_cold.then(|| cold_section(cx.tcx.sess, &name)).flatten()
        }),
        alignment: attributes.alignment.map_or(1, |align| align.bytes() as u32),
        unwind_table: has_unwind_table(cx, instance),
        symbol_name: name,
        locations: debug_info.locations,
        description: debug_info.description,
    }
}

/// Whether the unwind tables have an entry for a function. A function that may unwind always has one; all
/// others have one unless `-Cforce-unwind-tables` says otherwise.
fn has_unwind_table<'tcx>(cx: &CodegenCx<'tcx>, instance: Instance<'tcx>) -> bool {
    cx.tcx.sess.must_emit_unwind_tables() || cx.fn_abi_of_instance(instance, List::empty()).can_unwind
}

/// Returns how items are put into sections: `-Zfunction-sections` or the target's default, and
/// `-Zno-unique-section-names`.
fn section_layout(sess: &Session) -> SectionLayout {
    let unstable = &sess.opts.unstable_opts;
    let separates = unstable.function_sections.unwrap_or(sess.target.function_sections);
    match (separates, unstable.no_unique_section_names) {
        (true, false) => SectionLayout::OnePerSymbol,
        (true, true) => SectionLayout::OnePerSymbolUnnamed,
        (false, false) => SectionLayout::OnePerKind,
        (false, true) => SectionLayout::OnePerKindUnnamed,
    }
}

/// Returns the section of a `#[cold]` function, named as in LLVM's optimised code. Linkers put such sections
/// together.
fn cold_section(sess: &Session, name: &str) -> Option<Box<str>> {
    match section_layout(sess) {
        _ if sess.opts.optimize == OptLevel::No => None,
        SectionLayout::OnePerSymbol => Some(format!(".text.unlikely.{name}").into()),
        SectionLayout::OnePerSymbolUnnamed => Some(".text.unlikely.".into()),
        SectionLayout::OnePerKind | SectionLayout::OnePerKindUnnamed => None,
    }
}

/// Emits an error if the ABI of a function that this CGU defines is not supported.
fn check_definable<'tcx>(cx: &CodegenCx<'tcx>, instance: Instance<'tcx>) {
    let span = cx.tcx.def_span(instance.def_id());
    let fn_abi = cx.fn_abi_of_instance(instance, List::empty());
    let signature = cx.signature_of_definition(instance, fn_abi);
    let unsupported = cx.signatures.borrow().get(signature).unsupported.clone();
    if let Some(reason) = unsupported {
        cx.unsupported(span, reason);
    }
}

/// Seals the CGU: returns what it has besides its functions.
pub fn seal(cx: CodegenCx<'_>) -> SealedCgu {
    let sess = cx.tcx.sess;
    let debug_info = cx.unit_debug_info();
    let files = cx.debug.resolver().map(|resolver| Arc::new(resolver) as Arc<dyn PositionResolver>);
    SealedCgu {
        name: cx.cgu_name.as_str().into(),
        symbols: cx.symbols.into_inner(),
        data: cx.data.into_inner(),
        debug_info,
        positions: files,
        unwind_tables: true,
        references: isa::references(cx.tcx.sess),
        llvm: cx.llvm.into_inner(),
        section_layout: section_layout(sess),
        compiler: Some(format!("rustc version {}", sess.cfg_version).into()),
    }
}
