//! AVX-512 with its extensions, FP16 among them: rows of a table per kind of result.
//!
//! In order:
//! 1. [`instruction`] looks for the row whose name fits. Names are without `llvm.x86.avx512.` (or `avx512fp16.`,
//!    `avx512bf16.`), and have places for what varies:
//!    `{n}` is a vector length, `{p}` one of `ps`, `pd` and `ph` (packed floats), `{s}` one of `ss`, `sd` and `sh` (the
//!    lowest one alone), `{i}` one of `d` and `q`, `{b}` one of `b` and `w` (integers),
//!    `{l}` a number of lanes;
//! 2. [`Opcode`] says how prefix, map and width follow from the element that was found in such a place;
//! 3. the rows. Opcodes: Intel SDM, volume 2, as in [`super::table`].

use super::instruction::{Encoding, Form, Instruction, Map, Output, Prefix, Role, sse};
use {Map::*, Opcode::*, Prefix::*, Role::*};

/// Elements whose encodings differ in the same way everywhere.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Element {
    Half,
    Single,
    Double,
    Narrow,
    Wide,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Opcode {
    /// As it stands; without and with `EVEX.W`.
    Narrowly(Prefix, Map, u8),
    Widely(Prefix, Map, u8),
    /// `EVEX.W` as the element is wide.
    ByWidth(Prefix, Map, u8),
    /// Arithmetic of floats from SSE: the prefix says which, and for halves the map is another.
    Packed(u8),
    Scalar(u8),
    /// The same with an integer result, whose width is `EVEX.W`.
    ScalarTo32(u8),
    ScalarTo64(u8),
    /// Instructions of AVX-512 on floats: `EVEX.W` says which, and for halves prefix or map are others.
    Floats38(u8),
    Floats3A(u8),
}

impl Opcode {
    fn instruction(self, element: Option<Element>) -> Instruction {
        let half = element == Some(Element::Half);
        let wide = matches!(element, Some(Element::Double | Element::Wide));
        let prefix_of = |single, double| if element == Some(Element::Double) { double } else { single };
        let (prefix, map, opcode, wide) = match self {
            Narrowly(prefix, map, opcode) => (prefix, map, opcode, false),
            Widely(prefix, map, opcode) => (prefix, map, opcode, true),
            ByWidth(prefix, map, opcode) => (prefix, map, opcode, wide),
            Packed(opcode) => (prefix_of(None, P66), if half { M5 } else { M0F }, opcode, wide),
            Scalar(opcode) => (prefix_of(PF3, PF2), if half { M5 } else { M0F }, opcode, wide),
            ScalarTo32(opcode) => (prefix_of(PF3, PF2), if half { M5 } else { M0F }, opcode, false),
            ScalarTo64(opcode) => (prefix_of(PF3, PF2), if half { M5 } else { M0F }, opcode, true),
            Floats38(opcode) => (P66, if half { M6 } else { M0F38 }, opcode, wide),
            Floats3A(opcode) => (if half { None } else { P66 }, M0F3A, opcode, wide),
        };
        Instruction { wide, ..sse(prefix, map, opcode, Form::Roles(&[], Output::Nothing)) }
    }
}

struct Row {
    name: &'static str,
    opcode: Opcode,
    roles: &'static [Role],
}

const fn row(name: &'static str, opcode: Opcode, roles: &'static [Role]) -> Row {
    Row { name, opcode, roles }
}

/// The instruction behind `llvm.x86.avx512.NAME` and its like.
pub fn instruction(name: &str) -> Option<Instruction> {
    use Encoding::{Evex, EvexOrVex, EvexScalar};
    const TABLES: &[(&[Row], Encoding, Output)] = &[
        (VECTORS, Evex, Output::Vector),
        (CONVERSIONS, Evex, Output::Vector),
        (HALF_CONVERSIONS, Evex, Output::Vector),
        (PERMUTATIONS, Evex, Output::Vector),
        (TWICE, EvexOrVex, Output::Vector),
        (STORES, Evex, Output::Nothing),
        (MASKS, Evex, Output::Mask),
        (SCALARS, EvexScalar, Output::Vector),
        (SCALAR_MASKS, EvexScalar, Output::Mask),
        (TO_INTEGERS, EvexScalar, Output::General),
    ];
    TABLES.iter().find_map(|&(rows, encoding, output)| {
        rows.iter().find_map(|row| {
            let element = fit(row.name, name)?;
            let zeroing = name.starts_with("maskz.");
            let form = if zeroing { Form::Zeroing(row.roles) } else { Form::Roles(row.roles, output) };
            Some(Instruction { encoding, form, ..row.opcode.instruction(element) })
        })
    })
}

