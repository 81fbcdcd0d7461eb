//! Source positions of instructions and names of functions, as far as line tables need them.
//!
//! In order:
//! 1. For each function, `create_function_debug_context` gives every MIR scope the position at which it was inlined,
//!    if it was: code of inlined functions counts as the line of the outermost call.
//! 2. `dbg_loc` turns a span into an index of the function's table of positions ([`PositionRecorder`]); looking up files
//!    and lines is left to the workers.
//! 3. [`LineResolver`] does that on a worker thread, from copies of the line starts of the files that the unit uses.
//!
//! Variables and types are not described yet; their entry points do nothing.

use std::ops::Range;
use std::sync::Arc;

use clif_engine::description::{
    CodeLocation, FunctionDescription, Parent, Scope, ScopeId, ScopeKind, Subprogram, UnitDescription,
};
use clif_engine::unit::{
    DebugEmission, FileId, PositionResolver, SourceFile, SourceFiles, SourceLocation, UnitDebugInfo,
};
use cranelift_codegen::entity::PrimaryMap;
use cranelift_codegen::ir::SourceLoc;
use rustc_abi::Size;
use rustc_codegen_ssa::mir::debuginfo::{DebugScope as ScopeOfMir, FunctionDebugContext, VariableKind};
use rustc_codegen_ssa::traits::{DebugInfoBuilderMethods, DebugInfoCodegenMethods, MiscCodegenMethods};
use rustc_data_structures::fx::FxHashMap;
use rustc_index::IndexVec;
use rustc_middle::mir;
use rustc_middle::ty::{ExistentialTraitRef, Instance, Ty, TyCtxt};
use rustc_session::config::DebugInfo;
use rustc_span::{BytePos, RemapPathScopeComponents, SourceFileHashAlgorithm, Span, Symbol, hygiene};
use rustc_target::callconv::FnAbi;

use crate::builder::Builder;
use crate::context::{CodegenCx, Function};
use crate::values::Value;

/// A lexical scope; not described yet, so there is only one.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct DebugScope;

/// An index into the positions of the function under construction.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct DebugLocation(u32);

/// A variable; not described yet.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct DebugVariable;

/// The positions of the function under construction, and the files that the unit's positions lie in.
#[derive(Default)]
pub struct PositionRecorder {
    positions: Vec<u32>,
    /// Positions that are already in the table of this function.
    indexes: FxHashMap<u32, u32>,
    /// The range of the file of the last position: most positions are in the same file.
    last_file: Range<u32>,
    files: FxHashMap<u32, Arc<FileLines>>,
}

impl PositionRecorder {
    /// The index of `position` in the function's table.
    fn index_of(&mut self, position: BytePos, tcx: TyCtxt<'_>) -> u32 {
        if let Some(&index) = self.indexes.get(&position.0) {
            return index;
        }
        if !self.last_file.contains(&position.0) {
            self.note_file(position, tcx);
        }
        let index = self.positions.len() as u32;
        self.positions.push(position.0);
        self.indexes.insert(position.0, index);
        index
    }

    fn note_file(&mut self, position: BytePos, tcx: TyCtxt<'_>) {
        let file = tcx.sess.source_map().lookup_source_file(position);
        self.last_file = file.start_pos.0..file.end_position().0.saturating_add(1);
        self.files.entry(file.start_pos.0).or_insert_with(|| Arc::new(FileLines::new(&file)));
    }

    /// The locations of the finished function, all in its outermost scope; the table is empty afterwards.
    pub fn take_locations(&mut self) -> Vec<CodeLocation> {
        self.indexes.clear();
        let location = |position| CodeLocation { position, scope: ScopeId::FUNCTION };
        self.positions.drain(..).map(location).collect()
    }

    /// What the workers need to resolve the positions of the unit.
    pub fn resolver(&self) -> LineResolver {
        let mut files: Vec<Arc<FileLines>> = self.files.values().cloned().collect();
        files.sort_by_key(|file| file.start);
        LineResolver { files }
    }
}

/// One source file: where it lies in the compiler's position space, and where its lines start.
pub struct FileLines {
    start: u32,
    end: u32,
    /// Byte offsets of the line starts from the start of the file.
    line_starts: Vec<u32>,
    file: SourceFile,
}

