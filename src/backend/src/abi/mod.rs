//! Turns the signatures of Rust and C functions into those of CLIF functions.
//!
//! 1. [`CodegenCx::signature_of_abi`] walks an `FnAbi` exactly as LLVM's lowering does (`rustc_codegen_ssa`
//!    relies on the same number and order of backend parameters) and lists the backend parameters.
//! 2. [`clif_engine::calls::Assigner`] gives each scalar a register or a stack slot, as LLVM does. It orders
//!    CLIF's parameters so that Cranelift makes the same choice.
//! 3. [`Signature`] records the result. Calls pack their arguments according to it, and functions unpack
//!    their parameters.
//! 4. [`shims`] pass the parameters and results that CLIF cannot express; the module lists them. Shims are
//!    functions in LLVM's IR that follow the real convention.
//! 5. [`arguments`] stores arguments and results in memory.

mod arguments;
pub mod shims;
mod signature_builder;
pub mod variadic;

use std::rc::Rc;

use clif_engine::calls::{Convention, OtherTailCalls};
use clif_engine::llvm::shim::ShimPlan;
use cranelift_codegen::entity::PrimaryMap;
use cranelift_codegen::ir;
use cranelift_codegen::ir::ArgumentExtension;
use cranelift_codegen::isa::CallConv;
use rustc_abi::CanonAbi;
use rustc_data_structures::fx::FxHashMap;
use rustc_middle::mir::TerminatorKind;
use rustc_middle::ty::{Instance, InstanceKind, Ty, TyCtxt};
use rustc_target::callconv::{ArgAttributes, ArgExtension, FnAbi, PassMode};

use self::signature_builder::{Aggregate, ShimNeeds, SignatureBuilder, SignatureResults, Variadic};
use crate::cgu::context::CodegenCx;
use crate::clif::function::Function;
use crate::clif::signatures::{Signature, SignatureId};
use crate::clif::types::Type;

/// All signatures of a CGU, and which ones its own functions have.
#[derive(Default)]
pub struct SignatureTable<'tcx> {
    signatures: PrimaryMap<SignatureId, Rc<Signature>>,
    plain: FxHashMap<(Vec<Type>, Type), SignatureId>,
    by_abi: FxHashMap<*const FnAbi<'tcx, Ty<'tcx>>, SignatureId>,
    definitions: FxHashMap<Function, Definition<'tcx>>,
    /// Shims for calls, by their text without the name.
    pub call_shims: FxHashMap<String, Function>,
}

/// How a function of this CGU is defined.
#[derive(Clone, Copy)]
pub struct Definition<'tcx> {
    pub signature: SignatureId,
    /// The instance, unless the function is synthetic.
    pub instance: Option<Instance<'tcx>>,
}

impl<'tcx> SignatureTable<'tcx> {
    pub fn get(&self, id: SignatureId) -> Rc<Signature> {
        Rc::clone(&self.signatures[id])
    }

    pub fn push(&mut self, signature: Signature) -> SignatureId {
        self.signatures.push(Rc::new(signature))
    }

    /// Sets how `function` is defined in this CGU.
    pub fn set_definition(&mut self, function: Function, definition: Definition<'tcx>) {
        self.definitions.insert(function, definition);
    }

    pub fn definition(&self, function: Function) -> Option<Definition<'tcx>> {
        self.definitions.get(&function).copied()
    }
}

impl<'tcx> CodegenCx<'tcx> {
    /// Returns the signature for calls of functions with the ABI `fn_abi`. That of a variadic call has all
    /// arguments of the call.
    pub fn signature_of_abi(&self, fn_abi: &FnAbi<'tcx, Ty<'tcx>>) -> SignatureId {
        let key: *const FnAbi<'tcx, Ty<'tcx>> = fn_abi;
        if let Some(&id) = self.signatures.borrow().by_abi.get(&key) {
            return id;
        }
        let signature = self.signature_of_calls(fn_abi);
        let mut table = self.signatures.borrow_mut();
        let id = table.push(signature);
        table.by_abi.insert(key, id);
        id
    }

    fn signature_of_calls(&self, fn_abi: &FnAbi<'tcx, Ty<'tcx>>) -> Signature {
        let mut builder = self.signature_builder(fn_abi);
        let returns = self.returns_of(fn_abi);
        builder.needs_shims(returns.shims);
        let variadic = if fn_abi.c_variadic { Variadic::Yes } else { Variadic::No };
        let convention = builder.convention();
        if convention == Convention::C && builder.shims == ShimNeeds::Nothing {
            return builder.finish(convention.clif(), returns, variadic);
        }
        if builder.shims != ShimNeeds::Nothing || variadic == Variadic::Yes {
            return builder.finish_for_shim(returns, variadic);
        }
        let invoke_shim = Some(Rc::new(shims::plan(&builder, &returns, None)));
        Signature { invoke_shim, ..builder.finish(convention.clif(), returns, variadic) }
    }