/// Whether a name fits a pattern, and with which element.
fn fit(mut pattern: &str, mut name: &str) -> Option<Option<Element>> {
    let mut found = Option::None;
    while let Some((literal, (place, rest))) =
        pattern.split_once('{').and_then(|(literal, rest)| Some((literal, rest.split_once('}')?)))
    {
        name = name.strip_prefix(literal)?;
        let choices: &[(&str, Option<Element>)] = match place {
            "n" => &[("128", Option::None), ("256", Option::None), ("512", Option::None)],
            "l" => &LANES,
            "p" => {
                &[("ps", Some(Element::Single)), ("pd", Some(Element::Double)), ("ph", Some(Element::Half))]
            }
            "s" => {
                &[("ss", Some(Element::Single)), ("sd", Some(Element::Double)), ("sh", Some(Element::Half))]
            }
            "i" => &[("d", Some(Element::Narrow)), ("q", Some(Element::Wide))],
            "b" => &[("b", Some(Element::Narrow)), ("w", Some(Element::Wide))],
            _ => return Option::None,
        };
        let (choice, element) = choices.iter().find(|(choice, _)| name.starts_with(choice))?;
        found = found.or(*element);
        name = &name[choice.len()..];
        pattern = rest;
    }
    (pattern == name).then_some(found)
}

/// Longer numbers first.
const LANES: [(&str, Option<Element>); 5] = [
    ("16", Option::None),
    ("32", Option::None),
    ("2", Option::None),
    ("4", Option::None),
    ("8", Option::None),
];

const VECTORS: &[Row] = &[
    row("add.{p}.{n}", Packed(0x58), &[V, Rm, Rounding]),
    row("mul.{p}.{n}", Packed(0x59), &[V, Rm, Rounding]),
    row("sub.{p}.{n}", Packed(0x5c), &[V, Rm, Rounding]),
    row("min.{p}.{n}", Packed(0x5d), &[V, Rm, Rounding]),
    row("div.{p}.{n}", Packed(0x5e), &[V, Rm, Rounding]),
    row("max.{p}.{n}", Packed(0x5f), &[V, Rm, Rounding]),
    row("sqrt.{p}.{n}", Packed(0x51), &[Rm, Rounding]),
    row("vfmadd.{p}.{n}", Floats38(0xa8), &[Into, V, Rm, Rounding]),
    row("vfmaddsub.{p}.{n}", Floats38(0xa6), &[Into, V, Rm, Rounding]),
    row("mask.getexp.{p}.{n}", Floats38(0x42), &[Rm, Into, Mask, Rounding]),
    row("mask.getmant.{p}.{n}", Floats3A(0x26), &[Rm, Immediate, Into, Mask, Rounding]),
    row("mask.range.{p}.{n}", Floats3A(0x50), &[V, Rm, Immediate, Into, Mask, Rounding]),
    row("mask.reduce.{p}.{n}", Floats3A(0x56), &[Rm, Immediate, Into, Mask, Rounding]),
    row("mask.rndscale.ps.{n}", Narrowly(P66, M0F3A, 0x08), &[Rm, Immediate, Into, Mask, Rounding]),
    row("mask.rndscale.pd.{n}", Widely(P66, M0F3A, 0x09), &[Rm, Immediate, Into, Mask, Rounding]),
    row("mask.rndscale.ph.{n}", Narrowly(None, M0F3A, 0x08), &[Rm, Immediate, Into, Mask, Rounding]),
    row("mask.scalef.{p}.{n}", Floats38(0x2c), &[V, Rm, Into, Mask, Rounding]),
    row("mask.fixupimm.{p}.{n}", Floats3A(0x54), &[Into, V, Rm, Immediate, Mask, Rounding]),
    row("maskz.fixupimm.{p}.{n}", Floats3A(0x54), &[Into, V, Rm, Immediate, Mask, Rounding]),
    row("rcp14.{p}.{n}", Floats38(0x4c), &[Rm, Into, Mask]),
    row("rsqrt14.{p}.{n}", Floats38(0x4e), &[Rm, Into, Mask]),
    row("mask.rcp.{p}.{n}", Floats38(0x4c), &[Rm, Into, Mask]),
    row("mask.rsqrt.{p}.{n}", Floats38(0x4e), &[Rm, Into, Mask]),
    // Complex numbers of two halves: the destination is the addend, or what lanes without mask bit keep.
    row("mask.vfmadd.cph.{n}", Narrowly(PF3, M6, 0x56), &[V, Rm, Into, Mask, Rounding]),
    row("maskz.vfmadd.cph.{n}", Narrowly(PF3, M6, 0x56), &[V, Rm, Into, Mask, Rounding]),
    row("mask.vfcmadd.cph.{n}", Narrowly(PF2, M6, 0x56), &[V, Rm, Into, Mask, Rounding]),
    row("maskz.vfcmadd.cph.{n}", Narrowly(PF2, M6, 0x56), &[V, Rm, Into, Mask, Rounding]),
    row("mask.vfmul.cph.{n}", Narrowly(PF3, M6, 0xd6), &[V, Rm, Into, Mask, Rounding]),
    row("mask.vfcmul.cph.{n}", Narrowly(PF2, M6, 0xd6), &[V, Rm, Into, Mask, Rounding]),
    row("conflict.{i}.{n}", ByWidth(P66, M0F38, 0xc4), &[Rm]),
    row("dbpsadbw.{n}", Narrowly(P66, M0F3A, 0x42), &[V, Rm, Immediate]),
    row("pmul.hr.sw.{n}", Narrowly(P66, M0F38, 0x0b), &[V, Rm]),
    row("pmaddw.d.{n}", Narrowly(P66, M0F, 0xf5), &[V, Rm]),
    row("pmaddubs.w.{n}", Narrowly(P66, M0F38, 0x04), &[V, Rm]),
    row("psad.bw.{n}", Narrowly(P66, M0F, 0xf6), &[V, Rm]),
    row("pmultishift.qb.{n}", Widely(P66, M0F38, 0x83), &[V, Rm]),
    row("pternlog.{i}.{n}", ByWidth(P66, M0F3A, 0x25), &[Into, V, Rm, Immediate]),
    // Shifts of all lanes by the count in a vector of 128 bits.
    row("psll.w.{n}", Narrowly(P66, M0F, 0xf1), &[V, Rm]),
    row("psll.d.{n}", Narrowly(P66, M0F, 0xf2), &[V, Rm]),
    row("psll.q.{n}", Widely(P66, M0F, 0xf3), &[V, Rm]),
    row("psrl.w.{n}", Narrowly(P66, M0F, 0xd1), &[V, Rm]),
    row("psrl.d.{n}", Narrowly(P66, M0F, 0xd2), &[V, Rm]),
    row("psrl.q.{n}", Widely(P66, M0F, 0xd3), &[V, Rm]),
    row("psra.w.{n}", Narrowly(P66, M0F, 0xe1), &[V, Rm]),
    row("psra.{i}.{n}", ByWidth(P66, M0F, 0xe2), &[V, Rm]),
    row("cvtne2ps2bf16.{n}", Narrowly(PF2, M0F38, 0x72), &[V, Rm]),
    row("cvtneps2bf16.{n}", Narrowly(PF3, M0F38, 0x72), &[Rm]),
    row("dpbf16ps.{n}", Narrowly(PF3, M0F38, 0x52), &[Into, V, Rm]),
];

