//! Writes a model in C: the same functions as [`super::rust_side`], and tables of them.

use std::fmt::Write as _;

use super::model::{Convention, Definition, Field, Kind, Model, Scalar, Signature, Type, Value};

/// The beginning of every file.
const HEAD: &str = "#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
typedef __int128 i128;
typedef unsigned __int128 u128;
typedef int m64i __attribute__((vector_size(8)));
#define VECTORS(bits) \\
    typedef long long m##bits##i __attribute__((vector_size(bits / 8))); \\
    VECTORS_OF_FLOATS(bits)
#define VECTORS_OF_FLOATS(bits) \\
    typedef float m##bits __attribute__((vector_size(bits / 8))); \\
    typedef double m##bits##d __attribute__((vector_size(bits / 8)));
VECTORS_OF_FLOATS(64)
VECTORS(128)
VECTORS(256)
VECTORS(512)
uint64_t SEEN;
static void mix(uint64_t *sum, uint64_t value) {
    uint64_t product = (*sum ^ value) * 0x00000100000001b3;
    *sum = product << 23 | product >> 41;
}
static void mix_wide(uint64_t *sum, u128 value) {
    mix(sum, (uint64_t)value);
    mix(sum, (uint64_t)(value >> 64));
}
static void mix_words(uint64_t *sum, const void *value, int count) {
    for (int index = 0; index < count; index++) {
        uint64_t word;
        memcpy(&word, (const char *)value + 8 * index, 8);
        mix(sum, word);
    }
}
/* The compiler believes that every place is where it has to be. */
static uint64_t misplacement(const void *place, uint64_t alignment) {
    __asm__ volatile(\"\" : \"+r\"(place));
    return (uintptr_t)place % alignment;
}
#define VECTOR(type, ...) \\
    ({ uint64_t words[] = {__VA_ARGS__}; type value; memcpy(&value, words, sizeof value); value; })
#define WIDE(high, low) ((u128)(high) << 64 | (low))
#define BITS(name, type, bits_type) \\
    static bits_type bits_of_##name(type value) { bits_type bits; memcpy(&bits, &value, sizeof bits); return bits; } \\
    static type name##_of(bits_type bits) { type value; memcpy(&value, &bits, sizeof value); return value; }
BITS(f16, f16, uint16_t)
BITS(f32, float, uint32_t)
BITS(f64, double, uint64_t)
BITS(f128, _Float128, u128)
";

/// Returns the whole file. Where C has no 16-bit floats, no function takes one.
pub fn file(model: &Model) -> String {
    let half = if model.machine.has_half_in_c { "_Float16" } else { "short" };
    let mut text = format!("typedef {half} f16;\n{HEAD}");
    for (index, definition) in model.definitions.iter().enumerate() {
        text += &self::definition(index, definition);
    }
    let in_c = |signature: &&Signature| model.exists_in_c(signature);
    for (index, signature) in model.signatures.iter().enumerate().filter(|(_, s)| in_c(s)) {
        text += &callee(model, index, signature);
        text += &caller(model, index, signature);
    }
    for (table, name) in [("c_callers", "caller"), ("c_callees", "callee")] {
        let entries = model.signatures.iter().enumerate().map(|(index, signature)| {
            if in_c(&signature) { format!("(void *){name}_{index}") } else { "NULL".to_owned() }
        });
        let _ = writeln!(text, "void *{table}[] = {{{}}};", entries.collect::<Vec<_>>().join(", "));
    }
    text
}

fn scalar_type(scalar: Scalar) -> String {
    match scalar {
        Scalar::Bool => "_Bool".to_owned(),
        Scalar::Integer { bits: 128, signed } => if signed { "i128" } else { "u128" }.to_owned(),
        Scalar::Integer { bits, signed } => format!("{}int{bits}_t", if signed { "" } else { "u" }),
        Scalar::Float { bits: 16 } => "f16".to_owned(),
        Scalar::Float { bits: 32 } => "float".to_owned(),
        Scalar::Float { bits: 64 } => "double".to_owned(),
        Scalar::Float { .. } => "_Float128".to_owned(),
        Scalar::Pointer => "const uint8_t *".to_owned(),
    }
}

fn type_name(ty: Type) -> String {
    match ty {
        Type::Scalar(scalar) => scalar_type(scalar),
        Type::Vector(vector) => vector.name(),
        Type::Defined(index) => format!("T{index}"),
        // No function in C has a parameter or result of these types.
        Type::Rust(_) => "void".to_owned(),
    }
}

/// Returns a struct or union, and the function that folds its value.
fn definition(index: usize, definition: &Definition) -> String {
    let keyword = match definition.kind {
        Kind::Struct => "struct",
        Kind::Union => "union",
    };
    let mut attributes = String::new();
    if definition.packed {
        attributes += "__attribute__((packed))";
    }
    if let Some(alignment) = definition.alignment {
        let _ = write!(attributes, "__attribute__((aligned({alignment})))");
    }
    let fields: String = definition
        .fields
        .iter()
        .enumerate()
        .map(|(number, field)| {
            let elements = field.elements.map_or_else(String::new, |count| format!("[{count}]"));
            format!("{} f{number}{elements}; ", type_name(field.ty))
        })
        .collect();
    let mut text = format!(
        "typedef {keyword} {attributes} {{ {fields}}} T{index};\n\
         static void mix_{index}(uint64_t *sum, T{index} value) {{\n"
    );
    let used = if definition.kind == Kind::Union { 1 } else { definition.fields.len() };
    for (number, field) in definition.fields[..used].iter().enumerate() {
        match field.elements {
            Some(count) => {
                for element in 0..count {
                    text += &fold(field.ty, &format!("value.f{number}[{element}]"));
                }
            }
            None => text += &fold(field.ty, &format!("value.f{number}")),
        }
    }
    text + "}\n"
}

/// Returns a statement that folds a value into `*sum`.
fn fold(ty: Type, expression: &str) -> String {
    let statement = match ty {
        Type::Scalar(Scalar::Integer { bits: 128, .. }) => format!("mix_wide(sum, (u128){expression})"),
        Type::Scalar(Scalar::Float { bits: 128 }) => format!("mix_wide(sum, bits_of_f128({expression}))"),
        Type::Scalar(Scalar::Float { bits }) => format!("mix(sum, bits_of_f{bits}({expression}))"),
        Type::Scalar(_) => format!("mix(sum, (uint64_t){expression})"),
        Type::Vector(vector) => format!("mix_words(sum, &{expression}, {})", vector.words()),
        Type::Defined(index) => format!("mix_{index}(sum, {expression})"),
        Type::Rust(_) => String::new(),
    };
    format!("    {statement};\n")
}

fn wide(bits: u128) -> String {
    format!("WIDE({:#x}u, {:#x}u)", (bits >> 64) as u64, bits as u64)
}

fn scalar_value(scalar: Scalar, bits: u128) -> String {
    match scalar {
        Scalar::Bool => bits.to_string(),
        Scalar::Integer { bits: 128, .. } => format!("({}){}", scalar_type(scalar), wide(bits)),
        Scalar::Integer { .. } | Scalar::Pointer => format!("({}){bits:#x}u", scalar_type(scalar)),
        Scalar::Float { bits: 128 } => format!("f128_of({})", wide(bits)),
        Scalar::Float { bits: width } => format!("f{width}_of({bits:#x}u)"),
    }
}

fn expression(model: &Model, ty: Type, value: &Value) -> String {
    match (ty, value) {
        (Type::Scalar(scalar), Value::Bits(bits)) => scalar_value(scalar, *bits),
        (Type::Vector(vector), Value::Words(words)) => {
            let words: Vec<String> = words.iter().map(|word| format!("{word:#x}u")).collect();
            format!("VECTOR({}, {})", vector.name(), words.join(", "))
        }
        (Type::Defined(index), Value::Fields(fields)) => {
            let definition = &model.definitions[index];
            let members: String = fields
                .iter()
                .zip(&definition.fields)
                .enumerate()
                .map(|(number, (values, field))| format!(".f{number} = {}, ", member(model, field, values)))
                .collect();
            format!("(T{index}){{{members}}}")
        }
        // The model never pairs a type with another kind of value.
        _ => String::new(),
    }
}

fn member(model: &Model, field: &Field, values: &[Value]) -> String {
    let elements: Vec<String> = values.iter().map(|value| expression(model, field.ty, value)).collect();
    let elements = elements.join(", ");
    if field.elements.is_some() { format!("{{{elements}}}") } else { elements }
}

fn result_type(signature: &Signature) -> String {
    signature.result.as_ref().map_or_else(|| "void".to_owned(), |(ty, _)| type_name(*ty))
}

fn convention(signature: &Signature) -> &'static str {
    match signature.convention {
        Convention::Win64 => "__attribute__((ms_abi))",
        Convention::C | Convention::Rust => "",
    }
}

