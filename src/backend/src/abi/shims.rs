//! Shims: functions in LLVM's IR for the parameters and results that CLIF cannot express.
//!
//! These are vectors that are not of 128 bits (Cranelift has no wider registers), stack arguments with an
//! alignment above 16 or of more than 1 MiB, and the aggregates of `extern "unadjusted"`. rustc's LLVM compiles
//! a shim together with the CGU's assembly, so it follows the convention exactly as LLVM does. A shim and CLIF
//! code share one convention: they pass the address of a buffer with a place for each parameter and the result.
//!
//! In order:
//! 1. [`ShimPlan`] says of a signature where everything lies in the buffer, and what it is called in IR.
//! 2. [`Builder::call_through_shim`]: the caller fills a buffer and calls the shim with the callee's address.
//!    The shim loads the arguments, makes the real call and stores its result. Shims for calls are local
//!    symbols, one per kind of call.
//! 3. [`CodegenCx::define_entry_shim`]: a function that is defined with such a signature has its symbol, linkage
//!    and address from a shim, which stores the parameters in a buffer and calls the body, a local symbol.
//!
//! Exceptions pass through shims: these have unwind tables and no landing pads.

use std::fmt::Write as _;

use clif_engine::llvm::IrFunction;
use clif_engine::unit::{Binding, Symbol, SymbolKind, Visibility};
use rustc_abi::{
    Align, BackendRepr, CanonAbi, FieldsShape, HasDataLayout, Integer, Primitive, Scalar, Size, X86Call,
};
use rustc_middle::bug;
use rustc_middle::ty::Instance;
use rustc_middle::ty::layout::TyAndLayout;
use rustc_target::callconv::ArgExtension;

use super::signature_builder::{Returns, SignatureBuilder};
use crate::builder::Builder;
use crate::builder::calls::InvokeTargets;
use crate::cgu::context::CodegenCx;
use crate::clif::function::{Function, FunctionState};
use crate::clif::signatures::{ByValue, Signature, SignatureId};
use crate::clif::types::{Element, Type};
use crate::clif::values::Value;
use clif_engine::clif::memory::plain_memory;

/// The alignment in bytes of a buffer and of each place in it: what a stack slot of CLIF can have.
const BUFFER_ALIGNMENT: u64 = 16;
/// The target features that decide how values are passed (System V AMD64, 3.2.3). rustc has LLVM's names.
const ABI_FEATURES: [&str; 5] = ["avx", "avx2", "avx512f", "avx512bw", "avx512fp16"];

/// How a shim passes the parameters and the result of a signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShimPlan {
    /// One for each backend parameter.
    parameters: Vec<Place>,
    result: Option<Place>,
    /// In bytes.
    buffer_size: u64,
    /// The calling convention in IR, with a space after it; empty for C's.
    convention: &'static str,
    /// Of a variadic call: how many parameters are named.
    named: Option<usize>,
}

/// A parameter or result in the buffer and in IR.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Place {
    /// In bytes from the start of the buffer.
    offset: u64,
    /// Its type in IR.
    ty: String,
    /// Its attributes in IR, with a space before each.
    attributes: String,
}

