//! The function under construction as debug info sees it: its scopes and the locations of its code.
//!
//! In order:
//! 1. Before a function is lowered, [`CodegenCx::begin_function_description`] makes a scope for every MIR scope that
//!    declares a variable or is the body of an inlined function; other MIR scopes are those around them.
//! 2. While it is lowered, `dbg_loc` turns a span in a scope into an index of the function's table of locations.
//! 3. [`CodegenCx::finish_function_description`] hands over what was collected.

use clif_engine::description::{
    CodeLocation, FunctionDescription, InlinedFunctionId, Scope, ScopeId, ScopeKind, Subprogram, Variable,
};
use cranelift_codegen::entity::PrimaryMap;
use rustc_codegen_ssa::mir::debuginfo::{DebugScope as ScopeOfMir, FunctionDebugContext};
use rustc_codegen_ssa::traits::DebugInfoBuilderMethods;
use rustc_data_structures::fx::FxHashMap;
use rustc_index::IndexVec;
use rustc_index::bit_set::DenseBitSet;
use rustc_middle::mir;
use rustc_middle::ty::layout::HasTypingEnv;
use rustc_middle::ty::{EarlyBinder, Instance, Ty};
use rustc_session::config::OptLevel;
use rustc_span::{BytePos, Span, hygiene};
use rustc_target::callconv::FnAbi;

use super::{Detail, spills, variables};
use crate::builder::Builder;
use crate::context::CodegenCx;
use crate::function::FunctionState;

/// A scope of the function under construction.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct DebugScope(pub ScopeId);

/// An index into the locations of the function under construction.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct DebugLocation(pub u32);

/// What is known of the function under construction.
pub struct OpenFunction<'tcx> {
    subprogram: Subprogram,
    pub(super) scopes: PrimaryMap<ScopeId, Scope>,
    pub(super) variables: Vec<Variable>,
    /// What code locations stand for, and where each of them is in the table.
    locations: Vec<CodeLocation>,
    indexes: FxHashMap<CodeLocation, u32>,
    /// Functions inlined into this one, before its generic arguments are put in: most are inlined several times.
    inlined: FxHashMap<Instance<'tcx>, InlinedFunctionId>,
}

impl OpenFunction<'_> {
    fn new(subprogram: Subprogram) -> Self {
        let mut scopes = PrimaryMap::new();
        scopes.push(Scope { parent: None, kind: ScopeKind::Function });
        OpenFunction {
            subprogram,
            scopes,
            variables: Vec::new(),
            locations: Vec::new(),
            indexes: FxHashMap::default(),
            inlined: FxHashMap::default(),
        }
    }

    fn index_of(&mut self, location: CodeLocation) -> u32 {
        // Statements of one expression follow each other.
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
    /// Code of `work` is shown as if `instance` had been inlined where the builder is (`-Zannotate-moves`).
    pub fn as_if_inlined<R>(&mut self, instance: Instance<'tcx>, work: impl FnOnce(&mut Self) -> R) -> R {
        let around = self.with_function(|state| state.source_location);
        if around.is_default() || self.cx.debug.detail < Detail::Lines {
            return work(self);
        }
        let function = self.cx.inlined_function(instance);
        let scope = self.cx.open_function(|open| {
            let CodeLocation { position, scope } = open.locations[around.bits() as usize];
            let kind = ScopeKind::Inlined { function, call: position };
            open.scopes.push(Scope { parent: Some(scope), kind })
        });
        let location = self.cx.location(DebugScope(scope), self.cx.tcx.def_span(instance.def_id()));
        self.set_dbg_loc(location);
        let result = work(self);
        self.with_function(|state| state.source_location = around);
        result
    }
}

/// A finished function.
#[derive(Default)]
pub struct FunctionDebugInfo {
    pub locations: Vec<CodeLocation>,
    pub description: Option<Box<FunctionDescription>>,
}

impl<'tcx> CodegenCx<'tcx> {
    /// Begins the description of `instance`, of which there must be none under way.
    pub(super) fn begin_function_description(
        &self,
        instance: Instance<'tcx>,
        fn_abi: &FnAbi<'tcx, Ty<'tcx>>,
        body: &mir::Body<'tcx>,
    ) -> FunctionDebugContext<'tcx, DebugScope, DebugLocation> {
        let mut function = OpenFunction::new(self.subprogram(instance, fn_abi));
        let with_variables = self.scopes_with_variables(body);
        // One scope spans all files: a position knows its own file. Where code was inlined is known to its scope.
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
                    let call = hygiene::walk_chain_collapsed(call, body.span);
                    let function = self.inlined_into(&mut function, instance, callee);
                    Some(ScopeKind::Inlined { function, call: self.span_position(call) })
                }
                None if with_variables.as_ref().is_some_and(|set| set.contains(scope)) => {
                    Some(ScopeKind::Block)
                }
                _ => None,
            };
            let id = match kind {
                Some(kind) => function.scopes.push(Scope { parent: Some(parent), kind }),
                None => parent,
            };
            scopes[scope].dbg_scope = DebugScope(id);
        }
        *self.debug.function.borrow_mut() = Some(function);
        FunctionDebugContext { scopes, inlined_function_scopes: FxHashMap::default() }
    }

    /// The MIR scopes that declare variables; `None` when variables are not described.
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

    /// `callee`, which was inlined into the generic body of `caller`.
    fn inlined_into(
        &self,
        function: &mut OpenFunction<'tcx>,
        caller: Instance<'tcx>,
        callee: Instance<'tcx>,
    ) -> InlinedFunctionId {
        *function.inlined.entry(callee).or_insert_with(|| {
            self.inlined_function(self.tcx.instantiate_and_normalize_erasing_regions(
                caller.args,
                self.typing_env(),
                EarlyBinder::bind(callee),
            ))
        })
    }

    /// A location of the function under construction.
    pub(super) fn location(&self, scope: DebugScope, span: Span) -> DebugLocation {
        let location = CodeLocation { position: self.span_position(span), scope: scope.0 };
        DebugLocation(self.open_function(|function| function.index_of(location)))
    }

    /// Works on the description of the function under construction.
    pub(super) fn open_function<R>(&self, work: impl FnOnce(&mut OpenFunction<'tcx>) -> R) -> R {
        let mut function = self.debug.function.borrow_mut();
        let Some(function) = function.as_mut() else {
            rustc_middle::bug!("debug info of a function that was not begun")
        };
        work(function)
    }

    /// What was collected of the function under construction, whose body is `state`; nothing without debug info.
    pub fn finish_function_description(&self, state: &mut FunctionState) -> FunctionDebugInfo {
        let Some(mut function) = self.debug.function.take() else { return FunctionDebugInfo::default() };
        if self.tcx.sess.opts.optimize != OptLevel::No {
            spills::remove(&mut state.clif, &mut function.variables);
        }
        let description = FunctionDescription {
            subprogram: function.subprogram,
            scopes: function.scopes,
            variables: variables::unified(function.variables),
        };
        FunctionDebugInfo { locations: function.locations, description: Some(Box::new(description)) }
    }
}
