//! Sections and symbols have the right names, types, flags, bindings and alignment; the order of functions
//! does not change the bytes.

use object::elf::*;
use object::read::{Object, ObjectSection, ObjectSymbol};
use object::{FileFlags, SymbolFlags};
use proptest::prelude::*;

use super::read::{Loaded, Section, flags, relocations};
use super::support::{TARGETS, TestCgu};
use crate::cgu::{Binding, Contents, Placement, SectionLayout, SymbolKind, Visibility};

const EMPTY: &str = "function %f() system_v {\nblock0:\n    return\n}";

const ALLOC: u64 = SHF_ALLOC as u64;
const WRITE: u64 = SHF_WRITE as u64;
const EXECUTE: u64 = SHF_EXECINSTR as u64;
const THREAD: u64 = SHF_TLS as u64;
const RETAIN: u64 = SHF_GNU_RETAIN as u64;

fn section_type(section: &Section<'_, '_>) -> u32 {
    section.elf_section_header().sh_type.get(object::Endianness::Little)
}

/// (section name, `SHT_*`, `SHF_*`) of the section in which `symbol` is.
fn place(loaded: &Loaded<'_>, symbol: &str) -> (String, u32, u64) {
    let section = loaded.section_of(symbol);
    (section.name().expect("a name").to_owned(), section_type(&section), flags(&section))
}

fn named(name: &str) -> Placement {
    Placement::Section { name: name.into(), writable: false }
}

fn named_writable(name: &str) -> Placement {
    Placement::Section { name: name.into(), writable: true }
}

/// A data object's symbol, placement and contents, and the expected name, type and flags of its section.
type Case<'a> = (&'a str, Placement, &'a [u8], (&'a str, u32, u64));

#[test]
fn data_sections() {
    for target in TARGETS {
        let mut cgu = TestCgu::new(target);
        let cases: [Case<'_>; 16] = [
            ("constant", Placement::ReadOnly, &[1; 8], (".rodata.constant", SHT_PROGBITS, ALLOC)),
            ("no_constant", Placement::ReadOnly, &[0; 8], (".rodata.no_constant", SHT_PROGBITS, ALLOC)),
            ("variable", Placement::Writable, &[1; 8], (".data.variable", SHT_PROGBITS, ALLOC | WRITE)),
            ("zero", Placement::Writable, &[0; 8], (".bss.zero", SHT_NOBITS, ALLOC | WRITE)),
            ("set", Placement::ThreadLocal, &[1; 8], (".tdata.set", SHT_PROGBITS, ALLOC | WRITE | THREAD)),
            ("unset", Placement::ThreadLocal, &[0; 8], (".tbss.unset", SHT_NOBITS, ALLOC | WRITE | THREAD)),
            ("init", named_writable(".init_array"), &[1; 8], (".init_array", SHT_INIT_ARRAY, ALLOC | WRITE)),
            ("init_99", named(".init_array.00099"), &[1; 8], (".init_array.00099", SHT_INIT_ARRAY, ALLOC)),
            ("fini", named_writable(".fini_array"), &[1; 8], (".fini_array", SHT_FINI_ARRAY, ALLOC | WRITE)),
            (
                "preinit",
                named_writable(".preinit_array"),
                &[1; 8],
                (".preinit_array", SHT_PREINIT_ARRAY, ALLOC | WRITE),
            ),
            ("note", named(".note.mine"), &[1; 8], (".note.mine", SHT_NOTE, ALLOC)),
            ("stub", Placement::Code, &[0x90; 8], (".text.stub", SHT_PROGBITS, ALLOC | EXECUTE)),
            ("user", named("user_section"), &[1; 8], ("user_section", SHT_PROGBITS, ALLOC)),
            ("user_w", named_writable("user_data"), &[1; 8], ("user_data", SHT_PROGBITS, ALLOC | WRITE)),
            ("own_bss", named_writable(".bss.mine"), &[0; 8], (".bss.mine", SHT_NOBITS, ALLOC | WRITE)),
            (
                "initialised_bss",
                named_writable(".bss.other"),
                &[1; 8],
                (".bss.other", SHT_PROGBITS, ALLOC | WRITE),
            ),
        ];
        for (name, placement, contents, _) in &cases {
            cgu.data(name, Binding::Global, placement.clone(), contents);
        }
        cgu.data("pointer", Binding::Global, Placement::ReadOnly, &[0; 8]);
        cgu.address_in_data(0, "imported", 0);
        let bytes = cgu.bytes();
        let loaded = Loaded::new(&bytes);
        for (name, _, _, (section, kind, flags)) in cases {
            assert_eq!(place(&loaded, name), (section.to_owned(), kind, flags), "{target}: {name}");
            assert_eq!(loaded.symbol(name).size(), 8);
        }
        let relro = (".data.rel.ro.pointer".to_owned(), SHT_PROGBITS, ALLOC | WRITE);
        assert_eq!(place(&loaded, "pointer"), relro);
    }
}

