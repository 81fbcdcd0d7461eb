//! The codegen context: what the functions of one CGU share while it is lowered.
//!
//! 1. [`CodegenCx`] has the tables. Each field says who sets it and when.
//! 2. Symbols of functions are interned by name, with the binding and visibility of `predefine_*`.
//! 3. `rustc_codegen_ssa` and `rustc_middle` get types, layouts and ABIs through the traits implemented here.

use std::cell::{Cell, RefCell};
use std::fmt::Display;
use std::rc::Rc;
use std::sync::Arc;

use clif_engine::cgu::{Binding, DataDefinition, SymbolId, SymbolKind, SymbolTable, Visibility};
use clif_engine::compile::{FunctionPool, OptimizeLevel};
use clif_engine::llvm;
use clif_engine::machine::OutlinedAtomics;
use rustc_abi::{HasDataLayout, TargetDataLayout};
use rustc_codegen_ssa::traits::{BackendTypes, MiscCodegenMethods, PreDefineCodegenMethods};
use rustc_data_structures::fx::{FxHashMap, FxHashSet};
use rustc_hir::attrs::Linkage;
use rustc_hir::def_id::DefId;
use rustc_middle::middle::codegen_fn_attrs::CodegenFnAttrs;
use rustc_middle::mir::interpret::ConstAllocation;
use rustc_middle::mono::Visibility as MonoVisibility;
use rustc_middle::ty::layout::{
    FnAbiError, FnAbiOf, FnAbiOfHelpers, FnAbiRequest, HasTyCtxt, HasTypingEnv, LayoutError, LayoutOfHelpers,
    TyAndLayout,
};
use rustc_middle::ty::{self, ExistentialTraitRef, Instance, Ty, TyCtxt};
use rustc_session::Session;
use rustc_span::{DUMMY_SP, Span, Symbol, respan};
use rustc_target::callconv::FnAbi;
use rustc_target::spec::{HasTargetSpec, Target};

use crate::abi::{Definition, SignatureTable};
use crate::builder::alignment::STRICT_ALIGNMENT;
use crate::builder::inlining::InlineBody;
use crate::cgu::types::float_registers;
use crate::clif::function::Function;
use crate::clif::function::{BasicBlock, FunctionState};
use crate::clif::signatures::SignatureId;
use crate::clif::types::{FloatRegisters, Type, TypeTable};
use crate::clif::values::{AggregateValues, Value};
use crate::debuginfo::lines::CrateFiles;
use crate::debuginfo::{DebugContext, DebugLocation, DebugScope, DebugVariable};
use crate::intrinsics::Stubs;
use crate::machines::Machine;
use crate::session::isa;

/// The personality routine of Rust's landing pads (`library/std/src/sys/personality/gcc.rs`).
const PERSONALITY: &str = "rust_eh_personality";

/// The state of lowering one CGU. The lowering thread owns it.
pub struct CodegenCx<'tcx> {
    pub tcx: TyCtxt<'tcx>,
    /// The machine that code is compiled for.
    pub machine: Machine,
    /// Whether the target's code uses registers for floats and vectors.
    pub float_registers: FloatRegisters,
    /// Whether the target allows only aligned accesses.
    pub strict_alignment: bool,
    /// The functions that the target calls for atomics, if it calls any.
    pub outlined_atomics: Option<&'static OutlinedAtomics>,
    /// Whether Cranelift's optimiser runs.
    pub optimizes: bool,
    /// The CGU's name. It also makes the names of symbols unique that the backend adds to the CGU.
    pub cgu_name: Symbol,
    /// The pool of empty CLIF functions.
    pub functions: Arc<FunctionPool>,
    /// The symbols that the CGU mentions; grows until the CGU is sealed.
    pub symbols: RefCell<SymbolTable>,
    /// Finished data objects; grow until the CGU is sealed.
    pub data: RefCell<Vec<DataDefinition>>,
    /// The symbols that finished functions refer to.
    pub referenced: RefCell<FxHashSet<SymbolId>>,
    /// Aggregate types, interned on demand.
    pub types: RefCell<TypeTable>,
    /// Elements of the aggregate values of the function under construction.
    pub aggregates: RefCell<AggregateValues>,
    /// Signatures, interned on demand.
    pub signatures: RefCell<SignatureTable<'tcx>>,
    /// The function under construction: set by the first `append_block` of a function, taken out when its
    /// item is defined.
    pub function: RefCell<Option<FunctionState>>,
    /// Symbols of functions and statics by instance, so that each name is computed once.
    pub instances: RefCell<FxHashMap<Instance<'tcx>, SymbolId>>,
    /// The inlinable bodies of other crates' functions; `None` for those that are called.
    pub inline_bodies: RefCell<FxHashMap<Instance<'tcx>, Option<Rc<InlineBody>>>>,
    /// Symbols of constant allocations, which the compiler interns.
    pub allocations: RefCell<FxHashMap<ConstAllocation<'tcx>, SymbolId>>,
    /// Symbols of string constants that the lowering adds.
    pub strings: RefCell<FxHashMap<String, SymbolId>>,
    /// The number of the next unnamed constant.
    pub next_constant: Cell<u32>,
    /// Vtables, kept for `rustc_codegen_ssa`.
    pub vtables: RefCell<FxHashMap<(Ty<'tcx>, Option<ExistentialTraitRef<'tcx>>), Value>>,
    /// The personality routine, after its first use.
    pub personality: Cell<Option<Function>>,
    /// The CGU's debug info.
    pub debug: DebugContext<'tcx>,
    /// The span of the code being lowered, for diagnostics; set by `set_span`.
    pub current_span: Cell<Span>,
    /// What LLVM compiles for the CGU, in the order of lowering: `asm!` and `global_asm!` blocks, naked
    /// functions, stubs of vendor intrinsics.
    pub llvm: RefCell<llvm::Module>,
    /// The stubs of vendor intrinsics.
    pub stubs: RefCell<Stubs>,
    /// The number of the next `asm!` block.
    pub next_asm_block: Cell<u32>,
    /// The function through which the CGU calls `catch_unwind`, after its first use.
    pub try_function: Cell<Option<Function>>,
}

