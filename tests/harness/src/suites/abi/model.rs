//! Makes random signatures: types, definitions of structs and unions, and values for arguments and results.
//!
//! [`Model::random`] makes the definitions and signatures of a program. [`super::rust_side`] and
//! [`super::c_side`] write them in their languages.

use fastrand::Rng;

/// A number, `bool` or address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scalar {
    /// A `bool`.
    Bool,
    /// An integer with this number of bits.
    Integer { bits: u32, signed: bool },
    /// A float with this number of bits.
    Float { bits: u32 },
    /// An address.
    Pointer,
}

/// The lanes of a vector.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lanes {
    /// `__m128i` and the like
    Integers,
    /// `__m128` and the like
    Floats,
    /// `__m128d` and the like
    Doubles,
}

/// A vector.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Vector {
    /// The type of the lanes.
    pub lanes: Lanes,
    /// The size in bytes: 8, 16, 32 or 64.
    pub bytes: usize,
}

impl Vector {
    /// Returns the size in units of 64 bits.
    pub fn words(self) -> usize {
        self.bytes / 8
    }

    /// Returns the name in C. Rust's name has two underscores before it if `core::arch` has the type.
    pub fn name(self) -> String {
        let suffix = match self.lanes {
            Lanes::Integers => "i",
            Lanes::Floats => "",
            Lanes::Doubles => "d",
        };
        format!("m{}{suffix}", self.bytes * 8)
    }
}

/// The size of the vectors that every processor with vectors has registers for, in bytes.
pub const USUAL_VECTOR: usize = 16;
/// The smallest vectors, in bytes.
const SMALLEST_VECTOR: usize = 8;

/// What the functions of a machine can take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Machine {
    /// The size of the largest vectors that it has registers for, in bytes; 0 without vectors.
    pub widest_vector: usize,
    /// Whether it has Microsoft's convention.
    pub has_win64: bool,
    /// Whether its C compiler has 16-bit floats.
    pub has_half_in_c: bool,
    /// Whether LLVM's C-variadic functions may read garbage, so that C's tell what is right.
    pub trusts_c_with_variadics: bool,
}

/// Types that C does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RustType {
    /// `&'static [u8]` with this number of elements.
    Slice(u8),
    /// A tuple.
    Pair(Scalar, Scalar),
    /// `Option` of a scalar.
    Option(Scalar),
}

/// The type of a parameter, result or field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// A scalar.
    Scalar(Scalar),
    /// A vector.
    Vector(Vector),
    /// The definition with this index.
    Defined(usize),
    /// A type that only Rust's own convention can pass.
    Rust(RustType),
}

/// Struct or union.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `struct`
    Struct,
    /// `union`, whose value is that of its first member.
    Union,
}

/// A member of a definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// The type, or the type of the elements.
    pub ty: Type,
    /// The number of elements, if the member is an array.
    pub elements: Option<usize>,
}

/// A struct or union.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definition {
    /// Struct or union.
    pub kind: Kind,
    /// The members.
    pub fields: Vec<Field>,
    /// Whether the members are packed, without padding.
    pub packed: bool,
    /// An alignment in bytes, above the natural one.
    pub alignment: Option<u32>,
}

/// A calling convention.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Convention {
    /// C's.
    C,
    /// Microsoft's for x86_64.
    Win64,
    /// Rust's own, which C does not have.
    Rust,
}

/// A value that is passed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// The bits of a scalar.
    Bits(u128),
    /// The bits of a vector.
    Words(Vec<u64>),
    /// The values of each field (for a union, of the first). An array has several.
    Fields(Vec<Vec<Value>>),
    /// The parts of a Rust type: the elements of a slice, the halves of a pair, or the value of an option if
    /// it has one.
    Parts(Vec<u128>),
}

/// A function: its parameters with the passed arguments, and its result with the returned value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// The calling convention.
    pub convention: Convention,
    /// The named parameters.
    pub parameters: Vec<(Type, Value)>,
    /// The variadic arguments. `None` for a function that is not variadic.
    pub variable: Option<Vec<(Scalar, u128)>>,
    /// The result.
    pub result: Option<(Type, Value)>,
}

