//! Tests every kind of relocation that Cranelift emits on x86_64, position-independent or not.

use object::elf::*;

use crate::cgu::{
    Binding, ExternalData, GotLoads, Placement, ReferenceOptions, ThreadLocalModel, Visibility,
};
use crate::object::tests::relocations::{Loading, cgu, expect, found};
use crate::object::tests::support::{TARGETS, TestCgu};

#[test]
fn every_kind() {
    let always = [
        (R_X86_64_PLT32, "near", -4),
        (R_X86_64_TLSGD, "thread_datum", -4),
        (R_X86_64_PLT32, "__tls_get_addr", -4),
        // References to our own data are direct. The private datum is at 16 in its section.
        (R_X86_64_PC32, "near_datum", -4),
        (R_X86_64_PC32, ".rodata", 12),
    ];
    let independent = [(R_X86_64_REX_GOTPCRELX, "far", -4), (R_X86_64_REX_GOTPCRELX, "far_datum", -4)];
    expect(TARGETS[0], Loading::AnyAddress, &[&always[..], &independent].concat());
    let fixed = [(R_X86_64_64, "far", 0), (R_X86_64_64, "far_datum", 0)];
    expect(TARGETS[0], Loading::FixedAddress, &[&always[..], &fixed].concat());
}

/// References to a symbol that another object may define remain references through the GOT.
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
        let mut cgu = TestCgu::new(TARGETS[0]);
        cgu.data("datum", Binding::Global, Placement::Writable, &[3; 8]);
        let id = cgu.cgu.symbols.lookup("datum").expect("the symbol");
        cgu.cgu.symbols.define(id, Binding::Global, visibility);
        cgu.function("user", ADDRESS);
        assert_eq!(found(&cgu), [(expected, "datum".to_owned(), -4)], "{visibility:?}");
    }
}

/// Returns the relocations for the options `references`.
fn with_references(references: ReferenceOptions) -> Vec<(u32, String, i64)> {
    let mut cgu = cgu(TARGETS[0], Loading::AnyAddress);
    cgu.cgu.references = references;
    found(&cgu)
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
