//! riscv64: its registers in assembly.

use clif_engine::llvm::{Extension, Syntax};
use rustc_ast::InlineAsmOptions;
use rustc_target::asm::{InlineAsmReg, InlineAsmRegClass, InlineAsmRegOrRegClass, RiscVInlineAsmRegClass};

use super::Names;
use super::registers::{Place, RegisterNames, braced};

pub static NAMES: Names = Names { architecture: "riscv64", registers: &RiscV64, convention: |_| None };

struct RiscV64;

impl RegisterNames for RiscV64 {
    fn syntax(&self, _options: InlineAsmOptions) -> Syntax {
        Syntax::Only
    }

    fn place(&self, register: InlineAsmRegOrRegClass, size: Option<u64>) -> Option<Place> {
        let (code, ty) = match (class(register.reg_class())?, size) {
            (RiscVInlineAsmRegClass::reg, _) => ("r", "i64"),
            (RiscVInlineAsmRegClass::freg, Some(8)) => ("f", "double"),
            // A smaller float is boxed in this one.
            (RiscVInlineAsmRegClass::freg, Some(2 | 4) | None) => ("f", "float"),
            (RiscVInlineAsmRegClass::freg | RiscVInlineAsmRegClass::vreg, _) => return None,
        };
        match register {
            InlineAsmRegOrRegClass::Reg(register) => Place::new(braced(register.name()), ty),
            InlineAsmRegOrRegClass::RegClass(_) => Place::new(code, ty),
        }
    }

    /// RISC-V ISA manual, "NaN Boxing of Narrower Values". LLVM boxes what it passes as `float`.
    fn is_boxed(&self, class: InlineAsmRegClass, size: u64) -> bool {
        self::class(class) == Some(RiscVInlineAsmRegClass::freg) && size == 2
    }

    fn clobber(&self, register: InlineAsmReg, clobbers: &mut Vec<String>) {
        clobbers.push(braced(register.name()));
    }

    fn flags(&self) -> &'static [&'static str] {
        &["{fflags}", "{vtype}", "{vl}", "{vxsat}", "{vxrm}"]
    }

    fn modifier(&self, _class: InlineAsmRegClass, _modifier: Option<char>) -> Option<char> {
        None
    }

    fn operands_with_frame_pointer(&self) -> usize {
        // The frame pointer can never be an operand.
        usize::MAX
    }

    /// `lb`, `lh` and `lw`.
    fn extension(&self) -> Extension {
        Extension::Sign
    }

    fn is_general(&self, class: InlineAsmRegClass) -> bool {
        self::class(class) == Some(RiscVInlineAsmRegClass::reg)
    }
}

fn class(class: InlineAsmRegClass) -> Option<RiscVInlineAsmRegClass> {
    match class {
        InlineAsmRegClass::RiscV(class) => Some(class),
        _ => None,
    }
}
