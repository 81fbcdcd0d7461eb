//! Shims: functions in LLVM's IR that pass the parameters and results which CLIF cannot express.
//!
//! CLIF cannot express vectors that do not have 128 bits (Cranelift has no wider registers), stack arguments
//! with an alignment above 16 or of more than 1 MiB, the aggregates of `extern "unadjusted"`, C-variadic
//! definitions, and what else the convention of a machine has ([`Assigner::needs_shim`]). rustc's
//! LLVM compiles the shims together with the CGU's assembly, so they follow the convention exactly as LLVM
//! does. [`clif_engine::llvm::shim`] writes their text.
//!
//! 1. [`plan`] gives each parameter and the result of a signature a place in the buffer, and a type in IR.
//! 2. [`Builder::call_through_shim`] fills a buffer and calls the shim with the callee's address. Shims for
//!    calls are local symbols, one for each kind of call.
//! 3. [`CodegenCx::define_entry_shim`] gives a function with such a signature its symbol, linkage and
//!    address. That shim calls the body, which is a local symbol.
//!
//! Exceptions pass through shims: they have unwind tables and no landing pads.

use std::fmt::Write as _;

#[cfg(doc)]
use clif_engine::calls::Assigner;
use clif_engine::calls::{ByValue, Convention};
use clif_engine::cgu::{Binding, SymbolKind, Visibility};
use clif_engine::clif::memory::plain_memory;
use clif_engine::llvm::IrFunction;
use clif_engine::llvm::shim::{
    BUFFER_ALIGNMENT, START_LIST, ShimConvention, ShimPlan, ShimValue, extension, pointee, quoted,
};
use rustc_abi::{
    Align, BackendRepr, FieldsShape, HasDataLayout, Integer, Primitive, Reg, RegKind, Scalar, Size,
};
use rustc_middle::bug;
use rustc_middle::ty::Instance;
use rustc_middle::ty::layout::TyAndLayout;

use super::signature_builder::{Aggregate, SignatureBuilder, SignatureResults};
use crate::builder::Builder;
use crate::builder::calls::InvokeTargets;
use crate::cgu::context::CodegenCx;
use crate::clif::function::{Function, FunctionState};
use crate::clif::signatures::{Signature, SignatureId};
use crate::clif::types::{AggregateType, Element, FloatFormat, Type};
use crate::clif::values::Value;

/// Returns the plan of a shim for the parameters of `builder` and these results. `named` is for variadic
/// calls: the number of named parameters.
pub(super) fn plan(
    builder: &SignatureBuilder<'_, '_>,
    returns: &SignatureResults,
    named: Option<usize>,
) -> ShimPlan {
    let cx = builder.cx;
    let value = |ty: Type, aggregate: &Aggregate, attributes: String| ShimValue {
        size: cx.size_in_buffer(ty),
        ty: match aggregate {
            Aggregate::Members => cx.ir_type(ty),
            Aggregate::Array { unit, count } => ir_of_array(*unit, *count),
            Aggregate::Unadjusted(text) => text.clone(),
        },
        attributes,
    };
    let parameters = builder.parameters.iter().enumerate().map(|(index, described)| {
        let attributes = match (described.by_value, builder.indirect_result) {
            (Some(ByValue::Stack { size, alignment }), _) => pointee("byval", size, alignment),
            (_, Some(result)) if index == 0 => pointee("sret", result.size.bytes(), result.align.abi.bytes()),
            _ => extension(described.extension).to_owned(),
        };
        value(described.ty, &described.aggregate, attributes)
    });
    let result = (returns.ty != Type::Void)
        .then(|| value(returns.ty, &returns.aggregate, extension(returns.extension).to_owned()));
    let convention = match builder.convention() {
        _ if builder.is_cold => ShimConvention::PreserveMost,
        Convention::Windows => ShimConvention::Win64,
        Convention::C => ShimConvention::C,
    };
    ShimPlan::new(parameters, result, convention, named, cx.machine.calls.variadic.list_size)
}

