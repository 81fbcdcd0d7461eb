//! Describes the source for debug information, in the engine's terms (`clif_engine::description`).
//!
//! In the order of lowering:
//! 1. [`scopes`] describes a function ([`subprograms`]), its scopes and inlined calls, then a location for
//!    each statement. [`lines`] notes the source files of all positions.
//! 2. [`variables`] finds the function's variables in its frame and, in optimised code, among its values
//!    ([`clif_engine::clif::unread_slots`], [`clif_engine::clif::value_labels`]).
//! 3. [`types`] and [`namespaces`] are described once per CGU, at their first mention. [`statics`] describes
//!    statics and vtables.
//! 4. [`unit`] describes the CGU itself, [`split`] which part of that the linker does not see.
//!    [`gdb_scripts`] names the pretty printers.
//!
//! Names, structure and the choice of what is described are those of rustc's LLVM backend for DWARF
//! (`rustc_codegen_llvm/src/debuginfo`), on which debuggers' support for Rust is built.
//!
//! Lines are not looked up here (workers do it), and nothing is described twice in a CGU.

mod gdb_scripts;
pub mod lines;
mod namespaces;
pub mod scopes;
pub mod split;
mod statics;
mod subprograms;
mod types;
mod unit;
pub mod variables;

use std::cell::RefCell;
use std::ops::Range;
use std::rc::Rc;

use clif_engine::description::{InlinedFunctionId, NamespaceId, ScopeId, UnitDescription};
use cranelift_codegen::ir::SourceLoc;
use rustc_abi::Size;
use rustc_codegen_ssa::mir::debuginfo::{FunctionDebugContext, VariableKind};
use rustc_codegen_ssa::traits::{DebugInfoBuilderMethods, DebugInfoCodegenMethods};
use rustc_data_structures::fx::FxHashMap;
use rustc_hir::def_id::DefId;
use rustc_middle::mir;
use rustc_middle::ty::{ExistentialTraitRef, Instance, Ty};
use rustc_session::config::DebugInfo;
use rustc_span::{Span, Symbol};
use rustc_target::callconv::FnAbi;

use crate::builder::Builder;
use crate::cgu::context::CodegenCx;
use crate::clif::function::Function;
use crate::clif::values::Value;
use lines::{CrateFiles, SourcePositions};
use scopes::OpenFunction;
pub use scopes::{DebugLocation, DebugScope, FunctionDebugInfo};
use types::TypeDescriptions;
pub use variables::DebugVariable;

/// How much is described (`-Cdebuginfo`), in ascending order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Detail {
    None,
    /// Lines of functions, but not their names (`line-directives-only`).
    Directives,
    /// Lines, and names of inlined functions (`line-tables-only`).
    Lines,
    /// Functions and where they are declared (`limited`).
    Functions,
    /// Also variables and types.
    Full,
}

impl From<DebugInfo> for Detail {
    fn from(option: DebugInfo) -> Detail {
        match option {
            DebugInfo::None => Detail::None,
            DebugInfo::LineDirectivesOnly => Detail::Directives,
            DebugInfo::LineTablesOnly => Detail::Lines,
            DebugInfo::Limited => Detail::Functions,
            DebugInfo::Full => Detail::Full,
        }
    }
}

/// The debug information of the CGU that is being lowered.
pub struct DebugContext<'tcx> {
    pub detail: Detail,
    /// Grows until the CGU is sealed.
    description: RefCell<UnitDescription>,
    /// The types that are already described.
    types: RefCell<TypeDescriptions<'tcx>>,
    namespaces: RefCell<FxHashMap<DefId, NamespaceId>>,
    inlined: RefCell<FxHashMap<Instance<'tcx>, InlinedFunctionId>>,
    /// The source files that the CGU's positions are in.
    positions: RefCell<SourcePositions>,
    /// The function under construction: set before it is lowered, taken out when it is finished.
    function: RefCell<Option<OpenFunction<'tcx>>>,
}

