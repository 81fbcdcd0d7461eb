//! Tests what objects say of the extensions that their code needs.

use object::read::{Object, ObjectSection};
use object::{Endianness, elf};

use crate::compile::IsaSettings;
use crate::object::tests::read::Loaded;
use crate::object::tests::support::{TARGETS, TestCgu, settings};

/// Returns an object with code for these features.
fn object_for(features: &[&str]) -> Vec<u8> {
    let features = features.iter().map(|&name| name.to_owned()).collect();
    TestCgu::with(&IsaSettings { features, ..settings(TARGETS[2]) }).bytes()
}

/// Returns the contents of the section for code with these features.
fn contents(features: &[&str]) -> Vec<u8> {
    let bytes = object_for(features);
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

/// As in objects of LLVM 22 for `-Ctarget-feature=-c` and `-zca`.
#[test]
fn compressed_instructions_without_c() {
    let text = String::from_utf8_lossy(&contents(&["has_zca"])).into_owned();
    assert!(text.contains("_zca1p0") && !text.contains("_c2p0"), "{text}");
    for (features, expected) in [(&["has_c"][..], 5), (&["has_zca"], 5), (&[], 4)] {
        let bytes = object_for(features);
        let flags = Loaded::new(&bytes).file.elf_header().e_flags.get(Endianness::Little);
        assert_eq!(flags, expected, "{features:?}");
    }
}
