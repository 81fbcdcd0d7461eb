//! LTO: `-Clto=fat` and `-Clto=thin` combine the CGUs of one crate, and so does `-Cpasses=combine-cgus`
//! without LTO.
//!
//! In the order of a compilation:
//! 1. [`check`] refuses what LTO does not support, by rustc's own rules.
//! 2. [`plan`] decides whether the crate's CGUs are kept until all are lowered. The thin-local LTO that rustc
//!    turns on by itself in optimised builds does not count: it serves LLVM's inlining between CGUs. `rlib`s
//!    take no part in LTO.
//! 3. [`cgu_name`] and [`exported_symbols`] describe the combined CGU, which `clif_engine::combine` makes.
//!    The allocator and metadata modules remain separate objects.
//! 4. [`UpstreamCrates`] has rustc link the upstream crates. rustc's linker step leaves their objects out of
//!    an LTO link, because with LLVM they are already part of the crate's own object. Ours are not: our
//!    `rlib`s contain only objects, and so do those of the standard library, apart from bitcode that we
//!    cannot use. So each upstream crate is declared to take no part in LTO. rustc then links it as without
//!    LTO: as an archive, from which the linker takes what is needed.
//!
//! Combined CGUs are lowered again in every build and never saved: the incremental cache only has objects of
//! single CGUs.

use std::sync::{Mutex, PoisonError};

use clif_engine::coordinator::CguPlan;
use rustc_codegen_ssa::CrateInfo;
use rustc_codegen_ssa::back::symbol_export::crates_export_threshold;
use rustc_data_structures::fx::FxIndexMap;
use rustc_hir::def_id::LOCAL_CRATE;
use rustc_middle::middle::dependency_format::Linkage;
use rustc_middle::middle::exported_symbols::{SymbolExportInfo, SymbolExportKind, SymbolExportLevel};
use rustc_middle::middle::lang_items;
use rustc_middle::mono::CodegenUnitNameBuilder;
use rustc_middle::ty::TyCtxt;
use rustc_session::Session;
use rustc_session::config::{CrateType, LinkerPluginLto, Lto};
use rustc_symbol_mangling::mangle_internal_symbol;

use crate::session::flags::{COMBINE_PASS, refuse_option};
use crate::session::refuse;

/// Ends the compilation if the crate cannot be compiled with the LTO that the session asks for.
pub fn check(tcx: TyCtxt<'_>) {
    let sess = tcx.sess;
    check_linker_plugin(tcx);
    if !has_lto(tcx) {
        return;
    }
    if sess.opts.unstable_opts.no_link {
        refuse(sess, "`-Zno-link` together with LTO", "compile and link in one step, or without LTO");
    }
    // These are rustc's own messages, which tools may look for.
    for crate_type in tcx.crate_types() {
        match crate_type {
            CrateType::Executable | CrateType::Cdylib | CrateType::StaticLib => {}
            CrateType::Dylib => {
                sess.dcx().fatal("lto cannot be used for `dylib` crate type without `-Zdylib-lto`")
            }
            CrateType::ProcMacro => {
                sess.dcx().fatal("lto cannot be used for `proc-macro` crate type without `-Zdylib-lto`")
            }
            CrateType::Rlib | CrateType::Sdylib => {
                sess.dcx().fatal("lto can only be run for executables, cdylibs and static library outputs")
            }
        }
    }
    if sess.opts.cg.prefer_dynamic {
        sess.dcx()
            .struct_fatal("cannot prefer dynamic linking when performing LTO")
            .with_note("only 'staticlib', 'bin', and 'cdylib' outputs are supported with LTO")
            .emit();
    }
}

/// Refuses `-Clinker-plugin-lto` where objects do not serve as well as bitcode. If a Cargo profile sets
/// `lto`, cargo compiles the `rlib`s with this flag, for "bitcode only". Objects work there, also for a
/// linker with a plugin. The linker cannot do the LTO itself, though.
fn check_linker_plugin(tcx: TyCtxt<'_>) {
    let is_served_by_objects = match &tcx.sess.opts.cg.linker_plugin_lto {
        LinkerPluginLto::Disabled => true,
        LinkerPluginLto::LinkerPluginAuto => is_rlib(tcx),
        LinkerPluginLto::LinkerPlugin(_) => false,
    };
    if !is_served_by_objects {
        refuse_option(tcx.sess, "-Clinker-plugin-lto");
    }
}

fn is_rlib(tcx: TyCtxt<'_>) -> bool {
    matches!(tcx.crate_types(), [CrateType::Rlib])
}

/// Whether the session asks for LTO, and the crate is a program or library that takes part in it.
fn has_lto(tcx: TyCtxt<'_>) -> bool {
    asks_for_lto(tcx.sess) && !is_rlib(tcx)
}

fn asks_for_lto(sess: &Session) -> bool {
    match sess.lto() {
        Lto::Fat | Lto::Thin => true,
        Lto::No | Lto::ThinLocal => false,
    }
}

/// Decides whether the crate's CGUs are combined.
pub fn plan(tcx: TyCtxt<'_>) -> CguPlan {
    let has_pass = tcx.sess.opts.cg.passes.iter().any(|pass| pass == COMBINE_PASS);
    if has_pass || has_lto(tcx) { CguPlan::Combine } else { CguPlan::Compile }
}