    /// Returns the signature with which `instance`, a function of the ABI `fn_abi`, is defined. Calls may
    /// have another.
    pub fn signature_of_definition(
        &self,
        instance: Instance<'tcx>,
        fn_abi: &FnAbi<'tcx, Ty<'tcx>>,
    ) -> SignatureId {
        let signature = match fn_abi.conv {
            // Not in `by_abi`: calls without variable arguments have the same ABI, but another signature.
            _ if fn_abi.c_variadic => self.variadic_definition(fn_abi),
            CanonAbi::RustCold => self.cold_definition(fn_abi),
            _ if makes_tail_calls(self.tcx, instance) => self.tail_calling_definition(fn_abi),
            _ => {
                let calls = self.signature_of_abi(fn_abi);
                let builder = self.signature_builder(fn_abi);
                let returns = self.returns_of(fn_abi);
                if builder.shims != ShimNeeds::Calls || returns.shims != ShimNeeds::Nothing {
                    return calls;
                }
                let call_conv = builder.convention().clif();
                builder.finish(call_conv, returns, Variadic::No)
            }
        };
        self.signatures.borrow_mut().push(signature)
    }

    /// Returns the signature of a definition that makes explicit tail calls: see
    /// [`crate::builder::tail_calls`].
    fn tail_calling_definition(&self, fn_abi: &FnAbi<'tcx, Ty<'tcx>>) -> Signature {
        let calls = self.signature_of_calls(fn_abi);
        let rules = self.machine.calls.tail_calls.as_ref();
        let is_accepted = calls.shim.is_none() && rules.is_some_and(|rules| (rules.accepts)(&calls.clif));
        if is_accepted || self.machine.calls.other_tail_calls == OtherTailCalls::Refused {
            return calls;
        }
        let builder = self.signature_builder(fn_abi);
        let signature = builder.finish_for_shim(self.returns_of(fn_abi), Variadic::No);
        let callee = ir::AbiParam::new(ir::types::I64);
        Signature {
            shim: signature.shim.map(|plan| Rc::new(ShimPlan::clone(&plan).with_tail_calls())),
            clif: ir::Signature { returns: vec![callee], ..signature.clif },
            ..signature
        }
    }

    /// Returns the signature of a C-variadic definition.
    fn variadic_definition(&self, fn_abi: &FnAbi<'tcx, Ty<'tcx>>) -> Signature {
        self.signature_builder(fn_abi).finish_for_shim(self.returns_of(fn_abi), Variadic::Yes)
    }

    /// Returns the signature of an `extern "rust-cold"` definition. Callers that LLVM has compiled rely on
    /// nearly all registers being preserved (`preserve_mostcc`). Cranelift's nearest convention preserves all
    /// of them, so it has no results; functions with results have a shim, which preserves the registers.
    fn cold_definition(&self, fn_abi: &FnAbi<'tcx, Ty<'tcx>>) -> Signature {
        let builder = self.signature_builder(fn_abi);
        let returns = self.returns_of(fn_abi);
        let has_results = returns.ty != Type::Void;
        if has_results || builder.shims == ShimNeeds::CallsAndDefinitions {
            builder.finish_for_shim(returns, Variadic::No)
        } else {
            builder.finish(CallConv::PreserveAll, returns, Variadic::No)
        }
    }

    fn signature_builder(&self, fn_abi: &FnAbi<'tcx, Ty<'tcx>>) -> SignatureBuilder<'_, 'tcx> {
        let convention = self.convention(fn_abi.conv);
        let mut builder = SignatureBuilder::new(self, convention.unwrap_or(Convention::C));
        builder.is_cold = fn_abi.conv == CanonAbi::RustCold;
        if builder.is_cold && self.machine.calls.cold_shims {
            builder.needs_shims(ShimNeeds::CallsAndDefinitions);
        }
        if convention.is_none() {
            builder.unsupported = Some(format!("the calling convention `{}`", fn_abi.conv));
        }
        if fn_abi.ret.is_indirect() {
            builder.result_pointer(fn_abi.ret.layout);
        }
        // `rust-call` spreads a tuple into more arguments than `fixed_count` says.
        let count = if fn_abi.c_variadic { fn_abi.fixed_count as usize } else { fn_abi.args.len() };
        let (named, variable) = fn_abi.args.split_at(count);
        named.iter().for_each(|argument| builder.argument(argument));
        builder.end_named_parameters();
        variable.iter().for_each(|argument| builder.argument(argument));
        builder.check_size();
        builder
    }

