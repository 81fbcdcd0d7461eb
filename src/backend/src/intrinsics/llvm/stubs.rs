//! Calls intrinsics through stubs in LLVM's IR.
//!
//! 1. [`call`] describes how each argument and the result are passed: scalars in registers, vectors of 128
//!    bits in vector registers if CLIF and LLVM agree about those, everything else by address.
//! 2. Constants and vectors of them become part of the stub: LLVM requires constants for some arguments, and
//!    only LLVM knows which.
//! 3. [`Stubs`] maps text to the CGU's stubs. A new stub gets a name that is unique in the crate, numbered in
//!    the order of lowering, and goes to the CGU's [`clif_engine::llvm::Module`].
//! 4. The stub is called, and a result in memory becomes a value.

use clif_engine::cgu::{Binding, SymbolId, SymbolKind, Visibility};
use clif_engine::clif::memory::plain_memory;
use clif_engine::llvm::{Argument, AtomicOperation, Origin, Passed, Stub, StubResult, StubSection, StubText};
use rustc_abi::{BackendRepr, Scalar};
use rustc_codegen_ssa::mir::operand::{OperandRef, OperandValue};
use rustc_data_structures::fx::FxHashMap;
use rustc_middle::bug;
use rustc_middle::ty::layout::TyAndLayout;
use rustc_session::Session;

use super::{NOTHING, frame, ir_types};
use crate::builder::Builder;
use crate::builder::memory::memory_flags;
use crate::cgu::context::CodegenCx;
use crate::clif::function::Function;
use crate::clif::types::Type;
use crate::clif::values::{Value, sign_extend};
use crate::session::llvm_features;

/// The alignment of the slots for values that are passed by address.
const SLOT_ALIGNMENT: u64 = 16;

/// The stubs of a CGU.
#[derive(Default)]
pub struct Stubs {
    /// Stubs by intrinsic and text, so that equal calls share one.
    by_text: FxHashMap<(String, StubText), SymbolId>,
    /// Atomics of 128 bits, with their attributes.
    pub atomics: FxHashMap<(AtomicOperation, String), SymbolId>,
    /// The attributes of stubs that the function with this symbol calls. Consecutive calls are often in the
    /// same function.
    attributes: Option<(SymbolId, String)>,
}

/// Calls the intrinsic `name`.
pub fn call<'tcx>(
    builder: &mut Builder<'_, 'tcx>,
    name: &str,
    operands: &[OperandRef<'tcx, Value>],
    layout: TyAndLayout<'tcx>,
) -> Value {
    let result = StubCall::result(builder, layout);
    let mut call = StubCall { name, arguments: Vec::new(), values: Vec::new() };
    for operand in operands {
        call.push(builder, operand);
    }
    let StubCall { arguments, mut values, .. } = call;
    let attributes = builder.stub_attributes();
    let stub = Stub { intrinsic: name, arguments, result, attributes: &attributes };
    let symbol = builder.cx.stub_symbol(&stub);

    let ty = result_type(builder, layout);
    let is_in_memory = matches!(stub.result, StubResult::InMemory { .. } | StubResult::Pair { .. });
    let slot = is_in_memory.then(|| {
        let size = layout.size.bytes();
        builder.with_function(|state| state.stack_slot(size, SLOT_ALIGNMENT))
    });
    if let Some(slot) = slot {
        values.insert(0, Value::Stack { slot, offset: 0 });
    }
    let types: Vec<Type> = values.iter().map(|value| value.ty()).collect();
    let signature = builder.cx.plain_signature(&types, if slot.is_some() { NOTHING } else { ty });
    let called = Value::Symbol { symbol, offset: 0 };
    let returned = builder.call_with_signature(signature, called, &values);
    match (slot, ty) {
        (None, NOTHING) => Value::Undefined(NOTHING),
        (None, _) => returned,
        (Some(slot), Type::Vector { .. }) => builder.vector_in_slot(slot, ty),
        (Some(slot), Type::Memory { .. }) => Value::MemoryVector { slot, ty },
        (Some(slot), _) => builder.load_value(ty, Value::Stack { slot, offset: 0 }, plain_memory()),
    }
}

