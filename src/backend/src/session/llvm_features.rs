//! Translates target features to LLVM's names, for what LLVM compiles: assembly and vendor intrinsics.
//!
//! rustc's own LLVM backend has the same table, but it is private (`to_llvm_features` of its `llvm_util`).
//! The suite `assembly` compiles with each of these features through both.

use rustc_hir::def_id::DefId;
use rustc_middle::ty::TyCtxt;

use crate::machines::Machine;

/// Returns the features of a function with `#[target_feature]`, including those of the session; `None` for a
/// function without, which has the session's.
pub fn of_function(tcx: TyCtxt<'_>, function: DefId) -> Option<String> {
    let has_own = tcx.def_kind(function).has_codegen_attrs()
        && !tcx.codegen_fn_attrs(function).target_features.is_empty();
    if !has_own {
        return None;
    }
    let machine = Machine::of_session(tcx.sess).facts;
    let mut features = tcx.global_backend_features(()).clone();
    for feature in tcx.asm_target_features(function) {
        let names = machine.features.names_in_llvm(feature.as_str());
        features.extend(names.iter().map(|name| format!("+{name}")));
    }
    Some(features.join(","))
}