impl<'tcx> CodegenCx<'tcx> {
    pub fn new(
        tcx: TyCtxt<'tcx>,
        cgu_name: Symbol,
        functions: Arc<FunctionPool>,
        files: Rc<CrateFiles>,
    ) -> Self {
        CodegenCx {
            tcx,
            machine: Machine::of_session(tcx.sess),
            float_registers: float_registers(tcx.sess),
            outlined_atomics: isa::outlined_atomics(tcx.sess),
            strict_alignment: tcx.global_backend_features(()).iter().any(|name| name == STRICT_ALIGNMENT),
            optimizes: isa::optimize_level(tcx.sess) != OptimizeLevel::None,
            cgu_name,
            functions,
            symbols: RefCell::default(),
            data: RefCell::default(),
            referenced: RefCell::default(),
            types: RefCell::default(),
            aggregates: RefCell::default(),
            signatures: RefCell::default(),
            function: RefCell::default(),
            instances: RefCell::default(),
            inline_bodies: RefCell::default(),
            allocations: RefCell::default(),
            strings: RefCell::default(),
            next_constant: Cell::new(0),
            vtables: RefCell::default(),
            personality: Cell::new(None),
            debug: DebugContext::new(tcx.sess.opts.debuginfo, files),
            current_span: Cell::new(DUMMY_SP),
            llvm: RefCell::default(),
            stubs: RefCell::default(),
            next_asm_block: Cell::new(0),
            try_function: Cell::new(None),
        }
    }

    /// Returns the symbol of the function or other code called `name`. It is imported unless the CGU already
    /// knows it.
    pub fn import_function(&self, name: &str) -> Function {
        Function(self.intern(name, SymbolKind::Function, Binding::Import, Visibility::Default))
    }

    /// Returns the CGU's name, without characters that need quotes in assembly and LLVM IR.
    pub fn cgu_name_in_symbols(&self) -> String {
        let name = self.cgu_name.as_str().chars();
        name.map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect()
    }

    /// Interns a symbol under its linker name.
    pub fn intern(&self, name: &str, kind: SymbolKind, binding: Binding, visibility: Visibility) -> SymbolId {
        self.symbols.borrow_mut().intern(linker_name(name), kind, binding, visibility)
    }

    /// Defines a symbol, which the CGU may have mentioned before.
    pub fn define_symbol(
        &self,
        name: &str,
        kind: SymbolKind,
        binding: Binding,
        visibility: Visibility,
    ) -> SymbolId {
        let id = self.intern(name, kind, binding, visibility);
        let mut symbols = self.symbols.borrow_mut();
        symbols.define(id, binding, visibility);
        symbols.set_kind(id, kind);
        id
    }