impl ShimPlan {
    pub(super) fn new(
        builder: &SignatureBuilder<'_, '_>,
        convention: CanonAbi,
        returns: &Returns,
        named: Option<usize>,
    ) -> ShimPlan {
        let cx = builder.cx;
        let mut buffer_size = 0;
        let mut place = |size: u64, ty: String, attributes: String| {
            let offset = buffer_size;
            buffer_size += size.next_multiple_of(BUFFER_ALIGNMENT);
            Place { offset, ty, attributes }
        };
        let mut parameters = Vec::with_capacity(builder.parameters.len());
        for (index, described) in builder.parameters.iter().enumerate() {
            let ty = described.aggregate.clone().unwrap_or_else(|| cx.ir_type(described.ty));
            let attributes = match (described.by_value, builder.indirect_result) {
                (Some(ByValue::Stack { size, alignment }), _) => pointee("byval", size, alignment),
                (_, Some(result)) if index == 0 => {
                    pointee("sret", result.size.bytes(), result.align.abi.bytes())
                }
                _ => extension(described.extension).to_owned(),
            };
            parameters.push(place(cx.size_in_buffer(described.ty), ty, attributes));
        }
        let result = (returns.ty != Type::Void).then(|| {
            let ty = returns.aggregate.clone().unwrap_or_else(|| cx.ir_type(returns.ty));
            place(cx.size_in_buffer(returns.ty), ty, extension(returns.extension).to_owned())
        });
        let convention = match convention {
            CanonAbi::X86(X86Call::Win64) => "win64cc ",
            _ => "",
        };
        ShimPlan { parameters, result, buffer_size, convention, named }
    }

    /// The offset in the buffer of the backend parameter `index`.
    pub fn parameter_offset(&self, index: usize) -> i64 {
        self.parameters[index].offset as i64
    }

    /// The offset in the buffer of the result.
    pub fn result_offset(&self) -> Option<i64> {
        self.result.as_ref().map(|place| place.offset as i64)
    }

    /// The result as IR's `define` and `call` have it.
    fn ir_result(&self) -> String {
        match &self.result {
            Some(Place { ty, attributes, .. }) => format!("{} {ty}", attributes.trim_start()),
            None => "void".to_owned(),
        }
    }

    /// `TYPE ATTRIBUTES %argument.N`, with commas between.
    fn ir_arguments(&self) -> String {
        let arguments = self.parameters.iter().enumerate();
        let arguments = arguments
            .map(|(index, Place { ty, attributes, .. })| format!("{ty}{attributes} %argument.{index}"));
        arguments.collect::<Vec<_>>().join(", ")
    }

    /// The type of a variadic callee, where `call` cannot do without.
    fn ir_variadic_type(&self) -> String {
        let Some(named) = self.named else { return String::new() };
        let mut types: Vec<&str> = self.parameters[..named].iter().map(|place| place.ty.as_str()).collect();
        types.push("...");
        format!(" ({})", types.join(", "))
    }

    /// The body of a shim for calls, with its braces. Its parameters are `%callee` and `%buffer`.
    fn call_shim(&self) -> String {
        let mut text = String::from("{\n");
        for (index, place) in self.parameters.iter().enumerate() {
            push_address(&mut text, "argument", index, place.offset);
            push(&mut text, format_args!("%argument.{index} = {}", load(&place.ty, "argument", index)));
        }
        let call = format!(
            "call {}{}{} %callee({})",
            self.convention,
            self.ir_result(),
            self.ir_variadic_type(),
            self.ir_arguments()
        );
        match &self.result {
            None => push(&mut text, format_args!("{call}")),
            Some(place) => {
                push(&mut text, format_args!("%result = {call}"));
                push_address(&mut text, "result", 0, place.offset);
                push(&mut text, format_args!("{}", store(&place.ty, "%result", "result", 0)));
            }
        }
        text.push_str("ret void\n}");
        text
    }

    /// The body of a shim that is called for a function, with its braces.
    fn entry_shim(&self, body: &str) -> String {
        let mut text = String::from("{\n");
        let size = self.buffer_size.max(1);
        push(&mut text, format_args!("%buffer = alloca [{size} x i8], align {BUFFER_ALIGNMENT}"));
        for (index, place) in self.parameters.iter().enumerate() {
            push_address(&mut text, "argument", index, place.offset);
            let argument = format!("%argument.{index}");
            push(&mut text, format_args!("{}", store(&place.ty, &argument, "argument", index)));
        }
        push(&mut text, format_args!("call void @{body}(ptr %buffer)"));
        match &self.result {
            None => text.push_str("ret void\n}"),
            Some(place) => {
                push_address(&mut text, "result", 0, place.offset);
                push(&mut text, format_args!("%result = {}", load(&place.ty, "result", 0)));
                push(&mut text, format_args!("ret {} %result\n}}", place.ty));
            }
        }
        text
    }
}

