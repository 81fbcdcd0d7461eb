//! Writes statics, constant allocations, vtables and strings as data objects of the CGU.
//!
//! 1. `predefine_static` declares every static of the CGU with its final linkage.
//! 2. `codegen_static` evaluates the initializer and makes a [`DataDefinition`].
//! 3. Constants that code or other data refer to become local data objects, once per allocation.

use clif_engine::cgu::{
    Binding, Contents, DataDefinition, DataRelocation, Placement, SymbolId, SymbolKind, Visibility,
};
use rustc_abi::{HasDataLayout, Size};
use rustc_codegen_ssa::traits::{MiscCodegenMethods, StaticBuilderMethods, StaticCodegenMethods};
use rustc_hir::attrs::Linkage;
use rustc_hir::def_id::DefId;
use rustc_middle::bug;
use rustc_middle::middle::codegen_fn_attrs::{CodegenFnAttrFlags, CodegenFnAttrs};
use rustc_middle::mir::interpret::{Allocation, ConstAllocation, GlobalAlloc, read_target_uint};
use rustc_middle::ty::{ExistentialPredicate, Instance, List, Ty};

use crate::builder::Builder;
use crate::cgu::context::CodegenCx;
use crate::clif::values::Value;

impl<'tcx> CodegenCx<'tcx> {
    /// Declares a static that this CGU defines.
    pub fn declare_defined_static(
        &self,
        def_id: DefId,
        binding: Binding,
        visibility: Visibility,
        symbol_name: &str,
    ) {
        let kind = self.static_kind(self.tcx.codegen_fn_attrs(def_id));
        let symbol = self.define_symbol(symbol_name, kind, binding, visibility);
        self.define_aliases(symbol, self.tcx.codegen_fn_attrs(def_id));
        self.instances.borrow_mut().insert(Instance::mono(self.tcx, def_id), symbol);
    }

    fn static_kind(&self, attributes: &CodegenFnAttrs) -> SymbolKind {
        if attributes.flags.contains(CodegenFnAttrFlags::THREAD_LOCAL) {
            SymbolKind::ThreadLocal
        } else {
            SymbolKind::Data
        }
    }

    /// Returns the symbol of a static, which may be defined elsewhere.
    pub fn static_symbol(&self, def_id: DefId) -> SymbolId {
        let instance = Instance::mono(self.tcx, def_id);
        if let Some(&symbol) = self.instances.borrow().get(&instance) {
            return symbol;
        }
        let name = self.tcx.symbol_name(instance).name;
        let attributes = self.tcx.codegen_fn_attrs(def_id);
        let kind = self.static_kind(attributes);
        let symbol = match attributes.import_linkage {
            Some(linkage) => self.indirect_import(name, linkage),
            None => {
                let hidden = def_id.is_local()
                    && !self.tcx.is_foreign_item(def_id)
                    && !self.tcx.is_reachable_non_generic(def_id);
                let visibility = if hidden { Visibility::Hidden } else { Visibility::Default };
                self.intern(name, kind, Binding::Import, visibility)
            }
        };
        self.instances.borrow_mut().insert(instance, symbol);
        symbol
    }

    /// Defines a foreign static with an explicit `#[linkage]`: a pointer to the foreign symbol, null if that
    /// symbol is weak and missing. The pointer is a local object of this CGU.
    fn indirect_import(&self, name: &str, linkage: Linkage) -> SymbolId {
        let binding = if linkage == Linkage::ExternalWeak { Binding::WeakImport } else { Binding::Import };
        let target = self.intern(name, SymbolKind::Data, binding, Visibility::Default);
        let holder = format!("_rust_extern_with_linkage_{}_{name}", self.cgu_name);
        let symbol = self.define_symbol(&holder, SymbolKind::Data, Binding::Local, Visibility::Default);
        let size = self.pointer_bytes();
        self.data.borrow_mut().push(DataDefinition {
            symbol,
            contents: Contents::Bytes(vec![0; size as usize].into()),
            alignment: size,
            placement: Placement::ReadOnly,
            relocations: vec![DataRelocation { offset: 0, target, addend: 0 }],
            retain: false,
        });
        symbol
    }

    /// Returns a new name for a constant of this kind. The assembler's prefix `.L` marks it as local to the
    /// object.
    fn constant_name(&self, kind: &str) -> String {
        let number = self.next_constant.get();
        self.next_constant.set(number + 1);
        // Thousands of these are made; `format!` takes three times as long.
        let mut name = String::with_capacity(24);
        for part in [".L", kind, ".", &number.to_string()] {
            name.push_str(part);
        }
        name
    }

    fn constant_symbol(&self, kind: &str) -> SymbolId {
        let name = self.constant_name(kind);
        self.define_symbol(&name, SymbolKind::Data, Binding::Local, Visibility::Default)
    }

    /// Returns the local data object of a constant allocation, which the first call defines.
    pub fn allocation_symbol(&self, allocation: ConstAllocation<'tcx>) -> SymbolId {
        if let Some(&symbol) = self.allocations.borrow().get(&allocation) {
            return symbol;
        }
        let symbol = self.constant_symbol("alloc");
        self.allocations.borrow_mut().insert(allocation, symbol);
        let placement =
            if allocation.inner().mutability.is_mut() { Placement::Writable } else { Placement::ReadOnly };
        let definition = self.data_definition(symbol, allocation.inner(), placement);
        self.data.borrow_mut().push(definition);
        symbol
    }

