//! Signatures: how backend parameters and results become those of a CLIF function.
//!
//! In order: [`Piece`] and [`Parameter`] describe one backend parameter, [`Signature`] all of them with the
//! result; [`NamedParameters`] and [`SavedPiece`] belong to C-variadic definitions. They are made in
//! [`crate::abi`].

use std::rc::Rc;

use clif_engine::calls::{ByValue, NamedParameters, SavedPiece};
use clif_engine::llvm::shim::ShimPlan;
use cranelift_codegen::entity::entity_impl;
use cranelift_codegen::ir;

use crate::clif::types::Type;

/// An interned [`Signature`].
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SignatureId(u32);
entity_impl!(SignatureId, "signature");

/// Which CLIF parameters hold one scalar.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Piece {
    /// The CLIF parameter with this index.
    Whole(usize),
    /// An `i128` in two CLIF parameters of 64 bits.
    Halves { low: usize, high: usize },
    /// A parameter of a C-variadic definition: see [`crate::abi::variadic`].
    Saved(SavedPiece),
}

/// Where one backend parameter (one LLVM parameter) comes from.
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
    /// Index of the CLIF parameter that takes the address of the real callee of a variadic call, and its
    /// offset in bytes in the stack arguments; see [`crate::abi::variadic`].
    pub variadic_callee: Option<VariadicCallee>,
    /// Of the definition of a C-variadic function: how much the named parameters take.
    pub named_parameters: Option<NamedParameters>,
    /// The type of the backend result: `Void`, a scalar, a vector or an aggregate.
    pub result: Type,
    /// How a shim passes parameters and result; `clif` is then the signature of the body that it calls with
    /// the address of a buffer, and no parameter has pieces.
    pub shim: Option<Rc<ShimPlan>>,
    /// How calls are made that may unwind, where CLIF has no such calls in the convention (Microsoft's).
    pub invoke_shim: Option<Rc<ShimPlan>>,
    /// Why the backend cannot call or define such a function, if it cannot.
    pub unsupported: Option<String>,
}

/// See [`Signature::variadic_callee`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VariadicCallee {
    pub parameter: usize,
    pub stack_offset: u64,
}