/// Extensions that exist with VEX, too.
const TWICE: &[Row] = &[
    row("vpdpbusd.{n}", Narrowly(P66, M0F38, 0x50), &[Into, V, Rm]),
    row("vpdpbusds.{n}", Narrowly(P66, M0F38, 0x51), &[Into, V, Rm]),
    row("vpdpwssd.{n}", Narrowly(P66, M0F38, 0x52), &[Into, V, Rm]),
    row("vpdpwssds.{n}", Narrowly(P66, M0F38, 0x53), &[Into, V, Rm]),
    row("vpmadd52l.uq.{n}", Widely(P66, M0F38, 0xb4), &[Into, V, Rm]),
    row("vpmadd52h.uq.{n}", Widely(P66, M0F38, 0xb5), &[Into, V, Rm]),
];

/// Permutations, compression, expansion, gathers and truncation of integers.
const PERMUTATIONS: &[Row] = &[
    row("pshuf.b.{n}", Narrowly(P66, M0F38, 0x00), &[V, Rm]),
    row("vpermilvar.ps.{n}", Narrowly(P66, M0F38, 0x0c), &[V, Rm]),
    row("vpermilvar.pd.{n}", Widely(P66, M0F38, 0x0d), &[V, Rm]),
    // Here the indices are the first operand of the instruction, and the second of the intrinsic.
    row("permvar.qi.{n}", Narrowly(P66, M0F38, 0x8d), &[Rm, V]),
    row("permvar.hi.{n}", Widely(P66, M0F38, 0x8d), &[Rm, V]),
    row("permvar.si.{n}", Narrowly(P66, M0F38, 0x36), &[Rm, V]),
    row("permvar.di.{n}", Widely(P66, M0F38, 0x36), &[Rm, V]),
    row("permvar.sf.{n}", Narrowly(P66, M0F38, 0x16), &[Rm, V]),
    row("permvar.df.{n}", Widely(P66, M0F38, 0x16), &[Rm, V]),
    // `vpermt2*`, whose destination is the first vector.
    row("vpermi2var.qi.{n}", Narrowly(P66, M0F38, 0x7d), &[Into, V, Rm]),
    row("vpermi2var.hi.{n}", Widely(P66, M0F38, 0x7d), &[Into, V, Rm]),
    row("vpermi2var.{i}.{n}", ByWidth(P66, M0F38, 0x7e), &[Into, V, Rm]),
    row("vpermi2var.{p}.{n}", ByWidth(P66, M0F38, 0x7f), &[Into, V, Rm]),
    row("mask.compress.{b}.{n}", ByWidth(P66, M0F38, 0x63), &[Reg, IntoRm, Mask]),
    row("mask.compress.{i}.{n}", ByWidth(P66, M0F38, 0x8b), &[Reg, IntoRm, Mask]),
    row("mask.compress.{p}.{n}", ByWidth(P66, M0F38, 0x8a), &[Reg, IntoRm, Mask]),
    row("mask.expand.{b}.{n}", ByWidth(P66, M0F38, 0x62), &[Rm, Into, Mask]),
    row("mask.expand.{i}.{n}", ByWidth(P66, M0F38, 0x89), &[Rm, Into, Mask]),
    row("mask.expand.{p}.{n}", ByWidth(P66, M0F38, 0x88), &[Rm, Into, Mask]),
    row("mask.expand.load.{b}.{n}", ByWidth(P66, M0F38, 0x62), &[Address, Into, Mask]),
    row("mask.expand.load.{i}.{n}", ByWidth(P66, M0F38, 0x89), &[Address, Into, Mask]),
    row("mask.expand.load.{p}.{n}", ByWidth(P66, M0F38, 0x88), &[Address, Into, Mask]),
    row("gather.dpq.{n}", Widely(P66, M0F38, 0x90), &[Into, Address, Offset, Mask, Scale]),
    row("gather.dpi.{n}", Narrowly(P66, M0F38, 0x90), &[Into, Address, Offset, Mask, Scale]),
    row("gather.qpq.{n}", Widely(P66, M0F38, 0x91), &[Into, Address, Offset, Mask, Scale]),
    row("gather.qpi.{n}", Narrowly(P66, M0F38, 0x91), &[Into, Address, Offset, Mask, Scale]),
    row("gather.d{p}.{n}", ByWidth(P66, M0F38, 0x92), &[Into, Address, Offset, Mask, Scale]),
    row("gather.q{p}.{n}", ByWidth(P66, M0F38, 0x93), &[Into, Address, Offset, Mask, Scale]),
    row("gather3siv{l}.si", Narrowly(P66, M0F38, 0x90), &[Into, Address, Offset, Mask, Scale]),
    row("gather3siv{l}.di", Widely(P66, M0F38, 0x90), &[Into, Address, Offset, Mask, Scale]),
    row("gather3div{l}.si", Narrowly(P66, M0F38, 0x91), &[Into, Address, Offset, Mask, Scale]),
    row("gather3div{l}.di", Widely(P66, M0F38, 0x91), &[Into, Address, Offset, Mask, Scale]),
    row("gather3siv{l}.sf", Narrowly(P66, M0F38, 0x92), &[Into, Address, Offset, Mask, Scale]),
    row("gather3siv{l}.df", Widely(P66, M0F38, 0x92), &[Into, Address, Offset, Mask, Scale]),
    row("gather3div{l}.sf", Narrowly(P66, M0F38, 0x93), &[Into, Address, Offset, Mask, Scale]),
    row("gather3div{l}.df", Widely(P66, M0F38, 0x93), &[Into, Address, Offset, Mask, Scale]),
    row("mask.pmov.wb.{n}", Narrowly(PF3, M0F38, 0x30), &[Reg, IntoRm, Mask]),
    row("mask.pmov.db.{n}", Narrowly(PF3, M0F38, 0x31), &[Reg, IntoRm, Mask]),
    row("mask.pmov.qb.{n}", Narrowly(PF3, M0F38, 0x32), &[Reg, IntoRm, Mask]),
    row("mask.pmov.dw.{n}", Narrowly(PF3, M0F38, 0x33), &[Reg, IntoRm, Mask]),
    row("mask.pmov.qw.{n}", Narrowly(PF3, M0F38, 0x34), &[Reg, IntoRm, Mask]),
    row("mask.pmov.qd.{n}", Narrowly(PF3, M0F38, 0x35), &[Reg, IntoRm, Mask]),
    row("mask.pmovs.wb.{n}", Narrowly(PF3, M0F38, 0x20), &[Reg, IntoRm, Mask]),
    row("mask.pmovs.db.{n}", Narrowly(PF3, M0F38, 0x21), &[Reg, IntoRm, Mask]),
    row("mask.pmovs.qb.{n}", Narrowly(PF3, M0F38, 0x22), &[Reg, IntoRm, Mask]),
    row("mask.pmovs.dw.{n}", Narrowly(PF3, M0F38, 0x23), &[Reg, IntoRm, Mask]),
    row("mask.pmovs.qw.{n}", Narrowly(PF3, M0F38, 0x24), &[Reg, IntoRm, Mask]),
    row("mask.pmovs.qd.{n}", Narrowly(PF3, M0F38, 0x25), &[Reg, IntoRm, Mask]),
    row("mask.pmovus.wb.{n}", Narrowly(PF3, M0F38, 0x10), &[Reg, IntoRm, Mask]),
    row("mask.pmovus.db.{n}", Narrowly(PF3, M0F38, 0x11), &[Reg, IntoRm, Mask]),
    row("mask.pmovus.qb.{n}", Narrowly(PF3, M0F38, 0x12), &[Reg, IntoRm, Mask]),
    row("mask.pmovus.dw.{n}", Narrowly(PF3, M0F38, 0x13), &[Reg, IntoRm, Mask]),
    row("mask.pmovus.qw.{n}", Narrowly(PF3, M0F38, 0x14), &[Reg, IntoRm, Mask]),
    row("mask.pmovus.qd.{n}", Narrowly(PF3, M0F38, 0x15), &[Reg, IntoRm, Mask]),
];

