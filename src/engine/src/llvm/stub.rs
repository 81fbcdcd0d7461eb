//! Writes stubs: functions in LLVM's IR that call one intrinsic each. The caller is compiled by Cranelift.
//!
//! 1. [`Stub`] describes the call: LLVM's types, and how the caller passes each value. In every machine's C
//!    convention, Cranelift and LLVM pass integers, floats, addresses and vectors of 128 bits alike. All
//!    other values are passed in memory.
//! 2. [`Stub::text`] writes the function without its name. Calls with the same text share one stub.
//! 3. [`Stub::function`] names it.
//!
//! The intrinsic is declared with the types in the source. As with rustc's LLVM backend, LLVM's parser then
//! upgrades declarations of older versions, and its verifier rejects wrong ones.

use std::fmt::Write as _;

use super::module::IrFunction;
use super::module_assembly::Origin;

/// One call of an intrinsic.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stub<'s> {
    /// The intrinsic's name, `llvm.x86.sse.rcp.ps`.
    pub intrinsic: &'s str,
    pub arguments: Vec<Argument>,
    pub result: StubResult,
    /// Attributes of the function, in LLVM's syntax.
    pub attributes: &'s str,
}

/// An argument of the intrinsic.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Argument {
    /// Its type in LLVM's IR.
    pub ty: String,
    pub passed: Passed,
}

/// How a stub gets the value of an argument.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Passed {
    /// As a part of the stub: a constant in LLVM's syntax.
    Constant(String),
    /// As a parameter of the same type.
    Directly,
    /// An `i1` as a byte.
    AsByte,
    /// A vector of 128 bits in a vector register, with any kind of lanes.
    InVectorRegister,
    /// By its address.
    InMemory { alignment: u64 },
}

/// How a stub returns its result. Types are in LLVM's IR.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum StubResult {
    Nothing,
    /// As the result of this type.
    Directly(String),
    /// An `i1` as a byte.
    AsByte,
    /// A vector of 128 bits in a vector register.
    InVectorRegister(String),
    /// Stored at the address that is the stub's first parameter.
    InMemory {
        ty: String,
        alignment: u64,
    },
    /// Two values, stored at that address and `offset` bytes after it. The address is 16-aligned.
    Pair {
        types: [String; 2],
        offset: u64,
    },
}

/// The type of parameters and results in vector registers.
const VECTOR_REGISTER: &str = "<2 x i64>";
/// The alignment of the memory for a pair.
const PAIR_ALIGNMENT: u64 = 16;

impl Stub<'_> {
    /// Returns the function without its name.
    pub fn text(&self) -> StubText {
        let (mut parameters, mut body, mut passed) = (Vec::new(), String::new(), Vec::new());
        if matches!(self.result, StubResult::InMemory { .. } | StubResult::Pair { .. }) {
            parameters.push("ptr %result".to_owned());
        }
        for (index, Argument { ty, passed: how }) in self.arguments.iter().enumerate() {
            let mut parameter = |ty: &str| parameters.push(format!("{ty} %p{index}"));
            let value = match how {
                Passed::Constant(value) => value.clone(),
                Passed::Directly => {
                    parameter(ty);
                    format!("%p{index}")
                }
                Passed::AsByte => {
                    parameter("i8");
                    let _ = writeln!(body, "  %v{index} = trunc i8 %p{index} to i1");
                    format!("%v{index}")
                }
                Passed::InVectorRegister => {
                    parameter(VECTOR_REGISTER);
                    let _ = writeln!(body, "  %v{index} = bitcast {VECTOR_REGISTER} %p{index} to {ty}");
                    format!("%v{index}")
                }
                Passed::InMemory { alignment } => {
                    parameter("ptr");
                    let _ = writeln!(body, "  %v{index} = load {ty}, ptr %p{index}, align {alignment}");
                    format!("%v{index}")
                }
            };
            passed.push(format!("{ty} {value}"));
        }
        let call = format!("call {} {}({})", self.result.of_intrinsic(), self.callee(), passed.join(", "));
        let returned = self.result.write(&call, &mut body);
        StubText {
            head: format!("define internal {returned}"),
            parameters: format!("({}) {}", parameters.join(", "), self.attributes),
            body: format!("{{\n{body}}}"),
        }
    }

    /// Returns the stub as the function `name`.
    pub fn function(
        &self,
        text: &StubText,
        name: String,
        section: StubSection,
        origin: Option<Origin>,
    ) -> IrFunction {
        let StubText { head, parameters, body } = text;
        let section = match section {
            StubSection::Own => format!(" section \".text.{name}\""),
            StubSection::Text => String::new(),
        };
        let types: Vec<&str> = self.arguments.iter().map(|argument| &*argument.ty).collect();
        let declaration =
            format!("declare {} {}({})", self.result.of_intrinsic(), self.callee(), types.join(", "));
        IrFunction {
            definition: format!("{head} @\"{name}\"{parameters}{section} {body}"),
            declarations: vec![declaration],
            callee: self.intrinsic.to_owned(),
            origin,
            name,
        }
    }

    /// Returns the intrinsic's name in LLVM's syntax.
    fn callee(&self) -> String {
        let mut quoted = String::from("@\"");
        for byte in self.intrinsic.bytes() {
            if byte.is_ascii_alphanumeric() || b"._-$".contains(&byte) {
                quoted.push(char::from(byte));
            } else {
                let _ = write!(quoted, "\\{byte:02X}");
            }
        }
        quoted.push('"');
        quoted
    }
}

