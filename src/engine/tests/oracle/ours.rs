//! Writes the object with the engine.

use clif_engine::compile::Compiler;
use clif_engine::object::write_cgu_with_assembly;

use crate::case::Case;

pub fn write(case: &Case) -> Vec<u8> {
    let isa = case.settings.build().expect("an ISA");
    let mut compiler = Compiler::new();
    let compile = |function: &crate::case::Function| {
        compiler.compile(&*isa, function.lowered()).unwrap_or_else(|error| panic!("{}: {error}", case.name))
    };
    let functions: Vec<_> = case.functions.iter().map(compile).collect();
    let files = write_cgu_with_assembly(&*isa, &case.cgu, &functions, case.assembled.as_deref());
    files.unwrap_or_else(|error| panic!("{}: {error}", case.name)).object
}
