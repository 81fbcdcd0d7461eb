//! Describes the CGU itself: its name, directory, DWARF version and kind of debug info.

use clif_engine::cgu::{DebugCompression, DebugEmission, UnitDebugInfo};
use rustc_hir::def_id::LOCAL_CRATE;
use rustc_session::config::{DebugInfo, DebugInfoCompression};
use rustc_span::RemapPathScopeComponents;

use super::split;
use crate::cgu::context::CodegenCx;

impl<'tcx> CodegenCx<'tcx> {
    /// Returns the directory that relative file names start from.
    pub fn compilation_directory(&self) -> String {
        let directory = self.tcx.sess.source_map().working_dir();
        directory.path(RemapPathScopeComponents::DEBUGINFO).to_string_lossy().into_owned()
    }

    /// Returns the CGU's debug info with everything described so far; `None` if the session has no debug
    /// info.
    pub fn unit_debug_info(&self) -> Option<UnitDebugInfo> {
        let sess = self.tcx.sess;
        let emission = match sess.opts.debuginfo {
            DebugInfo::None => return None,
            DebugInfo::LineDirectivesOnly => DebugEmission::LineDirectives,
            DebugInfo::LineTablesOnly => DebugEmission::LineTables,
            DebugInfo::Limited | DebugInfo::Full => DebugEmission::Full,
        };
        let producer =
            format!("clif (rustc version {}, Cranelift {})", sess.cfg_version, cranelift_codegen::VERSION);
        let description = self.debug.description.take();
        debug_assert!(description.is_complete(), "a type was reserved and never defined");
        Some(UnitDebugInfo {
            producer: producer.into(),
            name: self.cgu_display_name().into(),
            compilation_directory: self.compilation_directory().into(),
            address_ranges: sess.target.generate_arange_section
                && !sess.opts.unstable_opts.no_generate_arange_section,
            version: sess.dwarf_version() as u16,
            emission,
            split: split::split_dwarf(self.tcx, self.cgu_name.as_str()),
            compression: match sess.opts.unstable_opts.debuginfo_compression {
                DebugInfoCompression::None => None,
                DebugInfoCompression::Zlib => Some(DebugCompression::Zlib),
                DebugInfoCompression::Zstd => Some(DebugCompression::Zstd),
            },
            description,
        })
    }

    /// Returns the name of the crate's root file, with the CGU's name: the names of a crate's CGUs must
    /// differ.
    fn cgu_display_name(&self) -> String {
        let root = match self.tcx.sess.local_crate_source_file() {
            Some(file) => file.path(RemapPathScopeComponents::DEBUGINFO).to_string_lossy().into_owned(),
            None => self.tcx.crate_name(LOCAL_CRATE).to_string(),
        };
        format!("{root}/@/{}", self.cgu_name)
    }
}
