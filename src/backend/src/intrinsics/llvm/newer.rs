//! Extensions beside AVX-512: matrices (AMX), hashes and ciphers, transactions, AMD's own, and VEX forms that came late.
//!
//! Names are without `llvm.x86.`; opcodes as in [`super::table`], those of AMD from the AMD64 Architecture Programmer's
//! Manual, volumes 3 and 4.

use super::instruction::{Encoding, Form, Instruction, Map, Output, Prefix, Role, avx, code, sse, wide};
use {Form::Roles, Map::*, Prefix::*, Role::*};

pub fn instruction(name: &str) -> Option<Instruction> {
    ciphers(name)
        .or_else(|| hashes(name))
        .or_else(|| dot_products(name.strip_prefix("avx2.")?))
        .or_else(|| conversions(name))
        .or_else(|| tiles(name))
        .or_else(|| rows_of_tiles(name))
        .or_else(|| amd(name))
        .or_else(|| others(name))
}

const fn evex(instruction: Instruction) -> Instruction {
    Instruction { encoding: Encoding::Evex, ..instruction }
}

/// AES, carry-less multiplication and Galois fields with vectors of 512 bits.
fn ciphers(name: &str) -> Option<Instruction> {
    Some(match name {
        "pclmulqdq.512" => evex(sse(P66, M0F3A, 0x44, Form::BinaryImmediate)),
        "aesni.aesenc.512" => evex(sse(P66, M0F38, 0xdc, Form::Binary)),
        "aesni.aesenclast.512" => evex(sse(P66, M0F38, 0xdd, Form::Binary)),
        "aesni.aesdec.512" => evex(sse(P66, M0F38, 0xde, Form::Binary)),
        "aesni.aesdeclast.512" => evex(sse(P66, M0F38, 0xdf, Form::Binary)),
        "vgf2p8mulb.512" => evex(sse(P66, M0F38, 0xcf, Form::Binary)),
        "vgf2p8affineqb.512" => evex(wide(sse(P66, M0F3A, 0xce, Form::BinaryImmediate))),
        "vgf2p8affineinvqb.512" => evex(wide(sse(P66, M0F3A, 0xcf, Form::BinaryImmediate))),
        _ => return Option::None,
    })
}

/// SHA-512, SM3 and SM4.
fn hashes(name: &str) -> Option<Instruction> {
    Some(match name {
        "vsha512msg1" => avx(PF2, M0F38, 0xcc, Roles(&[Into, Rm], Output::Vector)),
        "vsha512msg2" => avx(PF2, M0F38, 0xcd, Roles(&[Into, Rm], Output::Vector)),
        "vsha512rnds2" => avx(PF2, M0F38, 0xcb, Form::Ternary),
        "vsm3msg1" => avx(None, M0F38, 0xda, Form::Ternary),
        "vsm3msg2" => avx(P66, M0F38, 0xda, Form::Ternary),
        "vsm3rnds2" => avx(P66, M0F3A, 0xde, Form::TernaryImmediate),
        "vsm4key4128" | "vsm4key4256" => avx(PF3, M0F38, 0xda, Form::Binary),
        "vsm4rnds4128" | "vsm4rnds4256" => avx(PF2, M0F38, 0xda, Form::Binary),
        _ => return Option::None,
    })
}

/// AVX-VNNI-INT8 and AVX-VNNI-INT16.
fn dot_products(name: &str) -> Option<Instruction> {
    let name = name.strip_suffix(".128").or_else(|| name.strip_suffix(".256"))?;
    let (name, saturating) = match name.strip_suffix("ds") {
        Some(name) => (name, 1),
        Option::None => (name.strip_suffix('d')?, 0),
    };
    let (prefix, opcode) = match name {
        "vpdpbss" => (PF2, 0x50),
        "vpdpbsu" => (PF3, 0x50),
        "vpdpbuu" => (None, 0x50),
        "vpdpwsu" => (PF3, 0xd2),
        "vpdpwus" => (P66, 0xd2),
        "vpdpwuu" => (None, 0xd2),
        _ => return Option::None,
    };
    Some(avx(prefix, M0F38, opcode + saturating, Form::Ternary))
}

/// AVX-NE-CONVERT, from memory.
fn conversions(name: &str) -> Option<Instruction> {
    const FROM_MEMORY: Form = Roles(&[Address], Output::Vector);
    let name = name.strip_suffix("128").or_else(|| name.strip_suffix("256"))?;
    Some(match name {
        "vbcstnebf162ps" => avx(PF3, M0F38, 0xb1, FROM_MEMORY),
        "vbcstnesh2ps" => avx(P66, M0F38, 0xb1, FROM_MEMORY),
        "vcvtneebf162ps" => avx(PF3, M0F38, 0xb0, FROM_MEMORY),
        "vcvtneeph2ps" => avx(P66, M0F38, 0xb0, FROM_MEMORY),
        "vcvtneobf162ps" => avx(PF2, M0F38, 0xb0, FROM_MEMORY),
        "vcvtneoph2ps" => avx(None, M0F38, 0xb0, FROM_MEMORY),
        _ => return Option::None,
    })
}

