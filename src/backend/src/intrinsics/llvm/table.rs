//! The instructions of x86-64 behind LLVM's intrinsics, to AVX2 and what came with it.
//!
//! Names are without `llvm.x86.`. Opcodes and their maps and prefixes: Intel 64 and IA-32 Architectures Software Developer's
//! Manual, volume 2, "Opcode/Instruction" of each; [`Form::Code`] was assembled by hand from the same tables, for arguments
//! in the registers of the System V ABI: integers and addresses in `rdi`, `rsi`, `rdx`, vectors from `xmm0` on.

use super::instruction::{
    Condition, Form, Instruction, Lengths, Map, Prefix, StringResult, avx, code, sse, wide,
};

/// The instruction behind the intrinsic `llvm.x86.NAME`.
pub fn instruction(name: &str) -> Option<Instruction> {
    let (family, rest) = name.split_once('.').unwrap_or((name, ""));
    match family {
        "sse" => sse1(rest),
        "sse2" => sse2(rest),
        "ssse3" => ssse3(rest),
        "sse41" => sse41(rest),
        "sse42" => sse42(rest),
        "avx" => avx1(rest),
        "avx2" => avx2(rest),
        "aesni" => aes(rest),
        "avx512" | "avx512bf16" | "avx512fp16" => super::avx512::instruction(rest),
        "bmi" => bit_manipulation(rest),
        "xsave" | "xsave64" | "xrstor" | "xrstor64" | "xsaveopt" | "xsaveopt64" | "xsavec" | "xsavec64"
        | "xsaves" | "xsaves64" | "xrstors" | "xrstors64" | "fxsave" | "fxsave64" | "fxrstor"
        | "fxrstor64" | "xgetbv" | "xsetbv" | "rdtsc" => state(family),
        _ => others(name),
    }
    .or_else(|| super::newer::instruction(name))
}

fn sse1(name: &str) -> Option<Instruction> {
    use {Form::*, Map::*, Prefix::*};
    Some(match name {
        "rcp.ss" => sse(PF3, M0F, 0x53, Unary),
        "rcp.ps" => sse(None, M0F, 0x53, Unary),
        "rsqrt.ss" => sse(PF3, M0F, 0x52, Unary),
        "rsqrt.ps" => sse(None, M0F, 0x52, Unary),
        "min.ss" => sse(PF3, M0F, 0x5d, Binary),
        "min.ps" => sse(None, M0F, 0x5d, Binary),
        "max.ss" => sse(PF3, M0F, 0x5f, Binary),
        "max.ps" => sse(None, M0F, 0x5f, Binary),
        "cmp.ss" => sse(PF3, M0F, 0xc2, BinaryImmediate),
        "cmp.ps" => sse(None, M0F, 0xc2, BinaryImmediate),
        "cvtss2si" => sse(PF3, M0F, 0x2d, ToInteger),
        "cvttss2si" => sse(PF3, M0F, 0x2c, ToInteger),
        "cvtss2si64" => wide(sse(PF3, M0F, 0x2d, ToInteger)),
        "cvttss2si64" => wide(sse(PF3, M0F, 0x2c, ToInteger)),
        "sfence" => code(&[0x0f, 0xae, 0xf8]),
        "stmxcsr" => code(&[0x0f, 0xae, 0x1f]),
        "ldmxcsr" => code(&[0x0f, 0xae, 0x17]),
        _ => return Option::None,
    })
}