/// Without sections per symbol, all objects of a kind share a section.
#[test]
fn one_section_per_kind() {
    let mut cgu = TestCgu::new(TARGETS[0]);
    cgu.cgu.section_layout = SectionLayout::OnePerKind;
    cgu.function("first", EMPTY);
    cgu.function("second", EMPTY);
    let kinds = [
        ("one", Placement::ReadOnly, [1; 8], ".rodata"),
        ("two", Placement::ReadOnly, [2; 8], ".rodata"),
        ("variable", Placement::Writable, [3; 8], ".data"),
        ("other_variable", Placement::Writable, [4; 8], ".data"),
        ("zero", Placement::Writable, [0; 8], ".bss"),
        ("other_zero", Placement::Writable, [0; 8], ".bss"),
        ("thread", Placement::ThreadLocal, [5; 8], ".tdata"),
    ];
    for (name, placement, contents, _) in &kinds {
        cgu.data(name, Binding::Global, placement.clone(), contents);
    }
    let bytes = cgu.bytes();
    let loaded = Loaded::new(&bytes);
    for (name, _, contents, section) in kinds {
        let found = loaded.section_of(name);
        assert_eq!(found.name(), Ok(section), "{name}");
        if !section.ends_with("bss") {
            let start = loaded.symbol(name).address() as usize;
            assert_eq!(found.data().expect("data")[start..start + 8], contents, "{name}");
        }
    }
    assert_eq!(loaded.section_of("zero").size(), 16);
    assert_eq!(loaded.section_of("first").name(), Ok(".text"));
    assert_eq!(loaded.section_of("first").index(), loaded.section_of("second").index());
    let second = loaded.symbol("second").address() as usize;
    let code = &cgu.functions[1].code;
    assert_eq!(loaded.section_of("second").data().expect("code")[second..second + code.len()], **code);
}

/// The linker deduplicates `.comment`.
#[test]
fn the_object_contains_the_compilers_version() {
    let mut cgu = TestCgu::new(TARGETS[0]);
    cgu.cgu.compiler = Some("rustc version 1.0.0".into());
    let bytes = cgu.bytes();
    let loaded = Loaded::new(&bytes);
    let section = loaded.file.section_by_name(".comment").expect("the section");
    assert_eq!(section.data(), Ok(&b"\0rustc version 1.0.0\0"[..]));
    assert_eq!(flags(&section), u64::from(SHF_MERGE | SHF_STRINGS));
    assert_eq!(section.elf_section_header().sh_entsize.get(object::Endianness::Little), 1);
}

/// Elements of one table (`.init_array`, a linker section) follow each other without gaps.
#[test]
fn named_sections_are_shared() {
    let mut cgu = TestCgu::new(TARGETS[0]);
    for (name, value) in [("a", 1u8), ("b", 2), ("c", 3)] {
        cgu.data(name, Binding::Local, named("table"), &[value; 8]);
    }
    cgu.data("kept", Binding::Local, named("table"), &[4; 8]).retain = true;
    let bytes = cgu.bytes();
    let loaded = Loaded::new(&bytes);
    let first = loaded.section_of("a");
    assert_eq!(first.data().expect("data"), [[1; 8], [2; 8], [3; 8]].concat());
    assert_eq!(loaded.symbol("c").address(), 16);
    assert_eq!(place(&loaded, "kept"), ("table".to_owned(), SHT_PROGBITS, ALLOC | RETAIN));
    assert_ne!(loaded.section_of("kept").index(), first.index());
}

/// GNU ld respects `SHF_GNU_RETAIN` only in objects that declare GNU's ABI.
#[test]
fn retained_data_needs_the_gnu_abi() {
    for retain in [false, true] {
        let mut cgu = TestCgu::new(TARGETS[0]);
        cgu.data("datum", Binding::Local, Placement::Writable, &[1; 8]).retain = retain;
        let bytes = cgu.bytes();
        let loaded = Loaded::new(&bytes);
        let FileFlags::Elf { os_abi, .. } = loaded.file.flags() else { panic!("ELF") };
        assert_eq!(os_abi, if retain { ELFOSABI_GNU } else { ELFOSABI_NONE });
    }
}

