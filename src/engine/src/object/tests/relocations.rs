//! Relocations: helpers for the machines' tests, and what holds on every target.

use cranelift_codegen::binemit::Reloc;
use object::elf::*;

use super::read::{Loaded, relocations};
use super::support::{TARGETS, TestCgu, settings};
use crate::cgu::{Binding, Placement, SymbolKind};
use crate::compile::IsaSettings;
use crate::object::ObjectError;

/// References to a near and a far function, a far and a near datum, a private datum, and a thread-local.
const REFERENCES: &str = "function %f(i64) -> i64 system_v {
    gv0 = symbol {@far_datum}
    gv1 = symbol colocated {@near_datum}
    gv2 = symbol colocated {@.Lprivate}
    gv3 = symbol tls {@thread_datum}
    sig0 = (i64) -> i64 system_v
    fn0 = {@far} sig0
    fn1 = colocated {@near} sig0
block0(v0: i64):
    v1 = call fn0(v0)
    v2 = call fn1(v1)
    v3 = symbol_value.i64 gv0
    v4 = symbol_value.i64 gv1
    v5 = symbol_value.i64 gv2
    v6 = tls_value.i64 gv3
    v7 = iadd v2, v3
    v8 = iadd v7, v4
    v9 = iadd v8, v5
    v10 = iadd v9, v6
    return v10
}";

/// Whether code may be loaded at any address.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Loading {
    AnyAddress,
    FixedAddress,
}

pub(crate) fn cgu(target: &str, loading: Loading) -> TestCgu {
    let position_independent = loading == Loading::AnyAddress;
    let mut cgu = TestCgu::with(&IsaSettings { position_independent, ..settings(target) });
    // This comes first, so that the private datum has an offset in its section.
    cgu.data(".Lother", Binding::Local, Placement::ReadOnly, &[1; 16]);
    cgu.data(".Lprivate", Binding::Local, Placement::ReadOnly, &[2; 16]);
    cgu.data("near_datum", Binding::Local, Placement::Writable, &[3; 8]);
    cgu.data("thread_datum", Binding::Local, Placement::ThreadLocal, &[4; 8]);
    cgu.function("user", REFERENCES);
    cgu
}

/// Returns type, target and addend of the relocations of `user`, sorted.
pub(crate) fn found(cgu: &TestCgu) -> Vec<(u32, String, i64)> {
    let bytes = cgu.bytes();
    let loaded = Loaded::new(&bytes);
    let mut found: Vec<_> = relocations(&loaded.file, &loaded.section_of("user"))
        .into_iter()
        .map(|(_, kind, name, addend)| (kind, name, addend))
        .collect();
    found.sort();
    found
}

pub(crate) fn expect(target: &str, loading: Loading, expected: &[(u32, &str, i64)]) {
    let mut expected: Vec<_> =
        expected.iter().map(|&(kind, name, addend)| (kind, name.to_owned(), addend)).collect();
    expected.sort();
    let found = found(&cgu(target, loading));
    assert_eq!(found, expected, "{target}, {loading:?}");
}

/// For a direct reference, the load from the GOT becomes an instruction that computes the address.
#[test]
fn direct_references_rewrite_the_instruction() {
    const ADDRESS: &str = "function %f() -> i64 system_v {
        gv0 = symbol {@datum}
    block0:
        v0 = symbol_value.i64 gv0
        return v0
    }";
    let lows = [R_X86_64_PC32, R_AARCH64_ADD_ABS_LO12_NC, R_RISCV_PCREL_LO12_I];
    for (target, low) in TARGETS.into_iter().zip(lows) {
        let mut cgu = TestCgu::new(target);
        cgu.data("datum", Binding::Local, Placement::Writable, &[3; 8]);
        cgu.function("user", ADDRESS);
        let bytes = cgu.bytes();
        let loaded = Loaded::new(&bytes);
        let section = loaded.section_of("user");
        let code = object::read::ObjectSection::data(&section).expect("code");
        let relocations = relocations(&loaded.file, &section);
        let offset =
            relocations.iter().find(|relocation| relocation.1 == low).expect("a relocation").0 as usize;
        match low {
            // `lea r64, [rip + ...]`
            R_X86_64_PC32 => assert_eq!((code[offset - 2], code[offset - 1] & 0xc7), (0x8d, 0x05)),
            // `addi rd, rs1, imm`
            R_RISCV_PCREL_LO12_I => assert_eq!((code[offset] & 0x7f, code[offset + 1] & 0x70), (0x13, 0)),
            // `add xd, xn, #imm12`
            _ => assert_eq!(&code[offset + 2..offset + 4], [0x00, 0x91]),
        }
    }
}

