//! Writes shims: functions in LLVM's IR that pass parameters and results which CLIF cannot express.
//!
//! A shim and CLIF code pass each other the address of a buffer with all parameters and the result. The
//! backend decides the shim's real parameters (`abi/shims.rs`), since it knows the types.
//!
//! 1. [`ShimPlan`] has the offset of each value in the buffer, and its type in IR.
//! 2. [`ShimPlan::call_shim`] writes the shim for calls. It loads the arguments, makes the real call and
//!    stores the result.
//! 3. [`ShimPlan::entry_shim`] writes the shim that has a function's symbol. It stores the parameters, calls
//!    the body and loads the result. That of a C-variadic function also starts a `va_list` for the body. The
//!    body of a function with explicit tail calls may store arguments instead of a result, and return the
//!    address of the function that the shim then calls in its own place.

use std::fmt::Write as _;

use cranelift_codegen::ir::ArgumentExtension;

use crate::symbols::{Binding, Symbol, Visibility};

/// The alignment of a buffer and of each value in it, in bytes: the maximum for a stack slot in CLIF.
pub const BUFFER_ALIGNMENT: u64 = 16;

/// The calling convention of the real call.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ShimConvention {
    /// The target's C convention.
    C,
    /// Microsoft's, which not every machine has.
    Win64,
    /// Rust's `rust-cold`: the callee saves more registers.
    PreserveMost,
}

impl ShimConvention {
    /// Returns the convention for `call` and `define`, followed by a space.
    fn in_ir(self) -> &'static str {
        match self {
            ShimConvention::C => "",
            ShimConvention::Win64 => "win64cc ",
            ShimConvention::PreserveMost => "preserve_mostcc ",
        }
    }
}

/// A parameter or result of a shim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShimValue {
    /// Its size in the buffer, in bytes.
    pub size: u64,
    /// Its type in IR.
    pub ty: String,
    /// Its attributes in IR, each after a space ([`pointee`], [`extension`]).
    pub attributes: String,
}

/// How a shim passes the parameters and the result of a signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShimPlan {
    /// One for each parameter of the backend.
    parameters: Vec<BufferPlace>,
    result: Option<BufferPlace>,
    buffer_size: u64,
    convention: ShimConvention,
    /// For C-variadic functions.
    variadic: Option<VariadicPlan>,
    /// Whether the body of an entry shim makes explicit tail calls.
    has_tail_calls: bool,
}

/// What a shim of a C-variadic function needs to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct VariadicPlan {
    /// The number of named parameters.
    named: usize,
    /// Where the buffer has the `va_list` of a definition, in bytes from its start.
    list_offset: u64,
}

/// A parameter or result in the buffer and in IR.
#[derive(Clone, Debug, PartialEq, Eq)]
struct BufferPlace {
    /// In bytes from the start of the buffer.
    offset: u64,
    /// Its type in IR.
    ty: String,
    /// Its attributes in IR, with a space before each.
    attributes: String,
}

impl BufferPlace {
    /// Whether the value is the address of an indirect result.
    fn is_result_pointer(&self) -> bool {
        self.attributes.starts_with(" sret")
    }
}

impl ShimPlan {
    /// Creates a plan for these parameters and this result. C-variadic functions have a number of `named`
    /// parameters, and a `va_list` of `list_size` bytes.
    pub fn new(
        parameters: impl IntoIterator<Item = ShimValue>,
        result: Option<ShimValue>,
        convention: ShimConvention,
        named: Option<usize>,
        list_size: u64,
    ) -> ShimPlan {
        let mut buffer_size = 0;
        let mut place = |value: ShimValue| {
            let offset = buffer_size;
            buffer_size += value.size.next_multiple_of(BUFFER_ALIGNMENT);
            BufferPlace { offset, ty: value.ty, attributes: value.attributes }
        };
        let parameters = parameters.into_iter().map(&mut place).collect();
        let result = result.map(place);
        let variadic = named.map(|named| VariadicPlan { named, list_offset: buffer_size });
        if variadic.is_some() {
            buffer_size += list_size.next_multiple_of(BUFFER_ALIGNMENT);
        }
        ShimPlan { parameters, result, buffer_size, convention, variadic, has_tail_calls: false }
    }

    /// Makes an entry shim serve a body with explicit tail calls. The body then returns the address of the
    /// function to call, or null.
    pub fn with_tail_calls(self) -> ShimPlan {
        ShimPlan { has_tail_calls: true, ..self }
    }

    /// Returns whether the body of the entry shim makes explicit tail calls.
    pub fn has_tail_calls(&self) -> bool {
        self.has_tail_calls
    }

    /// Returns the size of the buffer in bytes. Its alignment is [`BUFFER_ALIGNMENT`].
    pub fn buffer_size(&self) -> u64 {
        self.buffer_size
    }

