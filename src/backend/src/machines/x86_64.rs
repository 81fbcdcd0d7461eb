//! x86-64: its registers in assembly, and its conventions.

use clif_engine::calls::Convention;
use clif_engine::llvm::Syntax;
use rustc_abi::{CanonAbi, X86Call};
use rustc_ast::InlineAsmOptions;
use rustc_target::asm::{InlineAsmReg, InlineAsmRegClass, InlineAsmRegOrRegClass, X86InlineAsmRegClass};

use super::Names;
use super::registers::{Place, RegisterNames, braced};

pub static NAMES: Names = Names { architecture: "x86_64", registers: &X86_64, convention };

fn convention(abi: CanonAbi) -> Option<Convention> {
    match abi {
        CanonAbi::X86(X86Call::SysV64) => Some(Convention::C),
        CanonAbi::X86(X86Call::Win64) => Some(Convention::Windows),
        _ => None,
    }
}

struct X86_64;

impl RegisterNames for X86_64 {
    fn syntax(&self, options: InlineAsmOptions) -> Syntax {
        if options.contains(InlineAsmOptions::ATT_SYNTAX) { Syntax::Att } else { Syntax::Intel }
    }

    fn place(&self, register: InlineAsmRegOrRegClass, size: Option<u64>) -> Option<Place> {
        let class = class(register.reg_class())?;
        let ty = type_in(class, size)?;
        match register {
            InlineAsmRegOrRegClass::Reg(register) => Place::new(braced(register_name(register, size)), ty),
            InlineAsmRegOrRegClass::RegClass(_) => Place::new(code(class)?, ty),
        }
    }

    fn clobber(&self, register: InlineAsmReg, clobbers: &mut Vec<String>) {
        let of_stack = [X86InlineAsmRegClass::x87_reg, X86InlineAsmRegClass::mmx_reg];
        match class(register.reg_class()) {
            // LLVM knows the stack of floating-point registers as a whole only.
            Some(class) if of_stack.contains(&class) => {
                if !clobbers.iter().any(|clobber| clobber == "{st}") {
                    clobbers.push("{st}".to_owned());
                    clobbers.extend((1..=7).map(|number| format!("{{st({number})}}")));
                }
            }
            _ => clobbers.push(braced(register_name(register, None))),
        }
    }

    fn flags(&self) -> &'static [&'static str] {
        &["{dirflag}", "{fpsr}", "{flags}"]
    }

    fn modifier(&self, class: InlineAsmRegClass, modifier: Option<char>) -> Option<char> {
        match self::class(class)? {
            X86InlineAsmRegClass::reg | X86InlineAsmRegClass::reg_abcd => match modifier {
                Some('l') => Some('b'),
                Some('h') => Some('h'),
                Some('x') => Some('w'),
                Some('e') => Some('k'),
                _ => Some('q'),
            },
            class @ (X86InlineAsmRegClass::xmm_reg
            | X86InlineAsmRegClass::ymm_reg
            | X86InlineAsmRegClass::zmm_reg) => match (class, modifier) {
                (_, Some('x')) | (X86InlineAsmRegClass::xmm_reg, _) => Some('x'),
                (_, Some('y')) | (X86InlineAsmRegClass::ymm_reg, None) => Some('t'),
                _ => Some('g'),
            },
            _ => None,
        }
    }

    fn operands_with_frame_pointer(&self) -> usize {
        // All but rsp and rbp.
        14
    }

    fn is_general(&self, class: InlineAsmRegClass) -> bool {
        let general =
            [X86InlineAsmRegClass::reg, X86InlineAsmRegClass::reg_abcd, X86InlineAsmRegClass::reg_byte];
        self::class(class).is_some_and(|class| general.contains(&class))
    }
}

fn class(class: InlineAsmRegClass) -> Option<X86InlineAsmRegClass> {
    match class {
        InlineAsmRegClass::X86(class) => Some(class),
        _ => None,
    }
}

/// The code of a class; `None` for those that are only clobbered.
fn code(class: X86InlineAsmRegClass) -> Option<&'static str> {
    Some(match class {
        X86InlineAsmRegClass::reg => "r",
        X86InlineAsmRegClass::reg_abcd => "Q",
        X86InlineAsmRegClass::reg_byte => "q",
        X86InlineAsmRegClass::xmm_reg | X86InlineAsmRegClass::ymm_reg => "x",
        X86InlineAsmRegClass::zmm_reg => "v",
        X86InlineAsmRegClass::kreg => "^Yk",
        X86InlineAsmRegClass::kreg0
        | X86InlineAsmRegClass::mmx_reg
        | X86InlineAsmRegClass::x87_reg
        | X86InlineAsmRegClass::tmm_reg => return None,
    })
}

fn type_in(class: X86InlineAsmRegClass, size: Option<u64>) -> Option<&'static str> {
    match class {
        X86InlineAsmRegClass::reg | X86InlineAsmRegClass::reg_abcd => match size {
            Some(2) => Some("i16"),
            Some(4) | None => Some("i32"),
            Some(8) => Some("i64"),
            _ => None,
        },
        X86InlineAsmRegClass::reg_byte => Some("i8"),
        X86InlineAsmRegClass::xmm_reg | X86InlineAsmRegClass::ymm_reg | X86InlineAsmRegClass::zmm_reg => {
            match size {
                // The register's other lanes come from the operand's place, which is as wide.
                Some(2) => Some("<8 x i16>"),
                Some(4) | None => Some("float"),
                Some(8) => Some("double"),
                Some(16) => Some("<4 x float>"),
                Some(32) => Some("<8 x float>"),
                Some(64) => Some("<8 x double>"),
                _ => None,
            }
        }
        X86InlineAsmRegClass::kreg => match size {
            Some(1) => Some("i8"),
            Some(2) | None => Some("i16"),
            Some(4) => Some("i32"),
            Some(8) => Some("i64"),
            _ => None,
        },
        _ => None,
    }
}

/// LLVM wants a vector register under the name that fits the size of the value.
fn register_name(register: InlineAsmReg, size: Option<u64>) -> String {
    let name = register.name();
    let number = ["xmm", "ymm", "zmm"].into_iter().find_map(|prefix| name.strip_prefix(prefix));
    match (number, size) {
        (Some(number), Some(64)) => format!("zmm{number}"),
        (Some(number), Some(32)) => format!("ymm{number}"),
        (Some(number), _) => format!("xmm{number}"),
        (None, _) => name.to_owned(),
    }
}
