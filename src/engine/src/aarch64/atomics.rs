//! Atomics that use the instructions of LSE if the processor has them (module `aarch64_outline_atomics` of
//! compiler-builtins).

use cranelift_codegen::ir::AtomicRmwOp;

use crate::machine::{AtomicOperand, OutlinedAtomic, OutlinedAtomics, OutlinedOperation};

pub(super) const OUTLINED: OutlinedAtomics =
    OutlinedAtomics { feature: "outline-atomics", instructions: "lse", function };

/// The functions for NAND, minimum and maximum do not exist.
fn function(operation: OutlinedOperation, size: u64) -> Option<OutlinedAtomic> {
    let (name, operand) = match operation {
        OutlinedOperation::CompareExchange => ("cas", AtomicOperand::Same),
        OutlinedOperation::ReadModifyWrite(operation) => match operation {
            AtomicRmwOp::Xchg => ("swp", AtomicOperand::Same),
            AtomicRmwOp::Add => ("ldadd", AtomicOperand::Same),
            AtomicRmwOp::Sub => ("ldadd", AtomicOperand::Negated),
            AtomicRmwOp::And => ("ldclr", AtomicOperand::Inverted),
            AtomicRmwOp::Or => ("ldset", AtomicOperand::Same),
            AtomicRmwOp::Xor => ("ldeor", AtomicOperand::Same),
            AtomicRmwOp::Nand
            | AtomicRmwOp::Umin
            | AtomicRmwOp::Umax
            | AtomicRmwOp::Smin
            | AtomicRmwOp::Smax => return None,
        },
    };
    // All atomics are sequentially consistent (`builder/atomics.rs` of the backend). LLVM calls this one for
    // those.
    Some(OutlinedAtomic { name: format!("__aarch64_{name}{size}_acq_rel"), operand })
}
