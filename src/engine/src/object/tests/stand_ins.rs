//! Assembly affects symbols that it does not define: aliases, attributes, weak imports.

use std::collections::BTreeMap;

use object::elf;
use object::read::{Object as _, ObjectSection as _, ObjectSymbol as _};

use super::support::{TARGETS, TestCgu};
use crate::assembly::stand_ins;
use crate::cgu::{Binding, Placement, SymbolKind, Visibility};
use crate::llvm::Syntax;
use crate::llvm::tests::{llvm_is_loaded, targets};
use crate::object::{ObjectError, write_cgu_with_assembly};

/// `st_info`, `st_other`, the section of a definition, value and size.
type Entry = (u8, u8, Option<String>, u64, u64);

const EMPTY: &str = "function u0:0() system_v { block0: return }";

/// Builds a CGU with definitions of all kinds, and the assembly `text`.
fn cgu(target: &str, text: &str) -> TestCgu {
    let mut cgu = TestCgu::new(target);
    cgu.function("global", EMPTY);
    let hidden = cgu.function("hidden", EMPTY);
    cgu.cgu.symbols.define(hidden, Binding::Global, Visibility::Hidden);
    let local = cgu.function("local", EMPTY);
    cgu.cgu.symbols.define(local, Binding::Local, Visibility::Default);
    cgu.data("DATA", Binding::Global, Placement::Writable, &[7; 16]);
    cgu.data("THREAD", Binding::Global, Placement::ThreadLocal, &[7; 8]);
    cgu.data("SMALL", Binding::Local, Placement::ReadOnly, &[1; 8]);
    cgu.data("SECOND", Binding::Local, Placement::ReadOnly, &[2; 8]);
    cgu.data("uses", Binding::Global, Placement::Writable, &[0; 16]);
    cgu.address_in_data(0, "imported", 0);
    cgu.address_in_data(8, "alias", 0);
    cgu.cgu.llvm.assembly.push_global(text, Syntax::Only, |_| None);
    cgu
}

/// Writes the object as the coordinator does.
fn write(cgu: &TestCgu, target: usize) -> Result<Vec<u8>, ObjectError> {
    let sizes = cgu.functions.iter().map(|function| (function.symbol, function.code.len() as u64));
    let assembly = stand_ins::add(&cgu.cgu, sizes).unwrap_or_else(|| cgu.cgu.llvm.assembly.clone());
    let target = &targets()[target];
    let emitted = crate::llvm::emit_object(target, "test", "", assembly.text()).expect("LLVM");
    let object = emitted.object.unwrap_or_else(|| panic!("{:?}", emitted.diagnostics));
    Ok(write_cgu_with_assembly(&*cgu.isa, &cgu.cgu, &cgu.functions, Some(&object))?.object)
}

/// Returns the symbols of the object with the assembly `text`, for every target.
fn symbols(text: &str) -> Vec<BTreeMap<String, Entry>> {
    if !llvm_is_loaded() {
        return Vec::new();
    }
    let of = |(number, target): (usize, &&str)| {
        let bytes = write(&cgu(target, text), number).unwrap_or_else(|error| panic!("{error}"));
        let file = object::File::parse(&*bytes).expect("an object");
        let entry = |symbol: object::read::Symbol<'_, '_>| {
            let object::SymbolFlags::Elf { st_info, st_other } = symbol.flags() else { panic!("ELF") };
            let section = symbol.section_index().map(|index| {
                file.section_by_index(index).expect("a section").name().expect("a name").to_owned()
            });
            let name = symbol.name().expect("a name").to_owned();
            (name, (st_info, st_other, section, symbol.address(), symbol.size()))
        };
        assert!(file.sections().all(|section| !section.name().is_ok_and(|name| name.contains("stand_in"))));
        file.symbols().map(entry).collect()
    };
    TARGETS.iter().enumerate().map(of).collect()
}

fn info(binding: u8, kind: u8) -> u8 {
    (binding << 4) | kind
}

#[test]
fn assignments_make_aliases() {
    let text = "
        .globl alias
        .set alias, global
        inner = DATA + 8
        .equiv thread, THREAD
        .set of_local, local
        .weak of_local
        .set second, SECOND + 4
        .section .custom,\"aw\"
        .quad second, of_local
    ";
    for symbols in symbols(text) {
        let (global, local) = (&symbols["global"], &symbols["local"]);
        assert_eq!(symbols["alias"], *global);
        assert_eq!(global.2.as_deref(), Some(".text.global"));
        let data = info(elf::STB_LOCAL, elf::STT_OBJECT);
        assert_eq!(symbols["inner"], (data, 0, Some(".data.DATA".to_owned()), 8, 16));
        let thread = info(elf::STB_LOCAL, elf::STT_TLS);
        assert_eq!(symbols["thread"], (thread, 0, Some(".tdata.THREAD".to_owned()), 0, 8));
        assert_eq!(symbols["of_local"].0, info(elf::STB_WEAK, elf::STT_FUNC));
        assert_eq!((&symbols["of_local"].2, local.0), (&local.2, info(elf::STB_LOCAL, elf::STT_FUNC)));
        // Both are in one section, at 0 and at 8.
        assert_eq!(symbols["second"], (data, 0, Some(".rodata".to_owned()), 12, 8));
    }
}

