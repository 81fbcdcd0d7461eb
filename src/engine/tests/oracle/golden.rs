//! Cases with the CLIF of the golden tests, `tests/golden/*.clif`.
//!
//! The text names symbols, but does not declare them. Functions with a body and data that is colocated in
//! CLIF are defined, all other symbols are imported. The CLIF is for x86_64, and is compiled unchanged for
//! the other machines. Functions that Cranelift cannot compile there are omitted.

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use clif_engine::cgu::{Binding, Contents, DataDefinition, Placement, SymbolKind, Visibility};
use clif_engine::compile::Compiler;
use cranelift_codegen::entity::EntityRef;
use cranelift_codegen::isa::TargetIsa;

use crate::case::{Case, Function, Machine};

/// The minimum number of functions that have to be compared on each machine.
const AT_LEAST: usize = 150;

pub fn cases(machine: Machine) -> Vec<Case> {
    let cases: Vec<_> = files().iter().map(|path| case(machine, path)).collect();
    let functions: usize = cases.iter().map(|case| case.functions.len()).sum();
    assert!(functions >= AT_LEAST, "only {functions} functions of the golden tests");
    cases
}

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden");
    let entries = std::fs::read_dir(folder).expect("the golden tests");
    let mut files: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "clif"));
    files.sort();
    files
}

fn case(machine: Machine, path: &Path) -> Case {
    let text = std::fs::read_to_string(path).expect("a golden file");
    let mut case = Case::new(machine, path.file_name().expect("a file").to_string_lossy().into_owned());
    let mut defined = HashSet::new();
    for line in text.lines().filter(|line| line.starts_with("function ")) {
        let (_, name, _) = split(line).expect("a function has a name");
        case.symbol(name, SymbolKind::Function, Binding::Global);
    }
    let clif: String = text.lines().map(|line| numbered(&mut case, line) + "\n").collect();
    case.add_functions(&clif);
    // Without their hashes, instances of a generic function have the same name.
    case.functions.retain(|function| defined.insert(function.symbol));
    let isa = case.settings.build().expect("an ISA");
    if machine != Machine::X86_64 {
        case.functions.retain(|function| is_compiled(&*isa, function));
    }
    // Other functions may still refer to omitted ones.
    let compiled: HashSet<_> = case.functions.iter().map(|function| function.symbol).collect();
    let left_out: Vec<_> = defined.into_iter().filter(|symbol| !compiled.contains(symbol)).collect();
    for symbol in left_out {
        case.cgu.symbols.define(symbol, Binding::Import, Visibility::Default);
    }
    case
}

/// Returns whether Cranelift can compile `function`. If it cannot, it returns an error or panics.
fn is_compiled(isa: &dyn TargetIsa, function: &Function) -> bool {
    let compile = || Compiler::new().compile(isa, function.lowered()).is_ok();
    catch_unwind(AssertUnwindSafe(compile)).unwrap_or(false)
}

/// Splits a line into the parts before, in and after the name of its symbol.
fn split(line: &str) -> Option<(&str, &str, &str)> {
    let code = line.split(';').next()?;
    let (before, after) = code.split_once('%')?;
    let end = after.find(|character: char| !character.is_ascii_alphanumeric() && !"_.$".contains(character));
    let (name, after) = after.split_at(end.unwrap_or(after.len()));
    Some((before, name, after))
}

/// Replaces the symbol's name in the line by its number.
fn numbered(case: &mut Case, line: &str) -> String {
    let Some((before, name, after)) = split(line) else { return line.to_owned() };
    let has = |word: &str| before.split(' ').any(|other| other == word);
    let kind = match () {
        () if has("tls") => SymbolKind::ThreadLocal,
        () if has("symbol") => SymbolKind::Data,
        () => SymbolKind::Function,
    };
    let is_new = case.cgu.symbols.lookup(name).is_none();
    let is_defined = is_new && kind == SymbolKind::Data && has("colocated");
    let binding = if is_defined { Binding::Local } else { Binding::Import };
    let symbol = case.symbol(name, kind, binding);
    if is_defined {
        let contents = Contents::Bytes(format!("<{name}>").into_bytes().into());
        let (placement, relocations) = (Placement::ReadOnly, Vec::new());
        case.cgu.data.push(DataDefinition {
            symbol,
            contents,
            alignment: 1,
            placement,
            relocations,
            retain: false,
        });
    }
    format!("{before}u0:{}{after}", symbol.index())
}