const CONVERSIONS: &[Row] = &[
    row("mask.cvtpd2dq.{n}", Widely(PF2, M0F, 0xe6), &[Rm, Into, Mask, Rounding]),
    row("mask.cvtpd2ps", Widely(P66, M0F, 0x5a), &[Rm, Into, Mask]),
    row("mask.cvtpd2ps.{n}", Widely(P66, M0F, 0x5a), &[Rm, Into, Mask, Rounding]),
    row("mask.cvtpd2qq.{n}", Widely(P66, M0F, 0x7b), &[Rm, Into, Mask, Rounding]),
    row("mask.cvtpd2udq.{n}", Widely(None, M0F, 0x79), &[Rm, Into, Mask, Rounding]),
    row("mask.cvtpd2uqq.{n}", Widely(P66, M0F, 0x79), &[Rm, Into, Mask, Rounding]),
    row("mask.cvtps2dq.{n}", Narrowly(P66, M0F, 0x5b), &[Rm, Into, Mask, Rounding]),
    row("mask.cvtps2pd.{n}", Narrowly(None, M0F, 0x5a), &[Rm, Into, Mask, Rounding]),
    row("mask.cvtps2qq.{n}", Narrowly(P66, M0F, 0x7b), &[Rm, Into, Mask, Rounding]),
    row("mask.cvtps2udq.{n}", Narrowly(None, M0F, 0x79), &[Rm, Into, Mask, Rounding]),
    row("mask.cvtps2uqq.{n}", Narrowly(P66, M0F, 0x79), &[Rm, Into, Mask, Rounding]),
    row("mask.cvtqq2ps.{n}", Widely(None, M0F, 0x5b), &[Rm, Into, Mask]),
    row("mask.cvtuqq2ps.{n}", Widely(PF2, M0F, 0x7a), &[Rm, Into, Mask]),
    row("mask.cvttpd2dq.{n}", Widely(P66, M0F, 0xe6), &[Rm, Into, Mask, Rounding]),
    row("mask.cvttpd2qq.{n}", Widely(P66, M0F, 0x7a), &[Rm, Into, Mask, Rounding]),
    row("mask.cvttpd2udq.{n}", Widely(None, M0F, 0x78), &[Rm, Into, Mask, Rounding]),
    row("mask.cvttpd2uqq.{n}", Widely(P66, M0F, 0x78), &[Rm, Into, Mask, Rounding]),
    row("mask.cvttps2dq.{n}", Narrowly(PF3, M0F, 0x5b), &[Rm, Into, Mask, Rounding]),
    row("mask.cvttps2qq.{n}", Narrowly(P66, M0F, 0x7a), &[Rm, Into, Mask, Rounding]),
    row("mask.cvttps2udq.{n}", Narrowly(None, M0F, 0x78), &[Rm, Into, Mask, Rounding]),
    row("mask.cvttps2uqq.{n}", Narrowly(P66, M0F, 0x78), &[Rm, Into, Mask, Rounding]),
    row("mask.vcvtph2ps.{n}", Narrowly(P66, M0F38, 0x13), &[Rm, Into, Mask, Rounding]),
    row("mask.vcvtps2ph.{n}", Narrowly(P66, M0F3A, 0x1d), &[Reg, ImmediateRounding, IntoRm, Mask]),
    row("sitofp.round.v{l}f32.v{l}i32", Narrowly(None, M0F, 0x5b), &[Rm, Rounding]),
    row("sitofp.round.v{l}f32.v{l}i64", Widely(None, M0F, 0x5b), &[Rm, Rounding]),
    row("sitofp.round.v{l}f64.v{l}i64", Widely(PF3, M0F, 0xe6), &[Rm, Rounding]),
    row("uitofp.round.v{l}f32.v{l}i32", Narrowly(PF2, M0F, 0x7a), &[Rm, Rounding]),
    row("uitofp.round.v{l}f32.v{l}i64", Widely(PF2, M0F, 0x7a), &[Rm, Rounding]),
    row("uitofp.round.v{l}f64.v{l}i64", Widely(PF3, M0F, 0x7a), &[Rm, Rounding]),
];