/// The section of a stub.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StubSection {
    /// `.text.NAME`.
    Own,
    /// `.text`.
    Text,
}

/// A stub's definition without its name.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct StubText {
    head: String,
    parameters: String,
    body: String,
}

impl StubResult {
    /// Returns the result type of the intrinsic.
    fn of_intrinsic(&self) -> String {
        match self {
            StubResult::Nothing => "void".to_owned(),
            StubResult::AsByte => "i1".to_owned(),
            StubResult::Directly(ty) | StubResult::InVectorRegister(ty) | StubResult::InMemory { ty, .. } => {
                ty.clone()
            }
            StubResult::Pair { types: [first, second], .. } => format!("{{ {first}, {second} }}"),
        }
    }

    /// Writes the call and the code that returns or stores its result. Returns the stub's result type.
    fn write(&self, call: &str, body: &mut String) -> String {
        let (lines, returned) = match self {
            StubResult::Nothing => (format!("  {call}\n  ret void\n"), "void"),
            StubResult::Directly(ty) => (format!("  %r = {call}\n  ret {ty} %r\n"), &**ty),
            StubResult::AsByte => {
                (format!("  %r = {call}\n  %byte = zext i1 %r to i8\n  ret i8 %byte\n"), "i8")
            }
            StubResult::InVectorRegister(ty) => {
                let cast = format!("  %register = bitcast {ty} %r to {VECTOR_REGISTER}\n");
                (format!("  %r = {call}\n{cast}  ret {VECTOR_REGISTER} %register\n"), VECTOR_REGISTER)
            }
            StubResult::InMemory { ty, alignment } => {
                let store = format!("  store {ty} %r, ptr %result, align {alignment}\n");
                (format!("  %r = {call}\n{store}  ret void\n"), "void")
            }
            StubResult::Pair { types, offset } => {
                let stores = self.stores_of_pair(types, *offset);
                (format!("  %r = {call}\n{stores}  ret void\n"), "void")
            }
        };
        body.push_str(&lines);
        returned.to_owned()
    }

    fn stores_of_pair(&self, types: &[String; 2], offset: u64) -> String {
        let mut text = String::new();
        for (index, (ty, offset)) in types.iter().zip([0, offset]).enumerate() {
            let alignment = 1u64 << (offset | PAIR_ALIGNMENT).trailing_zeros();
            let whole = self.of_intrinsic();
            let _ = writeln!(text, "  %e{index} = extractvalue {whole} %r, {index}");
            let _ = writeln!(text, "  %a{index} = getelementptr i8, ptr %result, i64 {offset}");
            // An `i1` is a byte in memory.
            if ty == "i1" {
                let _ = writeln!(text, "  %b{index} = zext i1 %e{index} to i8");
                let _ = writeln!(text, "  store i8 %b{index}, ptr %a{index}, align 1");
            } else {
                let _ = writeln!(text, "  store {ty} %e{index}, ptr %a{index}, align {alignment}");
            }
        }
        text
    }
}
