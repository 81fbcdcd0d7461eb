//! Writes the object of the same CGU with `cranelift-object`, using all of its interface.
//!
//! What it cannot express is omitted, and becomes a discrepancy: [`crate::differences`].

use std::collections::HashMap;

use clif_engine::cgu::{
    Binding, Contents, DataDefinition, Placement, Symbol, SymbolId, SymbolKind, Visibility,
};
use cranelift_codegen::entity::EntityRef;
use cranelift_codegen::isa::CallConv;
use cranelift_codegen::{Context, ir};
use cranelift_module::{
    DataDescription, DataId, FuncId, Linkage, Module as _, ModuleRelocTarget, default_libcall_names,
};
use cranelift_object::{ObjectBuilder, ObjectModule};

use crate::case::{Case, Function};

pub fn write(case: &Case) -> Vec<u8> {
    let isa = case.settings.build().expect("an ISA");
    let mut builder =
        ObjectBuilder::new(isa, &*case.cgu.name, Box::new(routine)).expect("the target is supported");
    let separates = case.cgu.section_layout.separates();
    builder.per_function_section(separates).per_data_object_section(separates);
    builder.unwind_info(case.settings.unwind_tables);
    let mut writer = Writer { module: ObjectModule::new(builder), declared: HashMap::new() };
    for (id, symbol) in case.cgu.symbols.iter() {
        writer.declare(case, id, symbol);
    }
    for definition in &case.cgu.data {
        writer.define_data(definition);
    }
    for function in &case.functions {
        writer.define_function(case, function);
    }
    writer.module.finish().emit().unwrap_or_else(|error| panic!("{}: {error}", case.name))
}

/// Returns the name of a routine: `cranelift-object`'s choice, apart from `nearbyint`. That differs from
/// `rint` only in the exception flags, which no one reads.
fn routine(routine: ir::LibCall) -> String {
    match routine {
        ir::LibCall::NearestF32 => "rintf".to_owned(),
        ir::LibCall::NearestF64 => "rint".to_owned(),
        routine => default_libcall_names()(routine),
    }
}

#[derive(Clone, Copy)]
enum Declared {
    Function(FuncId),
    Data(DataId),
}

impl Declared {
    fn name(self) -> ModuleRelocTarget {
        match self {
            Declared::Function(id) => id.into(),
            Declared::Data(id) => id.into(),
        }
    }
}

struct Writer {
    module: ObjectModule,
    declared: HashMap<SymbolId, Declared>,
}

impl Writer {
    fn declare(&mut self, case: &Case, id: SymbolId, symbol: &Symbol) {
        // It has no aliases, so they are imports like symbols of other objects.
        let is_alias = case.cgu.symbols.aliases().iter().any(|&(alias, _)| alias == id);
        let is_defined = case.functions.iter().any(|function| function.symbol == id)
            || case.cgu.data.iter().any(|definition| definition.symbol == id);
        let linkage = if is_alias || !is_defined { Linkage::Import } else { linkage(symbol) };
        let definition = case.cgu.data.iter().find(|definition| definition.symbol == id);
        let declared = if symbol.kind == SymbolKind::Function {
            let signature = ir::Signature::new(CallConv::SystemV);
            let function = self.module.declare_function(&symbol.name, linkage, &signature);
            Declared::Function(function.expect("a new function"))
        } else {
            let writable = definition.is_some_and(|definition| is_writable(&definition.placement));
            let is_thread_local = symbol.kind == SymbolKind::ThreadLocal;
            let data = self.module.declare_data(&symbol.name, linkage, writable, is_thread_local);
            Declared::Data(data.expect("new data"))
        };
        self.declared.insert(id, declared);
    }

    fn define_function(&mut self, case: &Case, function: &Function) {
        let mut context = Context::for_function(function.clif.clone());
        // It numbers functions and data separately.
        let names: Vec<_> =
            context.func.params.user_named_funcs().iter().map(|(r, n)| (r, n.clone())).collect();
        for (reference, name) in names {
            let ModuleRelocTarget::User { namespace, index } =
                self.declared[&SymbolId::new(name.index as usize)].name()
            else {
                unreachable!("ids have names of users");
            };
            let name = ir::UserExternalName { namespace, index };
            context.func.params.reset_user_func_name(reference, name);
        }
        let Declared::Function(id) = self.declared[&function.symbol] else { panic!("a function") };
        self.module
            .define_function(id, &mut context)
            .unwrap_or_else(|error| panic!("{}: {error}", case.name));
    }

    fn define_data(&mut self, definition: &DataDefinition) {
        let id = match self.declared[&definition.symbol] {
            Declared::Data(id) => id,
            Declared::Function(id) => {
                // Machine code that no function was lowered to.
                let Contents::Bytes(code) = &definition.contents else { panic!("code has bytes") };
                let defined = self.module.define_function_bytes(id, definition.alignment, code, &[]);
                return defined.expect("a new function");
            }
        };
        let is_in_named_section = matches!(definition.placement, Placement::Section { .. });
        let mut description = DataDescription::new();
        match &definition.contents {
            Contents::Bytes(bytes) => description.define(bytes.clone()),
            // It panics for these.
            Contents::Zeroed(size) if is_in_named_section => {
                description.define(vec![0; *size as usize].into());
            }
            Contents::Zeroed(size) => description.define_zeroinit(*size as usize),
        }
        description.set_align(definition.alignment);
        description.set_used(definition.retain);
        if let Placement::Section { name, .. } = &definition.placement {
            let declaration = self.module.declarations().get_data_decl(id);
            if !declaration.tls {
                description.set_custom_section(name);
            }
        }
        for relocation in &definition.relocations {
            let offset = relocation.offset as u32;
            let name = self.declared[&relocation.target].name();
            // Its relocations to functions have no addend. Functions that are imported as data have one.
            let target = description.import_global_value(name);
            description.write_data_addr(offset, target, relocation.addend);
        }
        self.module.define_data(id, &description).expect("new data");
    }
}

fn is_writable(placement: &Placement) -> bool {
    match placement {
        Placement::ReadOnly | Placement::Code => false,
        Placement::Writable | Placement::ThreadLocal => true,
        Placement::Section { writable, .. } => *writable,
    }
}

fn linkage(symbol: &Symbol) -> Linkage {
    match (symbol.binding, symbol.visibility) {
        (Binding::Import | Binding::WeakImport, _) => Linkage::Import,
        (Binding::Local, _) => Linkage::Local,
        (Binding::Weak, _) => Linkage::Preemptible,
        (Binding::Global | Binding::Common, Visibility::Hidden) => Linkage::Hidden,
        (Binding::Global | Binding::Common, _) => Linkage::Export,
    }
}