impl<'tcx> CodegenCx<'tcx> {
    /// Returns the type in LLVM's IR of a value. That of an aggregate has all its members.
    fn ir_type(&self, ty: Type) -> String {
        match ty {
            Type::Void => "void".to_owned(),
            Type::Bool => "i1".to_owned(),
            Type::Vector { element, lanes, .. } => format!("<{lanes} x {}>", ir_element(element)),
            Type::Aggregate(id) => {
                let types: Vec<Type> = self.types.borrow().get(id).elements.iter().map(|e| e.ty).collect();
                let members: Vec<String> = types.into_iter().map(|ty| self.ir_type(ty)).collect();
                match &members[..] {
                    [member] => member.clone(),
                    members => format!("{{ {} }}", members.join(", ")),
                }
            }
            scalar => match scalar.element() {
                Some(element) => ir_element(element).to_owned(),
                None => bug!("the type {ty:?} has no name of its own in IR"),
            },
        }
    }

    /// Returns the type with which the buffer holds a value of the type `ty`. LLVM's struct of an aggregate's
    /// elements is not packed, even if they are packed in memory.
    fn type_in_buffer(&self, ty: Type) -> Type {
        let Type::Aggregate(id) = ty else { return ty };
        let mut elements = self.types.borrow().get(id).elements.clone();
        let mut end = 0;
        for element in &mut elements {
            element.offset = u64::next_multiple_of(end, element.ty.size().next_power_of_two());
            end = element.offset + element.ty.size();
        }
        self.intern_aggregate(AggregateType { elements })
    }

    fn size_in_buffer(&self, ty: Type) -> u64 {
        match self.type_in_buffer(ty) {
            Type::Aggregate(id) => {
                let types = self.types.borrow();
                let elements = &types.get(id).elements;
                elements.iter().map(|element| element.offset + element.ty.size()).max().unwrap_or(0)
            }
            ty => ty.size(),
        }
    }

    /// Returns the type in LLVM's IR that rustc's LLVM backend gives an aggregate (`rustc_codegen_llvm`,
    /// `type_of.rs`). With `extern "unadjusted"`, its members and the integers that fill the gaps are
    /// parameters by themselves.
    pub(super) fn ir_of_aggregate(&self, layout: TyAndLayout<'tcx>) -> String {
        match layout.backend_repr {
            BackendRepr::Scalar(scalar) => return self.ir_of_scalar(scalar),
            BackendRepr::SimdVector { .. } => return self.ir_type(self.memory_type(layout)),
            _ => {}
        }
        match layout.fields {
            FieldsShape::Primitive | FieldsShape::Union(_) => {
                format!("{{ {} }}", self.ir_filler(layout.size, layout.align.abi))
            }
            FieldsShape::Array { count, .. } => {
                format!("[{count} x {}]", self.ir_of_aggregate(layout.field(self, 0)))
            }
            FieldsShape::Arbitrary { .. } => self.ir_of_struct(layout),
        }
    }

    fn ir_of_scalar(&self, scalar: Scalar) -> String {
        match scalar.primitive() {
            Primitive::Pointer(_) => "ptr".to_owned(),
            _ => self.ir_type(self.scalar_in_memory(scalar)),
        }
    }

    fn ir_of_struct(&self, layout: TyAndLayout<'tcx>) -> String {
        let mut members = Vec::new();
        let (mut packed, mut end, mut alignment) = (false, Size::ZERO, layout.align.abi);
        for index in layout.fields.index_by_increasing_offset() {
            let (offset, field) = (layout.fields.offset(index), layout.field(self, index));
            let possible = layout.align.abi.min(field.align.abi).restrict_for_offset(offset);
            packed |= possible < field.align.abi;
            if offset > end {
                members.push(self.ir_filler(offset - end, alignment.min(possible)));
            }
            members.push(self.ir_of_aggregate(field));
            end = offset + field.size;
            alignment = possible;
        }
        if layout.size > end {
            members.push(self.ir_filler(layout.size - end, alignment));
        }
        let (open, close) = if packed { ("<{", "}>") } else { ("{", "}") };
        format!("{open} {} {close}", members.join(", "))
    }

    /// Returns the type of the integers that fill a gap between members.
    fn ir_filler(&self, size: Size, alignment: Align) -> String {
        let unit = Integer::approximate_align(self.data_layout(), alignment).size();
        format!("[{} x i{}]", size.bytes() / unit.bytes(), unit.bits())
    }