const HALF_CONVERSIONS: &[Row] = &[
    row("sitofp.round.v{l}f16.v{l}i16", Narrowly(PF3, M5, 0x7d), &[Rm, Rounding]),
    row("sitofp.round.v{l}f16.v{l}i32", Narrowly(None, M5, 0x5b), &[Rm, Rounding]),
    row("sitofp.round.v{l}f16.v{l}i64", Widely(None, M5, 0x5b), &[Rm, Rounding]),
    row("uitofp.round.v{l}f16.v{l}i16", Narrowly(PF2, M5, 0x7d), &[Rm, Rounding]),
    row("uitofp.round.v{l}f16.v{l}i32", Narrowly(PF2, M5, 0x7a), &[Rm, Rounding]),
    row("uitofp.round.v{l}f16.v{l}i64", Widely(PF2, M5, 0x7a), &[Rm, Rounding]),
    row("mask.vcvtdq2ph.{n}", Narrowly(None, M5, 0x5b), &[Rm, Into, Mask]),
    row("mask.vcvtudq2ph.{n}", Narrowly(PF2, M5, 0x7a), &[Rm, Into, Mask]),
    row("mask.vcvtqq2ph.{n}", Widely(None, M5, 0x5b), &[Rm, Into, Mask]),
    row("mask.vcvtuqq2ph.{n}", Widely(PF2, M5, 0x7a), &[Rm, Into, Mask]),
    row("mask.vcvtpd2ph.{n}", Widely(P66, M5, 0x5a), &[Rm, Into, Mask, Rounding]),
    row("mask.vcvtps2phx.{n}", Narrowly(P66, M5, 0x1d), &[Rm, Into, Mask, Rounding]),
    row("mask.vcvtph2pd.{n}", Narrowly(None, M5, 0x5a), &[Rm, Into, Mask, Rounding]),
    row("mask.vcvtph2psx.{n}", Narrowly(P66, M6, 0x13), &[Rm, Into, Mask, Rounding]),
    row("mask.vcvtph2dq.{n}", Narrowly(P66, M5, 0x5b), &[Rm, Into, Mask, Rounding]),
    row("mask.vcvtph2udq.{n}", Narrowly(None, M5, 0x79), &[Rm, Into, Mask, Rounding]),
    row("mask.vcvtph2qq.{n}", Narrowly(P66, M5, 0x7b), &[Rm, Into, Mask, Rounding]),
    row("mask.vcvtph2uqq.{n}", Narrowly(P66, M5, 0x79), &[Rm, Into, Mask, Rounding]),
    row("mask.vcvtph2w.{n}", Narrowly(P66, M5, 0x7d), &[Rm, Into, Mask, Rounding]),
    row("mask.vcvtph2uw.{n}", Narrowly(None, M5, 0x7d), &[Rm, Into, Mask, Rounding]),
    row("mask.vcvttph2dq.{n}", Narrowly(PF3, M5, 0x5b), &[Rm, Into, Mask, Rounding]),
    row("mask.vcvttph2udq.{n}", Narrowly(None, M5, 0x78), &[Rm, Into, Mask, Rounding]),
    row("mask.vcvttph2qq.{n}", Narrowly(P66, M5, 0x7a), &[Rm, Into, Mask, Rounding]),
    row("mask.vcvttph2uqq.{n}", Narrowly(P66, M5, 0x78), &[Rm, Into, Mask, Rounding]),
    row("mask.vcvttph2w.{n}", Narrowly(P66, M5, 0x7c), &[Rm, Into, Mask, Rounding]),
    row("mask.vcvttph2uw.{n}", Narrowly(None, M5, 0x7c), &[Rm, Into, Mask, Rounding]),
];