#[test]
fn small_private_constants_share_a_section() {
    let mut cgu = TestCgu::new(TARGETS[0]);
    cgu.data("one", Binding::Local, Placement::ReadOnly, &[1; 3]).alignment = 1;
    cgu.data("two", Binding::Local, Placement::ReadOnly, &[2; 8]).alignment = 8;
    cgu.data("large", Binding::Local, Placement::ReadOnly, &[3; 5000]);
    cgu.data("public", Binding::Global, Placement::ReadOnly, &[4; 8]);
    let bytes = cgu.bytes();
    let loaded = Loaded::new(&bytes);
    let index = |name| loaded.section_of(name).index();
    assert_eq!(index("one"), index("two"));
    assert_eq!(loaded.symbol("two").address(), 8);
    assert_ne!(index("large"), index("one"));
    assert_ne!(index("public"), index("one"));
}

#[test]
fn functions() {
    for target in TARGETS {
        let mut cgu = TestCgu::new(target);
        cgu.function("plain", EMPTY);
        cgu.function("other", EMPTY);
        let placed = cgu.symbol("placed", SymbolKind::Function, Binding::Global);
        let mut lowered = cgu.lower(placed, EMPTY);
        lowered.section = Some(".text.startup".into());
        lowered.alignment = 64;
        cgu.add(lowered);
        let bytes = cgu.bytes();
        let loaded = Loaded::new(&bytes);
        let text = |name: &str| (name.to_owned(), SHT_PROGBITS, ALLOC | EXECUTE);
        assert_eq!(place(&loaded, "plain"), text(".text.plain"));
        assert_ne!(loaded.section_of("plain").index(), loaded.section_of("other").index());
        assert_eq!(place(&loaded, "placed"), text(".text.startup"));
        assert_eq!(loaded.section_of("placed").align(), 64);
        assert_eq!(loaded.symbol("plain").size(), cgu.functions[0].code.len() as u64);
        // The code itself, which has no relocations.
        assert_eq!(loaded.section_of("plain").data(), Ok(&*cgu.functions[0].code));
        assert_eq!(loaded.section_of("placed").data(), Ok(&*cgu.functions[2].code));
    }
}

#[test]
fn alignment() {
    let mut cgu = TestCgu::new(TARGETS[0]);
    for shift in [0, 4, 12, 21] {
        let name = format!("aligned_{shift}");
        cgu.data(&name, Binding::Global, Placement::Writable, &[1; 8]).alignment = 1 << shift;
    }
    cgu.data("zero", Binding::Global, Placement::Writable, &[]);
    let zero = cgu.cgu.data.last_mut().expect("just pushed");
    (zero.contents, zero.alignment) = (Contents::Zeroed(1 << 40), 1 << 16);
    let bytes = cgu.bytes();
    let loaded = Loaded::new(&bytes);
    for shift in [0, 4, 12, 21] {
        assert_eq!(loaded.section_of(&format!("aligned_{shift}")).align(), 1 << shift);
    }
    assert_eq!((loaded.section_of("zero").align(), loaded.symbol("zero").size()), (1 << 16, 1 << 40));
}

/// (`STB_*`, `STT_*`, `STV_*`, whether undefined)
fn symbol(loaded: &Loaded<'_>, name: &str) -> (u8, u8, u8, bool) {
    let symbol = loaded.symbol(name);
    let SymbolFlags::Elf { st_info, st_other } = symbol.flags() else { panic!("ELF") };
    (st_info >> 4, st_info & 15, st_other, symbol.is_undefined())
}

