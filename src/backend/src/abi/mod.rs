//! Function signatures: how the parameters and results of a Rust or C function become those of a CLIF function.
//!
//! In order:
//! 1. [`CodegenCx::signature_of_abi`] walks an `FnAbi` exactly as LLVM's lowering does (`rustc_codegen_ssa` counts on
//!    the same number and order of backend parameters) and makes a list of backend parameters.
//! 2. [`placement`] puts each piece in a register or on the stack as LLVM does, and orders CLIF's parameters so that
//!    Cranelift comes to the same result: first what goes to registers, then fillers for registers that are left over
//!    although something goes to the stack, then the stack in order with padding for alignment.
//! 3. [`Signature`] keeps the plan, by which calls pack arguments and functions unpack parameters.
//!
//! Layouts: System V ABI for AMD64, section 3.2.3; LLVM's treatment of `i128` (both halves in registers, or 16-byte
//! aligned on the stack) since LLVM 18.

pub mod placement;

use std::rc::Rc;

use cranelift_codegen::entity::{PrimaryMap, entity_impl};
use cranelift_codegen::ir;
use cranelift_codegen::isa::CallConv;
use rustc_abi::{CanonAbi, X86Call};
use rustc_codegen_ssa::MemFlags;
use rustc_codegen_ssa::mir::operand::{OperandRef, OperandValue};
use rustc_codegen_ssa::mir::place::{PlaceRef, PlaceValue};
use rustc_codegen_ssa::traits::{ArgAbiBuilderMethods, BuilderMethods, ConstCodegenMethods};
use rustc_data_structures::fx::FxHashMap;
use rustc_middle::bug;
use rustc_middle::ty::Ty;
use rustc_target::callconv::{ArgAbi, ArgAttributes, ArgExtension, CastTarget, FnAbi, PassMode};

use self::placement::{
    Assigner, Convention, Placed, PlacedPiece, STACK_SLOT, extended, saved_register, stack_offset,
};
use crate::builder::Builder;
use crate::context::{CodegenCx, Function};
use crate::types::Type;
use crate::values::Value;
use crate::variadic::{self, NamedParameters, SavedPiece};

/// An interned [`Signature`].
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SignatureId(u32);
entity_impl!(SignatureId, "signature");

/// Which CLIF parameters hold one scalar.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Piece {
    /// The CLIF parameter with this index.
    Whole(usize),
    /// An `i128` in two CLIF parameters of 64 bits.
    Halves { low: usize, high: usize },
    /// A parameter of a C-variadic definition: see [`crate::variadic`].
    Saved(SavedPiece),
}

/// Where one backend parameter (one LLVM parameter) comes from.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// The type of the backend value: a scalar, a vector or an aggregate.
    pub ty: Type,
    /// One piece per scalar.
    pub pieces: Vec<Piece>,
    /// For a copy of an aggregate (LLVM's `byval`). The value is its address.
    pub by_value: Option<ByValue>,
}

/// An aggregate that the caller copies, and its size in bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ByValue {
    /// To the stack arguments.
    Stack { size: u64 },
    /// To anywhere, giving the address (Microsoft's convention).
    Address { size: u64, alignment: u64 },
}

/// A function signature with its plan.
#[derive(Clone, Debug)]
pub struct Signature {
    pub clif: ir::Signature,
    pub parameters: Vec<Parameter>,
    /// Index of the CLIF parameter that takes the address of the real callee of a variadic call, and its offset in
    /// bytes in the stack arguments; see [`crate::variadic`].
    pub variadic_callee: Option<VariadicCallee>,
    /// Of the definition of a C-variadic function: how much the named parameters take.
    pub named_parameters: Option<NamedParameters>,
    /// The type of the backend result: `Void`, a scalar, a vector or an aggregate.
    pub result: Type,
    /// Why the backend cannot call or define such a function, if it cannot.
    pub unsupported: Option<String>,
}

/// See [`Signature::variadic_callee`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VariadicCallee {
    pub parameter: usize,
    pub stack_offset: u64,
}