    /// Returns a signature of scalars in the C convention, for functions that the backend itself calls or
    /// makes.
    pub fn plain_signature(&self, parameters: &[Type], result: Type) -> SignatureId {
        let key = (parameters.to_vec(), result);
        if let Some(&id) = self.signatures.borrow().plain.get(&key) {
            return id;
        }
        let mut builder = SignatureBuilder::new(self, Convention::C);
        for &parameter in parameters {
            builder.plain_scalar(parameter);
        }
        let extension = self.plain_extension(result);
        let clif = match result {
            Type::Void => vec![],
            ty => vec![ir::AbiParam { extension, ..ir::AbiParam::new(ty.clif_or_bug()) }],
        };
        let returns = SignatureResults { clif, extension, ..SignatureResults::new(result) };
        let signature = builder.finish(Convention::C.clif(), returns, Variadic::No);
        let mut table = self.signatures.borrow_mut();
        let id = table.push(signature);
        table.plain.insert(key, id);
        id
    }

    /// Returns how an integer is extended that is passed to or by a function that the backend itself calls or
    /// makes.
    fn plain_extension(&self, ty: Type) -> ArgumentExtension {
        ty.clif().map_or(ArgumentExtension::None, self.machine.calls.plain_extension)
    }

    /// Returns the convention of rustc's `abi`, if CLIF has it on this machine.
    fn convention(&self, abi: CanonAbi) -> Option<Convention> {
        match abi {
            CanonAbi::C | CanonAbi::Rust | CanonAbi::Custom => Some(Convention::C),
            // LLVM's preserve-most: the callee saves nearly everything. Callers lose nothing by assuming
            // less.
            CanonAbi::RustCold => Some(Convention::C),
            other => (self.machine.names.convention)(other),
        }
    }

    fn returns_of(&self, fn_abi: &FnAbi<'tcx, Ty<'tcx>>) -> SignatureResults {
        match &fn_abi.ret.mode {
            PassMode::Ignore | PassMode::Indirect { .. } => SignatureResults::new(Type::Void),
            PassMode::Direct(attributes) => match self.immediate_type(fn_abi.ret.layout) {
                ty @ Type::Memory { .. } => SignatureResults {
                    aggregate: Aggregate::Unadjusted(self.ir_of_aggregate(fn_abi.ret.layout)),
                    shims: ShimNeeds::CallsAndDefinitions,
                    ..SignatureResults::new(ty)
                },
                ty => self.returned(ty, &[attributes]),
            },
            PassMode::Pair(first, second) => {
                self.returned(self.immediate_type(fn_abi.ret.layout), &[first, second])
            }
            PassMode::Cast { cast, .. } => SignatureResults {
                aggregate: Aggregate::of_cast(cast),
                ..self.returned(self.intern_aggregate(self.cast_aggregate(cast)), &[&cast.attrs])
            },
        }
    }

    fn returned(&self, ty: Type, attributes: &[&ArgAttributes]) -> SignatureResults {
        let types = match ty {
            Type::Aggregate(id) => self.types.borrow().get(id).elements.iter().map(|e| e.ty).collect(),
            scalar => vec![scalar],
        };
        let mut returns = SignatureResults::new(ty);
        returns.extension = attributes.first().map_or(ArgumentExtension::None, |first| extension_of(first));
        for (index, ty) in types.into_iter().enumerate() {
            let Some(clif) = ty.clif() else {
                returns.shims = ShimNeeds::CallsAndDefinitions;
                continue;
            };
            let extension = attributes
                .get(index)
                .or(attributes.first())
                .map_or(ArgumentExtension::None, |a| extension_of(a));
            returns.clif.push(self.machine.calls.parameter(clif, extension));
        }
        returns
    }
}

/// Returns whether a function makes explicit tail calls.
fn makes_tail_calls<'tcx>(tcx: TyCtxt<'tcx>, instance: Instance<'tcx>) -> bool {
    let InstanceKind::Item(_) = instance.def else { return false };
    let mut blocks = tcx.instance_mir(instance.def).basic_blocks.iter();
    blocks.any(|block| matches!(block.terminator().kind, TerminatorKind::TailCall { .. }))
}

/// Returns how the caller extends an integer.
fn extension_of(attributes: &ArgAttributes) -> ArgumentExtension {
    match attributes.arg_ext {
        ArgExtension::None => ArgumentExtension::None,
        ArgExtension::Zext => ArgumentExtension::Uext,
        ArgExtension::Sext => ArgumentExtension::Sext,
    }
}