/// Returns the backend type of a result.
pub fn result_type<'tcx>(builder: &Builder<'_, 'tcx>, layout: TyAndLayout<'tcx>) -> Type {
    if layout.is_zst() { NOTHING } else { builder.cx.immediate_type(layout) }
}

/// A call while its arguments are collected.
struct StubCall<'n> {
    name: &'n str,
    arguments: Vec<Argument>,
    /// The arguments of the stub.
    values: Vec<Value>,
}

impl StubCall<'_> {
    fn result<'tcx>(builder: &Builder<'_, 'tcx>, layout: TyAndLayout<'tcx>) -> StubResult {
        let cx = builder.cx;
        let ty = ir_types::immediate(cx, layout);
        let in_memory =
            |ty| StubResult::InMemory { ty, alignment: layout.align.abi.bytes().min(SLOT_ALIGNMENT) };
        match layout.backend_repr {
            _ if layout.is_zst() => StubResult::Nothing,
            BackendRepr::Scalar(scalar) if scalar.is_bool() => StubResult::AsByte,
            BackendRepr::Scalar(_) if is_register(cx.immediate_type(layout)) => StubResult::Directly(ty),
            BackendRepr::SimdVector { .. } if builder.in_vector_register(cx.immediate_type(layout)) => {
                StubResult::InVectorRegister(ty)
            }
            BackendRepr::ScalarPair(first, second) => {
                let types = [first, second].map(ir_types::immediate_scalar);
                StubResult::Pair { types, offset: second_offset(builder, first, second) }
            }
            _ => in_memory(ty),
        }
    }

    /// Adds an argument, unless it has no size.
    fn push<'tcx>(&mut self, builder: &mut Builder<'_, 'tcx>, operand: &OperandRef<'tcx, Value>) {
        let layout = operand.layout;
        let ty = ir_types::immediate(builder.cx, layout);
        let (passed, value) = match operand.val {
            OperandValue::ZeroSized => return,
            OperandValue::Immediate(value) => {
                if let Some(constant) = self.constant(value).or_else(|| constant_vector(builder, value)) {
                    self.arguments.push(Argument { ty, passed: Passed::Constant(constant) });
                    return;
                }
                builder.pass_immediate(value)
            }
            OperandValue::Pair(..) => {
                let value = operand.immediate_or_packed_pair(builder);
                builder.pass_in_slot(value, layout.size.bytes())
            }
            OperandValue::Ref(place) => {
                let vector = builder.cx.immediate_type(layout);
                if builder.in_vector_register(vector) {
                    let flags = memory_flags(vector, place.align);
                    (Passed::InVectorRegister, builder.load_value(vector, place.llval, flags))
                } else {
                    (Passed::InMemory { alignment: place.align.bytes() }, place.llval)
                }
            }
        };
        self.arguments.push(Argument { ty, passed });
        self.values.push(value);
    }

    /// Returns a constant integer in LLVM's syntax.
    fn constant(&self, value: Value) -> Option<String> {
        let Value::Constant { bits, ty } = value else { return None };
        let bits = bits + frame::frames_between(self.name, self.arguments.len());
        match ty {
            Type::Bool => Some(if bits == 0 { "false" } else { "true" }.to_owned()),
            _ if ty.is_integer() => Some(sign_extend(bits, ty).to_string()),
            _ => None,
        }
    }
}

/// Returns a constant vector of integers in LLVM's syntax.
fn constant_vector(builder: &Builder<'_, '_>, value: Value) -> Option<String> {
    let Value::Aggregate { ty: Type::Vector { .. }, .. } = value else { return None };
    let element = |value: Value| match value {
        Value::Constant { bits, ty } if ty.is_integer() => {
            Some(format!("i{} {}", ty.size() * 8, sign_extend(bits, ty)))
        }
        _ => None,
    };
    let elements: Option<Vec<String>> =
        builder.cx.aggregate_elements(value).into_iter().map(element).collect();
    Some(format!("<{}>", elements?.join(", ")))
}

/// Whether each function has its own section.
pub(super) fn has_function_sections(sess: &Session) -> bool {
    sess.opts.unstable_opts.function_sections.unwrap_or(sess.target.function_sections)
}