impl FileLines {
    fn new(file: &rustc_span::SourceFile) -> FileLines {
        let line_starts = file.lines().iter().map(|position| position.0).collect();
        let md5 = match file.src_hash.kind {
            SourceFileHashAlgorithm::Md5 => file.src_hash.hash_bytes().try_into().ok(),
            _ => None,
        };
        let scope = RemapPathScopeComponents::DEBUGINFO;
        let (directory, name) = match &file.name {
            rustc_span::FileName::Real(name) => {
                let (directory, name) = name.embeddable_name(scope);
                (directory.to_string_lossy().into_owned(), name.to_string_lossy().into_owned())
            }
            other => (String::new(), other.display(scope).to_string()),
        };
        // An absolute name is whole by itself.
        let directory = if name.starts_with('/') { String::new() } else { directory };
        FileLines {
            start: file.start_pos.0,
            end: file.end_position().0,
            line_starts,
            file: SourceFile { directory: directory.into(), name: name.into(), md5 },
        }
    }

    fn line_and_column(&self, position: u32) -> (u32, u32) {
        let offset = position - self.start;
        let line = self.line_starts.partition_point(|&start| start <= offset);
        let start = if line == 0 { 0 } else { self.line_starts[line - 1] };
        (line as u32, offset - start + 1)
    }
}

/// Resolves the positions of one unit; see the module's introduction.
pub struct LineResolver {
    /// Sorted by start.
    files: Vec<Arc<FileLines>>,
}

impl PositionResolver for LineResolver {
    fn resolve(&self, position: u32, files: &mut SourceFiles) -> Option<SourceLocation> {
        let after = self.files.partition_point(|file| file.start <= position);
        let file = self.files[..after].last().filter(|file| position <= file.end)?;
        let (line, column) = file.line_and_column(position);
        let file: FileId = files.intern(file.file.clone());
        Some(SourceLocation { file, line, column })
    }
}

impl<'tcx> CodegenCx<'tcx> {
    /// Whether line tables are wanted.
    pub fn wants_line_tables(&self) -> bool {
        self.tcx.sess.opts.debuginfo != DebugInfo::None
    }

    fn location_of(&self, span: Span) -> DebugLocation {
        DebugLocation(self.positions.borrow_mut().index_of(span.lo(), self.tcx))
    }

    /// The position of a function's declaration, for debug info.
    pub fn declaration_of(&self, instance: Instance<'tcx>) -> Option<u32> {
        let span = self.tcx.def_span(instance.def_id());
        if !self.wants_line_tables() || span.is_dummy() {
            return None;
        }
        let mut positions = self.positions.borrow_mut();
        if !positions.last_file.contains(&span.lo().0) {
            positions.note_file(span.lo(), self.tcx);
        }
        Some(span.lo().0)
    }

    /// What debug info says of the function; none without debug info.
    pub fn function_description(&self, instance: Instance<'tcx>) -> Option<Box<FunctionDescription>> {
        if !self.wants_line_tables() {
            return None;
        }
        let subprogram = Subprogram {
            name: display_name(self, instance),
            linkage_name: Some(self.tcx.symbol_name(instance).name.into()),
            parent: Parent::Unit,
            declaration: self.declaration_of(instance),
            return_type: None,
            parameters: Vec::new(),
            type_parameters: Vec::new(),
            is_external: self.tcx.is_reachable_non_generic(instance.def_id()),
            is_noreturn: false,
            is_main: false,
        };
        let mut scopes = PrimaryMap::new();
        scopes.push(Scope { parent: None, kind: ScopeKind::Function });
        Some(Box::new(FunctionDescription { subprogram, scopes, variables: Vec::new() }))
    }

    /// What the unit's compile unit DIE says; none without debug info.
    pub fn unit_debug_info(&self) -> Option<UnitDebugInfo> {
        if !self.wants_line_tables() {
            return None;
        }
        let sess = self.tcx.sess;
        let name = format!(
            "{}/@/{}",
            sess.local_crate_source_file()
                .map(|file| file.path(RemapPathScopeComponents::DEBUGINFO).to_string_lossy().into_owned())
                .unwrap_or_else(|| self.tcx.crate_name(rustc_hir::def_id::LOCAL_CRATE).to_string()),
            self.unit_name
        );
        let directory = sess
            .source_map()
            .working_dir()
            .path(RemapPathScopeComponents::DEBUGINFO)
            .to_string_lossy()
            .into_owned();
        let producer =
            format!("clif (rustc version {}, Cranelift {})", sess.cfg_version, cranelift_codegen::VERSION);
        Some(UnitDebugInfo {
            producer: producer.into(),
            name: name.into(),
            compilation_directory: directory.into(),
            version: sess.dwarf_version() as u16,
            emission: match sess.opts.debuginfo {
                DebugInfo::LineDirectivesOnly => DebugEmission::LineDirectives,
                DebugInfo::LineTablesOnly => DebugEmission::LineTables,
                DebugInfo::None | DebugInfo::Limited | DebugInfo::Full => DebugEmission::Full,
            },
            split: None,
            compression: None,
            description: UnitDescription::default(),
        })
    }
}