fn sse2(name: &str) -> Option<Instruction> {
    use {Form::*, Map::*, Prefix::*};
    Some(match name {
        "pause" => code(&[0xf3, 0x90]),
        "clflush" => code(&[0x0f, 0xae, 0x3f]),
        "lfence" => code(&[0x0f, 0xae, 0xe8]),
        "mfence" => code(&[0x0f, 0xae, 0xf0]),
        "maskmov.dqu" => code(&[0x66, 0x0f, 0xf7, 0xc1]),
        "pmadd.wd" => sse(P66, M0F, 0xf5, Binary),
        "psad.bw" => sse(P66, M0F, 0xf6, Binary),
        "psll.w" => sse(P66, M0F, 0xf1, Binary),
        "psll.d" => sse(P66, M0F, 0xf2, Binary),
        "psll.q" => sse(P66, M0F, 0xf3, Binary),
        "psra.w" => sse(P66, M0F, 0xe1, Binary),
        "psra.d" => sse(P66, M0F, 0xe2, Binary),
        "psrl.w" => sse(P66, M0F, 0xd1, Binary),
        "psrl.d" => sse(P66, M0F, 0xd2, Binary),
        "psrl.q" => sse(P66, M0F, 0xd3, Binary),
        "max.sd" => sse(PF2, M0F, 0x5f, Binary),
        "max.pd" => sse(P66, M0F, 0x5f, Binary),
        "min.sd" => sse(PF2, M0F, 0x5d, Binary),
        "min.pd" => sse(P66, M0F, 0x5d, Binary),
        "cmp.sd" => sse(PF2, M0F, 0xc2, BinaryImmediate),
        "cmp.pd" => sse(P66, M0F, 0xc2, BinaryImmediate),
        "cvtps2dq" => sse(P66, M0F, 0x5b, Unary),
        "cvttps2dq" => sse(PF3, M0F, 0x5b, Unary),
        "cvtpd2dq" => sse(PF2, M0F, 0xe6, Unary),
        "cvttpd2dq" => sse(P66, M0F, 0xe6, Unary),
        "cvtsd2ss" => sse(PF2, M0F, 0x5a, Binary),
        "cvtsd2si" => sse(PF2, M0F, 0x2d, ToInteger),
        "cvttsd2si" => sse(PF2, M0F, 0x2c, ToInteger),
        "cvtsd2si64" => wide(sse(PF2, M0F, 0x2d, ToInteger)),
        "cvttsd2si64" => wide(sse(PF2, M0F, 0x2c, ToInteger)),
        _ => return Option::None,
    })
}

fn ssse3(name: &str) -> Option<Instruction> {
    use {Form::*, Map::*, Prefix::*};
    Some(match name {
        "pshuf.b.128" => sse(P66, M0F38, 0x00, Binary),
        "pmadd.ub.sw.128" => sse(P66, M0F38, 0x04, Binary),
        "psign.b.128" => sse(P66, M0F38, 0x08, Binary),
        "psign.w.128" => sse(P66, M0F38, 0x09, Binary),
        "psign.d.128" => sse(P66, M0F38, 0x0a, Binary),
        "pmul.hr.sw.128" => sse(P66, M0F38, 0x0b, Binary),
        _ => return Option::None,
    })
}

fn sse41(name: &str) -> Option<Instruction> {
    use {Form::*, Map::*, Prefix::*};
    Some(match name {
        "insertps" => sse(P66, M0F3A, 0x21, BinaryImmediate),
        "dpps" => sse(P66, M0F3A, 0x40, BinaryImmediate),
        "dppd" => sse(P66, M0F3A, 0x41, BinaryImmediate),
        "mpsadbw" => sse(P66, M0F3A, 0x42, BinaryImmediate),
        "round.ps" => sse(P66, M0F3A, 0x08, UnaryImmediate),
        "round.pd" => sse(P66, M0F3A, 0x09, UnaryImmediate),
        "round.ss" => sse(P66, M0F3A, 0x0a, BinaryImmediate),
        "round.sd" => sse(P66, M0F3A, 0x0b, BinaryImmediate),
        "phminposuw" => sse(P66, M0F38, 0x41, Unary),
        "ptestz" => sse(P66, M0F38, 0x17, Test(Condition::Zero)),
        "ptestc" => sse(P66, M0F38, 0x17, Test(Condition::Carry)),
        "ptestnzc" => sse(P66, M0F38, 0x17, Test(Condition::Above)),
        _ => return Option::None,
    })
}

