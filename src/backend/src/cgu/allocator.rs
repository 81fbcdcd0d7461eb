//! Lowers the allocator shim: `__rust_alloc` and its siblings, each of which calls the default
//! implementation, and the marker symbol by which std checks that a shim is linked.

use std::rc::Rc;
use std::sync::Arc;

use clif_engine::cgu::{Binding, SymbolKind, Visibility};
use clif_engine::coordinator::{CguId, Flow, NativeCoordinator};
use rustc_ast::expand::allocator::{
    AllocatorMethod, AllocatorTy, NO_ALLOC_SHIM_IS_UNSTABLE, default_fn_name, global_fn_name,
};
use rustc_codegen_ssa::traits::BuilderMethods;
use rustc_middle::bug;
use rustc_middle::ty::TyCtxt;
use rustc_span::Symbol;
use rustc_symbol_mangling::mangle_internal_symbol;
use rustc_target::spec::SymbolVisibility;

use crate::abi::Definition;
use crate::builder::Builder;
use crate::cgu::context::CodegenCx;
use crate::cgu::lowering;
use crate::clif::function::{Function, FunctionDetails};
use crate::clif::types::Type;
use crate::clif::values::Value;

/// Lowers the shim as the CGU `cgu`.
pub fn lower_shim(
    tcx: TyCtxt<'_>,
    name: &str,
    methods: &[AllocatorMethod],
    coordinator: &NativeCoordinator,
    cgu: CguId,
) -> Flow {
    let pool = Arc::clone(coordinator.executor().pool());
    let cx = CodegenCx::new(tcx, Symbol::intern(name), pool, Rc::default());
    for method in methods {
        let target = mangle_internal_symbol(tcx, &default_fn_name(method.name));
        let parameters: Vec<Type> =
            method.inputs.iter().flat_map(|input| parameter_types(&input.ty)).copied().collect();
        let wrapper = Wrapper {
            name: mangle_internal_symbol(tcx, &global_fn_name(method.name)),
            target: Some(target),
            parameters,
            result: result_type(&method.output),
        };
        if wrapper.lower(&cx, coordinator, cgu) == Flow::Stop {
            return Flow::Stop;
        }
    }
    let marker = Wrapper {
        name: mangle_internal_symbol(tcx, NO_ALLOC_SHIM_IS_UNSTABLE),
        target: None,
        parameters: vec![],
        result: Type::Void,
    };
    match marker.lower(&cx, coordinator, cgu) {
        Flow::Continue => coordinator.seal(cgu, lowering::seal(cx)),
        Flow::Stop => Flow::Stop,
    }
}

fn parameter_types(ty: &AllocatorTy) -> &'static [Type] {
    match ty {
        // Size and alignment.
        AllocatorTy::Layout => &[Type::I64, Type::I64],
        AllocatorTy::Ptr => &[Type::Pointer],
        AllocatorTy::Usize => &[Type::I64],
        AllocatorTy::Never | AllocatorTy::ResultPtr | AllocatorTy::Unit => {
            bug!("an allocator method cannot take such a parameter")
        }
    }
}

fn result_type(ty: &AllocatorTy) -> Type {
    match ty {
        AllocatorTy::ResultPtr => Type::Pointer,
        AllocatorTy::Unit | AllocatorTy::Never => Type::Void,
        AllocatorTy::Layout | AllocatorTy::Usize | AllocatorTy::Ptr => {
            bug!("an allocator method cannot give such a result")
        }
    }
}

/// A function that passes its parameters on.
struct Wrapper {
    name: String,
    target: Option<String>,
    parameters: Vec<Type>,
    result: Type,
}

impl Wrapper {
    fn lower(&self, cx: &CodegenCx<'_>, coordinator: &NativeCoordinator, cgu: CguId) -> Flow {
        let signature = cx.plain_signature(&self.parameters, self.result);
        let visibility = match cx.tcx.sess.default_visibility() {
            SymbolVisibility::Hidden => Visibility::Hidden,
            SymbolVisibility::Protected => Visibility::Protected,
            SymbolVisibility::Interposable => Visibility::Default,
        };
        let symbol = cx.define_symbol(&self.name, SymbolKind::Function, Binding::Global, visibility);
        let function = Function(symbol);
        cx.signatures.borrow_mut().set_definition(function, Definition { signature, instance: None });
        let block = Builder::append_block(cx, function, "start");
        let mut builder = Builder::build(cx, block);
        let result = match &self.target {
            Some(target) => {
                let arguments: Vec<Value> =
                    (0..self.parameters.len()).map(|index| builder.parameter(index)).collect();
                let target = cx.intern(target, SymbolKind::Function, Binding::Import, Visibility::Hidden);
                let callee = Value::Symbol { symbol: target, offset: 0 };
                builder.call_with_signature(signature, callee, &arguments)
            }
            None => Value::Undefined(Type::Void),
        };
        builder.return_value(result);
        let Some(state) = cx.function.borrow_mut().take() else { bug!("the wrapper was just built") };
        let details = FunctionDetails {
            section: None,
            alignment: 1,
            unwind_table: true,
            symbol_name: self.name.as_str().into(),
            locations: vec![],
            description: None,
        };
        coordinator.submit(cgu, state.finish(details))
    }
}