impl Signature {
    /// Whether C has the convention with these types. Microsoft's does not define all types, and gcc and LLVM
    /// pass these in different ways:
    /// - 16-bit floats: gcc returns them in `ax`, LLVM in `xmm0`; the same goes for 128-bit floats
    /// - 64-bit vectors: gcc passes them in an integer register; LLVM passes them by address, and returns
    ///   them in `xmm0`
    /// - vectors of 256 bits and more: gcc returns them in memory, LLVM in a register
    fn is_defined_by_c(&self) -> bool {
        let odd_float = |ty: Type| matches!(ty, Type::Scalar(Scalar::Float { bits: 16 | 128 }));
        let vector = |ty: Type| match ty {
            Type::Vector(vector) => Some(vector.bytes),
            _ => None,
        };
        match self.convention {
            Convention::C => true,
            Convention::Win64 => {
                let types = self.parameters.iter().chain(&self.result).map(|(ty, _)| *ty);
                let is_odd = |ty| odd_float(ty) || vector(ty) == Some(SMALLEST_VECTOR);
                let result = self.result.as_ref().and_then(|(ty, _)| vector(*ty));
                !types.into_iter().any(is_odd) && result.is_none_or(|bytes| bytes == USUAL_VECTOR)
            }
            Convention::Rust => false,
        }
    }
}

/// The definitions and signatures of a program.
#[derive(Debug, PartialEq, Eq)]
pub struct Model {
    /// Structs and unions. They refer only to earlier ones.
    pub definitions: Vec<Definition>,
    /// The functions.
    pub signatures: Vec<Signature>,
    /// The machine.
    pub machine: Machine,
}

const INTEGER_BITS: [u32; 5] = [8, 16, 32, 64, 128];
const FLOAT_BITS: [u32; 4] = [16, 32, 64, 128];

impl Model {
    /// Makes the model of a seed.
    pub fn random(seed: u64, signatures: usize, machine: Machine) -> Model {
        let mut random = Rng::with_seed(seed);
        let mut model = Model { definitions: Vec::new(), signatures: Vec::new(), machine };
        for _ in 0..signatures.div_ceil(2) {
            let definition = model.definition(&mut random);
            model.definitions.push(definition);
        }
        for _ in 0..signatures {
            let signature = model.signature(&mut random);
            model.signatures.push(signature);
        }
        model
    }

    fn definition(&self, random: &mut Rng) -> Definition {
        if random.u8(..5) == 0 {
            return self.few_numbers(random);
        }
        let kind = if random.u8(..8) == 0 { Kind::Union } else { Kind::Struct };
        let packed = random.u8(..10) == 0;
        let most = if random.u8(..4) == 0 { 8 } else { 3 };
        let count = 1 + random.usize(..most);
        let fields = (0..count).map(|_| self.field(random, packed)).collect();
        let alignment = (!packed && random.u8(..4) == 0).then(|| {
            let most = if random.u8(..3) == 0 { 13 } else { 8 };
            1 << random.u32(..most)
        });
        Definition { kind, fields, packed, alignment }
    }

    /// A struct that some machines pass in registers for floats: up to four equal floats or vectors, or a
    /// float and one other number.
    fn few_numbers(&self, random: &mut Rng) -> Definition {
        let float = Type::Scalar(Scalar::Float { bits: FLOAT_BITS[random.usize(..4)] });
        let field = |ty| Field { ty, elements: None };
        let mut fields = match random.u8(..4) {
            0 | 1 => vec![field(float); 1 + random.usize(..5)],
            2 => {
                let ty = self.vector(random).map_or(float, Type::Vector);
                vec![Field { ty, elements: random.bool().then(|| 1 + random.usize(..4)) }]
            }
            _ => vec![field(float), field(Type::Scalar(scalar(random)))],
        };
        if random.bool() {
            fields.reverse();
        }
        Definition { kind: Kind::Struct, fields, packed: false, alignment: None }
    }

    fn field(&self, random: &mut Rng, packed: bool) -> Field {
        let ty = match random.u8(..10) {
            // Rust allows no aligned type in a packed one.
            0..2 if !packed && !self.definitions.is_empty() => {
                Type::Defined(random.usize(..self.definitions.len()))
            }
            2 if !packed => self.vector(random).map_or_else(|| Type::Scalar(scalar(random)), Type::Vector),
            _ => Type::Scalar(scalar(random)),
        };
        // Several of the largest types would overflow the stack.
        let most = if self.alignment(ty) > 64 { 1 } else { 4 };
        Field { ty, elements: (random.u8(..6) == 0).then(|| 1 + random.usize(..most)) }
    }

    /// Returns a vector, if the machine has vectors.
    fn vector(&self, random: &mut Rng) -> Option<Vector> {
        let lanes = [Lanes::Integers, Lanes::Floats, Lanes::Doubles][random.usize(..3)];
        let bytes = [8, 16, 16, 32, 32, 64][random.usize(..6)].min(self.machine.widest_vector);
        (bytes > 0).then_some(Vector { lanes, bytes })
    }

