//! Tests the section with the attributes of code.

use object::elf;
use object::read::{Object, ObjectSection};

use crate::compile::IsaSettings;
use crate::object::tests::read::Loaded;
use crate::object::tests::support::{TARGETS, TestCgu, settings};

/// Returns the contents of the section for code with these features.
fn contents(features: &[&str]) -> Vec<u8> {
    let features = features.iter().map(|&name| name.to_owned()).collect();
    let cgu = TestCgu::with(&IsaSettings { features, ..settings(TARGETS[2]) });
    let bytes = cgu.bytes();
    let loaded = Loaded::new(&bytes);
    let section = loaded.file.section_by_name(".riscv.attributes").expect("the section");
    assert_eq!(section.kind(), object::SectionKind::Elf(elf::SHT_RISCV_ATTRIBUTES));
    section.data().expect("its bytes").to_vec()
}

/// The same bytes as in an object of LLVM 22 for `riscv64gc-unknown-linux-gnu`.
#[test]
fn the_usual_extensions() {
    let text =
        "rv64i2p1_m2p0_a2p1_f2p2_d2p2_c2p0_zicsr2p0_zifencei2p0_zmmul1p0_zaamo1p0_zalrsc1p0_zca1p0_zcd1p0";
    let expected = [&b"A\x73\0\0\0riscv\0\x01\x69\0\0\0\x04\x10\x05"[..], text.as_bytes(), b"\0"].concat();
    assert_eq!(contents(&["has_c"]), expected);
}

#[test]
fn other_extensions() {
    let text = String::from_utf8_lossy(&contents(&["has_zba", "has_zicond"])).into_owned();
    assert!(
        text.ends_with("_d2p2_zicond1p0_zicsr2p0_zifencei2p0_zmmul1p0_zaamo1p0_zalrsc1p0_zba1p0\0"),
        "{text}"
    );
}
