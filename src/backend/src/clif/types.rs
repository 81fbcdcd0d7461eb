//! The backend types of the lowering: what `rustc_codegen_ssa` loads, stores, passes and casts.
//!
//! - [`Type`] is a small `Copy` description. A scalar has one CLIF type, and so does a vector of 128 bits if
//!   the machine has vector registers. A type that exists only in memory has a size and an alignment. Floats
//!   are integers for CLIF on targets that do not use the registers of floats.
//! - [`TypeTable`] has the elements of the few aggregates that exist as values (scalar pairs, ABI casts).
//!
//! [`crate::cgu::types`] makes them from layouts.

use cranelift_codegen::entity::{PrimaryMap, entity_impl};
use cranelift_codegen::ir;
use rustc_hash::FxHashMap;

/// An interned [`AggregateType`].
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct AggregateTypeId(u32);
entity_impl!(AggregateTypeId, "aggregate");

/// The format of a float.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum FloatFormat {
    Half,
    Single,
    Double,
    Quad,
}

impl FloatFormat {
    /// Size in bytes.
    pub fn size(self) -> u64 {
        match self {
            FloatFormat::Half => 2,
            FloatFormat::Single => 4,
            FloatFormat::Double => 8,
            FloatFormat::Quad => 16,
        }
    }

    /// Returns the element for floats in registers for floats or, on targets that do not use these, for
    /// integers.
    pub fn element(self, registers: FloatRegisters) -> Element {
        match (self, registers) {
            (format, FloatRegisters::Unused) => Element::SoftFloat(format),
            (FloatFormat::Half, FloatRegisters::Used) => Element::F16,
            (FloatFormat::Single, FloatRegisters::Used) => Element::F32,
            (FloatFormat::Double, FloatRegisters::Used) => Element::F64,
            (FloatFormat::Quad, FloatRegisters::Used) => Element::F128,
        }
    }
}

/// Whether a target's code uses registers for floats and vectors.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum FloatRegisters {
    Used,
    Unused,
}

/// The kind of a scalar, or of the elements of a vector.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Element {
    I8,
    I16,
    I32,
    I64,
    I128,
    F16,
    F32,
    F64,
    F128,
    SoftFloat(FloatFormat),
    Pointer,
}

impl Element {
    /// Size in bytes.
    pub fn size(self) -> u64 {
        match self {
            Element::I8 => 1,
            Element::I16 | Element::F16 => 2,
            Element::I32 | Element::F32 => 4,
            Element::I64 | Element::F64 | Element::Pointer => 8,
            Element::I128 | Element::F128 => 16,
            Element::SoftFloat(format) => format.size(),
        }
    }

    pub fn clif(self) -> ir::Type {
        match self {
            Element::I8 => ir::types::I8,
            Element::I16 => ir::types::I16,
            Element::I32 => ir::types::I32,
            Element::I64 | Element::Pointer => ir::types::I64,
            Element::I128 => ir::types::I128,
            Element::F16 => ir::types::F16,
            Element::F32 => ir::types::F32,
            Element::F64 => ir::types::F64,
            Element::F128 => ir::types::F128,
            Element::SoftFloat(FloatFormat::Half) => ir::types::I16,
            Element::SoftFloat(FloatFormat::Single) => ir::types::I32,
            Element::SoftFloat(FloatFormat::Double) => ir::types::I64,
            Element::SoftFloat(FloatFormat::Quad) => ir::types::I128,
        }
    }

    pub fn scalar_type(self) -> Type {
        match self {
            Element::I8 => Type::I8,
            Element::I16 => Type::I16,
            Element::I32 => Type::I32,
            Element::I64 => Type::I64,
            Element::I128 => Type::I128,
            Element::F16 => Type::F16,
            Element::F32 => Type::F32,
            Element::F64 => Type::F64,
            Element::F128 => Type::F128,
            Element::SoftFloat(format) => Type::SoftFloat(format),
            Element::Pointer => Type::Pointer,
        }
    }
}

/// Whether every processor of the target has vector registers of 128 bits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum VectorRegisters {
    Present,
    Absent,
}

/// A backend type.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Type {
    Void,
    /// A truth value in a register (LLVM's `i1`): an `I8` that is 0 or 1.
    Bool,
    I8,
    I16,
    I32,
    I64,
    I128,
    F16,
    F32,
    F64,
    F128,
    /// A float in registers for integers.
    SoftFloat(FloatFormat),
    /// An address, of 64 bits on all machines.
    Pointer,
    /// A SIMD vector. It is a CLIF vector if it has 128 bits and there are registers for it, otherwise it is
    /// in memory. `CodegenCx::vector_type` makes it.
    Vector {
        element: Element,
        lanes: u32,
        registers: VectorRegisters,
    },
    /// A value of several scalars that exists only in the aggregate side table.
    Aggregate(AggregateTypeId),
    /// Any other type in memory. Sizes and alignments are in bytes.
    Memory {
        size: u64,
        alignment: u64,
    },
}

