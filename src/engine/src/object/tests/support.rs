//! Builds CGUs from CLIF text.
//!
//! In the text, `{@name}` stands for the symbol `name`, which is an import if it was not declared before.

use std::fmt::Write as _;

use cranelift_codegen::entity::EntityRef;
use cranelift_codegen::ir::{RelSourceLoc, Value, ValueLabel, ValueLabelAssignments, ValueLabelStart};
use cranelift_codegen::isa::OwnedTargetIsa;

use crate::cgu::{
    Binding, Contents, DataDefinition, DataRelocation, DebugEmission, LoweredFunction, Placement,
    ReferenceOptions, SealedCgu, SectionLayout, SymbolId, SymbolKind, SymbolTable, UnitDebugInfo, Visibility,
};
use crate::compile::{CompiledFunction, Compiler, IsaSettings};
use crate::description::{
    CodeLocation, FunctionDescription, Parent, Scope, ScopeId, ScopeKind, Subprogram, UnitDescription,
};
use crate::object::{CguBytes, ObjectError, write_cgu};

/// The targets of all tests.
pub(crate) const TARGETS: [&str; 3] =
    ["x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu", "riscv64gc-unknown-linux-gnu"];

/// Returns settings for tests, with the verifier and the register allocator's checker.
pub(crate) fn settings(target: &str) -> IsaSettings {
    let triple = target.parse().expect("a target triple");
    IsaSettings {
        verify: true,
        check_register_allocation: true,
        value_ranges: true,
        ..IsaSettings::new(triple)
    }
}

impl LoweredFunction {
    /// Gives the value with this number a label of the same number.
    pub(crate) fn label(&mut self, number: u32) {
        let start = ValueLabelStart { from: RelSourceLoc::default(), label: ValueLabel::from_u32(number) };
        let dfg = &mut self.clif.dfg;
        dfg.collect_debug_info();
        let labels = dfg.values_labels.as_mut().expect("labels");
        labels.insert(Value::from_u32(number), ValueLabelAssignments::Starts(vec![start]));
    }
}

/// A CGU under construction.
pub(crate) struct TestCgu {
    pub(crate) isa: OwnedTargetIsa,
    pub(crate) cgu: SealedCgu,
    pub(crate) functions: Vec<CompiledFunction>,
    compiler: Compiler,
}

impl TestCgu {
    pub(crate) fn new(target: &str) -> Self {
        Self::with(&settings(target))
    }

    pub(crate) fn with(settings: &IsaSettings) -> Self {
        let cgu = SealedCgu {
            name: "test.0".into(),
            symbols: SymbolTable::default(),
            data: Vec::new(),
            debug_info: None,
            positions: None,
            unwind_tables: true,
            references: ReferenceOptions::default(),
            llvm: crate::llvm::Module::default(),
            section_layout: SectionLayout::OnePerSymbol,
            compiler: None,
        };
        let isa = settings.build().expect("an ISA");
        TestCgu { isa, cgu, functions: Vec::new(), compiler: Compiler::new() }
    }

    pub(crate) fn symbol(&mut self, name: &str, kind: SymbolKind, binding: Binding) -> SymbolId {
        let id = self.cgu.symbols.intern(name, kind, binding, Visibility::Default);
        self.cgu.symbols.define(id, binding, Visibility::Default);
        self.cgu.symbols.set_kind(id, kind);
        id
    }

    /// Adds a global function without landing pads.
    pub(crate) fn function(&mut self, name: &str, clif: &str) -> SymbolId {
        let symbol = self.symbol(name, SymbolKind::Function, Binding::Global);
        let function = self.lower(symbol, clif);
        self.add(function);
        symbol
    }

    /// Adds a global function with landing pads.
    pub(crate) fn function_with_personality(
        &mut self,
        name: &str,
        personality: &str,
        clif: &str,
    ) -> SymbolId {
        let symbol = self.symbol(name, SymbolKind::Function, Binding::Global);
        let personality = self.symbol(personality, SymbolKind::Function, Binding::Import);
        let mut function = self.lower(symbol, clif);
        function.personality = Some(personality);
        self.add(function);
        symbol
    }

