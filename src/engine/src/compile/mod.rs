//! One CLIF function -> machine code and everything that the object writer needs to know about it.
//!
//! The order of work:
//! 1. [`settings`]: what the session asks for becomes a Cranelift ISA, once per session
//!    ([`IsaSettings::build`]).
//! 2. [`compiler`]: each worker owns one [`Compiler`], whose scratch memory is reused from function to
//!    function. After Cranelift's optimiser, addresses of stack slots move to where they are used
//!    ([`rematerialize`]).
//! 3. [`function`]: Cranelift's result, which is large and borrowed from the scratch memory, is copied out
//!    into a compact [`CompiledFunction`]: code, relocations, call sites, unwind information ([`unwind`]),
//!    source ranges, frame, places of values ([`values`]).
//!
//! What must not happen here: nothing is looked up in the CGU's symbol table or in the source map; symbols
//! and positions stay the numbers that lowering chose, so that a function can be compiled on any thread
//! before its CGU is sealed.

mod compiler;
mod function;
mod pool;
mod rematerialize;
mod settings;
#[cfg(test)]
mod tests;
mod unwind;
mod values;

pub use compiler::{CompileError, CompileErrorKind, Compiler};
pub use function::{
    CATCH_TAG, CallSite, CompiledFunction, Frame, FrameSlot, FunctionStatistics, LandingAction, LandingPad,
    Relocation, RelocationTarget, SourceRange, TERMINATE_TAG,
};
pub use pool::FunctionPool;
pub use settings::{IsaSettings, OptimizeLevel, RegisterAllocator, SettingsError};
pub use values::{ValueLocation, ValueRange};
