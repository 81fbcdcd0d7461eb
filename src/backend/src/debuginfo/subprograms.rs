//! Describes functions: their names, where they are declared and their types, for definitions and inlined
//! copies.

use clif_engine::description::{InlinedFunctionId, Parent, Subprogram};
use rustc_codegen_ssa::debuginfo::type_names;
use rustc_hir::def::DefKind;
use rustc_hir::def_id::DefId;
use rustc_middle::ty::layout::{FnAbiOf, HasTypingEnv, LayoutOf};
use rustc_middle::ty::{self, Instance, InstanceKind, List, Ty};
use rustc_target::callconv::FnAbi;

use super::Detail;
use crate::cgu::context::CodegenCx;

/// The types in a function's signature, as callers see it.
pub(super) struct FunctionTypes<'tcx> {
    parameters: Vec<Ty<'tcx>>,
    /// `None` if nothing is returned.
    result: Option<Ty<'tcx>>,
    returns: ReturnKind,
}

/// Whether a function can return.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ReturnKind {
    Normally,
    Never,
}

impl<'tcx> FunctionTypes<'tcx> {
    pub(super) fn of_abi(fn_abi: &FnAbi<'tcx, Ty<'tcx>>) -> Self {
        let result = &fn_abi.ret;
        FunctionTypes {
            parameters: fn_abi.args.iter().map(|argument| argument.layout.ty).collect(),
            result: (!result.is_ignore()).then_some(result.layout.ty),
            returns: if result.layout.is_uninhabited() { ReturnKind::Never } else { ReturnKind::Normally },
        }
    }
}

impl<'tcx> CodegenCx<'tcx> {
    /// Returns the types of `instance`, without computing its ABI where possible: that is costly, and nothing
    /// else needs the ABI of a function that is only inlined.
    fn function_types(&self, instance: Instance<'tcx>) -> FunctionTypes<'tcx> {
        let is_item = matches!(instance.def, InstanceKind::Item(_));
        if !is_item || !matches!(self.tcx.def_kind(instance.def_id()), DefKind::Fn | DefKind::AssocFn) {
            return FunctionTypes::of_abi(self.fn_abi_of_instance(instance, List::empty()));
        }
        let signature = self.tcx.fn_sig(instance.def_id()).instantiate(self.tcx, instance.args);
        let signature = self.tcx.normalize_erasing_late_bound_regions(self.typing_env(), signature);
        let layout = self.layout_of(signature.output());
        let mut parameters = signature.inputs().to_vec();
        if instance.def.requires_caller_location(self.tcx) {
            parameters.push(self.tcx.erase_and_anonymize_regions(self.tcx.caller_location_ty()));
        }
        FunctionTypes {
            parameters,
            result: (!layout.is_zst()).then_some(layout.ty),
            returns: if layout.is_uninhabited() { ReturnKind::Never } else { ReturnKind::Normally },
        }
    }

    /// Describes the function `instance`, in as much detail as the session asks for.
    pub(super) fn subprogram(&self, instance: Instance<'tcx>, types: FunctionTypes<'tcx>) -> Subprogram {
        let def_id = instance.def_id();
        let mut subprogram = Subprogram {
            name: "".into(),
            linkage_name: None,
            parent: Parent::Unit,
            declaration: Some(self.span_position(self.tcx.def_span(def_id))),
            return_type: None,
            parameters: Vec::new(),
            type_parameters: Vec::new(),
            is_external: false,
            is_noreturn: false,
            is_main: false,
        };
        if self.debug.detail >= Detail::Lines {
            subprogram.name = self.function_name(instance);
        }
        if self.debug.detail >= Detail::Functions {
            let linkage_name = self.tcx.symbol_name(instance).name;
            subprogram.linkage_name = (*subprogram.name != *linkage_name).then(|| linkage_name.into());
            subprogram.parent = self.function_parent(instance);
            subprogram.is_external = self.tcx.is_reachable_non_generic(def_id);
            subprogram.is_noreturn = types.returns == ReturnKind::Never;
            subprogram.is_main = self.tcx.entry_fn(()).is_some_and(|(main, _)| main == def_id);
        }
        if self.debug.detail == Detail::Full {
            subprogram.return_type = types.result.map(|ty| self.describe_type(ty));
            // Only a declaration inside a type lists them. Otherwise they are the function's variables.
            if let Parent::Type(_) = subprogram.parent {
                subprogram.parameters = types.parameters.iter().map(|&ty| self.describe_type(ty)).collect();
            }
            let (generic_item, args) = self.generic_item(instance);
            subprogram.type_parameters = self.type_parameters(generic_item, args);
        }
        subprogram
    }

    /// Returns the item whose parameters a function is generic over, and its arguments. A closure has the
    /// parameters of the function around it.
    fn generic_item(&self, instance: Instance<'tcx>) -> (DefId, ty::GenericArgsRef<'tcx>) {
        let item = self.tcx.typeck_root_def_id(instance.def_id());
        let args = instance.args.truncate_to(self.tcx, self.tcx.generics_of(item));
        // The arguments of a default method are as written in the impl's header, including projections.
        (item, self.tcx.normalize_erasing_regions(self.typing_env(), args))
    }

    /// Returns the name with generic arguments, without a path.
    pub fn function_name(&self, instance: Instance<'tcx>) -> Box<str> {
        let mut name = String::with_capacity(64);
        type_names::push_item_name(self.tcx, instance.def_id(), false, &mut name);
        let (_, args) = self.generic_item(instance);
        if !args.is_empty() {
            type_names::push_generic_args(self.tcx, args, &mut name);
        }
        name.into()
    }

    /// Returns where a function is declared: inherent methods of a nominal type inside that type, all others
    /// in the namespace of their item.
    fn function_parent(&self, instance: Instance<'tcx>) -> Parent {
        let def_id = instance.def_id();
        match self.inherent_self_type(instance).map(|ty| (ty, ty.kind())) {
            // Types are only described with full debug info.
            Some((ty, ty::Adt(definition, _))) if !definition.is_box() => match self.debug.detail {
                Detail::Full => Parent::Type(self.describe_type(ty)),
                _ => Parent::Namespace(self.namespace(definition.did())),
            },
            _ => self.parent_namespace(def_id),
        }
    }

    /// Returns the type that `instance` is an inherent method of.
    fn inherent_self_type(&self, instance: Instance<'tcx>) -> Option<Ty<'tcx>> {
        let implementation = self.tcx.inherent_impl_of_assoc(instance.def_id())?;
        Some(self.tcx.instantiate_and_normalize_erasing_regions(
            instance.args,
            self.typing_env(),
            self.tcx.type_of(implementation),
        ))
    }

    /// Describes the function `instance`, which was inlined into a function of the CGU.
    pub(super) fn inlined_function(&self, instance: Instance<'tcx>) -> InlinedFunctionId {
        if let Some(&id) = self.debug.inlined.borrow().get(&instance) {
            return id;
        }
        let subprogram = self.subprogram(instance, self.function_types(instance));
        let id = self.debug.description.borrow_mut().inlined.push(subprogram);
        self.debug.inlined.borrow_mut().insert(instance, id);
        id
    }
}
