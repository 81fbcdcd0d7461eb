//! Flags of loads and stores.
//!
//! CLIF has no volatile accesses. Ours are those that may trap. The flag is only half of it: alias analysis
//! does not look at it, so that the lowering also puts a `sequence_point` beside each (`builder/memory.rs` of
//! the backend).

use cranelift_codegen::ir;

/// Memory that is there: accesses do not trap in a correct program, and need not be aligned.
pub fn plain_memory() -> ir::MemFlagsData {
    ir::MemFlagsData::new().with_notrap()
}

/// Flags of a volatile access.
pub fn volatile_memory() -> ir::MemFlagsData {
    ir::MemFlagsData::new()
}

/// Whether an access with these flags is volatile.
pub fn is_volatile(flags: ir::MemFlagsData) -> bool {
    !flags.notrap()
}