    /// Returns the offset of the backend's parameter `index` in the buffer.
    ///
    /// # Panics
    ///
    /// If there is no such parameter.
    pub fn parameter_offset(&self, index: usize) -> i64 {
        self.parameters[index].offset as i64
    }

    /// Returns the offset of the result in the buffer.
    pub fn result_offset(&self) -> Option<i64> {
        self.result.as_ref().map(|place| place.offset as i64)
    }

    /// Returns the offset in the buffer of the `va_list` with the variable arguments of a definition.
    pub fn list_offset(&self) -> Option<i64> {
        self.variadic.map(|variadic| variadic.list_offset as i64)
    }

    /// Returns the result for `define` and `call`.
    fn ir_result(&self) -> String {
        match &self.result {
            Some(BufferPlace { ty, attributes, .. }) => format!("{} {ty}", attributes.trim_start()),
            None => "void".to_owned(),
        }
    }

    /// Returns `TYPE ATTRIBUTES %argument.N` for each parameter, separated by commas.
    fn ir_arguments(&self) -> String {
        let arguments = self.parameters.iter().enumerate();
        let arguments = arguments
            .map(|(index, BufferPlace { ty, attributes, .. })| format!("{ty}{attributes} %argument.{index}"));
        arguments.collect::<Vec<_>>().join(", ")
    }

    /// Returns the same for a tail call with the arguments `%next.N`. LLVM insists on the shim's own address
    /// of an indirect result, which the body passes as well.
    fn ir_next_arguments(&self) -> String {
        let arguments = self.parameters.iter().enumerate().map(|(index, place)| {
            let kind = if place.is_result_pointer() { "argument" } else { "next" };
            format!("{}{} %{kind}.{index}", place.ty, place.attributes)
        });
        arguments.collect::<Vec<_>>().join(", ")
    }

    /// Returns the type of a variadic callee, which `call` requires; empty for other callees.
    fn ir_variadic_type(&self) -> String {
        let Some(VariadicPlan { named, .. }) = self.variadic else { return String::new() };
        let mut types: Vec<&str> = self.parameters[..named].iter().map(|place| place.ty.as_str()).collect();
        types.push("...");
        format!(" ({})", types.join(", "))
    }

