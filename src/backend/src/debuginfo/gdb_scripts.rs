//! Writes `.debug_gdb_scripts`, from which gdb loads pretty printers: rustc's own, which it finds by their
//! file name, and those of `#![debugger_visualizer]`, whose text is in the section.
//!
//! Every CGU of a linked program or library has the section under one weak symbol, so that it does not matter
//! which CGUs the linker keeps. The linker merges equal strings. The C `main` reads a byte of the section,
//! since nothing else refers to it.

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

/// The symbol of the section, as in LLVM's CGUs.
const SYMBOL: &str = "__rustc_debug_gdb_scripts_section__";
/// The byte before the name of a script file.
const FILE_ENTRY: u8 = 1;
/// The byte before the text of a script.
const TEXT_ENTRY: u8 = 4;

impl<'tcx> CodegenCx<'tcx> {
    /// Returns the symbol of the section, which the first call defines in this CGU; `None` if the crate does
    /// not have the section.
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
            // gdb warns about padding.
            alignment: 1,
            placement: Placement::Section { name: ".debug_gdb_scripts".into(), writable: false },
            relocations: vec![],
            retain: false,
        });
        Some(symbol)
    }

    /// Whether the crate has the section. Libraries that are linked into another crate leave it to that
    /// crate: each may name other visualizers.
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
