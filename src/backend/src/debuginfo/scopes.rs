//! Describes the function under construction: its scopes and the locations of its code.
//!
//! 1. Before a function is lowered, [`CodegenCx::begin_function_description`] makes a scope for every MIR
//!    scope that declares a variable or is the body of an inlined function. Other MIR scopes use the scope
//!    around them.
//! 2. During lowering, `dbg_loc` turns a span in a scope into an index of the function's table of locations.
//! 3. [`CodegenCx::finish_function_description`] describes what the function has code for. Only then are
//!    inlined functions and the types of variables described: many inlined calls leave no code.

use clif_engine::clif::narrowings;
use clif_engine::clif::unread_slots::{UnreadSlots, VariableFacts};
use clif_engine::clif::value_labels;
use clif_engine::description::{
    CodeLocation, FunctionDescription, InlinedFunctionId, Scope, ScopeId, ScopeKind, Subprogram,
};
use cranelift_codegen::entity::{EntitySet, PrimaryMap, SecondaryMap};
use cranelift_codegen::ir;
use rustc_codegen_ssa::mir::debuginfo::{DebugScope as ScopeOfMir, FunctionDebugContext};
use rustc_codegen_ssa::traits::DebugInfoBuilderMethods;
use rustc_data_structures::fx::FxHashMap;
use rustc_hash::FxHashSet;
use rustc_hir::attrs::InlineAttr;
use rustc_index::IndexVec;
use rustc_index::bit_set::DenseBitSet;
use rustc_middle::mir;
use rustc_middle::ty::layout::{HasTypingEnv, LayoutOf};
use rustc_middle::ty::{EarlyBinder, Instance, Ty};
use rustc_session::config::OptLevel;
use rustc_span::{BytePos, Span, hygiene};
use rustc_target::callconv::FnAbi;

use super::subprograms::FunctionTypes;
use super::variables::OpenVariable;
use super::{Detail, variables};
use crate::builder::Builder;
use crate::cgu::context::CodegenCx;
use crate::clif::function::FunctionState;

/// A scope of the function under construction.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct DebugScope(pub ScopeId);

/// An index into the locations of the function under construction.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct DebugLocation(pub u32);

/// The description of the function under construction.
pub struct OpenFunction<'tcx> {
    instance: Instance<'tcx>,
    subprogram: Subprogram,
    scopes: PrimaryMap<ScopeId, OpenScope<'tcx>>,
    pub(super) variables: Vec<OpenVariable<'tcx>>,
    /// In optimised code: the keys of slots to which a value was just stored for the debugger.
    pub(super) spilled: FxHashSet<u64>,
    /// The table of code locations, and the index of each.
    locations: Vec<CodeLocation>,
    indexes: FxHashMap<CodeLocation, u32>,
    /// See [`FunctionDescription::is_named_by_lines`].
    is_named_by_lines: bool,
}

/// A scope that may turn out to have no code.
struct OpenScope<'tcx> {
    parent: Option<ScopeId>,
    kind: OpenScopeKind<'tcx>,
}

enum OpenScopeKind<'tcx> {
    Function,
    Block,
    /// The callee is as generic as the function's body. `call` is an opaque position.
    Inlined {
        callee: Instance<'tcx>,
        call: u32,
    },
}

impl<'tcx> OpenFunction<'tcx> {
    fn new(instance: Instance<'tcx>, subprogram: Subprogram) -> Self {
        let mut scopes = PrimaryMap::new();
        scopes.push(OpenScope { parent: None, kind: OpenScopeKind::Function });
        OpenFunction {
            instance,
            subprogram,
            scopes,
            variables: Vec::new(),
            spilled: FxHashSet::default(),
            locations: Vec::new(),
            indexes: FxHashMap::default(),
            is_named_by_lines: false,
        }
    }

    /// Returns the scopes in which `body` has code, and those around them.
    fn used_scopes(&self, body: &ir::Function) -> EntitySet<ScopeId> {
        let mut used = EntitySet::new();
        used.insert(ScopeId::FUNCTION);
        let instructions = body.layout.blocks().flat_map(|block| body.layout.block_insts(block));
        for inst in instructions {
            let Some(location) = self.locations.get(body.srcloc(inst).bits() as usize) else { continue };
            let mut scope = location.scope;
            while used.insert(scope) {
                match self.scopes[scope].parent {
                    Some(parent) => scope = parent,
                    None => break,
                }
            }
        }
        used
    }

