//! Assembly is merged into a CGU: names resolve in both directions, and bindings are those of the assembly.

use object::read::{Object as _, ObjectSection as _, ObjectSymbol as _};
use object::{RelocationTarget, elf};

use super::support::{TARGETS, TestCgu};
use crate::cgu::{Binding, Placement, SymbolKind};
use crate::llvm::{CguAssembly, Syntax};
use crate::object::write_cgu_with_assembly;

/// Assembles Intel's syntax with LLVM; `None`, with a message, if LLVM is not in the process.
fn assembled(text: &str) -> Option<Vec<u8>> {
    if !crate::llvm::tests::llvm_is_loaded() {
        return None;
    }
    let mut assembly = CguAssembly::default();
    assembly.push_global(text, Syntax::Intel, |_| None);
    let target = &crate::llvm::tests::targets()[0];
    let emitted = crate::llvm::emit_object(target, "test", "", assembly.text()).expect("LLVM");
    Some(emitted.object.unwrap_or_else(|| panic!("{:?}", emitted.diagnostics)))
}

const SOURCE: &str = "
    .pushsection .text.called,\"ax\",@progbits
    .globl called
    .hidden called
    .type called, @function
    called:
        lea rax, [rip + local_data]
        jmp elsewhere
    .popsection
    .section .custom,\"aw\",@progbits
    .quad called + 3
    .quad caller
    .bss
    helper: .zero 24
";

#[test]
fn assembly_and_the_cgu_share_their_symbols() {
    let mut cgu = TestCgu::new(TARGETS[0]);
    cgu.symbol("called", SymbolKind::Function, Binding::Import);
    cgu.data("local_data", Binding::Local, Placement::Writable, &[7; 8]);
    cgu.function(
        "caller",
        "function u0:0() system_v { sig0 = () system_v\n fn0 = colocated {@called} sig0\n block0: call fn0()\n return }",
    );
    let Some(object) = assembled(SOURCE) else { return };
    let bytes = write_cgu_with_assembly(&*cgu.isa, &cgu.cgu, &cgu.functions, Some(&object))
        .unwrap_or_else(|error| panic!("{error}"))
        .object;
    let file = object::File::parse(&*bytes).expect("an object");
    let symbols: Vec<_> = file.symbols().filter(|symbol| symbol.name() == Ok("called")).collect();
    assert_eq!(symbols.len(), 1, "the import became the definition");
    let object::SymbolFlags::Elf { st_info, st_other } = symbols[0].flags() else { panic!("ELF") };
    assert_eq!((st_info, st_other), ((elf::STB_GLOBAL << 4) | elf::STT_FUNC, elf::STV_HIDDEN));
    let targets = |section: &str| -> Vec<String> {
        let section = file.section_by_name(section).unwrap_or_else(|| panic!("{section}"));
        let name = |target| match target {
            RelocationTarget::Symbol(index) => {
                file.symbol_by_index(index).expect("a symbol").name().expect("a name").to_owned()
            }
            other => panic!("{other:?}"),
        };
        section.relocations().map(|(_, relocation)| name(relocation.target())).collect()
    };
    assert_eq!(targets(".text.called"), ["local_data", "elsewhere"]);
    assert_eq!(targets(".custom"), ["called", "caller"]);
    let helper = file.symbol_by_name("helper").expect("a local symbol");
    assert!(helper.is_local());
}

#[test]
fn a_second_definition_is_an_error() {
    let mut cgu = TestCgu::new(TARGETS[0]);
    cgu.function("called", "function u0:0() system_v { block0: return }");
    let Some(object) = assembled(SOURCE) else { return };
    let error = write_cgu_with_assembly(&*cgu.isa, &cgu.cgu, &cgu.functions, Some(&object));
    let message = error.expect_err("two definitions").to_string();
    assert_eq!(message, "symbol 'called' is already defined");
}