    /// Returns what lowering would hand over for `clif`, with position n for source location n.
    pub(crate) fn lower(&mut self, symbol: SymbolId, clif: &str) -> LoweredFunction {
        let text = self.resolve_names(clif);
        let mut functions = cranelift_reader::parse_functions(&text).expect("valid CLIF");
        assert_eq!(functions.len(), 1, "one function at a time");
        LoweredFunction {
            symbol,
            clif: functions.remove(0),
            section: None,
            alignment: 1,
            unwind_table: true,
            personality: None,
            locations: (0..1000)
                .map(|position| CodeLocation { position, scope: ScopeId::FUNCTION })
                .collect(),
            symbol_name: self.cgu.symbols.get(symbol).name.clone(),
            description: Some(Box::new(self.describe(symbol))),
        }
    }

    /// Describes a function without types, variables and inlined functions.
    fn describe(&self, symbol: SymbolId) -> FunctionDescription {
        let symbol = self.cgu.symbols.get(symbol);
        let subprogram = Subprogram {
            name: symbol.name.clone(),
            linkage_name: Some(symbol.name.clone()),
            parent: Parent::Unit,
            declaration: Some(0),
            return_type: None,
            parameters: Vec::new(),
            type_parameters: Vec::new(),
            is_external: symbol.binding != Binding::Local,
            is_noreturn: false,
            is_main: false,
        };
        let scopes = [Scope { parent: None, kind: ScopeKind::Function }].into_iter().collect();
        FunctionDescription { subprogram, scopes, variables: Vec::new(), is_named_by_lines: false }
    }

    pub(crate) fn add(&mut self, function: LoweredFunction) {
        self.compiler.set_clif_in_errors(true);
        let compiled = self.compiler.compile(&*self.isa, function).unwrap_or_else(|error| panic!("{error}"));
        self.functions.push(compiled);
    }

    pub(crate) fn data(
        &mut self,
        name: &str,
        binding: Binding,
        placement: Placement,
        contents: &[u8],
    ) -> &mut DataDefinition {
        let kind = match placement {
            Placement::ThreadLocal => SymbolKind::ThreadLocal,
            _ => SymbolKind::Data,
        };
        let symbol = self.symbol(name, kind, binding);
        self.cgu.data.push(DataDefinition {
            symbol,
            contents: Contents::Bytes(contents.into()),
            alignment: 8,
            placement,
            relocations: Vec::new(),
            retain: false,
        });
        self.cgu.data.last_mut().expect("just pushed")
    }

    /// Adds an address to the data object defined last.
    pub(crate) fn address_in_data(&mut self, offset: u64, target: &str, addend: i64) {
        let target =
            self.cgu.symbols.intern(target, SymbolKind::Function, Binding::Import, Visibility::Default);
        let definition = self.cgu.data.last_mut().expect("a data object");
        definition.relocations.push(DataRelocation { offset, target, addend });
    }

    pub(crate) fn with_debug_info(&mut self, version: u16) {
        self.cgu.debug_info = Some(UnitDebugInfo {
            producer: "clang LLVM (test)".into(),
            name: "src/lib.rs/@/test.0".into(),
            compilation_directory: "/build".into(),
            address_ranges: true,
            version,
            emission: DebugEmission::Full,
            split: None,
            compression: None,
            description: UnitDescription::default(),
        });
    }

    pub(crate) fn write(&self) -> Result<CguBytes, ObjectError> {
        write_cgu(&*self.isa, &self.cgu, &self.functions)
    }

    pub(crate) fn files(&self) -> CguBytes {
        self.write().unwrap_or_else(|error| panic!("{error}"))
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.files().object
    }

    fn resolve_names(&mut self, clif: &str) -> String {
        let mut text = String::with_capacity(clif.len());
        let mut rest = clif;
        while let Some((before, after)) = rest.split_once("{@") {
            let (name, after) = after.split_once('}').expect("a closing brace");
            let id =
                self.cgu.symbols.intern(name, SymbolKind::Function, Binding::Import, Visibility::Default);
            text.push_str(before);
            write!(text, "u0:{}", id.index()).expect("writing to a string");
            rest = after;
        }
        text.push_str(rest);
        text
    }
}
