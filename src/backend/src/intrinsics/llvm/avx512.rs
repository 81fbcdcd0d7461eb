//! Instructions of AVX-512 without masks; the width is the end of the intrinsic's name.
//!
//! Opcodes: Intel SDM, volume 2, as in [`super::table`].

use super::table::{Encoding, Form, Instruction, Length, Map, Prefix, sse, wide};

/// The instruction behind `llvm.x86.avx512.NAME` or `llvm.x86.avx512bf16.NAME`.
pub fn instruction(name: &str) -> Option<Instruction> {
    with_length(name, |name| unary_and_binary(name).or_else(|| shifts(name)).or_else(|| ternary(name)))
}

/// Widened instructions of other families, whose names have no `avx512`.
pub fn widened(name: &str) -> Option<Instruction> {
    use {Form::*, Map::*, Prefix::*};
    with_length(name, |name| {
        Some(match name {
            "pclmulqdq" => sse(P66, M0F3A, 0x44, BinaryImmediate),
            "aesni.aesenc" => sse(P66, M0F38, 0xdc, Binary),
            "aesni.aesenclast" => sse(P66, M0F38, 0xdd, Binary),
            "aesni.aesdec" => sse(P66, M0F38, 0xde, Binary),
            "aesni.aesdeclast" => sse(P66, M0F38, 0xdf, Binary),
            "vgf2p8mulb" => sse(P66, M0F38, 0xcf, Binary),
            "vgf2p8affineqb" => wide(sse(P66, M0F3A, 0xce, BinaryImmediate)),
            "vgf2p8affineinvqb" => wide(sse(P66, M0F3A, 0xcf, BinaryImmediate)),
            _ => return Option::None,
        })
    })
}

fn with_length(name: &str, find: impl FnOnce(&str) -> Option<Instruction>) -> Option<Instruction> {
    let (name, length) = name.rsplit_once('.')?;
    let length = match length {
        "128" => Length::L128,
        "256" => Length::L256,
        "512" => Length::L512,
        _ => return None,
    };
    Some(Instruction { encoding: Encoding::Evex(length), ..find(name)? })
}

fn unary_and_binary(name: &str) -> Option<Instruction> {
    use {Form::*, Map::*, Prefix::*};
    Some(match name {
        "pmul.hr.sw" => sse(P66, M0F38, 0x0b, Binary),
        "pmaddw.d" => sse(P66, M0F, 0xf5, Binary),
        "pmaddubs.w" => sse(P66, M0F38, 0x04, Binary),
        "pshuf.b" => sse(P66, M0F38, 0x00, Binary),
        "psad.bw" => sse(P66, M0F, 0xf6, Binary),
        "dbpsadbw" => sse(P66, M0F3A, 0x42, BinaryImmediate),
        "conflict.d" => sse(P66, M0F38, 0xc4, Unary),
        "conflict.q" => wide(sse(P66, M0F38, 0xc4, Unary)),
        "vpermilvar.ps" => sse(P66, M0F38, 0x0c, Binary),
        "vpermilvar.pd" => wide(sse(P66, M0F38, 0x0d, Binary)),
        "pmultishift.qb" => wide(sse(P66, M0F38, 0x83, Binary)),
        "cvtne2ps2bf16" => sse(PF2, M0F38, 0x72, Binary),
        "cvtneps2bf16" => sse(PF3, M0F38, 0x72, Unary),
        // Here the indices are the first operand of the instruction, and the second of the intrinsic.
        "permvar.qi" => sse(P66, M0F38, 0x8d, Reversed),
        "permvar.hi" => wide(sse(P66, M0F38, 0x8d, Reversed)),
        "permvar.si" => sse(P66, M0F38, 0x36, Reversed),
        "permvar.di" => wide(sse(P66, M0F38, 0x36, Reversed)),
        "permvar.sf" => sse(P66, M0F38, 0x16, Reversed),
        "permvar.df" => wide(sse(P66, M0F38, 0x16, Reversed)),
        _ => return Option::None,
    })
}

/// Shifts of all lanes by the count in a vector of 128 bits.
fn shifts(name: &str) -> Option<Instruction> {
    use {Form::*, Map::*, Prefix::*};
    Some(match name {
        "psll.w" => sse(P66, M0F, 0xf1, Binary),
        "psll.d" => sse(P66, M0F, 0xf2, Binary),
        "psll.q" => wide(sse(P66, M0F, 0xf3, Binary)),
        "psrl.w" => sse(P66, M0F, 0xd1, Binary),
        "psrl.d" => sse(P66, M0F, 0xd2, Binary),
        "psrl.q" => wide(sse(P66, M0F, 0xd3, Binary)),
        "psra.w" => sse(P66, M0F, 0xe1, Binary),
        "psra.d" => sse(P66, M0F, 0xe2, Binary),
        "psra.q" => wide(sse(P66, M0F, 0xe2, Binary)),
        _ => return Option::None,
    })
}

/// Instructions that accumulate, and permutations of two vectors (`vpermt2*`, whose destination is the first).
fn ternary(name: &str) -> Option<Instruction> {
    use {Form::*, Map::*, Prefix::*};
    Some(match name {
        "pternlog.d" => sse(P66, M0F3A, 0x25, TernaryImmediate),
        "pternlog.q" => wide(sse(P66, M0F3A, 0x25, TernaryImmediate)),
        "vpmadd52l.uq" => wide(sse(P66, M0F38, 0xb4, Ternary)),
        "vpmadd52h.uq" => wide(sse(P66, M0F38, 0xb5, Ternary)),
        "vpdpbusd" => sse(P66, M0F38, 0x50, Ternary),
        "vpdpbusds" => sse(P66, M0F38, 0x51, Ternary),
        "vpdpwssd" => sse(P66, M0F38, 0x52, Ternary),
        "vpdpwssds" => sse(P66, M0F38, 0x53, Ternary),
        "dpbf16ps" => sse(PF3, M0F38, 0x52, Ternary),
        "vpermi2var.qi" => sse(P66, M0F38, 0x7d, Ternary),
        "vpermi2var.hi" => wide(sse(P66, M0F38, 0x7d, Ternary)),
        "vpermi2var.d" => sse(P66, M0F38, 0x7e, Ternary),
        "vpermi2var.q" => wide(sse(P66, M0F38, 0x7e, Ternary)),
        "vpermi2var.ps" => sse(P66, M0F38, 0x7f, Ternary),
        "vpermi2var.pd" => wide(sse(P66, M0F38, 0x7f, Ternary)),
        _ => return Option::None,
    })
}
