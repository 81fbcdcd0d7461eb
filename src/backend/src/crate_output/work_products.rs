//! Finds the files of a work product: what the incremental cache has of a CGU.
//!
//! rustc decides which CGUs are unchanged. The workers that copy their files find out whether the files can
//! be used (`clif_engine::artifacts::check_work_products`). A CGU with a missing or damaged file is compiled
//! as if it had changed ([`crate::crate_output::codegen`]).

use clif_engine::artifacts::CguFiles;
use rustc_incremental::in_incr_comp_dir_sess;
use rustc_middle::dep_graph::WorkProduct;
use rustc_session::Session;
use rustc_session::config::OutputType;

use crate::crate_output::outputs::DWARF_OBJECT_EXTENSION;

/// Returns the paths of a CGU's files in the cache.
pub fn files(sess: &Session, product: &WorkProduct) -> CguFiles {
    let cached = |extension: &str| {
        let name = product.saved_files.get(extension)?;
        Some(in_incr_comp_dir_sess(sess, name))
    };
    CguFiles {
        object: cached(OutputType::Object.extension()),
        dwarf_object: cached(DWARF_OBJECT_EXTENSION),
        clif: cached(OutputType::LlvmAssembly.extension()),
        assembly: cached(OutputType::Assembly.extension()),
    }
}