/// AMX: the arguments are the numbers of tiles.
fn tiles(name: &str) -> Option<Instruction> {
    const PRODUCT: Form = Roles(&[TileReg, TileRm, TileV], Output::Nothing);
    const MEMORY: Form = Roles(&[TileReg, Address, Offset], Output::Nothing);
    const CONFIGURATION: Form = Roles(&[Address], Output::Nothing);
    Some(match name {
        "ldtilecfg" => avx(None, M0F38, 0x49, CONFIGURATION),
        "sttilecfg" => avx(P66, M0F38, 0x49, CONFIGURATION),
        "tilerelease" => avx(None, M0F38, 0x49, Roles(&[], Output::Nothing)),
        "tilezero" => avx(PF2, M0F38, 0x49, Roles(&[TileReg], Output::Nothing)),
        "tileloadd64" => avx(PF2, M0F38, 0x4b, MEMORY),
        "tileloaddt164" => avx(P66, M0F38, 0x4b, MEMORY),
        "tilestored64" => avx(PF3, M0F38, 0x4b, MEMORY),
        "tileloaddrs64" => avx(PF2, M0F38, 0x4a, MEMORY),
        "tileloaddrst164" => avx(P66, M0F38, 0x4a, MEMORY),
        "tdpbssd" => avx(PF2, M0F38, 0x5e, PRODUCT),
        "tdpbsud" => avx(PF3, M0F38, 0x5e, PRODUCT),
        "tdpbusd" => avx(P66, M0F38, 0x5e, PRODUCT),
        "tdpbuud" => avx(None, M0F38, 0x5e, PRODUCT),
        "tdpbf16ps" => avx(PF3, M0F38, 0x5c, PRODUCT),
        "tdpfp16ps" => avx(PF2, M0F38, 0x5c, PRODUCT),
        "tcmmimfp16ps" => avx(P66, M0F38, 0x6c, PRODUCT),
        "tcmmrlfp16ps" => avx(None, M0F38, 0x6c, PRODUCT),
        "tmmultf32ps" => avx(P66, M0F38, 0x48, PRODUCT),
        "tdpbf8ps" => avx(None, M5, 0xfd, PRODUCT),
        "tdpbhf8ps" => avx(PF2, M5, 0xfd, PRODUCT),
        "tdphbf8ps" => avx(PF3, M5, 0xfd, PRODUCT),
        "tdphf8ps" => avx(P66, M5, 0xfd, PRODUCT),
        _ => return Option::None,
    })
}

/// AMX with AVX-512: a row of a tile, whose number is an argument or a constant.
fn rows_of_tiles(name: &str) -> Option<Instruction> {
    const ROW: Form = Roles(&[TileRm, V], Output::Vector);
    const CONSTANT_ROW: Form = Roles(&[TileRm, Immediate], Output::Vector);
    Some(evex(match name {
        "tcvtrowd2ps" => avx(PF3, M0F38, 0x4a, ROW),
        "tcvtrowd2psi" => avx(PF3, M0F3A, 0x07, CONSTANT_ROW),
        "tcvtrowps2phh" => avx(None, M0F38, 0x6d, ROW),
        "tcvtrowps2phhi" => avx(None, M0F3A, 0x07, CONSTANT_ROW),
        "tcvtrowps2phl" => avx(P66, M0F38, 0x6d, ROW),
        "tcvtrowps2phli" => avx(PF2, M0F3A, 0x77, CONSTANT_ROW),
        "tilemovrow" => avx(P66, M0F38, 0x4a, ROW),
        "tilemovrowi" => avx(P66, M0F3A, 0x07, CONSTANT_ROW),
        _ => return Option::None,
    }))
}

/// SSE4a and TBM.
fn amd(name: &str) -> Option<Instruction> {
    const BIT_FIELD: Form = Roles(&[Rm, Immediate32], Output::General);
    let xop = Instruction { encoding: Encoding::Xop, ..sse(None, M0A, 0x10, BIT_FIELD) };
    Some(match name {
        "sse4a.extrq" => sse(P66, M0F, 0x79, Form::Binary),
        "sse4a.extrqi" => sse(P66, M0F, 0x78, Roles(&[IntoRm, Immediate, Immediate], Output::Vector)),
        "sse4a.insertq" => sse(PF2, M0F, 0x79, Form::Binary),
        "sse4a.insertqi" => sse(PF2, M0F, 0x78, Roles(&[Into, Rm, Immediate, Immediate], Output::Vector)),
        "tbm.bextri.u32" => xop,
        "tbm.bextri.u64" => wide(xop),
        _ => return Option::None,
    })
}

/// Transactions (RTM), loads that are likely to be shared (MOVRS), the key of Key Locker.
fn others(name: &str) -> Option<Instruction> {
    const LOAD: Form = Roles(&[Address], Output::General);
    Some(match name {
        // `mov eax, -1; xbegin` to what comes next: an abort restores memory and registers but for the status in `eax`,
        // so also the return address.
        "xbegin" => code(&[0xb8, 0xff, 0xff, 0xff, 0xff, 0xc7, 0xf8, 0, 0, 0, 0]),
        "xend" => code(&[0x0f, 0x01, 0xd5]),
        // `xtest; setne al; movzx eax, al`.
        "xtest" => code(&[0x0f, 0x01, 0xd6, 0x0f, 0x95, 0xc0, 0x0f, 0xb6, 0xc0]),
        "xabort" => sse(None, M0F, 0, Form::CodeImmediate(&[0xc6, 0xf8])),
        "movrsqi" => sse(None, M0F38, 0x8a, LOAD),
        "movrshi" => sse(P66, M0F38, 0x8b, LOAD),
        "movrssi" => sse(None, M0F38, 0x8b, LOAD),
        "movrsdi" => wide(sse(None, M0F38, 0x8b, LOAD)),
        // `mov eax, edi; loadiwkey xmm1, xmm2`, which reads `eax` and `xmm0`, too.
        "loadiwkey" => code(&[0x89, 0xf8, 0xf3, 0x0f, 0x38, 0xdc, 0xca]),
        // `prefetchrst2 [rdi]`.
        "prefetchrs" => code(&[0x0f, 0x18, 0x27]),
        _ => return Option::None,
    })
}
