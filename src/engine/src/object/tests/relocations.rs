//! Every kind of relocation that Cranelift emits, on every target, position-independent or not.

use cranelift_codegen::binemit::Reloc;
use object::elf::*;

use super::read::{Loaded, relocations};
use super::support::{TARGETS, TestUnit, settings};
use crate::compile::IsaSettings;
use crate::object::ObjectError;
use crate::unit::{
    Binding, ExternalData, GotLoads, Placement, ReferenceOptions, SymbolKind, ThreadLocalModel, Visibility,
};

/// References to: a near and a far function, a far and a near datum, a private datum, a thread-local.
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

fn unit(target: &str, position_independent: bool) -> TestUnit {
    let mut unit = TestUnit::with(&IsaSettings { position_independent, ..settings(target) });
    // Something before it, so that the private datum has an offset in its section.
    unit.data(".Lother", Binding::Local, Placement::ReadOnly, &[1; 16]);
    unit.data(".Lprivate", Binding::Local, Placement::ReadOnly, &[2; 16]);
    unit.data("near_datum", Binding::Local, Placement::Writable, &[3; 8]);
    unit.data("thread_datum", Binding::Local, Placement::ThreadLocal, &[4; 8]);
    unit.function("user", REFERENCES);
    unit
}

/// The types of the relocations of `user`, and what they refer to, in an order of their own.
fn found(unit: &TestUnit) -> Vec<(u32, String, i64)> {
    let bytes = unit.bytes();
    let loaded = Loaded::new(&bytes);
    let mut found: Vec<_> = relocations(&loaded.file, &loaded.section_of("user"))
        .into_iter()
        .map(|(_, kind, name, addend)| (kind, name, addend))
        .collect();
    found.sort();
    found
}

fn expect(target: &str, position_independent: bool, expected: &[(u32, &str, i64)]) {
    let mut expected: Vec<_> =
        expected.iter().map(|&(kind, name, addend)| (kind, name.to_owned(), addend)).collect();
    expected.sort();
    let found = found(&unit(target, position_independent));
    assert_eq!(found, expected, "{target}, position-independent: {position_independent}");
}

#[test]
fn x86_64() {
    let always = [
        (R_X86_64_PLT32, "near", -4),
        (R_X86_64_TLSGD, "thread_datum", -4),
        (R_X86_64_PLT32, "__tls_get_addr", -4),
        // Our own data, through the GOT or not: directly. The private datum is at 16 in its section.
        (R_X86_64_PC32, "near_datum", -4),
        (R_X86_64_PC32, ".rodata", 12),
    ];
    let independent = [(R_X86_64_REX_GOTPCRELX, "far", -4), (R_X86_64_REX_GOTPCRELX, "far_datum", -4)];
    expect(TARGETS[0], true, &[&always[..], &independent].concat());
    let fixed = [(R_X86_64_64, "far", 0), (R_X86_64_64, "far_datum", 0)];
    expect(TARGETS[0], false, &[&always[..], &fixed].concat());
}

#[test]
fn aarch64() {
    let always = [
        (R_AARCH64_CALL26, "near", 0),
        (R_AARCH64_TLSDESC_ADR_PAGE21, "thread_datum", 0),
        (R_AARCH64_TLSDESC_LD64_LO12, "thread_datum", 0),
        (R_AARCH64_TLSDESC_ADD_LO12, "thread_datum", 0),
        (R_AARCH64_TLSDESC_CALL, "thread_datum", 0),
        (R_AARCH64_ADR_PREL_PG_HI21, "near_datum", 0),
        (R_AARCH64_ADD_ABS_LO12_NC, "near_datum", 0),
        (R_AARCH64_ADR_PREL_PG_HI21, ".rodata", 16),
        (R_AARCH64_ADD_ABS_LO12_NC, ".rodata", 16),
    ];
    let independent = [
        (R_AARCH64_ADR_GOT_PAGE, "far", 0),
        (R_AARCH64_LD64_GOT_LO12_NC, "far", 0),
        (R_AARCH64_ADR_GOT_PAGE, "far_datum", 0),
        (R_AARCH64_LD64_GOT_LO12_NC, "far_datum", 0),
    ];
    expect(TARGETS[1], true, &[&always[..], &independent].concat());
    let fixed = [(R_AARCH64_ABS64, "far", 0), (R_AARCH64_ABS64, "far_datum", 0)];
    expect(TARGETS[1], false, &[&always[..], &fixed].concat());
}

