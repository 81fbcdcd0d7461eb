//! Says which extensions the code of an object needs: `.riscv.attributes` (RISC-V ELF psABI, "Attributes"),
//! which disassemblers read and linkers merge, and the flags of the file header.

use cranelift_codegen::isa::TargetIsa;
use gimli::leb128::write;
use object::elf;

use crate::machine::AttributesSection;

/// What Cranelift's code always needs, with LLVM's versions.
const BASE: &str = "rv64i2p1_m2p0_a2p1_f2p2_d2p2";
/// Settings of Cranelift, and the extensions that they stand for, in the order that the ISA manual requires
/// ("Subset Naming Convention"). Without a setting: always.
const EXTENSIONS: [(Option<&str>, &str); 18] = [
    // The ISA manual defines C by the other two, on a machine with 64 bits and D.
    (Some("has_zcd"), "c2p0"),
    (Some("has_zicond"), "zicond1p0"),
    (None, "zicsr2p0"),
    (None, "zifencei2p0"),
    (None, "zmmul1p0"),
    (None, "zaamo1p0"),
    (None, "zalrsc1p0"),
    (Some("has_zfa"), "zfa1p0"),
    (Some("has_zfh"), "zfh1p0"),
    (Some("has_zfhmin"), "zfhmin1p0"),
    (Some("has_zca"), "zca1p0"),
    (Some("has_zcb"), "zcb1p0"),
    (Some("has_zcd"), "zcd1p0"),
    (Some("has_zba"), "zba1p0"),
    (Some("has_zbb"), "zbb1p0"),
    (Some("has_zbc"), "zbc1p0"),
    (Some("has_zbkb"), "zbkb1p0"),
    (Some("has_zbs"), "zbs1p0"),
];

/// `Tag_File`, `Tag_RISCV_stack_align` and `Tag_RISCV_arch`.
const FILE: u8 = 1;
const STACK_ALIGNMENT: u64 = 4;
const ARCHITECTURE: u64 = 5;

/// Returns the section of objects whose code is for `isa`.
pub(super) fn section(isa: &dyn TargetIsa) -> AttributesSection {
    let mut attributes = Vec::new();
    // Writing to a vector cannot fail.
    let number = |attributes: &mut Vec<u8>, value| drop(write::unsigned(attributes, value));
    number(&mut attributes, STACK_ALIGNMENT);
    number(&mut attributes, 16);
    number(&mut attributes, ARCHITECTURE);
    attributes.extend_from_slice(architecture(isa).as_bytes());
    attributes.push(0);
    // Each length includes its own four bytes and what is before it on its level.
    let of_file = [&[FILE], &(attributes.len() as u32 + 5).to_le_bytes()[..], &attributes].concat();
    let vendor = b"riscv\0";
    let length = (of_file.len() + vendor.len() + 4) as u32;
    let contents = [b"A", &length.to_le_bytes()[..], vendor, &of_file].concat();
    AttributesSection { name: ".riscv.attributes", kind: elf::SHT_RISCV_ATTRIBUTES, contents }
}

/// Returns `e_flags` of objects whose code is for `isa` (RISC-V ELF psABI, "File Header"): linkers refuse to
/// mix float ABIs. The compressed flag means that code may be 2-byte aligned.
pub(super) fn file_flags(isa: &dyn TargetIsa) -> u32 {
    let compressed = if is_on(isa, "has_zca") { elf::EF_RISCV_RVC } else { 0 };
    compressed | elf::EF_RISCV_FLOAT_ABI_DOUBLE
}

/// Whether a setting of Cranelift is on.
fn is_on(isa: &dyn TargetIsa, name: &str) -> bool {
    isa.isa_flags().iter().any(|setting| setting.name == name && setting.as_bool() == Some(true))
}

fn architecture(isa: &dyn TargetIsa) -> String {
    let mut text = BASE.to_owned();
    for (setting, extension) in EXTENSIONS {
        if setting.is_none_or(|setting| is_on(isa, setting)) {
            text.push('_');
            text.push_str(extension);
        }
    }
    text
}