fn push(text: &mut String, line: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{line}");
}

/// The address of a place in the buffer: `%KIND.place.N`.
fn push_address(text: &mut String, kind: &str, index: usize, offset: u64) {
    push(text, format_args!("%{kind}.place.{index} = getelementptr i8, ptr %buffer, i64 {offset}"));
}

fn load(ty: &str, kind: &str, index: usize) -> String {
    format!("load {ty}, ptr %{kind}.place.{index}, align {BUFFER_ALIGNMENT}")
}

fn store(ty: &str, value: &str, kind: &str, index: usize) -> String {
    format!("store {ty} {value}, ptr %{kind}.place.{index}, align {BUFFER_ALIGNMENT}")
}

/// The attributes of a pointer to an aggregate with a role in the convention.
fn pointee(role: &str, size: u64, alignment: u64) -> String {
    format!(" {role}([{size} x i8]) align {alignment}")
}

fn extension(extension: ArgExtension) -> &'static str {
    match extension {
        ArgExtension::None => "",
        ArgExtension::Zext => " zeroext",
        ArgExtension::Sext => " signext",
    }
}

/// A name as it follows `@` (LLVM's language reference, "Identifiers").
fn quoted(name: &str) -> String {
    let mut text = String::from("\"");
    for byte in name.bytes() {
        match byte {
            b'"' | b'\\' | ..0x20 | 0x7f.. => {
                let _ = write!(text, "\\{byte:02x}");
            }
            plain => text.push(plain.into()),
        }
    }
    text + "\""
}

/// Linkage and visibility of a definition in IR, with a space after each.
fn linkage(symbol: &Symbol) -> String {
    let binding = match symbol.binding {
        Binding::Local => return "internal ".to_owned(),
        Binding::Weak => "weak ",
        Binding::Global | Binding::Common | Binding::Import | Binding::WeakImport => "",
    };
    let visibility = match symbol.visibility {
        Visibility::Default => "",
        Visibility::Hidden => "hidden ",
        Visibility::Protected => "protected ",
    };
    format!("{binding}{visibility}")
}