const STORES: &[Row] = &[
    row("mask.compress.store.{b}.{n}", ByWidth(P66, M0F38, 0x63), &[Address, Reg, Mask]),
    row("mask.compress.store.{i}.{n}", ByWidth(P66, M0F38, 0x8b), &[Address, Reg, Mask]),
    row("mask.compress.store.{p}.{n}", ByWidth(P66, M0F38, 0x8a), &[Address, Reg, Mask]),
    row("mask.pmov.wb.mem.{n}", Narrowly(PF3, M0F38, 0x30), &[Address, Reg, Mask]),
    row("mask.pmov.db.mem.{n}", Narrowly(PF3, M0F38, 0x31), &[Address, Reg, Mask]),
    row("mask.pmov.qb.mem.{n}", Narrowly(PF3, M0F38, 0x32), &[Address, Reg, Mask]),
    row("mask.pmov.dw.mem.{n}", Narrowly(PF3, M0F38, 0x33), &[Address, Reg, Mask]),
    row("mask.pmov.qw.mem.{n}", Narrowly(PF3, M0F38, 0x34), &[Address, Reg, Mask]),
    row("mask.pmov.qd.mem.{n}", Narrowly(PF3, M0F38, 0x35), &[Address, Reg, Mask]),
    row("mask.pmovs.wb.mem.{n}", Narrowly(PF3, M0F38, 0x20), &[Address, Reg, Mask]),
    row("mask.pmovs.db.mem.{n}", Narrowly(PF3, M0F38, 0x21), &[Address, Reg, Mask]),
    row("mask.pmovs.qb.mem.{n}", Narrowly(PF3, M0F38, 0x22), &[Address, Reg, Mask]),
    row("mask.pmovs.dw.mem.{n}", Narrowly(PF3, M0F38, 0x23), &[Address, Reg, Mask]),
    row("mask.pmovs.qw.mem.{n}", Narrowly(PF3, M0F38, 0x24), &[Address, Reg, Mask]),
    row("mask.pmovs.qd.mem.{n}", Narrowly(PF3, M0F38, 0x25), &[Address, Reg, Mask]),
    row("mask.pmovus.wb.mem.{n}", Narrowly(PF3, M0F38, 0x10), &[Address, Reg, Mask]),
    row("mask.pmovus.db.mem.{n}", Narrowly(PF3, M0F38, 0x11), &[Address, Reg, Mask]),
    row("mask.pmovus.qb.mem.{n}", Narrowly(PF3, M0F38, 0x12), &[Address, Reg, Mask]),
    row("mask.pmovus.dw.mem.{n}", Narrowly(PF3, M0F38, 0x13), &[Address, Reg, Mask]),
    row("mask.pmovus.qw.mem.{n}", Narrowly(PF3, M0F38, 0x14), &[Address, Reg, Mask]),
    row("mask.pmovus.qd.mem.{n}", Narrowly(PF3, M0F38, 0x15), &[Address, Reg, Mask]),
    row("scatter.dpq.{n}", Widely(P66, M0F38, 0xa0), &[Address, Mask, Offset, Reg, Scale]),
    row("scatter.dpi.{n}", Narrowly(P66, M0F38, 0xa0), &[Address, Mask, Offset, Reg, Scale]),
    row("scatter.qpq.{n}", Widely(P66, M0F38, 0xa1), &[Address, Mask, Offset, Reg, Scale]),
    row("scatter.qpi.{n}", Narrowly(P66, M0F38, 0xa1), &[Address, Mask, Offset, Reg, Scale]),
    row("scatter.d{p}.{n}", ByWidth(P66, M0F38, 0xa2), &[Address, Mask, Offset, Reg, Scale]),
    row("scatter.q{p}.{n}", ByWidth(P66, M0F38, 0xa3), &[Address, Mask, Offset, Reg, Scale]),
    row("scattersiv{l}.si", Narrowly(P66, M0F38, 0xa0), &[Address, Mask, Offset, Reg, Scale]),
    row("scattersiv{l}.di", Widely(P66, M0F38, 0xa0), &[Address, Mask, Offset, Reg, Scale]),
    row("scatterdiv{l}.si", Narrowly(P66, M0F38, 0xa1), &[Address, Mask, Offset, Reg, Scale]),
    row("scatterdiv{l}.di", Widely(P66, M0F38, 0xa1), &[Address, Mask, Offset, Reg, Scale]),
    row("scattersiv{l}.sf", Narrowly(P66, M0F38, 0xa2), &[Address, Mask, Offset, Reg, Scale]),
    row("scattersiv{l}.df", Widely(P66, M0F38, 0xa2), &[Address, Mask, Offset, Reg, Scale]),
    row("scatterdiv{l}.sf", Narrowly(P66, M0F38, 0xa3), &[Address, Mask, Offset, Reg, Scale]),
    row("scatterdiv{l}.df", Widely(P66, M0F38, 0xa3), &[Address, Mask, Offset, Reg, Scale]),
];

