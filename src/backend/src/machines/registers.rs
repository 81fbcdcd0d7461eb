//! LLVM's names for the registers and classes of a machine, for `asm!` blocks.
//!
//! rustc's names (`rustc_target::asm`) become LLVM's constraint codes, modifiers and types
//! (<https://llvm.org/docs/LangRef.html#supported-constraint-code-list>), the same as in rustc's LLVM
//! backend.

use clif_engine::llvm::{Extension, Syntax};
use rustc_ast::InlineAsmOptions;
use rustc_target::asm::{InlineAsmReg, InlineAsmRegClass, InlineAsmRegOrRegClass};

/// LLVM's names for the registers of one machine.
pub trait RegisterNames: Sync {
    /// Returns the syntax of a template with `options`.
    fn syntax(&self, options: InlineAsmOptions) -> Syntax;

    /// Returns the constraint of a value of `size` bytes in `register`; without a size, of an output that is
    /// discarded. `None` if LLVM has none.
    fn place(&self, register: InlineAsmRegOrRegClass, size: Option<u64>) -> Option<Place>;

    /// Whether all bits of the register above a value of `size` bytes have to be ones.
    fn is_boxed(&self, _class: InlineAsmRegClass, _size: u64) -> bool {
        false
    }

    /// Appends the constraint codes that say that `register` is changed.
    fn clobber(&self, register: InlineAsmReg, clobbers: &mut Vec<String>);

    /// Returns the clobbers of a template without `preserves_flags`.
    fn flags(&self) -> &'static [&'static str];

    /// Returns LLVM's modifier for rustc's.
    fn modifier(&self, class: InlineAsmRegClass, modifier: Option<char>) -> Option<char>;

    /// Returns the most operands in general-purpose registers that leave one for the frame pointer.
    fn operands_with_frame_pointer(&self) -> usize;

    /// Returns how LLVM's code fills registers with narrower integers.
    fn extension(&self) -> Extension {
        Extension::Zeros
    }

    /// Returns whether operands of `class` are in general-purpose registers.
    fn is_general(&self, class: InlineAsmRegClass) -> bool;
}

/// The register of a value.
pub struct Place {
    /// Its constraint code.
    pub constraint: String,
    /// A type of LLVM that the register can hold, at least as wide as the value.
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
