//! Functions that make explicit tail calls (`become`).
//!
//! CLIF has tail calls only between functions of its convention `tail`. It differs from the C convention only
//! in who removes stack arguments: the callee (`isa::riscv64::abi` of cranelift-codegen 0.136.5,
//! `gen_epilogue_frame_restore`). So functions without stack arguments are the same in both.

use cranelift_codegen::ir;
use cranelift_codegen::ir::types::{F128, I128};
use cranelift_codegen::isa::CallConv;

use super::arguments::{FLOAT_REGISTERS, INTEGER_REGISTERS};
use crate::calls::TailCallRules;

pub(super) const RULES: TailCallRules = TailCallRules {
    accepts: can_be_tail,
    signature: |signature| ir::Signature { call_conv: CallConv::Tail, ..signature.clone() },
    // Results are in the same registers.
    finish: |_| {},
};

/// Returns whether callers cannot tell a function with this signature from one of the convention `tail`.
fn can_be_tail(signature: &ir::Signature) -> bool {
    let (mut integers, mut floats) = (0, 0);
    for parameter in &signature.params {
        match parameter.value_type {
            I128 | F128 => integers += 2,
            ty if ty.is_float() => floats += 1,
            _ => integers += 1,
        }
    }
    signature.call_conv == CallConv::SystemV && integers <= INTEGER_REGISTERS && floats <= FLOAT_REGISTERS
}