/// All signatures of a unit, and those of its own functions.
#[derive(Default)]
pub struct SignatureTable<'tcx> {
    signatures: PrimaryMap<SignatureId, Rc<Signature>>,
    plain: FxHashMap<(Vec<Type>, Type), SignatureId>,
    by_abi: FxHashMap<*const FnAbi<'tcx, Ty<'tcx>>, SignatureId>,
    definitions: FxHashMap<Function, SignatureId>,
}

impl<'tcx> SignatureTable<'tcx> {
    pub fn get(&self, id: SignatureId) -> Rc<Signature> {
        Rc::clone(&self.signatures[id])
    }

    pub fn push(&mut self, signature: Signature) -> SignatureId {
        self.signatures.push(Rc::new(signature))
    }

    /// Notes the signature with which `function` is defined in this unit.
    pub fn set_definition(&mut self, function: Function, signature: SignatureId) {
        self.definitions.insert(function, signature);
    }

    pub fn definition(&self, function: Function) -> Option<SignatureId> {
        self.definitions.get(&function).copied()
    }
}

/// The backend parameters of a signature while it is being made.
struct SignatureBuilder<'a, 'tcx> {
    cx: &'a CodegenCx<'tcx>,
    assigner: Assigner,
    parameters: Vec<(Type, Vec<PlacedPiece>, Option<ByValue>)>,
    unsupported: Option<String>,
}

impl<'a, 'tcx> SignatureBuilder<'a, 'tcx> {
    fn new(cx: &'a CodegenCx<'tcx>, convention: Convention) -> Self {
        SignatureBuilder {
            cx,
            assigner: Assigner::new(convention),
            parameters: Vec::new(),
            unsupported: None,
        }
    }

    fn scalar(&mut self, ty: Type, attributes: &ArgAttributes) {
        if ty.clif().is_none() {
            self.unsupported = Some(format!("passing a value of the type {ty:?} in registers"));
            self.parameters.push((ty, vec![], None));
            return;
        }
        let piece = self.assigner.scalar(ty, attributes.arg_ext);
        self.parameters.push((ty, vec![piece], None));
    }

    fn cast(&mut self, cast: &CastTarget) {
        let aggregate = self.cx.cast_aggregate(cast);
        let mut pieces = Vec::new();
        for element in &aggregate.elements {
            if element.ty.clif().is_none() {
                self.unsupported = Some(format!("passing a vector of {} bytes in a register", element.bytes));
                continue;
            }
            pieces.push(self.assigner.scalar(element.ty, cast.attrs.arg_ext));
        }
        let ty = self.cx.intern_aggregate(aggregate);
        self.parameters.push((ty, pieces, None));
    }

    fn argument(&mut self, argument: &ArgAbi<'tcx, Ty<'tcx>>) {
        let plain = ArgAttributes::new();
        match &argument.mode {
            PassMode::Ignore => {}
            PassMode::Direct(attributes) => {
                self.scalar(self.cx.layout_type(argument.layout, true), attributes);
            }
            PassMode::Pair(first, second) => {
                let Type::Aggregate(id) = self.cx.layout_type(argument.layout, true) else {
                    bug!("{:?} is passed as a pair but is none", argument.layout.ty)
                };
                let types: Vec<Type> = self.cx.types.borrow().get(id).elements.iter().map(|e| e.ty).collect();
                self.scalar(types[0], first);
                self.scalar(types[1], second);
            }
            PassMode::Cast { pad_i32, cast } => {
                if *pad_i32 {
                    self.scalar(Type::I32, &plain);
                }
                self.cast(cast);
            }
            PassMode::Indirect { meta_attrs: Some(_), .. } => {
                // The two halves of a wide pointer.
                self.scalar(Type::Pointer, &plain);
                self.scalar(Type::Pointer, &plain);
            }
            PassMode::Indirect { attrs, on_stack: true, .. } => {
                let size = argument.layout.size.bytes();
                let alignment = attrs.pointee_align.map_or(STACK_SLOT, |align| align.bytes());
                let (piece, by_value) = self.assigner.by_value(size, alignment);
                self.parameters.push((Type::Pointer, vec![piece], Some(by_value)));
            }
            PassMode::Indirect { on_stack: false, .. } => self.scalar(Type::Pointer, &plain),
        }
    }