fn sse42(name: &str) -> Option<Instruction> {
    use {Map::*, Prefix::*};
    // `crc32 edi, esi` in the width of the second operand; `mov eax, edi`.
    let crc = match name {
        "crc32.32.8" => Some(code(&[0xf2, 0x40, 0x0f, 0x38, 0xf0, 0xfe, 0x89, 0xf8])),
        "crc32.32.16" => Some(code(&[0x66, 0xf2, 0x0f, 0x38, 0xf1, 0xfe, 0x89, 0xf8])),
        "crc32.32.32" => Some(code(&[0xf2, 0x0f, 0x38, 0xf1, 0xfe, 0x89, 0xf8])),
        "crc32.64.64" => Some(code(&[0xf2, 0x48, 0x0f, 0x38, 0xf1, 0xfe, 0x48, 0x89, 0xf8])),
        _ => Option::None,
    };
    if crc.is_some() {
        return crc;
    }
    let name = name.strip_suffix("128")?;
    let (lengths, name) = match name.strip_prefix("pcmpestr") {
        Some(rest) => (Lengths::Explicit, rest),
        Option::None => (Lengths::Implicit, name.strip_prefix("pcmpistr")?),
    };
    let result = match name {
        "i" => StringResult::Index,
        "m" => StringResult::Mask,
        "ia" => StringResult::Flag(Condition::Above),
        "ic" => StringResult::Flag(Condition::Carry),
        "io" => StringResult::Flag(Condition::Overflow),
        "is" => StringResult::Flag(Condition::Sign),
        "iz" => StringResult::Flag(Condition::Zero),
        _ => return Option::None,
    };
    let opcode = match (lengths, result) {
        (Lengths::Explicit, StringResult::Mask) => 0x60,
        (Lengths::Explicit, _) => 0x61,
        (Lengths::Implicit, StringResult::Mask) => 0x62,
        (Lengths::Implicit, _) => 0x63,
    };
    Some(sse(P66, M0F3A, opcode, Form::Strings(lengths, result)))
}

fn avx1(name: &str) -> Option<Instruction> {
    use {Form::*, Map::*, Prefix::*};
    Some(match name {
        "round.ps.256" => avx(P66, M0F3A, 0x08, UnaryImmediate),
        "round.pd.256" => avx(P66, M0F3A, 0x09, UnaryImmediate),
        "dp.ps.256" => avx(P66, M0F3A, 0x40, BinaryImmediate),
        "cmp.ps.256" => avx(None, M0F, 0xc2, BinaryImmediate),
        "cmp.pd.256" => avx(P66, M0F, 0xc2, BinaryImmediate),
        "cvt.ps2dq.256" => avx(P66, M0F, 0x5b, Unary),
        "cvtt.ps2dq.256" => avx(PF3, M0F, 0x5b, Unary),
        "cvt.pd2dq.256" => avx(PF2, M0F, 0xe6, Unary),
        "cvtt.pd2dq.256" => avx(P66, M0F, 0xe6, Unary),
        "vpermilvar.ps" => avx(P66, M0F38, 0x0c, Binary),
        "vpermilvar.pd" => avx(P66, M0F38, 0x0d, Binary),
        "vpermilvar.ps.256" => avx(P66, M0F38, 0x0c, Binary),
        "vpermilvar.pd.256" => avx(P66, M0F38, 0x0d, Binary),
        "rcp.ps.256" => avx(None, M0F, 0x53, Unary),
        "rsqrt.ps.256" => avx(None, M0F, 0x52, Unary),
        "min.ps.256" => avx(None, M0F, 0x5d, Binary),
        "max.ps.256" => avx(None, M0F, 0x5f, Binary),
        "min.pd.256" => avx(P66, M0F, 0x5d, Binary),
        "max.pd.256" => avx(P66, M0F, 0x5f, Binary),
        "ptestz.256" => avx(P66, M0F38, 0x17, Test(Condition::Zero)),
        "ptestc.256" => avx(P66, M0F38, 0x17, Test(Condition::Carry)),
        "ptestnzc.256" => avx(P66, M0F38, 0x17, Test(Condition::Above)),
        "vtestz.ps.256" => avx(P66, M0F38, 0x0e, Test(Condition::Zero)),
        "vtestc.ps.256" => avx(P66, M0F38, 0x0e, Test(Condition::Carry)),
        "vtestnzc.ps.256" => avx(P66, M0F38, 0x0e, Test(Condition::Above)),
        "vtestz.pd.256" => avx(P66, M0F38, 0x0f, Test(Condition::Zero)),
        "vtestc.pd.256" => avx(P66, M0F38, 0x0f, Test(Condition::Carry)),
        "vtestnzc.pd.256" => avx(P66, M0F38, 0x0f, Test(Condition::Above)),
        "vtestnzc.ps" => avx(P66, M0F38, 0x0e, Test(Condition::Above)),
        "vtestnzc.pd" => avx(P66, M0F38, 0x0f, Test(Condition::Above)),
        // Between two functions of ours nothing is kept in the upper halves.
        "vzeroall" | "vzeroupper" => code(&[]),
        _ => return Option::None,
    })
}