    /// Returns the attributes of a shim. `instance` is the function that calls it, or whose entry it is.
    fn shim_attributes(&self, instance: Option<Instance<'tcx>>, probes: Probes) -> String {
        // Debuggers find the caller by the frame pointer or the unwind table.
        let mut text = String::from("uwtable \"frame-pointer\"=\"all\"");
        if probes == Probes::EachPage {
            text.push_str(" \"probe-stack\"=\"inline-asm\"");
        }
        let Some(instance) = instance else { return text };
        let attributes = self.tcx.codegen_instance_attrs(instance.def);
        let enabled = |name: &str| attributes.target_features.iter().any(|f| f.name.as_str() == name);
        let mut features = self.tcx.global_backend_features(()).join(",");
        for name in self.machine.calls.features.iter().filter(|name| enabled(name)) {
            let separator = if features.is_empty() { "" } else { "," };
            let _ = write!(features, "{separator}+{name}");
        }
        // The attribute replaces the target's features, so it includes them.
        if !features.is_empty() {
            let _ = write!(text, " \"target-features\"=\"{features}\"");
        }
        text
    }

    /// Returns the shim for calls from `caller` by `plan`.
    fn call_shim(&self, plan: &ShimPlan, caller: Function) -> Function {
        let instance = self.signatures.borrow().definition(caller).and_then(|definition| definition.instance);
        let (attributes, body) = (self.shim_attributes(instance, Probes::EachPage), plan.call_shim());
        let key = format!("{attributes} {body}");
        let known = self.signatures.borrow().call_shims.get(&key).copied();
        if let Some(shim) = known {
            return shim;
        }
        let number = self.signatures.borrow().call_shims.len();
        let cgu = self.cgu_name_in_symbols();
        let name = format!("call_shim.{cgu}.{number}");
        let symbol = self.define_symbol(&name, SymbolKind::Function, Binding::Local, Visibility::Default);
        let definition = format!(
            "define internal void @{}(ptr %callee, ptr %buffer) {attributes} section {} {body}",
            quoted(&name),
            quoted(&format!(".text.{name}")),
        );
        let shim = IrFunction { callee: name.clone(), name, definition, declarations: vec![], origin: None };
        self.llvm.borrow_mut().functions.push(shim);
        self.signatures.borrow_mut().call_shims.insert(key, Function(symbol));
        Function(symbol)
    }

    /// Makes `function` a shim that calls the function under construction. Returns the symbol of that
    /// function, the body.
    pub fn define_entry_shim(&self, function: Function, plan: &ShimPlan) -> Function {
        let symbol = self.symbols.borrow().get(function.0).clone();
        let instance =
            self.signatures.borrow().definition(function).and_then(|definition| definition.instance);
        let body_name = format!("{}.body", symbol.name);
        let body = self.define_symbol(&body_name, SymbolKind::Function, Binding::Local, Visibility::Default);
        let attributes = instance.map(|instance| self.tcx.codegen_instance_attrs(instance.def));
        let section = attributes.as_ref().and_then(|attributes| attributes.link_section);
        let section = section.map_or_else(|| format!(".text.{}", symbol.name), |name| name.to_string());
        let alignment = attributes.and_then(|attributes| attributes.alignment);
        let alignment = alignment.map_or_else(String::new, |align| format!(" align {}", align.bytes()));
        let placement = format!("section {}{alignment}", quoted(&section));
        let is_variadic = plan.list_offset().is_some();
        // The shim's frame is small but for the gap to a parameter's alignment. What the body needs is in the
        // body's own frame, which is probed.
        let probes = match is_variadic && !self.machine.calls.variadic.keeps_registers_when_probing {
            true => Probes::None,
            false => Probes::EachPage,
        };
        let attributes = self.shim_attributes(instance, probes);
        let definition = plan.entry_shim(&symbol, &body_name, &attributes, &placement);
        let result = if plan.has_tail_calls() { "ptr" } else { "void" };
        let mut declarations = vec![format!("declare {result} @{}(ptr)", quoted(&body_name))];
        if is_variadic {
            declarations.push(format!("declare void @{START_LIST}(ptr)"));
        }
        let name = String::from(symbol.name);
        let shim = IrFunction { callee: name.clone(), name, definition, declarations, origin: None };
        self.llvm.borrow_mut().functions.push(shim);
        Function(body)
    }
}

/// Whether a shim touches each page of its frame in order, so that it cannot skip the guard page.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Probes {
    EachPage,
    None,
}