    /// The hidden first parameter: where an indirect result is to be stored.
    fn result_pointer(&mut self) {
        let parameter = ir::AbiParam::special(ir::types::I64, ir::ArgumentPurpose::StructReturn);
        let piece = self.assigner.result_pointer(parameter);
        self.parameters.push((Type::Pointer, vec![piece], None));
    }

    /// The signature of the definition of a C-variadic function.
    fn finish_definition(mut self, returns: Returns) -> Signature {
        let assigner = &self.assigner;
        let named = NamedParameters {
            integers: assigner.integers,
            floats: assigner.floats,
            stack_bytes: assigner.stack_bytes,
        };
        let place = |placed| match placed {
            Placed::Register(index) => saved_register(&assigner.registers, index),
            Placed::Stack(index) => SavedPiece::Stack { offset: stack_offset(&assigner.stack, index) },
        };
        let parameters = std::mem::take(&mut self.parameters).into_iter().map(|(ty, pieces, by_value)| {
            let saved = pieces.into_iter().map(|piece| match piece {
                // Both halves lie one after the other, in the saved registers and on the stack.
                PlacedPiece::Whole(placed) | PlacedPiece::Halves { low: placed, .. } => {
                    Piece::Saved(place(placed))
                }
            });
            Parameter { ty, pieces: saved.collect(), by_value }
        });
        let parameters = parameters.collect();
        let result_pointer = assigner
            .registers
            .first()
            .is_some_and(|first| first.purpose == ir::ArgumentPurpose::StructReturn);
        let clif = ir::Signature {
            params: variadic::definition_parameters(result_pointer),
            returns: returns.clif,
            call_conv: CallConv::SystemV,
        };
        let unsupported = self.unsupported.or(returns.unsupported);
        Signature {
            clif,
            parameters,
            variadic_callee: None,
            named_parameters: Some(named),
            result: returns.ty,
            unsupported,
        }
    }

