//! Cases that neither the golden tests nor the random programs contain.

use clif_engine::cgu::{Binding, SymbolKind};
use cranelift_codegen::entity::EntityRef;
use object::write::{Object, Relocation, Symbol, SymbolSection};
use object::{BinaryFormat, Endianness, RelocationFlags, SectionKind, SymbolFlags, SymbolScope, elf};

use crate::case::{Case, Machine};

/// The name of the function in [`assembled`].
pub const COMPILED_ELSEWHERE: &str = "compiled_elsewhere";
/// The code of that function.
pub const CODE: [u8; 16] = [0; 16];
/// The name of the function to which that code refers.
pub const CALLEE: &str = "callee";

pub fn cases(machine: Machine) -> Vec<Case> {
    vec![with_assembly(machine)]
}

/// A CGU with a function that LLVM compiled, and with the compiler's name.
fn with_assembly(machine: Machine) -> Case {
    let mut case = Case::new(machine, "assembly".to_owned());
    let called = case.symbol(COMPILED_ELSEWHERE, SymbolKind::Function, Binding::Import);
    let callee = case.symbol(CALLEE, SymbolKind::Function, Binding::Global);
    case.cgu.compiler = Some("rustc".into());
    case.assembled = Some(assembled(machine));
    case.add_functions(&format!(
        "function u0:{}(i64) -> i64 system_v {{\n    fn0 = colocated u0:{} (i64) -> i64 system_v\n\nblock0(v0: i64):\n    \
         v1 = call fn0(v0)\n    return v1\n}}\n",
        callee.index(),
        called.index(),
    ));
    case
}

/// Builds an object with a function that refers to a function of the CGU.
fn assembled(machine: Machine) -> Vec<u8> {
    let (architecture, r_type) = match machine {
        Machine::X86_64 => (object::Architecture::X86_64, elf::R_X86_64_64),
        Machine::Aarch64 => (object::Architecture::Aarch64, elf::R_AARCH64_ABS64),
        Machine::Riscv64 => (object::Architecture::Riscv64, elf::R_RISCV_64),
    };
    let mut object = Object::new(BinaryFormat::Elf, architecture, Endianness::Little);
    let name = format!(".text.{COMPILED_ELSEWHERE}");
    let section = object.add_section(Vec::new(), name.into_bytes(), SectionKind::Text);
    let mut add_symbol = |name: &str, size, section| {
        object.add_symbol(Symbol {
            name: name.as_bytes().to_vec(),
            value: 0,
            size,
            kind: object::SymbolKind::Text,
            scope: SymbolScope::Dynamic,
            weak: false,
            section,
            flags: SymbolFlags::None,
        })
    };
    add_symbol(COMPILED_ELSEWHERE, CODE.len() as u64, SymbolSection::Section(section));
    let symbol = add_symbol(CALLEE, 0, SymbolSection::Undefined);
    object.set_section_data(section, CODE.to_vec(), 16);
    let relocation = Relocation { offset: 8, symbol, addend: 0, flags: RelocationFlags::Elf { r_type } };
    object.add_relocation(section, relocation).expect("a valid relocation");
    object.write().expect("a valid object")
}
