//! Writes a model in Rust: a library with two functions for each signature.
//!
//! `callee_N` folds its arguments into `SEEN` and returns the result's value. `caller_N` calls any function
//! with that signature, passes the arguments' values, and returns `SEEN` with the result folded in.

use std::fmt::Write as _;

use super::model::{
    Convention, Definition, Field, Kind, Model, RustType, Scalar, Signature, Type, USUAL_VECTOR, Value,
};

/// The beginning of every library.
const HEAD: &str = "#![feature(c_variadic, f16, f128, repr_simd)]
#![allow(dead_code, improper_ctypes, improper_ctypes_definitions, static_mut_refs, unused)]
#![allow(unsafe_op_in_unsafe_fn, non_camel_case_types)]
#[cfg(target_arch = \"x86_64\")]
use core::arch::x86_64::*;
use core::hint::black_box;
use core::mem::transmute;
#[repr(transparent)]
#[derive(Clone, Copy)]
pub struct Address(pub *const ());
unsafe impl Sync for Address {}
pub type Caller = unsafe extern \"C\" fn(Address) -> u64;
unsafe extern \"C\" {
    static mut SEEN: u64;
}
macro_rules! vectors {
    ($($name:ident $lane:ident $count:literal)*) => {
        $(#[repr(simd)] #[derive(Clone, Copy)] pub struct $name([$lane; $count]);)*
    };
}
vectors!(m64i u32 2 m64 f32 2 m64d f64 1);
#[cfg(not(target_arch = \"x86_64\"))]
vectors!(__m128i i64 2 __m128 f32 4 __m128d f64 2);
fn mix(sum: &mut u64, value: u64) {
    *sum = (*sum ^ value).wrapping_mul(0x0000_0100_0000_01b3).rotate_left(23);
}
fn mix_wide(sum: &mut u64, value: u128) {
    mix(sum, value as u64);
    mix(sum, (value >> 64) as u64);
}
fn mix_words<const N: usize>(sum: &mut u64, words: [u64; N]) {
    words.into_iter().for_each(|word| mix(sum, word));
}
fn misplacement<T>(place: *const T) -> u64 {
    (black_box(place).addr() % align_of::<T>()) as u64
}
";

/// Returns the whole library.
pub fn library(model: &Model) -> String {
    let mut text = HEAD.to_owned();
    for (index, definition) in model.definitions.iter().enumerate() {
        text += &self::definition(index, definition);
    }
    for (index, signature) in model.signatures.iter().enumerate() {
        text += &callee(model, index, signature);
        text += &caller(model, index, signature);
    }
    let count = model.signatures.len();
    let list = |entry: &dyn Fn(usize) -> String| (0..count).map(entry).collect::<Vec<_>>().join(", ");
    let callers = list(&|index| format!("caller_{index}"));
    let callees = list(&|index| format!("Address(callee_{index} as *const ())"));
    let _ = writeln!(text, "pub static CALLERS: [Caller; {count}] = [{callers}];");
    let _ = writeln!(text, "pub static CALLEES: [Address; {count}] = [{callees}];");
    text
}

/// Returns the program that calls every callee from every caller, and prints the values. Its argument is the
/// number of calls to skip.
pub fn main(model: &Model) -> String {
    let count = model.signatures.len();
    let in_c: String = model.signatures.iter().map(|s| format!("{}, ", model.exists_in_c(s))).collect();
    format!(
        "use clif::{{Address, Caller}};
unsafe extern \"C\" {{
    static c_callers: [Caller; {count}];
    static c_callees: [Address; {count}];
}}
static IN_C: [bool; {count}] = [{in_c}];
fn main() {{
    let llvm_callers: [Caller; {count}] = unsafe {{ std::mem::transmute(llvm::CALLERS) }};
    let llvm_callees: [Address; {count}] = unsafe {{ std::mem::transmute(llvm::CALLEES) }};
    let sides = [
        (\"clif\", clif::CALLERS, clif::CALLEES),
        (\"llvm\", llvm_callers, llvm_callees),
        (\"c\", unsafe {{ c_callers }}, unsafe {{ c_callees }}),
    ];
    let mut skipped: usize = std::env::args().nth(1).map_or(0, |text| text.parse().unwrap());
    for index in 0..{count} {{
        for (from, callers, _) in &sides {{
            for (to, _, callees) in &sides {{
                if skipped > 0 {{
                    skipped -= 1;
                }} else if IN_C[index] || (*from != \"c\" && *to != \"c\") {{
                    println!(\"begin {{index}} {{from}} {{to}}\");
                    println!(\"end {{}}\", unsafe {{ callers[index](callees[index]) }});
                }}
            }}
        }}
    }}
    println!(\"done\");
}}
"
    )
}

/// Shows the signature in Rust, with the definitions that it uses, for messages.
pub fn shown(model: &Model, signature: &Signature) -> String {
    let mut text = pointer_type(signature);
    let mut wanted: Vec<usize> = Vec::new();
    let named = signature.parameters.iter().chain(&signature.result).map(|(ty, _)| *ty);
    let mut types: Vec<Type> = named.collect();
    while let Some(ty) = types.pop() {
        if let Type::Defined(index) = ty
            && !wanted.contains(&index)
        {
            wanted.push(index);
            types.extend(model.definitions[index].fields.iter().map(|field| field.ty));
        }
    }
    for index in wanted {
        let definition = definition(index, &model.definitions[index]);
        let _ = write!(text, "\n      {}", definition.lines().take(3).collect::<Vec<_>>().join(" "));
    }
    text
}

fn scalar_type(scalar: Scalar) -> String {
    match scalar {
        Scalar::Bool => "bool".to_owned(),
        Scalar::Integer { bits, signed } => format!("{}{bits}", if signed { "i" } else { "u" }),
        Scalar::Float { bits } => format!("f{bits}"),
        Scalar::Pointer => "*const u8".to_owned(),
    }
}

fn type_name(ty: Type) -> String {
    match ty {
        Type::Scalar(scalar) => scalar_type(scalar),
        Type::Vector(vector) if vector.bytes < USUAL_VECTOR => vector.name(),
        Type::Vector(vector) => format!("__{}", vector.name()),
        Type::Defined(index) => format!("T{index}"),
        Type::Rust(RustType::Slice(_)) => "&'static [u8]".to_owned(),
        Type::Rust(RustType::Pair(first, second)) => {
            format!("({}, {})", scalar_type(first), scalar_type(second))
        }
        Type::Rust(RustType::Option(scalar)) => format!("Option<{}>", scalar_type(scalar)),
    }
}

fn field_type(field: &Field) -> String {
    match field.elements {
        Some(count) => format!("[{}; {count}]", type_name(field.ty)),
        None => type_name(field.ty),
    }
}

/// Returns a struct or union, and the function that folds its value.
fn definition(index: usize, definition: &Definition) -> String {
    let mut attributes = "C".to_owned();
    if definition.packed {
        attributes += ", packed";
    }
    if let Some(alignment) = definition.alignment {
        let _ = write!(attributes, ", align({alignment})");
    }
    let keyword = match definition.kind {
        Kind::Struct => "struct",
        Kind::Union => "union",
    };
    let fields: String = definition
        .fields
        .iter()
        .enumerate()
        .map(|(number, field)| format!("f{number}: {}, ", field_type(field)))
        .collect();
    let mut text = format!(
        "#[repr({attributes})]\n#[derive(Clone, Copy)]\npub {keyword} T{index} {{ {fields}}}\n\
         unsafe fn mix_{index}(sum: &mut u64, value: *const T{index}) {{\n"
    );
    let used = if definition.kind == Kind::Union { 1 } else { definition.fields.len() };
    for (number, field) in definition.fields[..used].iter().enumerate() {
        match field.elements {
            Some(count) => {
                for element in 0..count {
                    text += &fold(field.ty, &format!("(*value).f{number}[{element}]"));
                }
            }
            None => text += &fold(field.ty, &format!("(*value).f{number}")),
        }
    }
    text + "}\n"
}

/// Returns statements that fold a value into `sum`.
fn fold(ty: Type, expression: &str) -> String {
    match ty {
        Type::Scalar(scalar) => fold_scalar(scalar, expression),
        Type::Vector(vector) => {
            format!("    mix_words(sum, transmute::<_, [u64; {}]>({expression}));\n", vector.words())
        }
        Type::Defined(index) => {
            format!("    let copy = {expression};\n    mix_{index}(sum, &raw const copy);\n")
        }
        Type::Rust(RustType::Slice(_)) => format!(
            "    mix(sum, {expression}.len() as u64);\n    for &byte in {expression} {{ mix(sum, byte as u64); }}\n"
        ),
        Type::Rust(RustType::Pair(first, second)) => {
            fold_scalar(first, &format!("{expression}.0")) + &fold_scalar(second, &format!("{expression}.1"))
        }
        Type::Rust(RustType::Option(scalar)) => format!(
            "    if let Some(inner) = {expression} {{\n{}    }} else {{ mix(sum, 77); }}\n",
            fold_scalar(scalar, "inner")
        ),
    }
}

fn fold_scalar(scalar: Scalar, expression: &str) -> String {
    match scalar {
        Scalar::Integer { bits: 128, .. } => format!("    mix_wide(sum, {expression} as u128);\n"),
        Scalar::Float { bits: 128 } => format!("    mix_wide(sum, {expression}.to_bits());\n"),
        Scalar::Float { .. } => format!("    mix(sum, {expression}.to_bits() as u64);\n"),
        Scalar::Bool | Scalar::Integer { .. } | Scalar::Pointer => {
            format!("    mix(sum, {expression} as u64);\n")
        }
    }
}

fn scalar_value(scalar: Scalar, bits: u128) -> String {
    match scalar {
        Scalar::Bool => (bits != 0).to_string(),
        Scalar::Integer { bits: width, signed } => {
            let unsigned = format!("{bits:#x}u{width}");
            if signed { format!("({unsigned} as i{width})") } else { unsigned }
        }
        Scalar::Float { bits: width } => format!("f{width}::from_bits({bits:#x})"),
        Scalar::Pointer => format!("({bits:#x}usize as *const u8)"),
    }
}

/// Returns an expression for a value.
fn expression(model: &Model, ty: Type, value: &Value) -> String {
    match (ty, value) {
        (Type::Scalar(scalar), Value::Bits(bits)) => scalar_value(scalar, *bits),
        (Type::Vector(vector), Value::Words(words)) => {
            format!("transmute::<[u64; {}], {}>({words:?})", vector.words(), type_name(ty))
        }
        (Type::Defined(index), Value::Fields(fields)) => {
            let definition = &model.definitions[index];
            let members: String = fields
                .iter()
                .zip(&definition.fields)
                .enumerate()
                .map(|(number, (values, field))| format!("f{number}: {}, ", member(model, field, values)))
                .collect();
            format!("T{index} {{ {members}}}")
        }
        (Type::Rust(ty), Value::Parts(parts)) => rust_value(ty, parts),
        // The model never pairs a type with another kind of value.
        _ => String::new(),
    }
}

fn member(model: &Model, field: &Field, values: &[Value]) -> String {
    let elements: Vec<String> = values.iter().map(|value| expression(model, field.ty, value)).collect();
    let elements = elements.join(", ");
    if field.elements.is_some() { format!("[{elements}]") } else { elements }
}

fn rust_value(ty: RustType, parts: &[u128]) -> String {
    match (ty, parts) {
        (RustType::Slice(_), bytes) => {
            let elements: String = bytes.iter().map(|byte| format!("{byte}u8, ")).collect();
            format!("(&[{elements}] as &'static [u8])")
        }
        (RustType::Pair(first, second), [left, right]) => {
            format!("({}, {})", scalar_value(first, *left), scalar_value(second, *right))
        }
        (RustType::Option(scalar), [bits]) => format!("Some({})", scalar_value(scalar, *bits)),
        (RustType::Option(_) | RustType::Pair(..), _) => "None".to_owned(),
    }
}

fn convention(signature: &Signature) -> &'static str {
    match signature.convention {
        Convention::C => "extern \"C\" ",
        Convention::Win64 => "extern \"win64\" ",
        Convention::Rust => "",
    }
}

/// Returns the attribute of functions with vectors that not every processor has.
fn target_feature(model: &Model, signature: &Signature) -> &'static str {
    match model.largest_vector(signature) {
        64 => "#[target_feature(enable = \"avx512f\")]\n",
        32 => "#[target_feature(enable = \"avx\")]\n",
        _ => "",
    }
}

fn result_type(signature: &Signature) -> String {
    signature.result.as_ref().map_or_else(String::new, |(ty, _)| format!(" -> {}", type_name(*ty)))
}

/// Returns the type of pointers to functions with this signature.
fn pointer_type(signature: &Signature) -> String {
    let mut parameters: String = signature.parameters.iter().map(|(ty, _)| type_name(*ty) + ", ").collect();
    if signature.variable.is_some() {
        parameters += "...";
    }
    format!("unsafe {}fn({parameters}){}", convention(signature), result_type(signature))
}

fn callee(model: &Model, index: usize, signature: &Signature) -> String {
    let mut parameters = String::new();
    let mut body = String::from("    let mut total = 7;\n    let sum = &mut total;\n");
    for (number, (ty, _)) in signature.parameters.iter().enumerate() {
        let _ = write!(parameters, "a{number}: {}, ", type_name(*ty));
        body += &fold(*ty, &format!("a{number}"));
        if let Type::Defined(_) = ty {
            let _ = writeln!(body, "    mix(sum, misplacement(&raw const a{number}));");
        }
    }
    if let Some(variable) = &signature.variable {
        parameters += "mut rest: ...";
        for (scalar, _) in variable {
            let _ = writeln!(body, "    let next = rest.arg::<{}>();", scalar_type(*scalar));
            body += &fold_scalar(*scalar, "next");
        }
    }
    body += "    SEEN = total;\n";
    if let Some((ty, value)) = &signature.result {
        let _ = writeln!(body, "    {}", expression(model, *ty, value));
    }
    let (convention, result) = (convention(signature), result_type(signature));
    let feature = target_feature(model, signature);
    format!("{feature}unsafe {convention}fn callee_{index}({parameters}){result} {{\n{body}}}\n")
}

fn caller(model: &Model, index: usize, signature: &Signature) -> String {
    let named = signature.parameters.iter().map(|(ty, value)| expression(model, *ty, value));
    let variable = signature.variable.iter().flatten().map(|(scalar, bits)| scalar_value(*scalar, *bits));
    let arguments = named.chain(variable).collect::<Vec<_>>().join(", ");
    let folded = signature.result.as_ref().map_or_else(String::new, |(ty, _)| fold(*ty, "result"));
    let ty = pointer_type(signature);
    let feature = target_feature(model, signature);
    format!(
        "{feature}unsafe extern \"C\" fn caller_{index}(callee: Address) -> u64 {{\n    \
         let callee: {ty} = transmute(callee);\n    let result = callee({arguments});\n    \
         let mut total = SEEN;\n    let sum = &mut total;\n{folded}    total\n}}\n"
    )
}