    /// Returns the alignment that a definition or its members request, or 1.
    fn alignment(&self, ty: Type) -> u32 {
        let Type::Defined(index) = ty else { return 1 };
        let definition = &self.definitions[index];
        let inner = definition.fields.iter().map(|field| self.alignment(field.ty));
        inner.chain(definition.alignment).max().unwrap_or(1)
    }

    /// Whether a function also exists in C.
    pub fn exists_in_c(&self, signature: &Signature) -> bool {
        let mut types = signature.parameters.iter().chain(&signature.result).map(|(ty, _)| *ty);
        signature.is_defined_by_c() && (self.machine.has_half_in_c || !types.any(|ty| self.has_half(ty)))
    }

    /// Whether a type contains 16-bit floats.
    fn has_half(&self, ty: Type) -> bool {
        match ty {
            Type::Scalar(scalar) => scalar == Scalar::Float { bits: 16 },
            Type::Defined(index) => {
                self.definitions[index].fields.iter().any(|field| self.has_half(field.ty))
            }
            Type::Vector(_) | Type::Rust(_) => false,
        }
    }

    /// Returns the sizes of the vectors in a type.
    fn vectors(&self, ty: Type) -> Vec<usize> {
        match ty {
            Type::Vector(vector) => vec![vector.bytes],
            Type::Defined(index) => {
                self.definitions[index].fields.iter().flat_map(|field| self.vectors(field.ty)).collect()
            }
            Type::Scalar(_) | Type::Rust(_) => vec![],
        }
    }

    /// Returns the size of the largest vector in a signature.
    pub fn largest_vector(&self, signature: &Signature) -> usize {
        let types = signature.parameters.iter().chain(&signature.result).map(|(ty, _)| *ty);
        types.flat_map(|ty| self.vectors(ty)).max().unwrap_or(0)
    }

    fn signature(&self, random: &mut Rng) -> Signature {
        let convention = match random.u8(..8) {
            0 if self.machine.has_win64 => Convention::Win64,
            1 | 2 => Convention::Rust,
            _ => Convention::C,
        };
        let variadic = convention == Convention::C && random.u8(..5) == 0;
        let most = if random.bool() { 5 } else { 13 };
        let count = random.usize(..most).max(usize::from(variadic));
        let typed = |random: &mut Rng| {
            let mut ty = self.ty(random, convention);
            // The backend does not compile C-variadic definitions with other vectors.
            while variadic && self.vectors(ty).iter().any(|&bytes| bytes != USUAL_VECTOR) {
                ty = self.ty(random, convention);
            }
            let value = self.value(random, ty);
            (ty, value)
        };
        let parameters = (0..count).map(|_| typed(random)).collect();
        let variable = variadic.then(|| (0..random.usize(..12)).map(|_| variable(random)).collect());
        let result = (random.u8(..6) != 0).then(|| typed(random));
        Signature { convention, parameters, variable, result }
    }

    fn ty(&self, random: &mut Rng, convention: Convention) -> Type {
        match random.u8(..20) {
            0..8 => Type::Defined(random.usize(..self.definitions.len())),
            8 | 9 => self.vector(random).map_or_else(|| Type::Scalar(scalar(random)), Type::Vector),
            10..13 if convention == Convention::Rust => Type::Rust(rust_type(random)),
            _ => Type::Scalar(scalar(random)),
        }
    }

    fn value(&self, random: &mut Rng, ty: Type) -> Value {
        match ty {
            Type::Scalar(scalar) => Value::Bits(bits(random, scalar)),
            Type::Vector(vector) => Value::Words((0..vector.words()).map(|_| plain_double(random)).collect()),
            Type::Defined(index) => {
                let definition = &self.definitions[index];
                let used = match definition.kind {
                    Kind::Struct => definition.fields.len(),
                    Kind::Union => 1,
                };
                let elements = |random: &mut Rng, field: &Field| {
                    (0..field.elements.unwrap_or(1)).map(|_| self.value(random, field.ty)).collect()
                };
                Value::Fields(definition.fields[..used].iter().map(|f| elements(random, f)).collect())
            }
            Type::Rust(RustType::Slice(length)) => {
                Value::Parts((0..length).map(|_| random.u8(..).into()).collect())
            }
            Type::Rust(RustType::Pair(first, second)) => {
                Value::Parts(vec![bits(random, first), bits(random, second)])
            }
            Type::Rust(RustType::Option(scalar)) => {
                Value::Parts(if random.bool() { vec![bits(random, scalar)] } else { vec![] })
            }
        }
    }
}

