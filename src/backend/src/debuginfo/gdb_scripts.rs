//! The section `.debug_gdb_scripts`, by which gdb loads pretty printers: rustc's own, which are found by
//! their file name, and those of `#![debugger_visualizer]`, whose text is in the section.
//!
//! Every CGU of a program or library that is linked has the section under one weak symbol, so that it does
//! not matter which CGUs the linker keeps; the linker merges equal strings. The C `main` reads a byte of it:
//! nothing else refers to it.

use clif_engine::cgu::{Binding, Contents, DataDefinition, Placement, SymbolId, SymbolKind, Visibility};
use rustc_codegen_ssa::base::collect_debugger_visualizers_transitive;
use rustc_codegen_ssa::traits::BuilderMethods;
use rustc_hir::attrs::DebuggerVisualizerType;
use rustc_hir::def_id::LOCAL_CRATE;
use rustc_session::config::CrateType;

use super::Detail;
use crate::builder::Builder;
use crate::cgu::context::CodegenCx;
use crate::clif::types::Type;
use crate::clif::values::Value;

/// The symbol that LLVM's CGUs define, too.
const SYMBOL: &str = "__rustc_debug_gdb_scripts_section__";
/// What precedes the name of a script file in the section.
const FILE_ENTRY: u8 = 1;
/// What precedes the text of a script.
const TEXT_ENTRY: u8 = 4;

impl<'tcx> CodegenCx<'tcx> {
    /// Defines the section in this CGU, if the crate wants it and it is not there yet.
    pub fn gdb_scripts_symbol(&self) -> Option<SymbolId> {
        if !self.wants_gdb_scripts() {
            return None;
        }
        if let Some(symbol) = self.symbols.borrow().lookup(SYMBOL) {
            return Some(symbol);
        }
        let symbol = self.define_symbol(SYMBOL, SymbolKind::Data, Binding::Weak, Visibility::Default);
        self.data.borrow_mut().push(DataDefinition {
            symbol,
            contents: Contents::Bytes(self.gdb_scripts().into()),
            // gdb complains of padding.
            alignment: 1,
            placement: Placement::Section { name: ".debug_gdb_scripts".into(), writable: false },
            relocations: vec![],
            retain: false,
        });
        Some(symbol)
    }

    /// Libraries that are linked into something else leave it to that: each may name other visualizers.
    fn wants_gdb_scripts(&self) -> bool {
        let is_linked = |crate_type: &CrateType| match crate_type {
            CrateType::Executable
            | CrateType::Dylib
            | CrateType::Cdylib
            | CrateType::StaticLib
            | CrateType::Sdylib => true,
            CrateType::ProcMacro | CrateType::Rlib => false,
        };
        self.debug.detail != Detail::None
            && self.tcx.sess.target.emit_debug_gdb_scripts
            && self.tcx.crate_types().iter().any(is_linked)
    }

    fn gdb_scripts(&self) -> Vec<u8> {
        let mut section = vec![FILE_ENTRY];
        section.extend_from_slice(b"gdb_load_rust_pretty_printers.py\0");
        let kind = DebuggerVisualizerType::GdbPrettyPrinter;
        let crate_name = self.tcx.crate_name(LOCAL_CRATE);
        for (index, script) in collect_debugger_visualizers_transitive(self.tcx, kind).iter().enumerate() {
            section.push(TEXT_ENTRY);
            section.extend_from_slice(format!("pretty-printer-{crate_name}-{index}\n").as_bytes());
            section.extend_from_slice(&script.src);
            section.push(0);
        }
        section
    }
}

impl<'a, 'tcx> Builder<'a, 'tcx> {
    /// Reads a byte of the section, so that the linker keeps it.
    pub(super) fn refer_to_gdb_scripts(&mut self) {
        if let Some(symbol) = self.cx.gdb_scripts_symbol() {
            self.volatile_load(Type::I8, Value::Symbol { symbol, offset: 0 });
        }
    }
}
