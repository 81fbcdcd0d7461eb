//! Where the incremental cache has the files of CGUs.
//!
//! Which CGUs are unchanged is rustc's to know. Whether their files can be used is found out by the workers
//! that copy them (`clif_engine::artifacts::check_files`): a CGU with a missing or damaged file is compiled
//! as if it had changed ([`crate::crate_output::codegen`]).

use clif_engine::coordinator::CguFiles;
use rustc_incremental::in_incr_comp_dir_sess;
use rustc_middle::dep_graph::WorkProduct;
use rustc_session::Session;
use rustc_session::config::OutputType;

use crate::crate_output::outputs::DWARF_OBJECT_EXTENSION;

/// Where the cache has the files of a CGU.
pub fn cached_files(sess: &Session, product: &WorkProduct) -> CguFiles {
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
