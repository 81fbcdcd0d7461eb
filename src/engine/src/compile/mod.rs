//! Compiles one CLIF function to machine code, and keeps everything that the object writer needs to know
//! about it.
//!
//! 1. [`settings`] makes a Cranelift ISA from the session's options, once per session
//!    ([`IsaSettings::build`]).
//! 2. [`compiler`]: each worker owns one [`Compiler`], which reuses its scratch memory from function to
//!    function. After Cranelift's optimiser, it moves the addresses of stack slots to their uses
//!    ([`rematerialize`]).
//! 3. [`function`] copies Cranelift's result, which is large and borrowed from the scratch memory, to a
//!    compact [`CompiledFunction`]: code, relocations, call sites, unwind information ([`unwind`]), source
//!    ranges, frame, locations of values ([`values`]).
//!
//! Nothing here may use the CGU's symbol table or the source map. Symbols and positions remain the numbers
//! that lowering chose, so that any thread can compile a function before its CGU is sealed.

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
