//! Tests every kind of relocation that Cranelift emits on riscv64, position-independent or not.

use object::elf::*;

use crate::cgu::{ReferenceOptions, ThreadLocalModel};
use crate::object::tests::read::{Loaded, relocations};
use crate::object::tests::relocations::{Loading, cgu, expect, found};
use crate::object::tests::support::TARGETS;

#[test]
fn every_kind() {
    let always = [
        (R_RISCV_CALL_PLT, "near", 0),
        (R_RISCV_CALL_PLT, "__tls_get_addr", 0),
        (R_RISCV_TLS_GD_HI20, "thread_datum", 0),
        (R_RISCV_PCREL_HI20, "near_datum", 0),
        (R_RISCV_PCREL_HI20, ".rodata", 16),
    ];
    let low = (R_RISCV_PCREL_LO12_I, ".Lpcrel_hi", 0);
    let independent = [(R_RISCV_GOT_HI20, "far", 0), (R_RISCV_GOT_HI20, "far_datum", 0)];
    expect(TARGETS[2], Loading::AnyAddress, &[&always[..], &independent, &[low; 5]].concat());
    let fixed = [(R_RISCV_64, "far", 0), (R_RISCV_64, "far_datum", 0)];
    expect(TARGETS[2], Loading::FixedAddress, &[&always[..], &fixed, &[low; 3]].concat());
}

/// The label of a low half is at the instruction of the high half.
#[test]
fn pairs() {
    let cgu = cgu(TARGETS[2], Loading::AnyAddress);
    let bytes = cgu.bytes();
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

/// The other models have no call. The offset of a thread-local needs no label.
#[test]
fn models_of_thread_locals() {
    for (thread_locals, expected, labels) in [
        (ThreadLocalModel::GeneralDynamic, &[R_RISCV_TLS_GD_HI20][..], 5),
        (ThreadLocalModel::InitialExec, &[R_RISCV_TLS_GOT_HI20], 5),
        (ThreadLocalModel::LocalExec, &[R_RISCV_TPREL_HI20, R_RISCV_TPREL_LO12_I, R_RISCV_TPREL_ADD], 4),
    ] {
        let mut cgu = cgu(TARGETS[2], Loading::AnyAddress);
        cgu.cgu.references = ReferenceOptions { thread_locals, ..ReferenceOptions::default() };
        let found = found(&cgu);
        let kinds_of = |name: &str| -> Vec<u32> {
            found.iter().filter(|(_, found, _)| found == name).map(|&(kind, ..)| kind).collect()
        };
        assert_eq!(kinds_of("thread_datum"), expected, "{thread_locals:?}");
        assert_eq!(kinds_of(".Lpcrel_hi").len(), labels, "{thread_locals:?}");
        let has_call = thread_locals == ThreadLocalModel::GeneralDynamic;
        assert_eq!(kinds_of("__tls_get_addr").len(), usize::from(has_call), "{thread_locals:?}");
    }
}