#[test]
fn symbols() {
    let mut cgu = TestCgu::new(TARGETS[0]);
    let bindings = [
        ("local", Binding::Local, Visibility::Default),
        ("local_hidden", Binding::Local, Visibility::Hidden),
        ("global", Binding::Global, Visibility::Default),
        ("hidden", Binding::Global, Visibility::Hidden),
        ("protected", Binding::Global, Visibility::Protected),
        ("weak", Binding::Weak, Visibility::Default),
    ];
    for (name, binding, visibility) in bindings {
        let id = cgu.function(name, EMPTY);
        cgu.cgu.symbols.define(id, binding, visibility);
    }
    cgu.data("datum", Binding::Global, Placement::Writable, &[1; 8]);
    cgu.data("thread", Binding::Global, Placement::ThreadLocal, &[1; 8]);
    cgu.data("common", Binding::Common, Placement::Writable, &[0; 24]).alignment = 32;
    cgu.symbol("weak_import", SymbolKind::Function, Binding::WeakImport);
    let hidden_import = cgu.symbol("hidden_import", SymbolKind::Function, Binding::Import);
    cgu.cgu.symbols.define(hidden_import, Binding::Import, Visibility::Hidden);
    cgu.symbol("thread_import", SymbolKind::ThreadLocal, Binding::Import);
    cgu.symbol("unused_import", SymbolKind::Function, Binding::Import);
    cgu.data("table", Binding::Local, Placement::ReadOnly, &[0; 32]);
    for (index, target) in ["import", "weak_import", "hidden_import", "thread_import"].iter().enumerate() {
        cgu.address_in_data(8 * index as u64, target, 0);
    }
    let bytes = cgu.bytes();
    let loaded = Loaded::new(&bytes);
    let expected = [
        ("local", (STB_LOCAL, STT_FUNC, STV_DEFAULT, false)),
        ("local_hidden", (STB_LOCAL, STT_FUNC, STV_DEFAULT, false)),
        ("global", (STB_GLOBAL, STT_FUNC, STV_DEFAULT, false)),
        ("hidden", (STB_GLOBAL, STT_FUNC, STV_HIDDEN, false)),
        ("protected", (STB_GLOBAL, STT_FUNC, STV_PROTECTED, false)),
        ("weak", (STB_WEAK, STT_FUNC, STV_DEFAULT, false)),
        ("datum", (STB_GLOBAL, STT_OBJECT, STV_DEFAULT, false)),
        ("thread", (STB_GLOBAL, STT_TLS, STV_DEFAULT, false)),
        ("common", (STB_GLOBAL, STT_OBJECT, STV_DEFAULT, false)),
        ("import", (STB_GLOBAL, STT_NOTYPE, STV_DEFAULT, true)),
        ("weak_import", (STB_WEAK, STT_NOTYPE, STV_DEFAULT, true)),
        ("hidden_import", (STB_GLOBAL, STT_NOTYPE, STV_HIDDEN, true)),
        ("thread_import", (STB_GLOBAL, STT_TLS, STV_DEFAULT, true)),
    ];
    for (name, flags) in expected {
        assert_eq!(symbol(&loaded, name), flags, "{name}");
    }
    assert!(loaded.try_symbol("unused_import").is_none());
    let common = loaded.symbol("common");
    assert!(common.is_common());
    // The value of a common symbol is its alignment.
    assert_eq!((common.elf_symbol().st_value.get(object::Endianness::Little), common.size()), (32, 24));
}

#[test]
fn file_headers() {
    for (target, e_flags) in TARGETS.into_iter().zip([0, 0, EF_RISCV_FLOAT_ABI_DOUBLE]) {
        let mut cgu = TestCgu::new(target);
        cgu.function("plain", EMPTY);
        let bytes = cgu.bytes();
        let loaded = Loaded::new(&bytes);
        assert_eq!(loaded.file.flags(), FileFlags::Elf { os_abi: 0, abi_version: 0, e_flags }, "{target}");
        let note = loaded.file.section_by_name(".note.GNU-stack").expect("the stack note");
        assert_eq!((section_type(&note), flags(&note)), (SHT_PROGBITS, 0));
        assert!(loaded.file.symbols().any(|symbol| symbol.name() == Ok("test.0")));
    }
}

/// ELF counts sections with 16 bits and has an extension for more (`SHN_XINDEX`).
#[test]
fn more_sections_than_16_bits() {
    let mut cgu = TestCgu::new(TARGETS[0]);
    for index in 0..70_000u32 {
        cgu.data(&format!("datum_{index}"), Binding::Global, Placement::Writable, &index.to_le_bytes())
            .alignment = 4;
    }
    cgu.function("last", EMPTY);
    let bytes = cgu.bytes();
    let file = object::read::elf::ElfFile64::<object::Endianness>::parse(&*bytes).expect("an ELF object");
    assert!(file.sections().count() > 70_000);
    let mut found = 0;
    for symbol in file.symbols() {
        let Some(index) = symbol.name().expect("a name").strip_prefix("datum_") else { continue };
        let index: u32 = index.parse().expect("a number");
        let section = symbol.section_index().expect("a section");
        let section = file.section_by_index(section).expect("the section");
        let contents = index.max(1).to_le_bytes();
        match index {
            0 => assert_eq!(section.name(), Ok(".bss.datum_0")),
            _ => assert_eq!(section.data(), Ok(&contents[..])),
        }
        found += 1;
    }
    assert_eq!(found, 70_000);
}