    /// Gives the definition `target` its additional names (externally implementable items).
    pub fn define_aliases(&self, target: SymbolId, attributes: &CodegenFnAttrs) {
        let kind = self.symbols.borrow().get(target).kind;
        for &(alias, linkage, visibility) in &attributes.foreign_item_symbol_aliases {
            let name = self.tcx.symbol_name(Instance::mono(self.tcx, alias)).name;
            let alias = self.define_symbol(name, kind, binding_of(linkage), visibility_of(visibility));
            self.symbols.borrow_mut().add_alias(alias, target);
        }
    }

    /// Whether the symbol of a function that is defined elsewhere is hidden: an instance of this crate that
    /// other crates cannot refer to. This must agree with the visibility that the defining CGU gives it
    /// (`rustc_codegen_llvm`, `callee.rs`).
    fn function_is_hidden(&self, instance: Instance<'tcx>) -> bool {
        let tcx = self.tcx;
        let def_id = instance.def_id();
        if instance.args.non_erasable_generics().next().is_none() {
            return tcx.is_codegened_item(def_id)
                && (!def_id.is_local() || !tcx.is_reachable_non_generic(def_id));
        }
        let shared = tcx.sess.opts.share_generics()
            || tcx.codegen_instance_attrs(instance.def).inline == rustc_hir::attrs::InlineAttr::Never;
        if !shared {
            return true;
        }
        match def_id.as_local() {
            Some(local) => tcx.is_unreachable_local_definition(local) || !tcx.local_crate_exports_generics(),
            None => instance.upstream_monomorphization(tcx).is_none() && !tcx.local_crate_exports_generics(),
        }
    }
}

impl<'tcx> CodegenCx<'tcx> {
    /// Emits the error that the backend does not support `what`. Lowering continues, but the compilation
    /// fails.
    pub fn unsupported(&self, span: Span, what: impl Display) {
        self.tcx
            .dcx()
            .struct_span_err(span, format!("the Cranelift backend does not support {what} yet"))
            .with_help("compile this crate with LLVM (`cargo build` instead of `cargo clif build`)")
            .emit();
    }

    /// [`CodegenCx::unsupported`] at the code that is being lowered.
    pub fn unsupported_here(&self, what: impl Display) {
        self.unsupported(self.current_span.get(), what);
    }
}

/// Returns a name as the object file has it. `\u{1}` means "do not mangle" and is not part of the name
/// (LLVM's convention).
fn linker_name(name: &str) -> &str {
    name.strip_prefix('\u{1}').unwrap_or(name)
}

/// Returns the ELF binding of a definition with this linkage.
pub fn binding_of(linkage: Linkage) -> Binding {
    match linkage {
        Linkage::External | Linkage::AvailableExternally => Binding::Global,
        Linkage::LinkOnceAny | Linkage::LinkOnceODR | Linkage::WeakAny | Linkage::WeakODR => Binding::Weak,
        Linkage::Internal => Binding::Local,
        Linkage::ExternalWeak => Binding::WeakImport,
        Linkage::Common => Binding::Common,
    }
}

pub fn visibility_of(visibility: MonoVisibility) -> Visibility {
    match visibility {
        MonoVisibility::Default => Visibility::Default,
        MonoVisibility::Hidden => Visibility::Hidden,
        MonoVisibility::Protected => Visibility::Protected,
    }
}

impl<'tcx> BackendTypes for CodegenCx<'tcx> {
    type Function = Function;
    type BasicBlock = BasicBlock;
    type Funclet = ();
    type Value = Value;
    type Type = Type;
    type FunctionSignature = SignatureId;
    type DIScope = DebugScope;
    type DILocation = DebugLocation;
    type DIVariable = DebugVariable;
}