/// Returns the name of the combined CGU.
pub fn cgu_name(tcx: TyCtxt<'_>) -> String {
    CodegenUnitNameBuilder::new(tcx).build_cgu_name(LOCAL_CRATE, ["crate"], Some("combined")).to_string()
}

/// Returns the symbols of this crate that other objects refer to, or that must stay although nothing refers
/// to them.
pub fn exported_symbols(tcx: TyCtxt<'_>) -> impl Iterator<Item = Box<str>> {
    let threshold = crates_export_threshold(tcx.crate_types());
    let symbols = tcx.exported_non_generic_symbols(LOCAL_CRATE).iter();
    let symbols = symbols.chain(tcx.exported_generic_symbols(LOCAL_CRATE));
    symbols.filter(move |(_, info)| is_needed(info, threshold)).map(move |(symbol, _)| {
        let name = symbol.symbol_name_for_local_instance(tcx).name;
        name.strip_prefix('\u{1}').unwrap_or(name).into()
    })
}

/// Whether other objects rely on a symbol: users of the crate, `#[used]`, or the crates of the standard
/// library and the allocator shim, which agree on some names among themselves.
fn is_needed(info: &SymbolExportInfo, threshold: SymbolExportLevel) -> bool {
    info.level.is_below_threshold(threshold) || info.used || info.rustc_std_internal_symbol
}

/// The symbols that an LTO link needs of the upstream crates, noted at the end of lowering for the linker
/// step.
///
/// Without LTO, rustc makes the linker take the upstream objects that define something exported, `#[used]` or
/// internal to std, through an object that mentions their names (`CrateInfo::linked_symbols`). With LTO,
/// rustc lists none of them.
#[derive(Default)]
pub struct UpstreamCrates {
    linked_symbols: Mutex<FxIndexMap<CrateType, Vec<LinkedSymbol>>>,
}

/// A symbol's name and kind.
type LinkedSymbol = (String, SymbolExportKind);

impl UpstreamCrates {
    /// Notes the symbols of upstream crates if the crate is linked with LTO.
    pub fn note(&self, tcx: TyCtxt<'_>, crate_info: &CrateInfo) {
        if !has_lto(tcx) {
            return;
        }
        let linked = crate_info.crate_types.iter().filter(|crate_type| match crate_type {
            CrateType::Executable | CrateType::Cdylib => true,
            // An archive contains all upstream objects. The other types have no LTO.
            CrateType::StaticLib
            | CrateType::Rlib
            | CrateType::Dylib
            | CrateType::ProcMacro
            | CrateType::Sdylib => false,
        });
        let symbols = linked.map(|&crate_type| (crate_type, linked_symbols(tcx, crate_info, crate_type)));
        *self.linked_symbols.lock().unwrap_or_else(PoisonError::into_inner) = symbols.collect();
    }

    /// Makes rustc link the upstream crates as without LTO.
    pub fn bring_in(&self, sess: &Session, crate_info: &mut CrateInfo) {
        if !asks_for_lto(sess) {
            return;
        }
        // `#![no_builtins]` keeps a crate out of LTO, and has no other meaning for the linker step.
        crate_info.is_no_builtins.extend(&crate_info.used_crates);
        let symbols =
            std::mem::take(&mut *self.linked_symbols.lock().unwrap_or_else(PoisonError::into_inner));
        for (crate_type, symbols) in symbols {
            crate_info.linked_symbols.entry(crate_type).or_default().extend(symbols);
        }
    }
}

/// Returns the upstream symbols that rustc puts into `CrateInfo::linked_symbols` without LTO.
fn linked_symbols(tcx: TyCtxt<'_>, crate_info: &CrateInfo, crate_type: CrateType) -> Vec<LinkedSymbol> {
    let formats = &crate_info.dependency_formats[&crate_type];
    let mut symbols: Vec<LinkedSymbol> = Vec::new();
    for (krate, format) in formats.iter_enumerated() {
        if krate == LOCAL_CRATE || *format != Linkage::Static {
            continue;
        }
        // compiler-builtins is linked last and overrides nothing.
        let threshold = crates_export_threshold(&[crate_type]);
        for (symbol, info) in tcx.exported_non_generic_symbols(krate) {
            let is_for_others = info.level.is_below_threshold(threshold) && !tcx.is_compiler_builtins(krate);
            if is_for_others || info.used || info.rustc_std_internal_symbol {
                symbols.push((symbol.symbol_name_for_local_instance(tcx).to_string(), info.kind));
            }
        }
    }
    symbols.extend(missing_lang_items(tcx, crate_info));
    symbols
}

/// Returns the items that one upstream crate needs and a later one defines (the panic handler). The linker
/// searches archives in order.
fn missing_lang_items(tcx: TyCtxt<'_>, crate_info: &CrateInfo) -> Vec<LinkedSymbol> {
    let items = crate_info.used_crates.iter().flat_map(|&krate| tcx.missing_lang_items(krate));
    let required = items.filter(|item| item.is_weak() && lang_items::required(tcx, **item));
    let names = required.filter_map(|item| Some(mangle_internal_symbol(tcx, item.link_name()?.as_str())));
    names.map(|name| (name, SymbolExportKind::Text)).collect()
}