fn avx2(name: &str) -> Option<Instruction> {
    use {Form::*, Map::*, Prefix::*};
    Some(match name {
        "pmadd.wd" => avx(P66, M0F, 0xf5, Binary),
        "psad.bw" => avx(P66, M0F, 0xf6, Binary),
        "psll.w" => avx(P66, M0F, 0xf1, Binary),
        "psll.d" => avx(P66, M0F, 0xf2, Binary),
        "psll.q" => avx(P66, M0F, 0xf3, Binary),
        "psra.w" => avx(P66, M0F, 0xe1, Binary),
        "psra.d" => avx(P66, M0F, 0xe2, Binary),
        "psrl.w" => avx(P66, M0F, 0xd1, Binary),
        "psrl.d" => avx(P66, M0F, 0xd2, Binary),
        "psrl.q" => avx(P66, M0F, 0xd3, Binary),
        "pshuf.b" => avx(P66, M0F38, 0x00, Binary),
        "pmadd.ub.sw" => avx(P66, M0F38, 0x04, Binary),
        "psign.b" => avx(P66, M0F38, 0x08, Binary),
        "psign.w" => avx(P66, M0F38, 0x09, Binary),
        "psign.d" => avx(P66, M0F38, 0x0a, Binary),
        "pmul.hr.sw" => avx(P66, M0F38, 0x0b, Binary),
        "mpsadbw" => avx(P66, M0F3A, 0x42, BinaryImmediate),
        // Here the indices are the first operand of the instruction, and the second of the intrinsic.
        "permps" => avx(P66, M0F38, 0x16, Reversed),
        "permd" => avx(P66, M0F38, 0x36, Reversed),
        _ => return Option::None,
    })
}

fn aes(name: &str) -> Option<Instruction> {
    use {Form::*, Map::*, Prefix::*};
    Some(match name {
        "aesimc" => sse(P66, M0F38, 0xdb, Unary),
        "aesenc" => sse(P66, M0F38, 0xdc, Binary),
        "aesenclast" => sse(P66, M0F38, 0xdd, Binary),
        "aesdec" => sse(P66, M0F38, 0xde, Binary),
        "aesdeclast" => sse(P66, M0F38, 0xdf, Binary),
        "aeskeygenassist" => sse(P66, M0F3A, 0xdf, UnaryImmediate),
        "aesenc.256" => avx(P66, M0F38, 0xdc, Binary),
        "aesenclast.256" => avx(P66, M0F38, 0xdd, Binary),
        "aesdec.256" => avx(P66, M0F38, 0xde, Binary),
        "aesdeclast.256" => avx(P66, M0F38, 0xdf, Binary),
        _ => return Option::None,
    })
}

/// BMI1 and BMI2, with VEX: `bextr eax, edi, esi` and the like.
fn bit_manipulation(name: &str) -> Option<Instruction> {
    Some(match name {
        "bextr.32" => code(&[0xc4, 0xe2, 0x48, 0xf7, 0xc7]),
        "bextr.64" => code(&[0xc4, 0xe2, 0xc8, 0xf7, 0xc7]),
        "bzhi.32" => code(&[0xc4, 0xe2, 0x48, 0xf5, 0xc7]),
        "bzhi.64" => code(&[0xc4, 0xe2, 0xc8, 0xf5, 0xc7]),
        "pdep.32" => code(&[0xc4, 0xe2, 0x43, 0xf5, 0xc6]),
        "pdep.64" => code(&[0xc4, 0xe2, 0xc3, 0xf5, 0xc6]),
        "pext.32" => code(&[0xc4, 0xe2, 0x42, 0xf5, 0xc6]),
        "pext.64" => code(&[0xc4, 0xe2, 0xc2, 0xf5, 0xc6]),
        _ => return None,
    })
}

