//! What LLVM calls the registers and classes of a machine that `asm!` blocks are compiled for.
//!
//! Names of rustc (`rustc_target::asm`) become constraint codes, modifiers and types of LLVM
//! (<https://llvm.org/docs/LangRef.html#supported-constraint-code-list>), as rustc's LLVM backend has them.

use clif_engine::llvm::Syntax;
use rustc_ast::InlineAsmOptions;
use rustc_target::asm::{InlineAsmReg, InlineAsmRegClass, InlineAsmRegOrRegClass};

/// How one machine's registers are named in LLVM's IR.
pub trait RegisterNames: Sync {
    /// The syntax of a template with `options`.
    fn syntax(&self, options: InlineAsmOptions) -> Syntax;

    /// A register for a value of `size` bytes; without a size, for an output that no one reads. `None` if
    /// LLVM has none.
    fn place(&self, register: InlineAsmRegOrRegClass, size: Option<u64>) -> Option<Place>;

    /// Appends the constraint codes that say that `register` is changed.
    fn clobber(&self, register: InlineAsmReg, clobbers: &mut Vec<String>);

    /// What a template changes that does not have `preserves_flags`.
    fn flags(&self) -> &'static [&'static str];

    /// LLVM's modifier for rustc's.
    fn modifier(&self, class: InlineAsmRegClass, modifier: Option<char>) -> Option<char>;

    /// The most operands in general-purpose registers that leave one for the frame pointer.
    fn operands_with_frame_pointer(&self) -> usize;

    /// Whether operands of `class` are in general-purpose registers.
    fn is_general(&self, class: InlineAsmRegClass) -> bool;
}

/// Where a value is.
pub struct Place {
    pub constraint: String,
    /// A type of LLVM that can be there, at least as wide as the value.
    pub ty: &'static str,
}

impl Place {
    pub(super) fn new(constraint: impl Into<String>, ty: &'static str) -> Option<Place> {
        Some(Place { constraint: constraint.into(), ty })
    }
}

/// Returns the constraint code of one register.
pub(super) fn braced(name: impl std::fmt::Display) -> String {
    format!("{{{name}}}")
}