    fn finish(mut self, call_conv: CallConv, returns: Returns, variadic: Variadic) -> Signature {
        let callee = (variadic == Variadic::Yes).then(|| {
            self.assigner.needs_fillers = true;
            let pointer = ir::AbiParam::new(ir::types::I64);
            let placed = self.assigner.stack_slot(pointer, STACK_SLOT, STACK_SLOT);
            (PlacedPiece::Whole(placed), self.assigner.stack_bytes - STACK_SLOT)
        });
        let (params, stack_start) = self.assigner.finish();
        let parameters = self
            .parameters
            .into_iter()
            .map(|(ty, pieces, by_value)| Parameter {
                ty,
                pieces: pieces.into_iter().map(|piece| piece.at(stack_start)).collect(),
                by_value,
            })
            .collect();
        let variadic_callee = callee.map(|(piece, stack_offset)| match piece.at(stack_start) {
            Piece::Whole(parameter) => VariadicCallee { parameter, stack_offset },
            Piece::Halves { .. } | Piece::Saved(_) => bug!("an address is one piece"),
        });
        let clif = ir::Signature { params, returns: returns.clif, call_conv };
        let unsupported = self.unsupported.or(returns.unsupported);
        Signature {
            clif,
            parameters,
            variadic_callee,
            named_parameters: None,
            result: returns.ty,
            unsupported,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Variadic {
    Yes,
    No,
}

/// The results of a signature.
struct Returns {
    ty: Type,
    clif: Vec<ir::AbiParam>,
    unsupported: Option<String>,
}

impl<'tcx> CodegenCx<'tcx> {
    /// The signature of functions with the ABI `fn_abi`; for variadic calls, with all arguments of this call.
    pub fn signature_of_abi(&self, fn_abi: &FnAbi<'tcx, Ty<'tcx>>) -> SignatureId {
        let key: *const FnAbi<'tcx, Ty<'tcx>> = fn_abi;
        if let Some(&id) = self.signatures.borrow().by_abi.get(&key) {
            return id;
        }
        let mut builder = self.signature_builder(fn_abi);
        let call_conv = match call_conv(fn_abi.conv) {
            Ok(call_conv) => call_conv,
            Err(reason) => {
                builder.unsupported = Some(reason);
                CallConv::SystemV
            }
        };
        let variadic = if fn_abi.c_variadic { Variadic::Yes } else { Variadic::No };
        if fn_abi.c_variadic && call_conv != CallConv::SystemV {
            builder.unsupported =
                Some(format!("variable arguments with the calling convention `{}`", fn_abi.conv));
        }
        let signature = builder.finish(call_conv, self.returns_of(fn_abi), variadic);
        let mut table = self.signatures.borrow_mut();
        let id = table.push(signature);
        table.by_abi.insert(key, id);
        id
    }

    /// The signature with which a function of the ABI `fn_abi` is defined; calls may have another one.
    pub fn signature_of_definition(&self, fn_abi: &FnAbi<'tcx, Ty<'tcx>>) -> SignatureId {
        let signature = match fn_abi.conv {
            // Not kept by ABI: calls without variable arguments have the same.
            _ if fn_abi.c_variadic => {
                self.signature_builder(fn_abi).finish_definition(self.returns_of(fn_abi))
            }
            CanonAbi::RustCold => self.cold_definition(fn_abi),
            _ => return self.signature_of_abi(fn_abi),
        };
        self.signatures.borrow_mut().push(signature)
    }

    /// Callers that LLVM has compiled count on nearly all registers being as before (`preserve_mostcc`). Cranelift's
    /// nearest convention leaves all of them, and therefore has no results.
    fn cold_definition(&self, fn_abi: &FnAbi<'tcx, Ty<'tcx>>) -> Signature {
        let builder = self.signature_builder(fn_abi);
        let mut signature = builder.finish(CallConv::PreserveAll, self.returns_of(fn_abi), Variadic::No);
        if !signature.clif.returns.is_empty() {
            let reason = "defining a function with the convention `rust-cold` that has a result in registers";
            signature.unsupported = Some(reason.into());
        }
        signature
    }

    fn signature_builder(&self, fn_abi: &FnAbi<'tcx, Ty<'tcx>>) -> SignatureBuilder<'_, 'tcx> {
        let convention = match fn_abi.conv {
            CanonAbi::X86(X86Call::Win64) => Convention::Windows,
            _ => Convention::SystemV,
        };
        let mut builder = SignatureBuilder::new(self, convention);
        if fn_abi.ret.is_indirect() {
            builder.result_pointer();
        }
        for argument in &fn_abi.args {
            builder.argument(argument);
        }
        builder
    }

    /// A signature of scalars in the C convention, as generated code of the backend itself uses it.
    pub fn plain_signature(&self, parameters: &[Type], result: Type) -> SignatureId {
        let key = (parameters.to_vec(), result);
        if let Some(&id) = self.signatures.borrow().plain.get(&key) {
            return id;
        }
        let mut builder = SignatureBuilder::new(self, Convention::SystemV);
        for &parameter in parameters {
            builder.scalar(parameter, &ArgAttributes::new());
        }
        let clif = match result {
            Type::Void => vec![],
            ty => vec![ir::AbiParam::new(ty.clif_or_bug())],
        };
        let returns = Returns { ty: result, clif, unsupported: None };
        let signature = builder.finish(CallConv::SystemV, returns, Variadic::No);
        let mut table = self.signatures.borrow_mut();
        let id = table.push(signature);
        table.plain.insert(key, id);
        id
    }

    fn returns_of(&self, fn_abi: &FnAbi<'tcx, Ty<'tcx>>) -> Returns {
        let void = Returns { ty: Type::Void, clif: vec![], unsupported: None };
        match &fn_abi.ret.mode {
            PassMode::Ignore | PassMode::Indirect { .. } => void,
            PassMode::Direct(attributes) => {
                self.returned(self.layout_type(fn_abi.ret.layout, true), &[attributes])
            }
            PassMode::Pair(first, second) => {
                self.returned(self.layout_type(fn_abi.ret.layout, true), &[first, second])
            }
            PassMode::Cast { cast, .. } => {
                self.returned(self.intern_aggregate(self.cast_aggregate(cast)), &[&cast.attrs])
            }
        }
    }

    fn returned(&self, ty: Type, attributes: &[&ArgAttributes]) -> Returns {
        let types = match ty {
            Type::Aggregate(id) => self.types.borrow().get(id).elements.iter().map(|e| e.ty).collect(),
            scalar => vec![scalar],
        };
        let mut returns = Returns { ty, clif: vec![], unsupported: None };
        for (index, ty) in types.into_iter().enumerate() {
            let Some(clif) = ty.clif() else {
                returns.unsupported = Some(format!("returning a value of the type {ty:?} in registers"));
                continue;
            };
            let extension =
                attributes.get(index).or(attributes.first()).map_or(ArgExtension::None, |a| a.arg_ext);
            returns.clif.push(extended(ir::AbiParam::new(clif), extension));
        }
        returns
    }
}

fn call_conv(conv: CanonAbi) -> Result<CallConv, String> {
    match conv {
        CanonAbi::C | CanonAbi::Rust | CanonAbi::Custom | CanonAbi::X86(X86Call::SysV64) => {
            Ok(CallConv::SystemV)
        }
        CanonAbi::X86(X86Call::Win64) => Ok(CallConv::WindowsFastcall),
        // LLVM's preserve-most: the callee saves nearly everything. Callers lose nothing by assuming less.
        CanonAbi::RustCold => Ok(CallConv::SystemV),
        other => Err(format!("the calling convention `{other}`")),
    }
}

impl<'a, 'tcx> ArgAbiBuilderMethods<'tcx> for Builder<'a, 'tcx> {
    fn store_fn_arg(
        &mut self,
        arg_abi: &ArgAbi<'tcx, Ty<'tcx>>,
        index: &mut usize,
        destination: PlaceRef<'tcx, Value>,
    ) {
        match arg_abi.mode {
            PassMode::Ignore => {}
            PassMode::Pair(..) => {
                let first = self.parameter(*index);
                let second = self.parameter(*index + 1);
                *index += 2;
                OperandValue::Pair(first, second).store(self, destination);
            }
            PassMode::Indirect { meta_attrs: Some(_), .. } => bug!("an unsized argument cannot be stored"),
            PassMode::Direct(_) | PassMode::Indirect { .. } | PassMode::Cast { .. } => {
                let value = self.parameter(*index);
                *index += 1;
                self.store_arg(arg_abi, value, destination);
            }
        }
    }

    fn store_arg(
        &mut self,
        arg_abi: &ArgAbi<'tcx, Ty<'tcx>>,
        value: Value,
        destination: PlaceRef<'tcx, Value>,
    ) {
        match &arg_abi.mode {
            PassMode::Ignore => {}
            PassMode::Indirect { attrs, meta_attrs: None, .. } => {
                let align = attrs.pointee_align.unwrap_or(arg_abi.layout.align.abi);
                OperandValue::Ref(PlaceValue::new_sized(value, align)).store(self, destination);
            }
            PassMode::Indirect { meta_attrs: Some(_), .. } => bug!("an unsized argument cannot be stored"),
            PassMode::Cast { cast, .. } => self.store_cast_argument(arg_abi, cast, value, destination),
            PassMode::Pair(..) | PassMode::Direct { .. } => {
                OperandRef::from_immediate_or_packed_pair(self, value, arg_abi.layout)
                    .val
                    .store(self, destination);
            }
        }
    }
}

impl<'a, 'tcx> Builder<'a, 'tcx> {
    /// Stores registers to a place whose size may differ from theirs (trailing padding either way), through a slot
    /// that is large enough for both.
    fn store_cast_argument(
        &mut self,
        arg_abi: &ArgAbi<'tcx, Ty<'tcx>>,
        cast: &CastTarget,
        value: Value,
        destination: PlaceRef<'tcx, Value>,
    ) {
        let align = cast.align(self.cx);
        let copied = cast.unaligned_size(self.cx).min(arg_abi.layout.size);
        if cast.unaligned_size(self.cx) <= arg_abi.layout.size {
            // No byte too many would be written: straight to the place.
            self.store(value, destination.val.llval, destination.val.align);
            return;
        }
        let scratch = self.alloca(cast.size(self.cx), align);
        self.store(value, scratch, align);
        let bytes = self.cx.const_usize(copied.bytes());
        let target = destination.val;
        self.memcpy(target.llval, target.align, scratch, align, bytes, MemFlags::empty(), None);
    }
}