/// Returns the type in LLVM's IR of so many registers, as in rustc's LLVM backend (`LlvmType` of its `abi`
/// module).
fn ir_of_array(unit: Reg, count: u64) -> String {
    let (bits, bytes) = (unit.size.bits(), unit.size.bytes());
    let unit = match (unit.kind, bits) {
        (RegKind::Integer, _) => format!("i{bits}"),
        (RegKind::Float, 16) => "half".to_owned(),
        (RegKind::Float, 32) => "float".to_owned(),
        (RegKind::Float, 64) => "double".to_owned(),
        (RegKind::Float, _) => "fp128".to_owned(),
        (RegKind::Vector, _) => format!("<{bytes} x i8>"),
    };
    if count == 1 { unit } else { format!("[{count} x {unit}]") }
}

fn ir_element(element: Element) -> &'static str {
    match element {
        Element::I8 => "i8",
        Element::I16 => "i16",
        Element::I32 => "i32",
        Element::I64 => "i64",
        Element::I128 => "i128",
        Element::F16 | Element::SoftFloat(FloatFormat::Half) => "half",
        Element::F32 | Element::SoftFloat(FloatFormat::Single) => "float",
        Element::F64 | Element::SoftFloat(FloatFormat::Double) => "double",
        Element::F128 | Element::SoftFloat(FloatFormat::Quad) => "fp128",
        Element::Pointer => "ptr",
    }
}

impl<'a, 'tcx> Builder<'a, 'tcx> {
    /// Calls `callee` through a shim. With `targets`, the call ends the block.
    pub fn call_through_shim(
        &mut self,
        (signature, plan): (&Signature, &ShimPlan),
        callee: Value,
        arguments: &[Value],
        targets: Option<InvokeTargets>,
    ) -> Value {
        let slot = self.with_function(|state| state.stack_slot(plan.buffer_size(), BUFFER_ALIGNMENT));
        let buffer = Value::Stack { slot, offset: 0 };
        for (index, &argument) in arguments.iter().enumerate() {
            let place = self.offset_by(buffer, plan.parameter_offset(index));
            self.store_in_buffer(argument, place);
        }
        let shim = self.cx.call_shim(plan, self.block.function);
        let shim = Value::Symbol { symbol: shim.0, offset: 0 };
        let id: SignatureId = self.cx.plain_signature(&[Type::Pointer, Type::Pointer], Type::Void);
        let Some(targets) = targets else {
            self.call_with_signature(id, shim, &[callee, buffer]);
            return self.result_in_buffer(signature, plan, buffer);
        };
        let is_fresh = self.with_function(|state| state.is_empty(targets.normal.block));
        self.invoke_with_signature(id, shim, &[callee, buffer], targets);
        if !is_fresh {
            // A block with other predecessors does not use the result; see `normal_return`.
            return Value::Undefined(signature.result);
        }
        let block = std::mem::replace(&mut self.block, targets.normal);
        let result = self.result_in_buffer(signature, plan, buffer);
        self.block = block;
        result
    }

    fn result_in_buffer(&mut self, signature: &Signature, plan: &ShimPlan, buffer: Value) -> Value {
        let Some(offset) = plan.result_offset() else { return Value::Undefined(Type::Void) };
        let place = self.offset_by(buffer, offset);
        self.load_from_buffer(signature.result, place)
    }

    /// Stores a parameter or result to its place in a buffer.
    pub fn store_in_buffer(&mut self, value: Value, place: Value) {
        let value = match value.ty() {
            ty @ Type::Aggregate(_) => {
                let elements = self.cx.aggregate_elements(value);
                self.cx.aggregate(self.cx.type_in_buffer(ty), elements)
            }
            _ => value,
        };
        self.store_value(value, place, plain_memory());
    }

    /// Loads a parameter or result of the type `ty` from its place in a buffer.
    pub fn load_from_buffer(&mut self, ty: Type, place: Value) -> Value {
        let value = self.load_value(self.cx.type_in_buffer(ty), place, plain_memory());
        match ty {
            Type::Aggregate(_) => {
                let elements = self.cx.aggregate_elements(value);
                self.cx.aggregate(ty, elements)
            }
            _ => value,
        }
    }
}

impl FunctionState {
    /// Returns the address of the buffer that the entry shim has filled.
    pub fn shim_buffer(&self) -> Value {
        Value::Instruction { value: self.clif.dfg.block_params(self.entry)[0], ty: Type::Pointer }
    }
}