impl Type {
    /// Returns the kind of a scalar type; `None` for other types.
    pub fn element(self) -> Option<Element> {
        Some(match self {
            Type::Bool | Type::I8 => Element::I8,
            Type::I16 => Element::I16,
            Type::I32 => Element::I32,
            Type::I64 => Element::I64,
            Type::I128 => Element::I128,
            Type::F16 => Element::F16,
            Type::F32 => Element::F32,
            Type::F64 => Element::F64,
            Type::F128 => Element::F128,
            Type::SoftFloat(format) => Element::SoftFloat(format),
            Type::Pointer => Element::Pointer,
            Type::Void | Type::Vector { .. } | Type::Aggregate(_) | Type::Memory { .. } => return None,
        })
    }

    /// Returns the CLIF type of a value of this type, if one CLIF value can hold it.
    pub fn clif(self) -> Option<ir::Type> {
        match self {
            Type::Vector { element, lanes, registers: VectorRegisters::Present }
                if element.size() * u64::from(lanes) == 16 && lanes > 1 =>
            {
                element.clif().by(lanes)
            }
            _ => self.element().map(Element::clif),
        }
    }

    /// Returns the CLIF type of a scalar, or of a vector in a register.
    ///
    /// # Panics
    ///
    /// Panics if no single CLIF value can hold the type.
    pub fn clif_or_bug(self) -> ir::Type {
        self.clif().unwrap_or_else(|| panic!("no single CLIF value holds the type {self:?}"))
    }

    /// Returns the format of a float; `None` for other types.
    pub fn float_format(self) -> Option<FloatFormat> {
        match self {
            Type::F16 => Some(FloatFormat::Half),
            Type::F32 => Some(FloatFormat::Single),
            Type::F64 => Some(FloatFormat::Double),
            Type::F128 => Some(FloatFormat::Quad),
            Type::SoftFloat(format) => Some(format),
            _ => None,
        }
    }

    /// Whether CLIF has instructions for floats, or vectors of floats, of this type.
    pub fn has_float_instructions(self) -> bool {
        !matches!(self, Type::F16 | Type::F128 | Type::SoftFloat(_))
    }

    pub fn is_half(self) -> bool {
        self.float_format() == Some(FloatFormat::Half)
    }

    /// Returns the float type of another format, in the same kind of registers.
    pub fn with_format(self, format: FloatFormat) -> Type {
        let registers = match self {
            Type::SoftFloat(_) => FloatRegisters::Unused,
            _ => FloatRegisters::Used,
        };
        format.element(registers).scalar_type()
    }

    pub fn is_integer(self) -> bool {
        matches!(self, Type::Bool | Type::I8 | Type::I16 | Type::I32 | Type::I64 | Type::I128)
    }

    /// Returns the size in bytes of scalars, vectors and memory types; 0 for `Void`.
    ///
    /// # Panics
    ///
    /// Panics for an aggregate: the type table has its elements.
    pub fn size(self) -> u64 {
        match self {
            Type::Void => 0,
            Type::Vector { element, lanes, .. } => element.size() * u64::from(lanes),
            Type::Memory { size, .. } => size,
            Type::Aggregate(_) => panic!("the size of an aggregate value is asked of the type table"),
            scalar => scalar.element().map_or(0, Element::size),
        }
    }

    /// Returns the integer type of `bits` bits.
    pub fn integer(bits: u64) -> Type {
        match bits {
            1 => Type::Bool,
            8 => Type::I8,
            16 => Type::I16,
            32 => Type::I32,
            64 => Type::I64,
            128 => Type::I128,
            _ => panic!("no integer type of {bits} bits"),
        }
    }
}

/// One scalar of an aggregate value.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct AggregateElement {
    pub ty: Type,
    /// In bytes from the start of the aggregate in memory.
    pub offset: u64,
    /// How many bytes of memory belong to it. The 3-, 5-, 6- and 7-byte integers of the Rust ABI have fewer
    /// than their type. Loads and stores must not access more.
    pub bytes: u64,
}

/// The elements of an aggregate value, by index.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct AggregateType {
    pub elements: Vec<AggregateElement>,
}

/// All aggregate types of a CGU.
#[derive(Default)]
pub struct TypeTable {
    types: PrimaryMap<AggregateTypeId, AggregateType>,
    ids: FxHashMap<AggregateType, AggregateTypeId>,
}

impl TypeTable {
    pub fn intern(&mut self, aggregate: AggregateType) -> AggregateTypeId {
        if let Some(&id) = self.ids.get(&aggregate) {
            return id;
        }
        let id = self.types.push(aggregate.clone());
        self.ids.insert(aggregate, id);
        id
    }

    pub fn get(&self, id: AggregateTypeId) -> &AggregateType {
        &self.types[id]
    }
}