/// The processor's state. `xsave` and its kin take `(address, high, low)`: `mov eax, edx; mov edx, esi; xsave [rdi]`.
fn state(name: &str) -> Option<Instruction> {
    Some(match name {
        "xsave" => code(&[0x89, 0xd0, 0x89, 0xf2, 0x0f, 0xae, 0x27]),
        "xsave64" => code(&[0x89, 0xd0, 0x89, 0xf2, 0x48, 0x0f, 0xae, 0x27]),
        "xrstor" => code(&[0x89, 0xd0, 0x89, 0xf2, 0x0f, 0xae, 0x2f]),
        "xrstor64" => code(&[0x89, 0xd0, 0x89, 0xf2, 0x48, 0x0f, 0xae, 0x2f]),
        "xsaveopt" => code(&[0x89, 0xd0, 0x89, 0xf2, 0x0f, 0xae, 0x37]),
        "xsaveopt64" => code(&[0x89, 0xd0, 0x89, 0xf2, 0x48, 0x0f, 0xae, 0x37]),
        "xsavec" => code(&[0x89, 0xd0, 0x89, 0xf2, 0x0f, 0xc7, 0x27]),
        "xsavec64" => code(&[0x89, 0xd0, 0x89, 0xf2, 0x48, 0x0f, 0xc7, 0x27]),
        "xsaves" => code(&[0x89, 0xd0, 0x89, 0xf2, 0x0f, 0xc7, 0x2f]),
        "xsaves64" => code(&[0x89, 0xd0, 0x89, 0xf2, 0x48, 0x0f, 0xc7, 0x2f]),
        "xrstors" => code(&[0x89, 0xd0, 0x89, 0xf2, 0x0f, 0xc7, 0x1f]),
        "xrstors64" => code(&[0x89, 0xd0, 0x89, 0xf2, 0x48, 0x0f, 0xc7, 0x1f]),
        "fxsave" => code(&[0x0f, 0xae, 0x07]),
        "fxsave64" => code(&[0x48, 0x0f, 0xae, 0x07]),
        "fxrstor" => code(&[0x0f, 0xae, 0x0f]),
        "fxrstor64" => code(&[0x48, 0x0f, 0xae, 0x0f]),
        // `mov ecx, edi; xgetbv; shl rdx, 32; or rax, rdx`.
        "xgetbv" => code(&[0x89, 0xf9, 0x0f, 0x01, 0xd0, 0x48, 0xc1, 0xe2, 0x20, 0x48, 0x09, 0xd0]),
        // `mov ecx, edi; mov eax, edx; mov edx, esi; xsetbv`.
        "xsetbv" => code(&[0x89, 0xf9, 0x89, 0xd0, 0x89, 0xf2, 0x0f, 0x01, 0xd1]),
        // `rdtsc; shl rdx, 32; or rax, rdx`.
        "rdtsc" => code(&[0x0f, 0x31, 0x48, 0xc1, 0xe2, 0x20, 0x48, 0x09, 0xd0]),
        _ => return None,
    })
}

fn others(name: &str) -> Option<Instruction> {
    use {Form::*, Map::*, Prefix::*};
    Some(match name {
        "pclmulqdq" => sse(P66, M0F3A, 0x44, BinaryImmediate),
        "pclmulqdq.256" => avx(P66, M0F3A, 0x44, BinaryImmediate),
        "sha1nexte" => sse(None, M0F38, 0xc8, Binary),
        "sha1msg1" => sse(None, M0F38, 0xc9, Binary),
        "sha1msg2" => sse(None, M0F38, 0xca, Binary),
        "sha1rnds4" => sse(None, M0F3A, 0xcc, BinaryImmediate),
        "sha256msg1" => sse(None, M0F38, 0xcc, Binary),
        "sha256msg2" => sse(None, M0F38, 0xcd, Binary),
        // `movaps xmm3, xmm0; movaps xmm0, xmm2; sha256rnds2 xmm3, xmm1, <xmm0>; movaps xmm0, xmm3`.
        "sha256rnds2" => {
            code(&[0x0f, 0x28, 0xd8, 0x0f, 0x28, 0xc2, 0x0f, 0x38, 0xcb, 0xd9, 0x0f, 0x28, 0xc3])
        }
        "vcvtps2ph.128" => avx(P66, M0F3A, 0x1d, UnaryImmediate),
        "vcvtps2ph.256" => avx(P66, M0F3A, 0x1d, UnaryImmediate),
        "vgf2p8mulb.128" => sse(P66, M0F38, 0xcf, Binary),
        "vgf2p8mulb.256" => avx(P66, M0F38, 0xcf, Binary),
        "vgf2p8affineqb.128" => sse(P66, M0F3A, 0xce, BinaryImmediate),
        "vgf2p8affineqb.256" => wide(avx(P66, M0F3A, 0xce, BinaryImmediate)),
        "vgf2p8affineinvqb.128" => sse(P66, M0F3A, 0xcf, BinaryImmediate),
        "vgf2p8affineinvqb.256" => wide(avx(P66, M0F3A, 0xcf, BinaryImmediate)),
        _ => return Option::None,
    })
}