#[test]
fn attributes_of_definitions_are_copied() {
    let text = "
        .hidden global
        .type hidden, %gnu_indirect_function
        .globl local
        .protected local
        .internal DATA
        .size DATA, 3
    ";
    for symbols in symbols(text) {
        let flags = |name: &str| (symbols[name].0, symbols[name].1);
        assert_eq!(flags("global"), (info(elf::STB_GLOBAL, elf::STT_FUNC), elf::STV_HIDDEN));
        assert_eq!(flags("hidden"), (info(elf::STB_GLOBAL, elf::STT_GNU_IFUNC), elf::STV_HIDDEN));
        assert_eq!(flags("local"), (info(elf::STB_GLOBAL, elf::STT_FUNC), elf::STV_PROTECTED));
        assert_eq!(flags("DATA"), (info(elf::STB_GLOBAL, elf::STT_OBJECT), elf::STV_INTERNAL));
        // Rust's own size comes after the assembly's.
        assert_eq!(symbols["DATA"].4, 16);
    }
}

#[test]
fn attributes_of_imports_are_copied() {
    for symbols in symbols(".weak imported\n.hidden alias\n.quad alias") {
        let flags = |name: &str| (symbols[name].0, symbols[name].1);
        assert_eq!(flags("imported"), (info(elf::STB_WEAK, elf::STT_NOTYPE), elf::STV_DEFAULT));
        assert_eq!(flags("alias"), (info(elf::STB_GLOBAL, elf::STT_NOTYPE), elf::STV_HIDDEN));
    }
}

#[test]
fn a_function_that_assembly_makes_global_keeps_its_unwind_table() {
    if !llvm_is_loaded() {
        return;
    }
    let bytes = write(&cgu(TARGETS[0], ".globl local"), 0).unwrap_or_else(|error| panic!("{error}"));
    let file = object::File::parse(&*bytes).expect("an object");
    let table = file.section_by_name(".eh_frame").expect("unwind tables");
    for (_, relocation) in table.relocations() {
        let object::RelocationTarget::Symbol(index) = relocation.target() else { panic!("a symbol") };
        // A linker cannot compute the distance to a symbol that another object may replace.
        assert!(file.symbol_by_index(index).expect("a symbol").is_local());
    }
}

#[test]
fn definitions_that_are_not_mentioned_have_no_stand_ins() {
    let add = |text: &str| stand_ins::add(&cgu(TARGETS[0], text).cgu, std::iter::empty());
    assert_eq!(add(".globl other\nother: .quad 0"), None);
    assert_eq!(add(".hidden imported"), None);
    let with_data = add(".quad DATA").expect("a stand-in");
    assert!(with_data.text().contains("\"DATA\":"), "{}", with_data.text());
    // Arguments of macros may be parts of a name. Such a name is not mangled.
    let composed = add(".macro m x\n.hidden D\\x\n.endm\nm ATA").expect("stand-ins");
    assert!(composed.text().contains("\"DATA\":") && composed.text().contains("\"THREAD\":"));
    assert!(!composed.text().contains("\"SMALL\":"));
}

#[test]
fn tentative_definitions_are_merged() {
    if !llvm_is_loaded() {
        return;
    }
    let text = ".comm COMMON, 8, 8\n.hidden COMMON";
    let mut cgu = TestCgu::new(TARGETS[0]);
    cgu.symbol("COMMON", SymbolKind::Data, Binding::Common);
    cgu.data("COMMON", Binding::Common, Placement::Writable, &[0; 8]);
    cgu.cgu.llvm.assembly.push_global(text, Syntax::Only, |_| None);
    let bytes = write(&cgu, 0).unwrap_or_else(|error| panic!("{error}"));
    let file = object::File::parse(&*bytes).expect("an object");
    let found: Vec<_> = file.symbols().filter(|symbol| symbol.name() == Ok("COMMON")).collect();
    assert_eq!((found.len(), found[0].is_common()), (1, true));
    let object::SymbolFlags::Elf { st_other, .. } = found[0].flags() else { panic!("ELF") };
    assert_eq!(st_other, elf::STV_HIDDEN);
}
