//! Signatures: which CLIF parameters and results hold those of the backend.
//!
//! [`Piece`] and [`Parameter`] describe one backend parameter, [`Signature`] all of them and the result.
//! [`crate::abi`] makes signatures.

use std::rc::Rc;

use clif_engine::calls::ByValue;
use clif_engine::llvm::shim::ShimPlan;
use cranelift_codegen::entity::entity_impl;
use cranelift_codegen::ir;

use crate::clif::types::Type;

/// An interned [`Signature`].
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SignatureId(u32);
entity_impl!(SignatureId, "signature");

/// The CLIF parameters that hold one scalar.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Piece {
    /// The CLIF parameter with this index.
    Whole(usize),
    /// An `i128` in two CLIF parameters of 64 bits.
    Halves { low: usize, high: usize },
    /// The bits of a float in the integer CLIF parameter with this index.
    Bits(usize),
}

/// The plan of one backend parameter (one LLVM parameter).
#[derive(Clone, Debug)]
pub struct Parameter {
    /// The type of the backend value: a scalar, a vector or an aggregate.
    pub ty: Type,
    /// One piece per scalar.
    pub pieces: Vec<Piece>,
    /// For a copy of an aggregate (LLVM's `byval`). The value is its address.
    pub by_value: Option<ByValue>,
}

/// A function signature with its plan.
#[derive(Clone, Debug)]
pub struct Signature {
    pub clif: ir::Signature,
    pub parameters: Vec<Parameter>,
    /// The CLIF parameter for the address of the real callee, where variadic calls go through a stub; see
    /// [`crate::abi::variadic`].
    pub variadic_callee: Option<VariadicCallee>,
    /// The type of the backend result: `Void`, a scalar, a vector or an aggregate.
    pub result: Type,
    /// How a shim passes parameters and result. `clif` is then the signature of the body, whose parameter is
    /// the address of a buffer, and no parameter has pieces.
    pub shim: Option<Rc<ShimPlan>>,
    /// How a shim makes calls that may unwind, where CLIF has no such calls in the convention (Microsoft's).
    pub invoke_shim: Option<Rc<ShimPlan>>,
    /// Why the backend cannot call or define such a function, if it cannot.
    pub unsupported: Option<String>,
}

/// See [`Signature::variadic_callee`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VariadicCallee {
    /// Its index among the CLIF parameters.
    pub parameter: usize,
    /// Its offset in bytes in the stack arguments.
    pub stack_offset: u64,
}
