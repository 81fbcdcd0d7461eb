//! Makes types for random programs, and literals of them.

use fastrand::Rng;

/// A type whose values can be copied and compared, and print the same with every compiler.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Type {
    /// `i8` to `u128`, `isize`, `usize`.
    Integer(&'static str),
    /// `f16` to `f128`.
    Float(&'static str),
    /// `bool`
    Bool,
    /// `char`
    Char,
    /// A tuple.
    Tuple(Vec<Type>),
    /// An array.
    Array(Box<Type>, usize),
    /// `Option`
    Option(Box<Type>),
    /// The struct with this index.
    Struct(usize),
    /// The enum with this index.
    Enum(usize),
}

/// The names of the integer types.
pub const INTEGERS: [&str; 12] =
    ["i8", "u8", "i16", "u16", "i32", "u32", "i64", "u64", "i128", "u128", "isize", "usize"];
/// The names of the float types.
pub const FLOATS: [&str; 4] = ["f16", "f32", "f64", "f128"];

/// The structs and enums of a program.
#[derive(Debug, Default, Clone)]
pub struct Declarations {
    /// The types of the fields `f0`, `f1` ...
    pub structs: Vec<Vec<Type>>,
    /// The variants `V0`, `V1` ... with the types of their fields.
    pub enums: Vec<Vec<Vec<Type>>>,
}

/// Returns the width of an integer type in bits.
pub fn width(name: &str) -> u32 {
    name[1..].parse().unwrap_or(64)
}

pub fn is_signed(name: &str) -> bool {
    name.starts_with('i')
}

impl Type {
    /// Makes a type with parts of at most `depth` levels.
    pub fn random(random: &mut Rng, declarations: &Declarations, depth: u32) -> Type {
        let part = |random: &mut Rng| Type::random(random, declarations, depth.saturating_sub(1));
        let choice = if depth == 0 { random.u8(..12) } else { random.u8(..20) };
        match choice {
            0..7 => Type::Integer(INTEGERS[random.usize(..INTEGERS.len())]),
            7..9 => Type::Float(FLOATS[random.usize(..FLOATS.len())]),
            9 | 10 => Type::Bool,
            11 => Type::Char,
            12 | 13 => {
                let count = 1 + random.usize(..3);
                Type::Tuple((0..count).map(|_| part(random)).collect())
            }
            14 => {
                let length = 1 + random.usize(..5);
                Type::Array(Box::new(part(random)), length)
            }
            15 => Type::Option(Box::new(part(random))),
            16 | 17 if !declarations.structs.is_empty() => {
                Type::Struct(random.usize(..declarations.structs.len()))
            }
            _ if !declarations.enums.is_empty() => Type::Enum(random.usize(..declarations.enums.len())),
            _ => Type::Integer("u32"),
        }
    }

    /// Returns the type as it is written in Rust.
    pub fn name(&self) -> String {
        match self {
            Type::Integer(name) | Type::Float(name) => (*name).to_owned(),
            Type::Bool => "bool".to_owned(),
            Type::Char => "char".to_owned(),
            Type::Tuple(parts) => {
                format!("({},)", parts.iter().map(Type::name).collect::<Vec<_>>().join(", "))
            }
            Type::Array(element, length) => format!("[{}; {length}]", element.name()),
            Type::Option(inner) => format!("Option<{}>", inner.name()),
            Type::Struct(index) => format!("S{index}"),
            Type::Enum(index) => format!("E{index}"),
        }
    }
}

/// Makes a literal of a simple type.
pub fn literal(random: &mut Rng, ty: &Type) -> String {
    match ty {
        Type::Integer(name) => integer(random, name),
        Type::Float(name) => {
            let values = ["0.0", "-0.0", "1.0", "-1.5", "0.1", "3.75", "-1234.5", "65504.0", "1e-7", "1e30"];
            let value = values[random.usize(..values.len())];
            let value = if *name == "f16" && value == "1e30" { "-60000.0" } else { value };
            format!("({value}{name})")
        }
        Type::Bool => random.bool().to_string(),
        Type::Char => ["'a'", "'\\0'", "'\\u{10ffff}'", "'ß'", "'\\u{d7ff}'"][random.usize(..5)].to_owned(),
        _ => String::new(),
    }
}

fn integer(random: &mut Rng, name: &str) -> String {
    match random.u8(..6) {
        0 => format!("{name}::MAX"),
        1 => format!("{name}::MIN"),
        2 => format!("0{name}"),
        3 | 4 => format!("{}{name}", random.u8(..100)),
        _ => {
            let bits = random.u128(..) >> (128 - width(name));
            if is_signed(name) {
                format!("({bits:#x}u{} as {name})", width(name))
            } else {
                format!("{bits:#x}{name}")
            }
        }
    }
}