    /// Whether `location` is inside `scope`.
    pub(super) fn is_within(&self, location: ir::SourceLoc, scope: ScopeId) -> bool {
        let mut current = self.locations.get(location.bits() as usize).map(|location| location.scope);
        // Outer scopes have lower numbers.
        while let Some(inner) = current.filter(|inner| *inner > scope) {
            current = self.scopes[inner].parent;
        }
        current == Some(scope)
    }

    fn index_of(&mut self, location: CodeLocation) -> u32 {
        // Consecutive statements often have the same location.
        if self.locations.last() == Some(&location) {
            return self.locations.len() as u32 - 1;
        }
        *self.indexes.entry(location).or_insert_with(|| {
            self.locations.push(location);
            self.locations.len() as u32 - 1
        })
    }
}

impl<'a, 'tcx> Builder<'a, 'tcx> {
    /// Makes debuggers show the code of `work` as if `instance` had been inlined here (`-Zannotate-moves`).
    pub fn as_if_inlined<R>(&mut self, instance: Instance<'tcx>, work: impl FnOnce(&mut Self) -> R) -> R {
        let around = self.location;
        if around.is_default() || self.cx.debug.detail < Detail::Lines {
            return work(self);
        }
        let scope = self.cx.open_function(|open| {
            let CodeLocation { position, scope } = open.locations[around.bits() as usize];
            let kind = OpenScopeKind::Inlined { callee: instance, call: position };
            open.scopes.push(OpenScope { parent: Some(scope), kind })
        });
        let location = self.cx.location(DebugScope(scope), self.cx.tcx.def_span(instance.def_id()));
        self.set_dbg_loc(location);
        let result = work(self);
        self.location = around;
        result
    }

    /// Notes that the function under construction calls `callee`.
    pub fn note_call(&mut self, callee: Option<Instance<'tcx>>) {
        if self.cx.debug.detail == Detail::Lines
            && callee.is_some_and(|callee| self.cx.is_always_inlined(callee))
        {
            self.cx.open_function(|function| function.is_named_by_lines = true);
        }
    }
}

/// The debug info of a finished function.
#[derive(Default)]
pub struct FunctionDebugInfo {
    pub locations: Vec<CodeLocation>,
    pub description: Option<Box<FunctionDescription>>,
}

