//! A CGU that is written twice.

use clif_engine::cgu::{
    Binding, LoweredFunction, ReferenceOptions, SealedCgu, SectionLayout, SymbolId, SymbolKind, SymbolTable,
    Visibility,
};
use clif_engine::compile::IsaSettings;
use cranelift_codegen::entity::EntityRef;
use cranelift_codegen::ir;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Machine {
    X86_64,
    Aarch64,
    Riscv64,
}

impl Machine {
    /// Returns the engine's settings for the machine, with the verifier.
    pub fn settings(self) -> IsaSettings {
        let triple = match self {
            Machine::X86_64 => "x86_64-unknown-linux-gnu",
            Machine::Aarch64 => "aarch64-unknown-linux-gnu",
            Machine::Riscv64 => "riscv64gc-unknown-linux-gnu",
        };
        let triple = triple.parse().expect("a target triple");
        IsaSettings { verify: true, ..IsaSettings::new(triple) }
    }
}

pub struct Case {
    /// The name in messages.
    pub name: String,
    pub machine: Machine,
    pub settings: IsaSettings,
    pub cgu: SealedCgu,
    pub functions: Vec<Function>,
    /// The object that LLVM compiled for the CGU.
    pub assembled: Option<Vec<u8>>,
}

/// A function before it is compiled.
pub struct Function {
    pub symbol: SymbolId,
    pub clif: ir::Function,
    pub section: Option<Box<str>>,
    pub alignment: u32,
    /// Present when there are landing pads.
    pub personality: Option<SymbolId>,
}

impl Function {
    pub fn lowered(&self) -> LoweredFunction {
        LoweredFunction {
            symbol: self.symbol,
            clif: self.clif.clone(),
            section: self.section.clone(),
            alignment: self.alignment,
            unwind_table: true,
            personality: self.personality,
            locations: Vec::new(),
            symbol_name: "".into(),
            description: None,
        }
    }
}

impl Case {
    /// Creates a case without functions and data.
    pub fn new(machine: Machine, name: String) -> Case {
        let cgu = SealedCgu {
            name: "oracle.0".into(),
            symbols: SymbolTable::default(),
            data: Vec::new(),
            debug_info: None,
            positions: None,
            unwind_tables: true,
            references: ReferenceOptions::default(),
            llvm: clif_engine::llvm::Module::default(),
            section_layout: SectionLayout::OnePerSymbol,
            compiler: None,
        };
        let settings = machine.settings();
        Case { name, machine, settings, cgu, functions: Vec::new(), assembled: None }
    }

    /// Returns the symbol with this name, and adds it if it is new.
    pub fn symbol(&mut self, name: &str, kind: SymbolKind, binding: Binding) -> SymbolId {
        self.cgu.symbols.intern(name, kind, binding, Visibility::Default)
    }

    /// Adds the functions of `clif`, in which the name of symbol `n` is `u0:n`.
    pub fn add_functions(&mut self, clif: &str) {
        let functions =
            cranelift_reader::parse_functions(clif).unwrap_or_else(|error| panic!("{}: {error}", self.name));
        for clif in functions {
            let ir::UserFuncName::User(name) = &clif.name else { panic!("a function without a symbol") };
            let symbol = SymbolId::new(name.index as usize);
            let has_landing_pads = !clif.dfg.exception_tables.is_empty();
            let personality = has_landing_pads
                .then(|| self.symbol("rust_eh_personality", SymbolKind::Function, Binding::Import));
            self.functions.push(Function { symbol, clif, section: None, alignment: 1, personality });
        }
    }
}