#[test]
fn riscv64() {
    let always = [
        (R_RISCV_CALL_PLT, "near", 0),
        (R_RISCV_CALL_PLT, "__tls_get_addr", 0),
        (R_RISCV_TLS_GD_HI20, "thread_datum", 0),
        (R_RISCV_PCREL_HI20, "near_datum", 0),
        (R_RISCV_PCREL_HI20, ".rodata", 16),
    ];
    let low = (R_RISCV_PCREL_LO12_I, ".Lpcrel_hi", 0);
    let independent = [(R_RISCV_GOT_HI20, "far", 0), (R_RISCV_GOT_HI20, "far_datum", 0)];
    expect(TARGETS[2], true, &[&always[..], &independent, &[low; 5]].concat());
    let fixed = [(R_RISCV_64, "far", 0), (R_RISCV_64, "far_datum", 0)];
    expect(TARGETS[2], false, &[&always[..], &fixed, &[low; 3]].concat());
}

/// The label of a low half is at the instruction of the high half.
#[test]
fn riscv64_pairs() {
    let unit = unit(TARGETS[2], true);
    let bytes = unit.bytes();
    let loaded = Loaded::new(&bytes);
    let section = loaded.section_of("user");
    let highs: Vec<u64> = relocations(&loaded.file, &section)
        .into_iter()
        .filter(|(_, kind, _, _)| {
            matches!(*kind, R_RISCV_GOT_HI20 | R_RISCV_PCREL_HI20 | R_RISCV_TLS_GD_HI20)
        })
        .map(|(offset, ..)| offset)
        .collect();
    use object::read::{Object, ObjectSection, ObjectSymbol, RelocationTarget};
    let mut lows = 0;
    for (_, relocation) in section.relocations() {
        let RelocationTarget::Symbol(index) = relocation.target() else { panic!("a symbol") };
        let symbol = loaded.file.symbol_by_index(index).expect("the symbol");
        if symbol.name() == Ok(".Lpcrel_hi") {
            assert!(highs.contains(&symbol.address()));
            assert_eq!(symbol.section_index(), Some(section.index()));
            lows += 1;
        }
    }
    assert_eq!(lows, highs.len());
}

/// The instruction changes with the relocation: what was a load from the GOT computes the address.
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
        let mut unit = TestUnit::new(target);
        unit.data("datum", Binding::Local, Placement::Writable, &[3; 8]);
        unit.function("user", ADDRESS);
        let bytes = unit.bytes();
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

/// A symbol that the linker may find elsewhere stays behind the GOT.
#[test]
fn preemptible_definitions_keep_the_got() {
    const ADDRESS: &str = "function %f() -> i64 system_v {
        gv0 = symbol {@datum}
    block0:
        v0 = symbol_value.i64 gv0
        return v0
    }";
    for (visibility, expected) in
        [(Visibility::Default, R_X86_64_REX_GOTPCRELX), (Visibility::Hidden, R_X86_64_PC32)]
    {
        let mut unit = TestUnit::new(TARGETS[0]);
        unit.data("datum", Binding::Global, Placement::Writable, &[3; 8]);
        let id = unit.unit.symbols.lookup("datum").expect("the symbol");
        unit.unit.symbols.define(id, Binding::Global, visibility);
        unit.function("user", ADDRESS);
        assert_eq!(found(&unit), [(expected, "datum".to_owned(), -4)], "{visibility:?}");
    }
}

