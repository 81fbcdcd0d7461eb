//! Which units of the incremental cache can be used again.
//!
//! The cached files are looked at before the dependency graph is asked: once the graph has found that a unit is
//! unchanged, the unit cannot be compiled in this session any more. A unit with a missing or damaged file is compiled
//! as if it had changed.

use std::fs;
use std::path::Path;

use clif_engine::artifacts::check_object;
use clif_engine::coordinator::UnitFiles;
use rustc_codegen_ssa::assert_module_sources::CguReuse;
use rustc_codegen_ssa::base::determine_cgu_reuse;
use rustc_incremental::in_incr_comp_dir_sess;
use rustc_middle::dep_graph::WorkProduct;
use rustc_middle::mono::CodegenUnit;
use rustc_middle::ty::TyCtxt;
use rustc_session::Session;
use rustc_session::config::OutputType;

use crate::outputs::DWARF_OBJECT_EXTENSION;

/// Whether `unit` is unchanged and its cached files are whole.
pub fn unit_reuse<'tcx>(tcx: TyCtxt<'tcx>, unit: &CodegenUnit<'tcx>) -> CguReuse {
    let previous = tcx.dep_graph.previous_work_product(&unit.work_product_id());
    if let Some(product) = previous
        && let Err(problem) = check_files(tcx.sess, &cached_files(tcx.sess, &product))
    {
        if tcx.sess.opts.unstable_opts.incremental_info {
            eprintln!("incremental: unit `{}` is compiled again: {problem}", unit.name());
        }
        return CguReuse::No;
    }
    determine_cgu_reuse(tcx, unit)
}

/// Where the cache has the files of a unit.
pub fn cached_files(sess: &Session, product: &WorkProduct) -> UnitFiles {
    let cached = |extension: &str| {
        let name = product.saved_files.get(extension)?;
        Some(in_incr_comp_dir_sess(sess, name))
    };
    UnitFiles {
        object: cached(OutputType::Object.extension()),
        dwarf_object: cached(DWARF_OBJECT_EXTENSION),
        clif: cached(OutputType::LlvmAssembly.extension()),
        assembly: cached(OutputType::Assembly.extension()),
    }
}

fn check_files(sess: &Session, files: &UnitFiles) -> Result<(), String> {
    let types = &sess.opts.output_types;
    if files.object.is_none() && (types.should_link() || types.contains_key(&OutputType::Object)) {
        return Err("the cache has no object of it".to_owned());
    }
    for path in [&files.object, &files.dwarf_object].into_iter().flatten() {
        check_object(path).map_err(|error| format!("`{}`: {error}", path.display()))?;
    }
    for path in [&files.clif, &files.assembly].into_iter().flatten() {
        check_text(path).map_err(|reason| format!("`{}`: {reason}", path.display()))?;
    }
    Ok(())
}

/// Texts begin with the name of the unit and end with a line end.
fn check_text(path: &Path) -> Result<(), String> {
    let bytes = fs::read(path).map_err(|error| error.to_string())?;
    let begins = [&b"# codegen unit "[..], b"; codegen unit "].iter().any(|mark| bytes.starts_with(mark));
    if begins && bytes.ends_with(b"\n") { Ok(()) } else { Err("not what was written there".to_owned()) }
}