impl DebugContext<'_> {
    pub fn new(option: DebugInfo, files: Rc<CrateFiles>) -> Self {
        DebugContext {
            detail: option.into(),
            description: RefCell::default(),
            types: RefCell::default(),
            namespaces: RefCell::default(),
            inlined: RefCell::default(),
            positions: RefCell::new(SourcePositions::new(files)),
            function: RefCell::default(),
        }
    }

    /// Returns what workers need to resolve the CGU's positions; `None` without debug info.
    pub fn resolver(&self) -> Option<lines::LineResolver> {
        (self.detail != Detail::None).then(|| self.positions.borrow().resolver())
    }
}

impl<'tcx> DebugInfoCodegenMethods<'tcx> for CodegenCx<'tcx> {
    fn create_vtable_debuginfo(
        &self,
        ty: Ty<'tcx>,
        trait_ref: Option<ExistentialTraitRef<'tcx>>,
        vtable: Value,
    ) {
        if let Value::Symbol { symbol, .. } = vtable {
            self.describe_vtable_of(ty, trait_ref, symbol);
        }
    }

    fn create_function_debug_context(
        &self,
        instance: Instance<'tcx>,
        fn_abi: &FnAbi<'tcx, Ty<'tcx>>,
        _function: Function,
        body: &mir::Body<'tcx>,
    ) -> Option<FunctionDebugContext<'tcx, DebugScope, DebugLocation>> {
        let wanted = self.debug.detail != Detail::None;
        wanted.then(|| self.begin_function_description(instance, fn_abi, body))
    }

    fn dbg_scope_fn(
        &self,
        _instance: Instance<'tcx>,
        _fn_abi: &FnAbi<'tcx, Ty<'tcx>>,
        _definition: Option<Function>,
    ) -> DebugScope {
        // Only backends call this. Inlined functions have their own scopes from the start.
        DebugScope(ScopeId::FUNCTION)
    }

    fn dbg_loc(&self, scope: DebugScope, _inlined_at: Option<DebugLocation>, span: Span) -> DebugLocation {
        self.location(scope, span)
    }

    fn extend_scope_to_file(&self, scope: DebugScope, _file: &rustc_span::SourceFile) -> DebugScope {
        scope
    }

    fn debuginfo_finalize(&self) {
        self.gdb_scripts_symbol();
    }

    fn create_dbg_var(
        &self,
        name: Symbol,
        ty: Ty<'tcx>,
        scope: DebugScope,
        kind: VariableKind,
        span: Span,
    ) -> DebugVariable {
        self.declare_variable(name, ty, scope, kind, span)
    }
}

impl<'a, 'tcx> DebugInfoBuilderMethods<'tcx> for Builder<'a, 'tcx> {
    fn dbg_var_addr(
        &mut self,
        variable: DebugVariable,
        _location: DebugLocation,
        address: Value,
        direct_offset: Size,
        indirect_offsets: &[Size],
        fragment: &Option<Range<Size>>,
    ) {
        self.place_variable(variable, address, direct_offset, indirect_offsets, fragment);
    }

    fn dbg_var_value(
        &mut self,
        variable: DebugVariable,
        _location: DebugLocation,
        value: Value,
        direct_offset: Size,
        indirect_offsets: &[Size],
        fragment: &Option<Range<Size>>,
    ) {
        // Without optimisation, a value that the program does not need is not computed, and it is not stored
        // for the debugger either.
        if self.is_optimised() {
            self.assign_reference(variable, value, direct_offset, indirect_offsets, fragment);
        }
    }

    fn set_dbg_loc(&mut self, location: DebugLocation) {
        self.location = SourceLoc::new(location.0);
    }

    fn clear_dbg_loc(&mut self) {
        self.location = SourceLoc::default();
    }

    fn insert_reference_to_gdb_debug_scripts_section_global(&mut self) {
        self.refer_to_gdb_scripts();
    }

    fn set_var_name(&mut self, _value: Value, _name: &str) {}

    fn with_move_annotation<R>(&mut self, instance: Instance<'tcx>, work: impl FnOnce(&mut Self) -> R) -> R {
        self.as_if_inlined(instance, work)
    }
}
