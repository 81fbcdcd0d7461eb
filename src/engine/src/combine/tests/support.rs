//! Builds CGUs that are kept for combining, and compiles the result.

use object::read::{Object as _, ObjectSymbol as _};

use crate::cgu::{Binding, LoweredFunction, SymbolId, SymbolKind};
use crate::cgu::{SplitDwarf, SplitPlace};
use crate::combine::{CombineError, CombineRequest, KeptCgu, combine};
use crate::compile::Compiler;
use crate::llvm::{Piece, Syntax};
use crate::object::tests::support::TestCgu;
use crate::object::write_cgu_with_assembly;

/// A CGU under construction.
pub(super) struct Part {
    pub(super) cgu: TestCgu,
    pub(super) functions: Vec<LoweredFunction>,
}

impl Part {
    pub(super) fn new(target: &str, name: &str) -> Self {
        let mut cgu = TestCgu::new(target);
        cgu.cgu.name = name.into();
        Part { cgu, functions: Vec::new() }
    }

    pub(super) fn function(&mut self, name: &str, binding: Binding, clif: &str) -> &mut LoweredFunction {
        let symbol = self.cgu.symbol(name, SymbolKind::Function, binding);
        let function = self.cgu.lower(symbol, clif);
        self.functions.push(function);
        self.functions.last_mut().expect("just pushed")
    }

    /// Adds a function that returns 1 plus the results of its `callees` and the values of the 8-byte
    /// variables `data`.
    pub(super) fn sum(&mut self, name: &str, binding: Binding, callees: &[&str], data: &[&str]) {
        self.function(name, binding, &sum(callees, data));
    }

    pub(super) fn import(&mut self, name: &str) -> SymbolId {
        self.cgu.symbol(name, SymbolKind::Function, Binding::Import)
    }

    pub(super) fn assembly(&mut self, text: &str) {
        self.cgu.cgu.llvm.assembly.push_global(text, Syntax::Only, |_| None);
    }

    /// Adds an `asm!` block.
    pub(super) fn block(&mut self, name: &str, template: &str) {
        self.cgu.symbol(name, SymbolKind::Function, Binding::Local);
        let mut block = crate::assembly::tests::block(vec![Piece::Text(template.to_owned())], Vec::new());
        block.name = name.to_owned();
        self.cgu.cgu.llvm.blocks.push(block);
    }
}

fn sum(callees: &[&str], data: &[&str]) -> String {
    let mut text = String::from("function u0:0() -> i64 system_v {\n    sig0 = () -> i64 system_v\n");
    for (number, variable) in data.iter().enumerate() {
        text.push_str(&format!("    gv{number} = symbol {{@{variable}}}\n"));
    }
    for (number, callee) in callees.iter().enumerate() {
        text.push_str(&format!("    fn{number} = {{@{callee}}} sig0\n"));
    }
    text.push_str("block0:\n    v0 = iconst.i64 1\n");
    let mut value = 0;
    for number in 0..callees.len() {
        text.push_str(&format!("    v{} = call fn{number}()\n", value + 1));
        text.push_str(&format!("    v{} = iadd v{value}, v{}\n", value + 2, value + 1));
        value += 2;
    }
    for number in 0..data.len() {
        text.push_str(&format!("    v{} = symbol_value.i64 gv{number}\n", value + 1));
        text.push_str(&format!("    v{} = load.i64 v{}\n", value + 2, value + 1));
        text.push_str(&format!("    v{} = iadd v{value}, v{}\n", value + 3, value + 2));
        value += 3;
    }
    text.push_str(&format!("    return v{value}\n}}\n"));
    text
}

pub(super) fn request(exported: &[&str]) -> CombineRequest {
    let exported = exported.iter().map(|&name| name.into()).collect();
    let split = Some(SplitDwarf { place: SplitPlace::File, name: "all.dwo".into() });
    CombineRequest { name: "all".into(), exported, split }
}

pub(super) fn try_combined(parts: Vec<Part>, exported: &[&str]) -> Result<KeptCgu, CombineError> {
    let kept = |part: Part| KeptCgu { sealed: part.cgu.cgu, functions: part.functions };
    combine(parts.into_iter().map(kept).collect(), &request(exported))
}

pub(super) fn combined(parts: Vec<Part>, exported: &[&str]) -> KeptCgu {
    try_combined(parts, exported).unwrap_or_else(|error| panic!("{error}"))
}

/// Returns the names of the functions and data objects of `cgu`, in order.
pub(super) fn kept_names(cgu: &KeptCgu) -> Vec<&str> {
    let functions = cgu.functions.iter().map(|function| function.symbol);
    let data = cgu.sealed.data.iter().map(|definition| definition.symbol);
    functions.chain(data).map(|symbol| &*cgu.sealed.symbols.get(symbol).name).collect()
}

/// Writes the object of `cgu`; `assembled` is the object of its assembly.
pub(super) fn object(target: &str, cgu: KeptCgu, assembled: Option<&[u8]>) -> Vec<u8> {
    let isa = crate::object::tests::support::settings(target).build().expect("an ISA");
    let mut compiler = Compiler::new();
    compiler.set_clif_in_errors(true);
    let compile = |function| compiler.compile(&*isa, function).unwrap_or_else(|error| panic!("{error}"));
    let functions: Vec<_> = cgu.functions.into_iter().map(compile).collect();
    write_cgu_with_assembly(&*isa, &cgu.sealed, &functions, assembled)
        .unwrap_or_else(|error| panic!("{error}"))
        .object
}

/// Returns the named symbols of an object: the defined and the undefined ones, each sorted.
pub(super) fn symbols_in(object: &[u8]) -> (Vec<String>, Vec<String>) {
    let file = object::File::parse(object).expect("an object");
    let (mut defined, mut undefined) = (Vec::new(), Vec::new());
    for symbol in file.symbols() {
        let name = symbol.name().expect("UTF-8").to_owned();
        match symbol.kind() {
            object::SymbolKind::File | object::SymbolKind::Section => {}
            // The labels of RISC-V's relocation pairs.
            _ if name.is_empty() || name.starts_with(".L") => {}
            _ if symbol.is_undefined() => undefined.push(name),
            _ => defined.push(name),
        }
    }
    defined.sort();
    undefined.sort();
    (defined, undefined)
}