/// Cranelift has no instruction for these without SSE4.1 and FMA: C's names.
#[test]
fn runtime_routines() {
    let mut unit = TestUnit::new(TARGETS[0]);
    unit.function(
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
    let bytes = unit.bytes();
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

/// A routine that the unit itself defines is not imported a second time.
#[test]
fn runtime_routine_defined_here() {
    let mut unit = TestUnit::new(TARGETS[0]);
    unit.function("ceilf", "function %f(f32) -> f32 system_v {\nblock0(v0: f32):\n    return v0\n}");
    unit.function(
        "user",
        "function %f(f32) -> f32 system_v {\nblock0(v0: f32):\n    v1 = ceil v0\n    return v1\n}",
    );
    let bytes = unit.bytes();
    let loaded = Loaded::new(&bytes);
    use object::read::{Object, ObjectSymbol};
    assert_eq!(loaded.file.symbols().filter(|symbol| symbol.name() == Ok("ceilf")).count(), 1);
}

#[test]
fn tail_calls_are_jumps() {
    let mut unit = TestUnit::new(TARGETS[1]);
    unit.function(
        "user",
        "function %f(i64) -> i64 tail {
            fn0 = colocated {@callee} (i64) -> i64 tail
        block0(v0: i64):
            return_call fn0(v0)
        }",
    );
    assert_eq!(found(&unit), [(R_AARCH64_JUMP26, "callee".to_owned(), 0)]);
}

#[test]
fn unknown_kinds_are_errors() {
    let mut unit = unit(TARGETS[0], true);
    unit.functions[0].relocations[0].kind = Reloc::S390xTlsGd64;
    let Err(ObjectError::Relocation { function, kind }) = unit.write() else { panic!("an error") };
    assert_eq!((&*function, kind), ("user", Reloc::S390xTlsGd64));
}

/// Addresses in data, among them those of private data and of thread-locals' templates.
#[test]
fn data() {
    for (target, kind) in TARGETS.into_iter().zip([R_X86_64_64, R_AARCH64_ABS64, R_RISCV_64]) {
        let mut unit = TestUnit::new(target);
        unit.data(".Lone", Binding::Local, Placement::ReadOnly, &[1; 8]);
        unit.data(".Ltwo", Binding::Local, Placement::ReadOnly, &[2; 8]);
        unit.symbol("weak_import", SymbolKind::Data, Binding::WeakImport);
        unit.data("table", Binding::Global, Placement::ReadOnly, &[0; 24]);
        unit.address_in_data(0, ".Ltwo", 3);
        unit.address_in_data(8, "imported", -5);
        unit.address_in_data(16, "weak_import", 0);
        let bytes = unit.bytes();
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

/// The relocations of x86_64 with other references than usual.
fn with_references(references: ReferenceOptions) -> Vec<(u32, String, i64)> {
    let mut unit = unit(TARGETS[0], true);
    unit.unit.references = references;
    found(&unit)
}

#[test]
fn models_of_thread_locals() {
    for (thread_locals, expected) in [
        (ThreadLocalModel::GeneralDynamic, vec![(R_X86_64_TLSGD, -4)]),
        (ThreadLocalModel::InitialExec, vec![(R_X86_64_GOTTPOFF, -4)]),
        (ThreadLocalModel::LocalExec, vec![(R_X86_64_TPOFF32, 0)]),
    ] {
        let found = with_references(ReferenceOptions { thread_locals, ..ReferenceOptions::default() });
        let of_datum: Vec<_> = found
            .iter()
            .filter(|(_, name, _)| name == "thread_datum")
            .map(|&(kind, _, addend)| (kind, addend))
            .collect();
        assert_eq!(of_datum, expected, "{thread_locals:?}");
        let calls = found.iter().filter(|(_, name, _)| name == "__tls_get_addr").count();
        assert_eq!(
            calls,
            usize::from(thread_locals == ThreadLocalModel::GeneralDynamic),
            "{thread_locals:?}"
        );
    }
}

#[test]
fn data_of_other_objects() {
    let kind = |references| {
        let found = with_references(references);
        found.iter().find(|(_, name, _)| name == "far_datum").map(|&(kind, _, addend)| (kind, addend))
    };
    let usual = ReferenceOptions::default();
    assert_eq!(kind(usual), Some((R_X86_64_REX_GOTPCRELX, -4)));
    assert_eq!(kind(ReferenceOptions { got_loads: GotLoads::Fixed, ..usual }), Some((R_X86_64_GOTPCREL, -4)));
    let direct = ReferenceOptions { external_data: ExternalData::Direct, ..usual };
    assert_eq!(kind(direct), Some((R_X86_64_PC32, -4)));
}
