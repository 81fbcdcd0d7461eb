//! Instructions as bytes (Intel SDM, volume 2, chapter 2; for XOP: AMD64 Architecture Programmer's Manual, volume 3).
//!
//! Vector and mask registers here are the first eight, general-purpose registers the first sixteen.

use super::instruction::{Encoding, Instruction, Map, Prefix};

/// The vector length of VEX and EVEX.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Length {
    L128 = 0,
    L256 = 1,
    L512 = 2,
}

impl Length {
    /// `None` if there are no such vectors.
    pub fn of_bytes(size: u64) -> Option<Length> {
        Some(match size {
            16 => Length::L128,
            32 => Length::L256,
            64 => Length::L512,
            _ => return None,
        })
    }
}

/// What is in `ModRM.rm`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rm {
    Register(u8),
    Memory { base: u8, offset: Option<Offset> },
}

/// `register * 2^scale`; the register is a vector where the instruction takes one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Offset {
    pub register: u8,
    pub scale: u8,
}

/// The registers and constants of one instruction.
#[derive(Clone, Debug)]
pub struct Operands {
    pub length: Length,
    pub reg: u8,
    /// `vvvv`; 0 if the instruction has none.
    pub v: Option<u8>,
    pub rm: Rm,
    /// The mask is in `k1`.
    pub masked: bool,
    pub zeroing: bool,
    /// How to round, without exceptions.
    pub rounding: Option<u8>,
    pub immediate: Vec<u8>,
}

impl Operands {
    pub fn registers(length: Length, reg: u8, rm: u8) -> Operands {
        Operands {
            length,
            reg,
            v: None,
            rm: Rm::Register(rm),
            masked: false,
            zeroing: false,
            rounding: None,
            immediate: vec![],
        }
    }

    pub fn memory(length: Length, reg: u8, base: u8) -> Operands {
        Operands { rm: Rm::Memory { base, offset: None }, ..Operands::registers(length, reg, 0) }
    }

    /// The bits that extend registers in `ModRM` and `SIB`: `(X, B)`.
    fn extensions(&self) -> (u8, u8) {
        match self.rm {
            Rm::Register(register) => (0, register >> 3),
            Rm::Memory { base, offset } => (offset.map_or(0, |offset| offset.register >> 3), base >> 3),
        }
    }

    /// `vvvv`, which is inverted.
    fn inverted_v(&self) -> u8 {
        !self.v.unwrap_or(0) & 0xf
    }
}

pub fn push(code: &mut Vec<u8>, instruction: &Instruction, operands: &Operands) {
    match instruction.encoding {
        Encoding::Legacy => push_legacy(code, instruction, operands),
        Encoding::Vex => push_vex(code, 0xc4, instruction, operands),
        Encoding::Xop => push_vex(code, 0x8f, instruction, operands),
        Encoding::Evex | Encoding::EvexScalar | Encoding::EvexOrVex => {
            push_evex(code, instruction, operands);
        }
    }
    code.push(instruction.opcode);
    push_modrm(code, operands);
    code.extend_from_slice(&operands.immediate);
}

fn push_legacy(code: &mut Vec<u8>, instruction: &Instruction, operands: &Operands) {
    match instruction.prefix {
        Prefix::None => {}
        Prefix::P66 => code.push(0x66),
        Prefix::PF3 => code.push(0xf3),
        Prefix::PF2 => code.push(0xf2),
    }
    let (x, b) = operands.extensions();
    let rex = u8::from(instruction.wide) << 3 | (operands.reg >> 3) << 2 | x << 1 | b;
    if rex != 0 {
        code.push(0x40 | rex);
    }
    code.push(0x0f);
    match instruction.map {
        Map::M0F38 => code.push(0x38),
        Map::M0F3A => code.push(0x3a),
        _ => {}
    }
}

/// Three bytes (2.3.5).
fn push_vex(code: &mut Vec<u8>, first: u8, instruction: &Instruction, operands: &Operands) {
    let (x, b) = operands.extensions();
    let extensions = !((operands.reg >> 3) << 2 | x << 1 | b) << 5;
    let rest = (operands.length as u8) << 2 | instruction.prefix as u8;
    let last = u8::from(instruction.wide) << 7 | operands.inverted_v() << 3 | rest;
    code.extend_from_slice(&[first, extensions | instruction.map as u8, last]);
}

/// Four bytes (2.7.1); nothing is broadcast, so `b` means rounding.
fn push_evex(code: &mut Vec<u8>, instruction: &Instruction, operands: &Operands) {
    let (x, b) = operands.extensions();
    let extensions = !((operands.reg >> 3) << 2 | x << 1 | b) << 5;
    let middle = u8::from(instruction.wide) << 7 | operands.inverted_v() << 3 | 4 | instruction.prefix as u8;
    let length = match operands.rounding {
        Some(rounding) => (rounding & 3) << 5 | 0x10,
        None => (operands.length as u8) << 5,
    };
    let mask = u8::from(operands.zeroing) << 7 | u8::from(operands.masked);
    code.extend_from_slice(&[0x62, extensions | 0x10 | instruction.map as u8, middle, length | 8 | mask]);
}

/// `ModRM`, and `SIB` if there is an offset. Addresses are never in registers that mean something else there.
fn push_modrm(code: &mut Vec<u8>, operands: &Operands) {
    let reg = (operands.reg & 7) << 3;
    match operands.rm {
        Rm::Register(register) => code.push(0xc0 | reg | register & 7),
        Rm::Memory { base, offset: None } => code.push(reg | base & 7),
        Rm::Memory { base, offset: Some(offset) } => {
            code.extend_from_slice(&[reg | 4, offset.scale << 6 | (offset.register & 7) << 3 | base & 7]);
        }
    }
}
