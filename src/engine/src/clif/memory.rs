//! Flags of loads and stores.
//!
//! CLIF has no volatile accesses. The lowering marks them as accesses that may trap, so that they are not
//! removed. Alias analysis ignores this flag, so the lowering also adds a `sequence_point` to each
//! (`builder/memory.rs` of the backend).

use cranelift_codegen::ir;

/// Returns the flags of an ordinary access. It does not trap in a correct program, and need not be aligned.
pub fn plain_memory() -> ir::MemFlagsData {
    ir::MemFlagsData::new().with_notrap()
}

/// Returns the flags of a volatile access.
pub fn volatile_memory() -> ir::MemFlagsData {
    ir::MemFlagsData::new()
}

/// Whether an access with these flags is volatile.
pub fn is_volatile(flags: ir::MemFlagsData) -> bool {
    !flags.notrap()
}
