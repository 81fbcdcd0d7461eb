//! Tests every kind of relocation that Cranelift emits on aarch64, position-independent or not.

use object::elf::*;

use crate::cgu::{ReferenceOptions, ThreadLocalModel};
use crate::object::tests::relocations::{Loading, cgu, expect, found};
use crate::object::tests::support::{TARGETS, TestCgu};

#[test]
fn every_kind() {
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
    expect(TARGETS[1], Loading::AnyAddress, &[&always[..], &independent].concat());
    let fixed = [(R_AARCH64_ABS64, "far", 0), (R_AARCH64_ABS64, "far_datum", 0)];
    expect(TARGETS[1], Loading::FixedAddress, &[&always[..], &fixed].concat());
}

#[test]
fn tail_calls_are_jumps() {
    let mut cgu = TestCgu::new(TARGETS[1]);
    cgu.function(
        "user",
        "function %f(i64) -> i64 tail {
            fn0 = colocated {@callee} (i64) -> i64 tail
        block0(v0: i64):
            return_call fn0(v0)
        }",
    );
    assert_eq!(found(&cgu), [(R_AARCH64_JUMP26, "callee".to_owned(), 0)]);
}

#[test]
fn models_of_thread_locals() {
    let dynamic = [
        R_AARCH64_TLSDESC_ADR_PAGE21,
        R_AARCH64_TLSDESC_LD64_LO12,
        R_AARCH64_TLSDESC_ADD_LO12,
        R_AARCH64_TLSDESC_CALL,
    ];
    let initial = [R_AARCH64_TLSIE_ADR_GOTTPREL_PAGE21, R_AARCH64_TLSIE_LD64_GOTTPREL_LO12_NC];
    let local = [R_AARCH64_TLSLE_ADD_TPREL_HI12, R_AARCH64_TLSLE_ADD_TPREL_LO12_NC];
    for (thread_locals, expected) in [
        (ThreadLocalModel::GeneralDynamic, &dynamic[..]),
        (ThreadLocalModel::InitialExec, &initial),
        (ThreadLocalModel::LocalExec, &local),
    ] {
        let mut cgu = cgu(TARGETS[1], Loading::AnyAddress);
        cgu.cgu.references = ReferenceOptions { thread_locals, ..ReferenceOptions::default() };
        let found = found(&cgu);
        let found = found.iter().filter(|(_, name, _)| name == "thread_datum").map(|&(kind, ..)| kind);
        let mut expected = expected.to_vec();
        expected.sort_unstable();
        assert_eq!(found.collect::<Vec<_>>(), expected, "{thread_locals:?}");
    }
}