impl<'tcx> DebugInfoCodegenMethods<'tcx> for CodegenCx<'tcx> {
    fn create_vtable_debuginfo(
        &self,
        _ty: Ty<'tcx>,
        _trait_ref: Option<ExistentialTraitRef<'tcx>>,
        _vtable: Value,
    ) {
    }

    fn create_function_debug_context(
        &self,
        _instance: Instance<'tcx>,
        _fn_abi: &FnAbi<'tcx, Ty<'tcx>>,
        _function: Function,
        body: &mir::Body<'tcx>,
    ) -> Option<FunctionDebugContext<'tcx, DebugScope, DebugLocation>> {
        if !self.wants_line_tables() {
            return None;
        }
        // One scope spans all files: a position knows its own file.
        let outermost = ScopeOfMir {
            dbg_scope: DebugScope,
            inlined_at: None,
            file_start_pos: BytePos(0),
            file_end_pos: BytePos(u32::MAX),
        };
        let mut scopes = IndexVec::from_elem(outermost, &body.source_scopes);
        // A scope's parent always comes before it.
        for (scope, data) in body.source_scopes.iter_enumerated() {
            let from_parent = data.parent_scope.and_then(|parent| scopes[parent].inlined_at);
            let call_site = data
                .inlined
                .map(|(_, span)| self.location_of(hygiene::walk_chain_collapsed(span, body.span)));
            scopes[scope].inlined_at = from_parent.or(call_site);
        }
        Some(FunctionDebugContext { scopes, inlined_function_scopes: FxHashMap::default() })
    }

    fn dbg_scope_fn(
        &self,
        _instance: Instance<'tcx>,
        _fn_abi: &FnAbi<'tcx, Ty<'tcx>>,
        _definition: Option<Function>,
    ) -> DebugScope {
        DebugScope
    }

    fn dbg_loc(&self, _scope: DebugScope, inlined_at: Option<DebugLocation>, span: Span) -> DebugLocation {
        inlined_at.unwrap_or_else(|| self.location_of(span))
    }

    fn extend_scope_to_file(&self, scope: DebugScope, _file: &rustc_span::SourceFile) -> DebugScope {
        scope
    }

    fn debuginfo_finalize(&self) {}

    fn create_dbg_var(
        &self,
        _name: Symbol,
        _ty: Ty<'tcx>,
        _scope: DebugScope,
        _kind: VariableKind,
        _span: Span,
    ) -> DebugVariable {
        DebugVariable
    }
}

impl<'a, 'tcx> DebugInfoBuilderMethods<'tcx> for Builder<'a, 'tcx> {
    fn dbg_var_addr(
        &mut self,
        _variable: DebugVariable,
        _location: DebugLocation,
        _address: Value,
        _direct_offset: Size,
        _indirect_offsets: &[Size],
        _fragment: &Option<Range<Size>>,
    ) {
    }

    fn dbg_var_value(
        &mut self,
        _variable: DebugVariable,
        _location: DebugLocation,
        _value: Value,
        _direct_offset: Size,
        _indirect_offsets: &[Size],
        _fragment: &Option<Range<Size>>,
    ) {
    }

    fn set_dbg_loc(&mut self, location: DebugLocation) {
        self.with_function(|state| state.source_location = SourceLoc::new(location.0));
    }

    fn clear_dbg_loc(&mut self) {
        self.with_function(|state| state.source_location = SourceLoc::default());
    }

    fn insert_reference_to_gdb_debug_scripts_section_global(&mut self) {
        // The pretty printers' section comes with the description of types.
    }

    fn set_var_name(&mut self, _value: Value, _name: &str) {}
}

/// The name of a function as debug info shows it.
pub fn display_name<'tcx>(cx: &CodegenCx<'tcx>, instance: Instance<'tcx>) -> Box<str> {
    if cx.sess().opts.debuginfo == DebugInfo::None {
        return "".into();
    }
    let mut name = String::new();
    rustc_codegen_ssa::debuginfo::type_names::push_item_name(cx.tcx, instance.def_id(), false, &mut name);
    name.into()
}