fn scalar(random: &mut Rng) -> Scalar {
    match random.u8(..12) {
        0 => Scalar::Bool,
        1 => Scalar::Pointer,
        2..6 => Scalar::Float { bits: FLOAT_BITS[random.usize(..4)] },
        _ => Scalar::Integer { bits: INTEGER_BITS[random.usize(..5)], signed: random.bool() },
    }
}

fn rust_type(random: &mut Rng) -> RustType {
    match random.u8(..3) {
        0 => RustType::Slice(random.u8(..6)),
        1 => RustType::Pair(scalar(random), scalar(random)),
        _ => RustType::Option(scalar(random)),
    }
}

/// Returns an argument that C's default promotions do not change.
fn variable(random: &mut Rng) -> (Scalar, u128) {
    let scalar = match random.u8(..6) {
        0 => Scalar::Pointer,
        1 | 2 => Scalar::Float { bits: 64 },
        _ => Scalar::Integer { bits: [32, 64][random.usize(..2)], signed: random.bool() },
    };
    (scalar, bits(random, scalar))
}

/// Returns bits that every compiler passes unchanged, so no NaN.
fn bits(random: &mut Rng, scalar: Scalar) -> u128 {
    let random_bits = |random: &mut Rng, width: u32| match random.u8(..4) {
        0 => u128::MAX >> (128 - width),
        _ => random.u128(..) >> (128 - width),
    };
    match scalar {
        Scalar::Bool => random.u128(..2),
        Scalar::Integer { bits, .. } => random_bits(random, bits),
        Scalar::Pointer => random_bits(random, 64),
        // With the highest bit of the exponent clear, the number is small.
        Scalar::Float { bits } => (random.u128(..) >> (128 - bits)) & !(1 << (bits - 2)),
    }
}

/// Returns 64 bits that are not a NaN, neither as a double nor as two floats.
fn plain_double(random: &mut Rng) -> u64 {
    random.u64(..) & !(1 << 62 | 1 << 30)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A machine that has everything.
    const LARGE: Machine =
        Machine { widest_vector: 64, has_win64: true, has_half_in_c: true, trusts_c_with_variadics: true };
    /// A machine that has none of it.
    const SMALL: Machine =
        Machine { widest_vector: 0, has_win64: false, has_half_in_c: false, trusts_c_with_variadics: false };

    #[test]
    fn a_seed_always_makes_the_same() {
        assert_eq!(Model::random(5, 40, LARGE), Model::random(5, 40, LARGE));
        assert_ne!(Model::random(5, 40, LARGE), Model::random(6, 40, LARGE));
    }

    #[test]
    fn a_machine_gets_what_it_has() {
        let model = Model::random(1, 200, SMALL);
        assert!(model.signatures.iter().all(|signature| model.largest_vector(signature) == 0));
        assert!(model.signatures.iter().all(|signature| signature.convention != Convention::Win64));
        let in_c = |model: &Model, has_half: bool| {
            let of_c = model.signatures.iter().filter(|signature| signature.convention == Convention::C);
            let mut of_c = of_c.filter(|signature| {
                signature.parameters.iter().any(|(ty, _)| model.has_half(*ty)) == has_half
            });
            of_c.any(|signature| model.exists_in_c(signature))
        };
        assert_eq!((in_c(&model, true), in_c(&model, false)), (false, true));
        assert!(in_c(&Model::random(1, 200, LARGE), true));
    }

    #[test]
    fn all_kinds_of_signatures_are_made() {
        let model = Model::random(1, 200, LARGE);
        let any = |test: &dyn Fn(&Signature) -> bool| model.signatures.iter().any(test);
        for convention in [Convention::C, Convention::Win64, Convention::Rust] {
            assert!(any(&|signature| signature.convention == convention), "{convention:?}");
        }
        assert!(any(&|signature| signature.variable.as_ref().is_some_and(|list| list.len() > 6)));
        assert!(any(&|signature| matches!(signature.result, Some((Type::Defined(_), _)))));
        assert!(any(&|signature| signature.result.is_none()));
        assert!(model.definitions.iter().any(|definition| definition.kind == Kind::Union));
        assert!(model.definitions.iter().any(|definition| definition.packed));
        for bytes in [8, 16, 32, 64] {
            assert!(any(&|signature| model.largest_vector(signature) == bytes), "{bytes}");
        }
        let aligned = |ty: &Type| model.alignment(*ty) > 16;
        assert!(any(&|signature| signature.parameters.iter().filter(|(ty, _)| aligned(ty)).count() > 1));
    }
}