/// Without SSE4.1 and FMA, Cranelift calls C's functions for these.
#[test]
fn runtime_routines() {
    let mut cgu = TestCgu::new(TARGETS[0]);
    cgu.function(
        "rounding",
        "function %f(f32, f64) -> f32, f64 system_v {
        block0(v0: f32, v1: f64):
            v2 = ceil v0
            v3 = floor v2
            v4 = trunc v3
            v5 = nearest v4
            v6 = fma v5, v5, v5
            v7 = ceil v1
            v8 = floor v7
            v9 = trunc v8
            v10 = nearest v9
            v11 = fma v10, v10, v10
            return v6, v11
        }",
    );
    let bytes = cgu.bytes();
    let loaded = Loaded::new(&bytes);
    let names: Vec<_> = relocations(&loaded.file, &loaded.section_of("rounding"))
        .into_iter()
        .map(|(_, kind, name, _)| {
            assert_eq!(kind, R_X86_64_PLT32);
            name
        })
        .collect();
    let mut sorted = names.clone();
    sorted.sort();
    let expected = ["ceil", "ceilf", "floor", "floorf", "fma", "fmaf", "rint", "rintf", "trunc", "truncf"];
    assert_eq!(sorted, expected);
}

/// A routine that the CGU itself defines is not imported as well.
#[test]
fn runtime_routine_defined_here() {
    let mut cgu = TestCgu::new(TARGETS[0]);
    cgu.function("ceilf", "function %f(f32) -> f32 system_v {\nblock0(v0: f32):\n    return v0\n}");
    cgu.function(
        "user",
        "function %f(f32) -> f32 system_v {\nblock0(v0: f32):\n    v1 = ceil v0\n    return v1\n}",
    );
    let bytes = cgu.bytes();
    let loaded = Loaded::new(&bytes);
    use object::read::{Object, ObjectSymbol};
    assert_eq!(loaded.file.symbols().filter(|symbol| symbol.name() == Ok("ceilf")).count(), 1);
}

#[test]
fn unknown_kinds_are_errors() {
    let mut cgu = cgu(TARGETS[0], Loading::AnyAddress);
    cgu.functions[0].relocations[0].kind = Reloc::S390xTlsGd64;
    let Err(ObjectError::Relocation { function, kind }) = cgu.write() else { panic!("an error") };
    assert_eq!((&*function, kind), ("user", Reloc::S390xTlsGd64));
}

/// Addresses in data, including those of private data.
#[test]
fn data() {
    for (target, kind) in TARGETS.into_iter().zip([R_X86_64_64, R_AARCH64_ABS64, R_RISCV_64]) {
        let mut cgu = TestCgu::new(target);
        cgu.data(".Lone", Binding::Local, Placement::ReadOnly, &[1; 8]);
        cgu.data(".Ltwo", Binding::Local, Placement::ReadOnly, &[2; 8]);
        cgu.symbol("weak_import", SymbolKind::Data, Binding::WeakImport);
        cgu.data("table", Binding::Global, Placement::ReadOnly, &[0; 24]);
        cgu.address_in_data(0, ".Ltwo", 3);
        cgu.address_in_data(8, "imported", -5);
        cgu.address_in_data(16, "weak_import", 0);
        let bytes = cgu.bytes();
        let loaded = Loaded::new(&bytes);
        let expected = [
            (0, kind, ".rodata".to_owned(), 8 + 3),
            (8, kind, "imported".to_owned(), -5),
            (16, kind, "weak_import".to_owned(), 0),
        ];
        assert_eq!(relocations(&loaded.file, &loaded.section_of("table")), expected, "{target}");
        assert!(loaded.try_symbol(".Ltwo").is_none());
    }
}