/// The order in which workers finish functions does not change the object.
#[test]
fn the_order_of_functions_does_not_matter() {
    for target in TARGETS {
        let mut cgu = TestCgu::new(target);
        cgu.with_debug_info(5);
        let calls = "function %f() system_v {
            fn0 = {@one_import} () system_v
            fn1 = {@another_import} () system_v
        block0:
            call fn1()
            call fn0()
            return
        }";
        for index in 0..20 {
            cgu.function(&format!("function_{index}"), if index % 3 == 0 { calls } else { EMPTY });
            cgu.data(&format!("datum_{index}"), Binding::Local, Placement::ReadOnly, &[index; 9]);
        }
        let first = cgu.bytes();
        for rotation in [1, 7, 13] {
            cgu.functions.rotate_left(rotation);
            assert!(cgu.bytes() == first, "{target}");
        }
        cgu.functions.reverse();
        assert!(cgu.bytes() == first, "{target}");
    }
}

/// One data object of a random CGU: contents, log2 of the alignment, placement, private or not, and addresses
/// (slot, target, addend).
type RandomDatum = (Vec<u8>, u32, usize, bool, Vec<(usize, usize, i64)>);

fn random_datum() -> impl Strategy<Value = RandomDatum> {
    let addresses = prop::collection::vec((0usize..8, 0usize..12, -100i64..100), 0..4);
    (prop::collection::vec(any::<u8>(), 0..80), 0u32..8, 0usize..4, any::<bool>(), addresses)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Every object is at its symbol, with its contents and alignment, and its addresses refer to their
    /// targets.
    #[test]
    fn data_round_trip(objects in prop::collection::vec(random_datum(), 1..12), target in 0usize..3) {
        let mut cgu = TestCgu::new(TARGETS[target]);
        let name = |index: usize| format!("datum_{}", index % objects.len());
        for (index, (contents, shift, placement, global, _)) in objects.iter().enumerate() {
            let placement = [
                Placement::ReadOnly,
                Placement::Writable,
                named_writable("custom"),
                named("custom_ro"),
            ][*placement].clone();
            let binding = if *global { Binding::Global } else { Binding::Local };
            cgu.data(&name(index), binding, placement, contents).alignment = 1 << shift;
        }
        for (index, (contents, .., addresses)) in objects.iter().enumerate() {
            for &(slot, to, addend) in addresses.iter().filter(|address| address.0 * 8 + 8 <= contents.len()) {
                let target = cgu.cgu.symbols.lookup(&name(to)).expect("a symbol");
                let offset = slot as u64 * 8;
                let relocations = &mut cgu.cgu.data[index].relocations;
                if relocations.iter().all(|relocation| relocation.offset != offset) {
                    relocations.push(crate::cgu::DataRelocation { offset, target, addend });
                }
            }
        }
        let bytes = cgu.bytes();
        let loaded = Loaded::new(&bytes);
        for (index, (contents, shift, ..)) in objects.iter().enumerate() {
            let symbol = loaded.symbol(&name(index));
            prop_assert_eq!(symbol.size(), contents.len() as u64);
            prop_assert_eq!(symbol.address() % (1 << shift), 0);
            let section = loaded.section_of(&name(index));
            prop_assert!(section.align() >= 1 << shift);
            let start = symbol.address() as usize;
            if section_type(&section) == SHT_NOBITS {
                prop_assert!(contents.iter().all(|&byte| byte == 0));
            } else {
                let data = section.data().expect("data");
                prop_assert_eq!(&data[start..start + contents.len()], &contents[..]);
            }
            let expected = &cgu.cgu.data[index].relocations;
            let found = relocations(&loaded.file, &section);
            for relocation in expected {
                let place = symbol.address() + relocation.offset;
                let target = &cgu.cgu.symbols.get(relocation.target).name;
                let same = |(offset, _, name, addend): &(u64, u32, String, i64)| {
                    (*offset, &**name, *addend) == (place, &**target, relocation.addend)
                };
                prop_assert!(found.iter().any(same));
            }
        }
    }
}
