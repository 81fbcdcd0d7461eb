//! aarch64: its registers in assembly.

use clif_engine::llvm::Syntax;
use rustc_ast::InlineAsmOptions;
use rustc_target::asm::{AArch64InlineAsmRegClass, InlineAsmReg, InlineAsmRegClass, InlineAsmRegOrRegClass};

use super::Names;
use super::registers::{Place, RegisterNames, braced};

pub static NAMES: Names = Names { architecture: "aarch64", registers: &AArch64, convention: |_| None };

struct AArch64;

impl RegisterNames for AArch64 {
    fn syntax(&self, _options: InlineAsmOptions) -> Syntax {
        Syntax::Only
    }

    fn place(&self, register: InlineAsmRegOrRegClass, size: Option<u64>) -> Option<Place> {
        let class = class(register.reg_class())?;
        let (ty, prefix) = match class {
            AArch64InlineAsmRegClass::reg if size == Some(8) => ("i64", 'x'),
            AArch64InlineAsmRegClass::reg => ("i32", 'w'),
            AArch64InlineAsmRegClass::vreg if size.is_some_and(|size| size <= 8) => ("<8 x i8>", 'd'),
            AArch64InlineAsmRegClass::vreg | AArch64InlineAsmRegClass::vreg_low16 => ("<16 x i8>", 'q'),
            AArch64InlineAsmRegClass::preg => return None,
        };
        match register {
            InlineAsmRegOrRegClass::Reg(register) => Place::new(fixed(register, prefix), ty),
            InlineAsmRegOrRegClass::RegClass(_) => Place::new(code(class)?, ty),
        }
    }

    fn clobber(&self, register: InlineAsmReg, clobbers: &mut Vec<String>) {
        clobbers.push(match class(register.reg_class()) {
            Some(AArch64InlineAsmRegClass::reg) => fixed(register, 'w'),
            Some(AArch64InlineAsmRegClass::vreg | AArch64InlineAsmRegClass::vreg_low16) => {
                fixed(register, 'q')
            }
            _ => braced(register.name()),
        });
    }

    fn flags(&self) -> &'static [&'static str] {
        &["{cc}"]
    }

    fn modifier(&self, class: InlineAsmRegClass, modifier: Option<char>) -> Option<char> {
        match self::class(class)? {
            AArch64InlineAsmRegClass::reg => modifier,
            // How LLVM writes vector registers anyway.
            _ => modifier.filter(|&modifier| modifier != 'v'),
        }
    }

    fn operands_with_frame_pointer(&self) -> usize {
        // The frame pointer can never be an operand.
        usize::MAX
    }

    fn is_general(&self, class: InlineAsmRegClass) -> bool {
        self::class(class) == Some(AArch64InlineAsmRegClass::reg)
    }
}

fn class(class: InlineAsmRegClass) -> Option<AArch64InlineAsmRegClass> {
    match class {
        InlineAsmRegClass::AArch64(class) => Some(class),
        _ => None,
    }
}

fn code(class: AArch64InlineAsmRegClass) -> Option<&'static str> {
    match class {
        AArch64InlineAsmRegClass::reg => Some("r"),
        AArch64InlineAsmRegClass::vreg => Some("w"),
        AArch64InlineAsmRegClass::vreg_low16 => Some("x"),
        AArch64InlineAsmRegClass::preg => None,
    }
}

/// `x5` and `v5` under the name that fits the size of the value.
fn fixed(register: InlineAsmReg, prefix: char) -> String {
    match (register.name(), prefix) {
        // LLVM does not know the other name.
        ("x30", 'x') => braced("lr"),
        (name, prefix) => braced(format_args!("{prefix}{}", name.trim_start_matches(['x', 'v']))),
    }
}