const MASKS: &[Row] = &[
    row("mask.cmp.{p}.{n}", Packed(0xc2), &[V, Rm, Immediate, Mask, Rounding]),
    row("mask.fpclass.{p}.{n}", Floats3A(0x66), &[Rm, Immediate, Mask]),
    row("mask.vpshufbitqmb.{n}", Narrowly(P66, M0F38, 0x8f), &[V, Rm, Mask]),
];

const SCALARS: &[Row] = &[
    row("mask.add.{s}.round", Scalar(0x58), &[V, Rm, Into, Mask, Rounding]),
    row("mask.mul.{s}.round", Scalar(0x59), &[V, Rm, Into, Mask, Rounding]),
    row("mask.sub.{s}.round", Scalar(0x5c), &[V, Rm, Into, Mask, Rounding]),
    row("mask.min.{s}.round", Scalar(0x5d), &[V, Rm, Into, Mask, Rounding]),
    row("mask.div.{s}.round", Scalar(0x5e), &[V, Rm, Into, Mask, Rounding]),
    row("mask.max.{s}.round", Scalar(0x5f), &[V, Rm, Into, Mask, Rounding]),
    row("mask.sqrt.{s}", Scalar(0x51), &[V, Rm, Into, Mask, Rounding]),
    row("vfmadd.f32", Narrowly(P66, M0F38, 0xa9), &[Into, V, Rm, Rounding]),
    row("vfmadd.f64", Widely(P66, M0F38, 0xa9), &[Into, V, Rm, Rounding]),
    row("vfmadd.f16", Narrowly(P66, M6, 0xa9), &[Into, V, Rm, Rounding]),
    row("mask.getexp.{s}", Floats38(0x43), &[V, Rm, Into, Mask, Rounding]),
    row("mask.getmant.{s}", Floats3A(0x27), &[V, Rm, Immediate, Into, Mask, Rounding]),
    row("mask.range.{s}", Floats3A(0x51), &[V, Rm, Into, Mask, Immediate, Rounding]),
    row("mask.reduce.{s}", Floats3A(0x57), &[V, Rm, Into, Mask, Immediate, Rounding]),
    row("mask.rndscale.ss", Narrowly(P66, M0F3A, 0x0a), &[V, Rm, Into, Mask, Immediate, Rounding]),
    row("mask.rndscale.sd", Widely(P66, M0F3A, 0x0b), &[V, Rm, Into, Mask, Immediate, Rounding]),
    row("mask.rndscale.sh", Narrowly(None, M0F3A, 0x0a), &[V, Rm, Into, Mask, Immediate, Rounding]),
    row("mask.scalef.{s}", Floats38(0x2d), &[V, Rm, Into, Mask, Rounding]),
    row("mask.fixupimm.{s}", Floats3A(0x55), &[Into, V, Rm, Immediate, Mask, Rounding]),
    row("maskz.fixupimm.{s}", Floats3A(0x55), &[Into, V, Rm, Immediate, Mask, Rounding]),
    row("rcp14.{s}", Floats38(0x4d), &[V, Rm, Into, Mask]),
    row("rsqrt14.{s}", Floats38(0x4f), &[V, Rm, Into, Mask]),
    row("mask.rcp.{s}", Floats38(0x4d), &[V, Rm, Into, Mask]),
    row("mask.rsqrt.{s}", Floats38(0x4f), &[V, Rm, Into, Mask]),
    row("mask.vfmadd.csh", Narrowly(PF3, M6, 0x57), &[V, Rm, Into, Mask, Rounding]),
    row("maskz.vfmadd.csh", Narrowly(PF3, M6, 0x57), &[V, Rm, Into, Mask, Rounding]),
    row("mask.vfcmadd.csh", Narrowly(PF2, M6, 0x57), &[V, Rm, Into, Mask, Rounding]),
    row("maskz.vfcmadd.csh", Narrowly(PF2, M6, 0x57), &[V, Rm, Into, Mask, Rounding]),
    row("mask.vfmul.csh", Narrowly(PF3, M6, 0xd7), &[V, Rm, Into, Mask, Rounding]),
    row("mask.vfcmul.csh", Narrowly(PF2, M6, 0xd7), &[V, Rm, Into, Mask, Rounding]),
    row("mask.cvtsd2ss.round", Widely(PF2, M0F, 0x5a), &[V, Rm, Into, Mask, Rounding]),
    row("mask.cvtss2sd.round", Narrowly(PF3, M0F, 0x5a), &[V, Rm, Into, Mask, Rounding]),
    row("mask.vcvtsd2sh.round", Widely(PF2, M5, 0x5a), &[V, Rm, Into, Mask, Rounding]),
    row("mask.vcvtsh2sd.round", Narrowly(PF3, M5, 0x5a), &[V, Rm, Into, Mask, Rounding]),
    row("mask.vcvtss2sh.round", Narrowly(None, M5, 0x1d), &[V, Rm, Into, Mask, Rounding]),
    row("mask.vcvtsh2ss.round", Narrowly(None, M6, 0x13), &[V, Rm, Into, Mask, Rounding]),
    row("cvtsi2ss32", Narrowly(PF3, M0F, 0x2a), &[V, Rm, Rounding]),
    row("cvtsi2ss64", Widely(PF3, M0F, 0x2a), &[V, Rm, Rounding]),
    row("cvtsi2sd64", Widely(PF2, M0F, 0x2a), &[V, Rm, Rounding]),
    row("cvtusi2ss", Narrowly(PF3, M0F, 0x7b), &[V, Rm, Rounding]),
    row("cvtusi642ss", Widely(PF3, M0F, 0x7b), &[V, Rm, Rounding]),
    row("cvtusi642sd", Widely(PF2, M0F, 0x7b), &[V, Rm, Rounding]),
    row("vcvtsi2sh", Narrowly(PF3, M5, 0x2a), &[V, Rm, Rounding]),
    row("vcvtsi642sh", Widely(PF3, M5, 0x2a), &[V, Rm, Rounding]),
    row("vcvtusi2sh", Narrowly(PF3, M5, 0x7b), &[V, Rm, Rounding]),
    row("vcvtusi642sh", Widely(PF3, M5, 0x7b), &[V, Rm, Rounding]),
];