impl<'tcx> CodegenCx<'tcx> {
    /// Begins the description of `instance`. No other description may be under construction.
    pub(super) fn begin_function_description(
        &self,
        instance: Instance<'tcx>,
        fn_abi: &FnAbi<'tcx, Ty<'tcx>>,
        body: &mir::Body<'tcx>,
    ) -> FunctionDebugContext<'tcx, DebugScope, DebugLocation> {
        let mut function =
            OpenFunction::new(instance, self.subprogram(instance, FunctionTypes::of_abi(fn_abi)));
        function.is_named_by_lines = self.debug.detail == Detail::Lines && self.is_always_inlined(instance);
        let with_variables = self.scopes_with_variables(body);
        // One scope spans all files: a position identifies its file, and a scope knows where it was inlined.
        let outermost = ScopeOfMir {
            dbg_scope: DebugScope(ScopeId::FUNCTION),
            inlined_at: None,
            file_start_pos: BytePos(0),
            file_end_pos: BytePos(u32::MAX),
        };
        let mut scopes = IndexVec::from_elem(outermost, &body.source_scopes);
        // A scope's parent always comes before it.
        for (scope, data) in body.source_scopes.iter_enumerated() {
            let Some(parent) = data.parent_scope.map(|parent| scopes[parent].dbg_scope.0) else { continue };
            let kind = match data.inlined {
                Some((callee, call)) if self.debug.detail >= Detail::Lines => {
                    let call = self.span_position(hygiene::walk_chain_collapsed(call, body.span));
                    Some(OpenScopeKind::Inlined { callee, call })
                }
                None if with_variables.as_ref().is_some_and(|set| set.contains(scope)) => {
                    Some(OpenScopeKind::Block)
                }
                _ => None,
            };
            let id = match kind {
                Some(kind) => function.scopes.push(OpenScope { parent: Some(parent), kind }),
                None => parent,
            };
            scopes[scope].dbg_scope = DebugScope(id);
        }
        *self.debug.function.borrow_mut() = Some(function);
        FunctionDebugContext { scopes, inlined_function_scopes: FxHashMap::default() }
    }

    fn is_always_inlined(&self, instance: Instance<'tcx>) -> bool {
        self.tcx.codegen_instance_attrs(instance.def).inline == InlineAttr::Always
    }

    /// Returns the MIR scopes that declare variables; `None` if variables are not described.
    fn scopes_with_variables(&self, body: &mir::Body<'tcx>) -> Option<DenseBitSet<mir::SourceScope>> {
        if self.debug.detail != Detail::Full {
            return None;
        }
        let mut scopes = DenseBitSet::new_empty(body.source_scopes.len());
        for variable in &body.var_debug_info {
            scopes.insert(variable.source_info.scope);
        }
        Some(scopes)
    }

    /// Returns the location of `span` in `scope`, in the function under construction.
    pub(super) fn location(&self, scope: DebugScope, span: Span) -> DebugLocation {
        let location = CodeLocation { position: self.span_position(span), scope: scope.0 };
        DebugLocation(self.open_function(|function| function.index_of(location)))
    }

    /// Gives `work` access to the description of the function under construction.
    pub(super) fn open_function<R>(&self, work: impl FnOnce(&mut OpenFunction<'tcx>) -> R) -> R {
        let mut function = self.debug.function.borrow_mut();
        let Some(function) = function.as_mut() else {
            rustc_middle::bug!("debug info of a function that was not begun")
        };
        work(function)
    }

    /// Returns the debug info of the function under construction, whose body is `state`; empty without debug
    /// info.
    pub fn finish_function_description(&self, state: &mut FunctionState) -> FunctionDebugInfo {
        let Some(mut function) = self.debug.function.take() else { return FunctionDebugInfo::default() };
        if self.tcx.sess.opts.optimize != OptLevel::No {
            self.remove_unread_slots(&mut state.clif, &mut function);
        } else if !state.narrowings.is_empty() {
            narrowings::make_visible(&mut state.clif, &state.narrowings);
        }
        variables::unify(&mut function.variables);
        let used = function.used_scopes(&state.clif);
        let mut scopes = PrimaryMap::new();
        let mut numbers: SecondaryMap<ScopeId, ScopeId> = SecondaryMap::with_default(ScopeId::FUNCTION);
        let mut inlined = FxHashMap::default();
        for (id, scope) in function.scopes.iter().filter(|(id, _)| used.contains(*id)) {
            let kind = match scope.kind {
                OpenScopeKind::Function => ScopeKind::Function,
                OpenScopeKind::Block => ScopeKind::Block,
                OpenScopeKind::Inlined { callee, call } => {
                    let function = *inlined
                        .entry(callee)
                        .or_insert_with(|| self.inlined_into(function.instance, callee));
                    ScopeKind::Inlined { function, call }
                }
            };
            let parent = scope.parent.map(|parent| numbers[parent]);
            numbers[id] = scopes.push(Scope { parent, kind });
        }
        for location in &mut function.locations {
            location.scope = numbers[location.scope];
        }
        let variables = function.variables.into_iter().filter(|variable| used.contains(variable.scope));
        let variables = variables.map(|variable| self.describe_variable(variable, &numbers)).collect();
        let OpenFunction { subprogram, is_named_by_lines, .. } = function;
        let description = FunctionDescription { subprogram, scopes, variables, is_named_by_lines };
        FunctionDebugInfo { locations: function.locations, description: Some(Box::new(description)) }
    }

    /// Removes slots that only serve the debugger from optimised code. Variables in such slots become the
    /// values that were stored there.
    fn remove_unread_slots(&self, clif: &mut ir::Function, function: &mut OpenFunction<'tcx>) {
        let unread = UnreadSlots::remove(clif);
        for variable in &mut function.variables {
            let OpenVariable { is_reassigned, follows_assignment, .. } = *variable;
            let facts = VariableFacts { is_reassigned, follows_assignment };
            for piece in std::mem::take(&mut variable.pieces) {
                let size = match piece.fragment {
                    Some((_, size)) => size,
                    None => self.layout_of(variable.ty).size.bytes(),
                };
                variable.pieces.extend(unread.pieces(clif, piece, size, facts, &function.spilled));
            }
        }
        value_labels::label_extensions(clif);
    }

    /// Describes `callee`, which was inlined into the generic body of `caller`.
    fn inlined_into(&self, caller: Instance<'tcx>, callee: Instance<'tcx>) -> InlinedFunctionId {
        self.inlined_function(self.tcx.instantiate_and_normalize_erasing_regions(
            caller.args,
            self.typing_env(),
            EarlyBinder::bind(callee),
        ))
    }
}