fn callee(model: &Model, index: usize, signature: &Signature) -> String {
    let mut parameters = Vec::new();
    let mut body = String::from("    uint64_t total = 7, *sum = &total;\n");
    for (number, (ty, _)) in signature.parameters.iter().enumerate() {
        parameters.push(format!("{} a{number}", type_name(*ty)));
        body += &fold(*ty, &format!("a{number}"));
        if let Type::Defined(_) = ty {
            let name = type_name(*ty);
            let _ = writeln!(body, "    mix(sum, misplacement(&a{number}, _Alignof({name})));");
        }
    }
    if let Some(variable) = &signature.variable {
        let _ = writeln!(body, "    va_list rest; va_start(rest, a{});", parameters.len() - 1);
        parameters.push("...".to_owned());
        for (scalar, _) in variable {
            body += &fold(Type::Scalar(*scalar), &format!("va_arg(rest, {})", scalar_type(*scalar)));
        }
        body += "    va_end(rest);\n";
    }
    body += "    SEEN = total;\n";
    if let Some((ty, value)) = &signature.result {
        let _ = writeln!(body, "    return {};", expression(model, *ty, value));
    }
    let (result, convention) = (result_type(signature), convention(signature));
    let parameters = if parameters.is_empty() { "void".to_owned() } else { parameters.join(", ") };
    format!("static {convention} {result} callee_{index}({parameters}) {{\n{body}}}\n")
}

fn caller(model: &Model, index: usize, signature: &Signature) -> String {
    let mut types: Vec<String> = signature.parameters.iter().map(|(ty, _)| type_name(*ty)).collect();
    if signature.variable.is_some() {
        types.push("...".to_owned());
    }
    let types = if types.is_empty() { "void".to_owned() } else { types.join(", ") };
    let named = signature.parameters.iter().map(|(ty, value)| expression(model, *ty, value));
    let variable = signature.variable.iter().flatten().map(|(scalar, bits)| scalar_value(*scalar, *bits));
    let call = format!("callee({})", named.chain(variable).collect::<Vec<_>>().join(", "));
    let (result, convention) = (result_type(signature), convention(signature));
    let (call, folded) = match &signature.result {
        Some((ty, _)) => (format!("{result} result = {call}"), fold(*ty, "result")),
        None => (call, String::new()),
    };
    format!(
        "static uint64_t caller_{index}({result} ({convention} *callee)({types})) {{\n    {call};\n    \
         uint64_t total = SEEN, *sum = &total;\n    (void)sum;\n{folded}    return total;\n}}\n"
    )
}