/// Whether CLIF and LLVM pass a scalar of this type in the same register, whatever the machine.
fn is_register(ty: Type) -> bool {
    matches!(ty, Type::I8 | Type::I16 | Type::I32 | Type::I64 | Type::Pointer | Type::F32 | Type::F64)
}

/// Returns the offset of the second scalar of a pair in memory.
fn second_offset(builder: &Builder<'_, '_>, first: Scalar, second: Scalar) -> u64 {
    let Type::Aggregate(id) = builder.cx.pair_type(first, second) else { bug!("a pair is an aggregate") };
    builder.cx.types.borrow().get(id).elements[1].offset
}

impl<'tcx> Builder<'_, 'tcx> {
    fn in_vector_register(&self, ty: Type) -> bool {
        matches!(ty, Type::Vector { .. })
            && ty.clif().is_some()
            && self.cx.machine.facts.instructions.vector_arguments
    }

    fn pass_immediate(&mut self, value: Value) -> (Passed, Value) {
        match value.ty() {
            Type::Bool => (Passed::AsByte, value),
            ty if is_register(ty) => (Passed::Directly, value),
            ty if self.in_vector_register(ty) => (Passed::InVectorRegister, value),
            Type::Vector { .. } => {
                (Passed::InMemory { alignment: SLOT_ALIGNMENT }, self.vector_address(value))
            }
            ty => self.pass_in_slot(value, ty.size()),
        }
    }

    fn pass_in_slot(&mut self, value: Value, size: u64) -> (Passed, Value) {
        let slot = self.with_function(|state| state.stack_slot(size, SLOT_ALIGNMENT));
        let address = Value::Stack { slot, offset: 0 };
        self.store_value(value, address, plain_memory());
        (Passed::InMemory { alignment: SLOT_ALIGNMENT }, address)
    }

    /// Returns the attributes of a stub that the function under construction calls: its target features.
    pub(super) fn stub_attributes(&self) -> String {
        let symbol = self.with_function(|state| state.function.0);
        if let Some((known, attributes)) = &self.cx.stubs.borrow().attributes
            && *known == symbol
        {
            return attributes.clone();
        }
        let tcx = self.cx.tcx;
        let mut attributes = String::from("nounwind");
        if tcx.sess.must_emit_unwind_tables() {
            attributes.push_str(" uwtable");
        }
        if tcx.sess.opts.cg.no_redzone.unwrap_or(tcx.sess.target.disable_redzone) {
            attributes.push_str(" noredzone");
        }
        let definition = self.cx.signatures.borrow().definition(Function(symbol));
        let instance = definition.and_then(|definition| definition.instance);
        let features = instance.and_then(|instance| llvm_features::of_function(tcx, instance.def_id()));
        if let Some(features) = features {
            attributes.push_str(&format!(" \"target-features\"=\"{features}\""));
        }
        self.cx.stubs.borrow_mut().attributes = Some((symbol, attributes.clone()));
        attributes
    }
}

impl CodegenCx<'_> {
    /// Returns the symbol of the stub, which is made if no stub has the same text.
    fn stub_symbol(&self, stub: &Stub<'_>) -> SymbolId {
        let key = (stub.intrinsic.to_owned(), stub.text());
        if let Some(&symbol) = self.stubs.borrow().by_text.get(&key) {
            return symbol;
        }
        let number = self.stubs.borrow().by_text.len();
        // LLVM reserves names that begin with `llvm.`.
        let name = format!("vendor_intrinsic.{}.{}.{number}", stub.intrinsic, self.cgu_name.as_str());
        let name: String =
            name.chars().map(|c| if c.is_ascii_alphanumeric() || c == '.' { c } else { '_' }).collect();
        let symbol = self.define_symbol(&name, SymbolKind::Function, Binding::Local, Visibility::Default);
        let is_separate = has_function_sections(self.tcx.sess);
        let section = if is_separate { StubSection::Own } else { StubSection::Text };
        let span = self.current_span.get();
        let origin = (!span.is_dummy()).then(|| Origin { start: span.lo().0, end: span.hi().0 });
        let function = stub.function(&key.1, name, section, origin);
        self.llvm.borrow_mut().functions.push(function);
        self.stubs.borrow_mut().by_text.insert(key, symbol);
        symbol
    }
}