impl<'tcx> CodegenCx<'tcx> {
    /// The type in LLVM's IR of a value; of an aggregate that is all members.
    fn ir_type(&self, ty: Type) -> String {
        match ty {
            Type::Void => "void".to_owned(),
            Type::Bool => "i1".to_owned(),
            Type::Vector { element, lanes } => format!("<{lanes} x {}>", ir_element(element)),
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

    fn size_in_buffer(&self, ty: Type) -> u64 {
        match ty {
            Type::Aggregate(id) => {
                let types = self.types.borrow();
                let elements = &types.get(id).elements;
                elements.iter().map(|element| element.offset + element.ty.size()).max().unwrap_or(0)
            }
            ty => ty.size(),
        }
    }

    /// The type in LLVM's IR that rustc's LLVM backend gives an aggregate (`rustc_codegen_llvm`, `type_of.rs`).
    /// With `extern "unadjusted"`, its members and the integers that fill the gaps are parameters by themselves.
    pub(super) fn ir_of_aggregate(&self, layout: TyAndLayout<'tcx>) -> String {
        match layout.backend_repr {
            BackendRepr::Scalar(scalar) => return self.ir_of_scalar(scalar),
            BackendRepr::SimdVector { .. } => return self.ir_type(self.layout_type(layout, false)),
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
            _ => self.ir_type(self.scalar_type(scalar, false)),
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

    /// Integers for bytes that no member has.
    fn ir_filler(&self, size: Size, alignment: Align) -> String {
        let unit = Integer::approximate_align(self.data_layout(), alignment).size();
        format!("[{} x i{}]", size.bytes() / unit.bytes(), unit.bits())
    }

    /// The attributes of a shim; `instance` is the function that calls it, or that it is called for.
    fn shim_attributes(&self, instance: Option<Instance<'tcx>>) -> String {
        // Debuggers find the caller by the frame pointer or the unwind table; large frames touch each page.
        let mut text = String::from("uwtable \"frame-pointer\"=\"all\" \"probe-stack\"=\"inline-asm\"");
        let Some(instance) = instance else { return text };
        let attributes = self.tcx.codegen_instance_attrs(instance.def);
        let enabled = |name: &str| attributes.target_features.iter().any(|f| f.name.as_str() == name);
        let mut features = self.tcx.global_backend_features(()).join(",");
        for name in ABI_FEATURES.into_iter().filter(|name| enabled(name)) {
            let separator = if features.is_empty() { "" } else { "," };
            let _ = write!(features, "{separator}+{name}");
        }
        // The attribute takes the place of the target's features, so it has these as well.
        if !features.is_empty() {
            let _ = write!(text, " \"target-features\"=\"{features}\"");
        }
        text
    }

    /// The shim for calls from `caller` by `plan`.
    fn call_shim(&self, plan: &ShimPlan, caller: Function) -> Function {
        let instance = self.signatures.borrow().definition(caller).and_then(|definition| definition.instance);
        let (attributes, body) = (self.shim_attributes(instance), plan.call_shim());
        let key = format!("{attributes} {body}");
        let known = self.signatures.borrow().call_shims.get(&key).copied();
        if let Some(shim) = known {
            return shim;
        }
        let number = self.signatures.borrow().call_shims.len();
        let unit = self.unit_name.as_str().chars();
        let unit: String = unit.map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
        let name = format!("call_shim.{unit}.{number}");
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

    /// Makes `function` a shim that calls the function under construction; the result is the symbol of the body.
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
        let definition = format!(
            "define {}{}{} @{}({}) {} section {}{alignment} {}",
            linkage(&symbol),
            plan.convention,
            plan.ir_result(),
            quoted(&symbol.name),
            plan.ir_arguments(),
            self.shim_attributes(instance),
            quoted(&section),
            plan.entry_shim(&quoted(&body_name))
        );
        let declarations = vec![format!("declare void @{}(ptr)", quoted(&body_name))];
        let name = String::from(symbol.name);
        let shim = IrFunction { callee: name.clone(), name, definition, declarations, origin: None };
        self.llvm.borrow_mut().functions.push(shim);
        Function(body)
    }
}

fn ir_element(element: Element) -> &'static str {
    match element {
        Element::I8 => "i8",
        Element::I16 => "i16",
        Element::I32 => "i32",
        Element::I64 => "i64",
        Element::I128 => "i128",
        Element::F16 => "half",
        Element::F32 => "float",
        Element::F64 => "double",
        Element::F128 => "fp128",
        Element::Pointer => "ptr",
    }
}

impl<'a, 'tcx> Builder<'a, 'tcx> {
    /// Calls `callee` through a shim; with `targets`, the call ends the block.
    pub fn call_through_shim(
        &mut self,
        (signature, plan): (&Signature, &ShimPlan),
        callee: Value,
        arguments: &[Value],
        targets: Option<InvokeTargets>,
    ) -> Value {
        let slot = self.with_function(|state| state.stack_slot(plan.buffer_size, BUFFER_ALIGNMENT));
        let buffer = Value::Stack { slot, offset: 0 };
        for (index, &argument) in arguments.iter().enumerate() {
            let place = self.offset_by(buffer, plan.parameter_offset(index));
            self.store_value(argument, place, plain_memory());
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
        self.load_value(signature.result, place, plain_memory())
    }
}

impl FunctionState {
    /// The address of the buffer that the entry shim has filled.
    pub fn shim_buffer(&self) -> Value {
        Value::Instruction { value: self.clif.dfg.block_params(self.entry)[0], ty: Type::Pointer }
    }
}