    /// Returns the local data object of a vtable.
    pub fn vtable_symbol(
        &self,
        ty: Ty<'tcx>,
        predicates: &'tcx List<rustc_middle::ty::PolyExistentialPredicate<'tcx>>,
    ) -> SymbolId {
        let principal = predicates.iter().find_map(|predicate| match predicate.skip_binder() {
            ExistentialPredicate::Trait(principal) => Some(predicate.rebind(principal)),
            _ => None,
        });
        let principal = principal.map(|principal| self.tcx.instantiate_bound_regions_with_erased(principal));
        let allocation = self.tcx.global_alloc(self.tcx.vtable_allocation((ty, principal))).unwrap_memory();
        self.allocation_symbol(allocation)
    }

    /// Returns the local data object of a string's bytes, without a terminator.
    pub fn string_symbol(&self, text: &str) -> SymbolId {
        if let Some(&symbol) = self.strings.borrow().get(text) {
            return symbol;
        }
        let symbol = self.constant_symbol("str");
        self.data.borrow_mut().push(DataDefinition {
            symbol,
            contents: Contents::Bytes(text.as_bytes().into()),
            alignment: 1,
            placement: Placement::ReadOnly,
            relocations: vec![],
            retain: false,
        });
        self.strings.borrow_mut().insert(text.to_owned(), symbol);
        symbol
    }

    /// Returns the data object `symbol` with the contents of `allocation`.
    fn data_definition(
        &self,
        symbol: SymbolId,
        allocation: &Allocation,
        placement: Placement,
    ) -> DataDefinition {
        // Inspecting is correct here: interpretation is over, and relocations are taken from the provenance.
        let bytes = allocation.inspect_with_uninit_and_ptr_outside_interpreter(0..allocation.len());
        let relocations = self.relocations_of(allocation);
        let contents = if relocations.is_empty() && bytes.iter().all(|&byte| byte == 0) {
            Contents::Zeroed(bytes.len() as u64)
        } else {
            Contents::Bytes(bytes.into())
        };
        let alignment = allocation.align.bytes();
        DataDefinition { symbol, contents, alignment, placement, relocations, retain: false }
    }

    fn relocations_of(&self, allocation: &Allocation) -> Vec<DataRelocation> {
        let pointer_size = self.pointer_bytes() as usize;
        let mut relocations = Vec::with_capacity(allocation.provenance().ptrs().len());
        for &(offset, provenance) in allocation.provenance().ptrs().iter() {
            let start = offset.bytes() as usize;
            let field =
                allocation.inspect_with_uninit_and_ptr_outside_interpreter(start..start + pointer_size);
            let addend = read_target_uint(self.data_layout().endian, field)
                .unwrap_or_else(|error| bug!("cannot read a relocation: {error}"));
            let Some(target) = self.relocation_target(self.tcx.global_alloc(provenance.alloc_id())) else {
                continue;
            };
            relocations.push(DataRelocation { offset: offset.bytes(), target, addend: addend as i64 });
        }
        relocations
    }

    /// Returns the symbol that a pointer in data refers to; `None` for the parts of a type id, whose bytes
    /// are the value itself.
    fn relocation_target(&self, target: GlobalAlloc<'tcx>) -> Option<SymbolId> {
        Some(match target {
            GlobalAlloc::Function { instance, .. } => self.get_fn(instance).0,
            GlobalAlloc::Memory(allocation) => self.allocation_symbol(allocation),
            GlobalAlloc::VTable(ty, predicates) => self.vtable_symbol(ty, predicates),
            GlobalAlloc::Static(def_id) => self.static_symbol(def_id),
            GlobalAlloc::TypeId { .. } => return None,
        })
    }

    fn placement_of(&self, attributes: &CodegenFnAttrs, allocation: &Allocation) -> Placement {
        let writable = allocation.mutability.is_mut();
        if let Some(section) = attributes.link_section {
            return Placement::Section { name: section.as_str().into(), writable };
        }
        if attributes.flags.contains(CodegenFnAttrFlags::THREAD_LOCAL) {
            Placement::ThreadLocal
        } else if writable {
            Placement::Writable
        } else {
            Placement::ReadOnly
        }
    }
}

impl<'tcx> StaticCodegenMethods for CodegenCx<'tcx> {
    fn static_addr_of(&self, allocation: ConstAllocation<'_>, _kind: Option<&str>) -> Value {
        // The trait is generic over the lifetime, but every allocation comes from this compilation.
        let allocation =
            self.tcx.lift(allocation).unwrap_or_else(|| bug!("a constant allocation of another compilation"));
        Value::Symbol { symbol: self.allocation_symbol(allocation), offset: 0 }
    }

    fn codegen_static(&mut self, def_id: DefId) {
        let Ok(allocation) = self.tcx.eval_static_initializer(def_id) else {
            return; // The error has been reported.
        };
        let allocation = allocation.inner();
        let attributes = self.tcx.codegen_fn_attrs(def_id);
        let symbol = self.static_symbol(def_id);
        let placement = self.placement_of(attributes, allocation);
        // A zero-sized static still needs a symbol, but has no bytes.
        debug_assert!(Size::from_bytes(allocation.len()) == allocation.size());
        let mut definition = self.data_definition(symbol, allocation, placement);
        definition.retain = attributes.flags.contains(CodegenFnAttrFlags::USED_LINKER);
        self.data.get_mut().push(definition);
        self.describe_static(def_id, symbol);
    }
}

impl<'a, 'tcx> StaticBuilderMethods for Builder<'a, 'tcx> {
    fn get_static(&mut self, def_id: DefId) -> Value {
        let symbol = self.cx.static_symbol(def_id);
        let attributes = self.cx.tcx.codegen_fn_attrs(def_id);
        if attributes.flags.contains(CodegenFnAttrFlags::THREAD_LOCAL) {
            return self.thread_local_address(symbol);
        }
        Value::Symbol { symbol, offset: 0 }
    }
}