impl<'tcx> MiscCodegenMethods<'tcx> for CodegenCx<'tcx> {
    fn vtables(&self) -> &RefCell<FxHashMap<(Ty<'tcx>, Option<ExistentialTraitRef<'tcx>>), Value>> {
        &self.vtables
    }

    fn get_fn(&self, instance: Instance<'tcx>) -> Function {
        if let Some(&symbol) = self.instances.borrow().get(&instance) {
            return Function(symbol);
        }
        let name = self.tcx.symbol_name(instance).name;
        let visibility =
            if self.function_is_hidden(instance) { Visibility::Hidden } else { Visibility::Default };
        let symbol = self.intern(name, SymbolKind::Function, Binding::Import, visibility);
        self.instances.borrow_mut().insert(instance, symbol);
        Function(symbol)
    }

    fn get_fn_addr(&self, instance: Instance<'tcx>) -> Value {
        Value::Symbol { symbol: self.get_fn(instance).0, offset: 0 }
    }

    fn eh_personality(&self) -> Function {
        if let Some(personality) = self.personality.get() {
            return personality;
        }
        let personality = match self.tcx.lang_items().eh_personality() {
            Some(def_id) => self.get_fn(Instance::expect_resolve(
                self.tcx,
                self.typing_env(),
                def_id,
                ty::List::empty(),
                DUMMY_SP,
            )),
            None => self.import_function(PERSONALITY),
        };
        self.personality.set(Some(personality));
        personality
    }

    fn sess(&self) -> &Session {
        self.tcx.sess
    }

    fn set_frame_pointer_type(&self, _function: Function) {
        // Every function keeps its frame pointer, for debug info and profilers.
    }

    fn apply_target_cpu_attr(&self, _function: Function) {
        // The ISA is built once, for the session's CPU.
    }

    fn declare_c_main(&self, signature: SignatureId) -> Option<Function> {
        let name = self.tcx.sess.target.entry_name.as_ref();
        // A mention counts as well (`extern "C" { fn main(); }`): it would become a reference to this
        // function.
        if self.symbols.borrow().lookup(name).is_some() {
            return None;
        }
        let symbol = self.define_symbol(name, SymbolKind::Function, Binding::Global, Visibility::Default);
        let definition = Definition { signature, instance: None };
        self.signatures.borrow_mut().set_definition(Function(symbol), definition);
        Some(Function(symbol))
    }
}

impl<'tcx> PreDefineCodegenMethods<'tcx> for CodegenCx<'tcx> {
    fn predefine_static(
        &mut self,
        def_id: DefId,
        linkage: Linkage,
        visibility: MonoVisibility,
        symbol_name: &str,
    ) {
        self.declare_defined_static(def_id, binding_of(linkage), visibility_of(visibility), symbol_name);
    }

    fn predefine_fn(
        &mut self,
        instance: Instance<'tcx>,
        linkage: Linkage,
        visibility: MonoVisibility,
        symbol_name: &str,
    ) {
        let visibility =
            if linkage == Linkage::Internal { Visibility::Default } else { visibility_of(visibility) };
        let symbol = self.define_symbol(symbol_name, SymbolKind::Function, binding_of(linkage), visibility);
        let fn_abi = FnAbiOf::fn_abi_of_instance(self, instance, ty::List::empty());
        let definition = Definition {
            signature: self.signature_of_definition(instance, fn_abi),
            instance: Some(instance),
        };
        self.signatures.borrow_mut().set_definition(Function(symbol), definition);
        self.define_aliases(symbol, &self.tcx.codegen_instance_attrs(instance.def));
        self.instances.borrow_mut().insert(instance, symbol);
    }
}

impl<'tcx> HasDataLayout for CodegenCx<'tcx> {
    fn data_layout(&self) -> &TargetDataLayout {
        &self.tcx.data_layout
    }
}

impl<'tcx> HasTargetSpec for CodegenCx<'tcx> {
    fn target_spec(&self) -> &Target {
        &self.tcx.sess.target
    }
}

impl<'tcx> HasTyCtxt<'tcx> for CodegenCx<'tcx> {
    fn tcx(&self) -> TyCtxt<'tcx> {
        self.tcx
    }
}

impl<'tcx> HasTypingEnv<'tcx> for CodegenCx<'tcx> {
    fn typing_env(&self) -> ty::TypingEnv<'tcx> {
        ty::TypingEnv::fully_monomorphized()
    }
}

impl<'tcx> LayoutOfHelpers<'tcx> for CodegenCx<'tcx> {
    type LayoutOfResult = TyAndLayout<'tcx>;

    fn handle_layout_err(&self, error: LayoutError<'tcx>, span: Span, ty: Ty<'tcx>) -> ! {
        crate::session::diagnostics::layout_error(self.tcx, error, span, ty)
    }
}

impl<'tcx> FnAbiOfHelpers<'tcx> for CodegenCx<'tcx> {
    type FnAbiOfResult = &'tcx FnAbi<'tcx, Ty<'tcx>>;

    fn handle_fn_abi_err(&self, error: FnAbiError<'tcx>, span: Span, request: FnAbiRequest<'tcx>) -> ! {
        match error {
            FnAbiError::Layout(LayoutError::SizeOverflow(_) | LayoutError::InvalidSimd { .. }) => {
                self.tcx.dcx().emit_fatal(respan(span, error))
            }
            error => crate::session::diagnostics::fn_abi_error(span, error, request),
        }
    }
}
