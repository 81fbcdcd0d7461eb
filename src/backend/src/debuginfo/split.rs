//! Decides which part of split debug info (`-Csplit-debuginfo`, `-Zsplit-dwarf-kind`) is not linked, and
//! where it goes.

use std::path::PathBuf;

use clif_engine::cgu::{SplitDwarf, SplitPlace};
use rustc_middle::ty::TyCtxt;
use rustc_session::Session;
use rustc_session::config::{DebugInfo, SplitDwarfKind};
use rustc_span::RemapPathScopeComponents;
use rustc_target::spec::SplitDebuginfo;

/// Returns where the unlinked part of a CGU's debug info goes; `None` if everything is linked, or without
/// debug info.
fn split_place(sess: &Session) -> Option<SplitPlace> {
    // Line directives come without a unit that could refer to the other part.
    let has_unit = !matches!(sess.opts.debuginfo, DebugInfo::None | DebugInfo::LineDirectivesOnly);
    let is_split = sess.split_debuginfo() != SplitDebuginfo::Off && sess.target_can_use_split_dwarf();
    (has_unit && is_split).then_some(match sess.opts.unstable_opts.split_dwarf_kind {
        SplitDwarfKind::Single => SplitPlace::Object,
        SplitDwarfKind::Split => SplitPlace::File,
    })
}

/// Returns the path of the `.dwo` file of the CGU `name`, if it has one.
pub fn dwarf_object_path(tcx: TyCtxt<'_>, name: &str) -> Option<PathBuf> {
    let path = || tcx.output_filenames(()).temp_path_dwo_for_cgu(name, tcx.sess.invocation_temp.as_deref());
    split_place(tcx.sess).filter(|&place| place == SplitPlace::File).map(|_| path())
}

/// Returns the reference from the linked part of the CGU `name` to its other part.
pub fn split_dwarf(tcx: TyCtxt<'_>, name: &str) -> Option<SplitDwarf> {
    let sess = tcx.sess;
    let place = split_place(sess)?;
    let path = tcx.output_filenames(()).split_dwarf_path(
        sess.split_debuginfo(),
        sess.opts.unstable_opts.split_dwarf_kind,
        name,
        sess.invocation_temp.as_deref(),
    )?;
    let source_map = sess.source_map();
    let path = source_map.path_mapping().to_real_filename(source_map.working_dir(), path);
    let path = path.path(RemapPathScopeComponents::DEBUGINFO).to_string_lossy().into_owned();
    Some(SplitDwarf { place, name: path.into() })
}
