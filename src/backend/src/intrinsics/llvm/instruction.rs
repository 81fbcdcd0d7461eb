//! What the tables say of an instruction.
//!
//! In order:
//! 1. [`Instruction`]: the opcode with what comes before it, and a [`Form`];
//! 2. a form is either code assembled by hand, or says the [`Role`] of each argument and where the result is ([`Output`]);
//! 3. constructors, so that a row of a table is a line.

use Form::*;
use Role::*;

/// Legacy prefix of an opcode; also the `pp` field of VEX and EVEX.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Prefix {
    None = 0,
    P66 = 1,
    PF3 = 2,
    PF2 = 3,
}

/// Which bytes come before an opcode; also the field `mmmmm` of VEX, EVEX and XOP.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Map {
    M0F = 1,
    M0F38 = 2,
    M0F3A = 3,
    /// With VEX and EVEX only.
    M5 = 5,
    M6 = 6,
    /// With XOP only.
    M0A = 10,
}

/// What an argument is to the instruction, and where it is encoded (SDM, volume 2, 2.1.5 and 2.7).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Role {
    /// A vector or integer that is read, in `ModRM.rm`.
    Rm,
    /// The same in `ModRM.reg`: the result is elsewhere.
    Reg,
    /// The same in `vvvv`: the first source of most instructions with VEX and EVEX.
    V,
    /// The previous value of the result, in `ModRM.reg`: an accumulator, or what lanes without mask bit keep.
    Into,
    /// The same in `ModRM.rm`.
    IntoRm,
    /// Which lanes to work on (`k1`).
    Mask,
    /// An address, in `ModRM.rm`.
    Address,
    /// What is added to the address, times the constant scale if there is one: a vector of offsets, or an integer.
    Offset,
    Scale,
    /// A constant, as one byte after the instruction; as four.
    Immediate,
    Immediate32,
    /// The same as one byte, where 8 means: without exceptions.
    ImmediateRounding,
    /// A constant: 4 for the rounding that is set, else how to round, without exceptions.
    Rounding,
    /// The constant number of an AMX tile, in the field of the same name.
    TileReg,
    TileRm,
    TileV,
}

impl Role {
    pub fn is_constant(self) -> bool {
        matches!(
            self,
            Scale | Immediate | Immediate32 | ImmediateRounding | Rounding | TileReg | TileRm | TileV
        )
    }
}

/// Where an instruction leaves its result.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Output {
    Vector,
    /// A general-purpose register.
    General,
    /// A mask register.
    Mask,
    Flag(Condition),
    Nothing,
}

/// What an instruction does with the arguments.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    /// `result = op(argument)`
    Unary,
    /// `result = op(first, second)`
    Binary,
    /// `result = op(second, first)`
    Reversed,
    /// Followed by the last argument, a constant, as one byte.
    UnaryImmediate,
    BinaryImmediate,
    /// `result = op(first, second, third)`, where the first argument is also the destination.
    Ternary,
    TernaryImmediate,
    /// The result is in a general-purpose register, of 64 bits with `wide`.
    ToInteger,
    /// Sets flags by two arguments; the result is the condition as an integer.
    Test(Condition),
    /// Any other: the role of each argument, of which the last may be missing.
    Roles(&'static [Role], Output),
    /// The same, with zero in the lanes without mask bit.
    Zeroing(&'static [Role]),
    /// The string comparisons of SSE4.2, with lengths as arguments or implicit.
    Strings(Lengths, StringResult),
    /// Bytes of machine code, to which a return is added.
    Code(&'static [u8]),
    /// The same, with the last argument, a constant, as one byte after them.
    CodeImmediate(&'static [u8]),
}

impl Form {
    /// None for what is no single instruction.
    pub fn roles(self, encoding: Encoding) -> Option<&'static [Role]> {
        let legacy = encoding == Encoding::Legacy;
        Some(match self {
            Unary | ToInteger => &[Rm],
            UnaryImmediate => &[Rm, Immediate],
            Binary if legacy => &[Into, Rm],
            Binary => &[V, Rm],
            BinaryImmediate if legacy => &[Into, Rm, Immediate],
            BinaryImmediate => &[V, Rm, Immediate],
            Reversed => &[Rm, V],
            Ternary => &[Into, V, Rm],
            TernaryImmediate => &[Into, V, Rm, Immediate],
            Test(_) => &[Reg, Rm],
            Roles(roles, _) | Zeroing(roles) => roles,
            Strings(..) | Code(_) | CodeImmediate(_) => return None,
        })
    }

    pub fn output(self) -> Output {
        match self {
            ToInteger => Output::General,
            Test(condition) => Output::Flag(condition),
            Roles(_, output) => output,
            _ => Output::Vector,
        }
    }
}

/// Condition codes as in the opcodes of `SETcc`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Condition {
    Overflow = 0x0,
    Carry = 0x2,
    Zero = 0x4,
    /// Neither carry nor zero.
    Above = 0x7,
    Sign = 0x8,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lengths {
    Explicit,
    Implicit,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StringResult {
    Index,
    Mask,
    Flag(Condition),
}

/// How operands are encoded. Where there is a vector length, it is that of the largest argument or result.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Encoding {
    /// 128 bits, without VEX.
    Legacy,
    Vex,
    Evex,
    /// EVEX on the lowest lane, where rounding can be given although the vectors have 128 bits.
    EvexScalar,
    /// EVEX in functions with AVX-512 and with vectors of 512 bits, otherwise VEX: extensions that exist twice.
    EvexOrVex,
    /// AMD's variant of VEX.
    Xop,
}

/// An instruction of the CPU.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Instruction {
    pub encoding: Encoding,
    pub prefix: Prefix,
    pub map: Map,
    pub opcode: u8,
    /// REX.W, VEX.W or EVEX.W.
    pub wide: bool,
    pub form: Form,
}

pub const fn sse(prefix: Prefix, map: Map, opcode: u8, form: Form) -> Instruction {
    Instruction { encoding: Encoding::Legacy, prefix, map, opcode, wide: false, form }
}

pub const fn avx(prefix: Prefix, map: Map, opcode: u8, form: Form) -> Instruction {
    Instruction { encoding: Encoding::Vex, prefix, map, opcode, wide: false, form }
}

pub const fn wide(instruction: Instruction) -> Instruction {
    Instruction { wide: true, ..instruction }
}

pub const fn code(bytes: &'static [u8]) -> Instruction {
    sse(Prefix::None, Map::M0F, 0, Code(bytes))
}