const SCALAR_MASKS: &[Row] = &[
    row("mask.cmp.ss", Narrowly(PF3, M0F, 0xc2), &[V, Rm, Immediate, Mask, Rounding]),
    row("mask.cmp.sd", Widely(PF2, M0F, 0xc2), &[V, Rm, Immediate, Mask, Rounding]),
    row("mask.cmp.sh", Narrowly(PF3, M0F3A, 0xc2), &[V, Rm, Immediate, Mask, Rounding]),
    row("vcomi.ss", Narrowly(PF3, M0F, 0xc2), &[V, Rm, Immediate, Rounding]),
    row("vcomi.sd", Widely(PF2, M0F, 0xc2), &[V, Rm, Immediate, Rounding]),
    row("vcomi.sh", Narrowly(PF3, M0F3A, 0xc2), &[V, Rm, Immediate, Rounding]),
    row("mask.fpclass.{s}", Floats3A(0x67), &[Rm, Immediate, Mask]),
];

const TO_INTEGERS: &[Row] = &[
    row("vcvt{s}2si32", ScalarTo32(0x2d), &[Rm, Rounding]),
    row("vcvt{s}2usi32", ScalarTo32(0x79), &[Rm, Rounding]),
    row("cvtt{s}2si", ScalarTo32(0x2c), &[Rm, Rounding]),
    row("cvtt{s}2usi", ScalarTo32(0x78), &[Rm, Rounding]),
    row("vcvtt{s}2si32", ScalarTo32(0x2c), &[Rm, Rounding]),
    row("vcvtt{s}2usi32", ScalarTo32(0x78), &[Rm, Rounding]),
    row("vcvt{s}2si64", ScalarTo64(0x2d), &[Rm, Rounding]),
    row("vcvt{s}2usi64", ScalarTo64(0x79), &[Rm, Rounding]),
    row("cvtt{s}2si64", ScalarTo64(0x2c), &[Rm, Rounding]),
    row("cvtt{s}2usi64", ScalarTo64(0x78), &[Rm, Rounding]),
    row("vcvtt{s}2si64", ScalarTo64(0x2c), &[Rm, Rounding]),
    row("vcvtt{s}2usi64", ScalarTo64(0x78), &[Rm, Rounding]),
];