    /// Returns the body of a shim for calls, with braces. Its parameters are `%callee` and `%buffer`.
    pub fn call_shim(&self) -> String {
        let mut text = String::from("{\n");
        for (index, place) in self.parameters.iter().enumerate() {
            push_address(&mut text, "argument", index, place.offset);
            push(&mut text, format_args!("%argument.{index} = {}", load(&place.ty, "argument", index)));
        }
        let call = format!(
            "call {}{}{} %callee({})",
            self.convention.in_ir(),
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

    /// Returns the definition of a shim that has the symbol `symbol` and calls `body`. `attributes` are the
    /// function's, `placement` is its section and alignment, all in IR.
    pub fn entry_shim(&self, symbol: &Symbol, body: &str, attributes: &str, placement: &str) -> String {
        format!(
            "define {}{}{} @{}({}{}) {attributes} {placement} {}",
            linkage(symbol),
            self.convention.in_ir(),
            self.ir_result(),
            quoted(&symbol.name),
            self.ir_arguments(),
            self.ir_ellipsis(),
            self.entry_body(&quoted(body))
        )
    }

    /// Returns what follows the named parameters of a definition.
    fn ir_ellipsis(&self) -> &'static str {
        match self.variadic {
            None => "",
            Some(VariadicPlan { named: 0, .. }) => "...",
            Some(_) => ", ...",
        }
    }

    /// Returns the body of an entry shim, with braces. `body` is already quoted.
    fn entry_body(&self, body: &str) -> String {
        let mut text = String::from("{\n");
        let size = self.buffer_size.max(1);
        push(&mut text, format_args!("%buffer = alloca [{size} x i8], align {BUFFER_ALIGNMENT}"));
        for (index, place) in self.parameters.iter().enumerate() {
            push_address(&mut text, "argument", index, place.offset);
            let argument = format!("%argument.{index}");
            push(&mut text, format_args!("{}", store(&place.ty, &argument, "argument", index)));
        }
        if let Some(VariadicPlan { list_offset, .. }) = self.variadic {
            push_address(&mut text, "list", 0, list_offset);
            push(&mut text, format_args!("call void @{START_LIST}(ptr %list.place.0)"));
        }
        if self.has_tail_calls {
            self.push_tail_call(&mut text, body);
        } else {
            push(&mut text, format_args!("call void @{body}(ptr %buffer)"));
        }
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

    /// Appends the call of a body with explicit tail calls, and the call that the body asks for.
    fn push_tail_call(&self, text: &mut String, body: &str) {
        push(text, format_args!("%callee = call ptr @{body}(ptr %buffer)"));
        push(text, format_args!("%has_returned = icmp eq ptr %callee, null"));
        push(text, format_args!("br i1 %has_returned, label %return, label %tail_call\ntail_call:"));
        for (index, place) in self.parameters.iter().enumerate() {
            if !place.is_result_pointer() {
                push(text, format_args!("%next.{index} = {}", load(&place.ty, "argument", index)));
            }
        }
        let (convention, result) = (self.convention.in_ir(), self.ir_result());
        let call = format!("musttail call {convention}{result} %callee({})", self.ir_next_arguments());
        match &self.result {
            None => push(text, format_args!("{call}\nret void")),
            Some(place) => {
                push(text, format_args!("%final = {call}\nret {} %final", place.ty));
            }
        }
        text.push_str("return:\n");
    }
}

/// LLVM's intrinsic that starts a `va_list` (LLVM's language reference, "Variable Argument Handling
/// Intrinsics").
pub const START_LIST: &str = "llvm.va_start.p0";

fn push(text: &mut String, line: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{line}");
}

/// Appends the address `%KIND.place.N` of a value in the buffer.
fn push_address(text: &mut String, kind: &str, index: usize, offset: u64) {
    push(text, format_args!("%{kind}.place.{index} = getelementptr i8, ptr %buffer, i64 {offset}"));
}

fn load(ty: &str, kind: &str, index: usize) -> String {
    format!("load {ty}, ptr %{kind}.place.{index}, align {BUFFER_ALIGNMENT}")
}

fn store(ty: &str, value: &str, kind: &str, index: usize) -> String {
    format!("store {ty} {value}, ptr %{kind}.place.{index}, align {BUFFER_ALIGNMENT}")
}

/// Returns the attributes of a pointer to an aggregate: its role in the convention (`byval`, `sret`), size
/// and alignment.
pub fn pointee(role: &str, size: u64, alignment: u64) -> String {
    format!(" {role}([{size} x i8]) align {alignment}")
}

/// Returns the attribute of an integer that the caller extends.
pub fn extension(extension: ArgumentExtension) -> &'static str {
    match extension {
        ArgumentExtension::None => "",
        ArgumentExtension::Uext => " zeroext",
        ArgumentExtension::Sext => " signext",
    }
}

/// Returns a name quoted, for use after `@` (LLVM's language reference, "Identifiers").
pub fn quoted(name: &str) -> String {
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

/// Returns linkage and visibility of a definition in IR, each followed by a space.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::symbols::SymbolKind;

    fn value(size: u64, ty: &str, attributes: &str) -> ShimValue {
        ShimValue { size, ty: ty.to_owned(), attributes: attributes.to_owned() }
    }

    fn plan() -> ShimPlan {
        let parameters = [value(8, "ptr", &pointee("sret", 32, 32)), value(32, "<8 x float>", "")];
        ShimPlan::new(parameters, Some(value(4, "i32", " signext")), ShimConvention::Win64, Some(1), 24)
    }

    #[test]
    fn values_in_the_buffer_are_aligned() {
        let plan = plan();
        assert_eq!([plan.parameter_offset(0), plan.parameter_offset(1)], [0, 16]);
        assert_eq!((plan.result_offset(), plan.list_offset()), (Some(48), Some(64)));
        assert_eq!(plan.buffer_size(), 96);
    }

    #[test]
    fn a_call_shim_makes_the_real_call() {
        let text = plan().call_shim();
        let call = "%result = call win64cc signext i32 (ptr, ...) \
                    %callee(ptr sret([32 x i8]) align 32 %argument.0, <8 x float> %argument.1)";
        assert!(text.contains(call), "{text}");
        assert!(text.contains("store i32 %result, ptr %result.place.0, align 16"), "{text}");
    }

    #[test]
    fn an_entry_shim_starts_the_list_of_variable_arguments() {
        let symbol = Symbol {
            name: "f".into(),
            kind: SymbolKind::Function,
            binding: Binding::Global,
            visibility: Visibility::Default,
        };
        let text = plan().entry_shim(&symbol, "f.body", "uwtable", "section \".text.f\"");
        assert!(text.contains("<8 x float> %argument.1, ...) uwtable"), "{text}");
        let start = "%list.place.0 = getelementptr i8, ptr %buffer, i64 64\n\
                     call void @llvm.va_start.p0(ptr %list.place.0)";
        assert!(text.contains(start), "{text}");
    }

    #[test]
    fn an_entry_shim_makes_the_tail_call_of_its_body() {
        let symbol = Symbol {
            name: "f".into(),
            kind: SymbolKind::Function,
            binding: Binding::Global,
            visibility: Visibility::Default,
        };
        let text = plan().with_tail_calls().entry_shim(&symbol, "f.body", "uwtable", "section \".text.f\"");
        let call = "%final = musttail call win64cc signext i32 \
                    %callee(ptr sret([32 x i8]) align 32 %argument.0, <8 x float> %next.1)\nret i32 %final";
        assert!(text.contains(call), "{text}");
    }

    #[test]
    fn names_are_quoted() {
        assert_eq!(quoted("a\"b\\\u{e9}"), "\"a\\22b\\5c\\c3\\a9\"");
    }
}
