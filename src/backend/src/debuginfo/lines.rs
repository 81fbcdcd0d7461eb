//! Notes positions in the source during lowering, and looks them up on worker threads.
//!
//! 1. [`SourcePositions`] notes the file of every position that the CGU mentions. A position is an offset in
//!    the compiler's position space, as in a span.
//! 2. [`LineResolver`] turns positions into files, lines and columns. It uses copies of these files' line
//!    starts, which are made once for all CGUs of the crate ([`CrateFiles`]).

use std::cell::RefCell;
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

use clif_engine::cgu::{FileId, PositionResolver, SourceFile, SourceFiles, SourceLocation};
use rustc_data_structures::fx::FxHashMap;
use rustc_hir::def_id::DefId;
use rustc_span::{
    BytePos, DUMMY_SP, FileName, RemapPathScopeComponents, SourceFileHashAlgorithm, Span, hygiene,
};

use crate::cgu::context::CodegenCx;

/// The position of code that does not come from the source.
pub const NO_POSITION: u32 = u32::MAX;

/// The files that positions of any CGU are in, by their starts.
#[derive(Default)]
pub struct CrateFiles(RefCell<FxHashMap<u32, Arc<FileLines>>>);

/// The files that the CGU's positions are in.
pub struct SourcePositions {
    /// The range of the last position's file: most positions are in the same file.
    last_file: Range<u32>,
    files: FxHashMap<u32, Arc<FileLines>>,
    of_crate: Rc<CrateFiles>,
}

impl SourcePositions {
    pub fn new(of_crate: Rc<CrateFiles>) -> SourcePositions {
        SourcePositions { last_file: Range::default(), files: FxHashMap::default(), of_crate }
    }

    /// Notes the file that starts at `start`; `describe` is called if no CGU has mentioned it before.
    fn note(&mut self, start: u32, describe: impl FnOnce() -> FileLines) {
        let SourcePositions { files, of_crate, .. } = self;
        files.entry(start).or_insert_with(|| {
            Arc::clone(of_crate.0.borrow_mut().entry(start).or_insert_with(|| Arc::new(describe())))
        });
    }

    /// Returns what the workers need to resolve the CGU's positions.
    pub fn resolver(&self) -> LineResolver {
        let mut files: Vec<Arc<FileLines>> = self.files.values().cloned().collect();
        files.sort_by_key(|file| file.start);
        LineResolver { files }
    }
}

/// Whether debug info contains the text of source files (`-Zembed-source`).
#[derive(Clone, Copy)]
enum Texts {
    Embedded,
    OnDisk,
}

/// One source file: its range in the compiler's position space, and where its lines start.
struct FileLines {
    start: u32,
    end: u32,
    /// Byte offsets of the line starts from the start of the file.
    line_starts: Vec<u32>,
    file: SourceFile,
}

impl FileLines {
    fn new(file: &rustc_span::SourceFile, compilation_directory: &str, texts: Texts) -> FileLines {
        let line_starts = file.lines().iter().map(|position| position.0).collect();
        // DWARF only has a field for this kind of checksum.
        let md5 = match file.src_hash.kind {
            SourceFileHashAlgorithm::Md5 => file.src_hash.hash_bytes().try_into().ok(),
            _ => None,
        };
        let text = match texts {
            Texts::Embedded => file.src.clone(),
            Texts::OnDisk => None,
        };
        let (directory, name) = directory_and_name(&file.name);
        // Names are relative to the compilation directory by default.
        let directory = if directory == compilation_directory { String::new() } else { directory };
        FileLines {
            start: file.start_pos.0,
            end: file.end_position().0,
            line_starts,
            file: SourceFile { directory: directory.into(), name: name.into(), md5, text },
        }
    }

    fn line_and_column(&self, position: u32) -> (u32, u32) {
        let offset = position - self.start;
        let line = self.line_starts.partition_point(|&start| start <= offset);
        let start = if line == 0 { 0 } else { self.line_starts[line - 1] };
        (line as u32, offset - start + 1)
    }
}

/// Returns a file's directory and its name in it. Only names below the working directory are relative to it:
/// after remapping, a name that looks relative may have another root.
fn directory_and_name(name: &FileName) -> (String, String) {
    let scope = RemapPathScopeComponents::DEBUGINFO;
    let FileName::Real(name) = name else { return (String::new(), name.display(scope).to_string()) };
    let (working_directory, name) = name.embeddable_name(scope);
    match name.strip_prefix(working_directory) {
        Ok(relative) => {
            (working_directory.to_string_lossy().into_owned(), relative.to_string_lossy().into_owned())
        }
        Err(_) => (String::new(), name.to_string_lossy().into_owned()),
    }
}

/// Resolves the positions of one CGU.
pub struct LineResolver {
    /// Sorted by start.
    files: Vec<Arc<FileLines>>,
}

impl PositionResolver for LineResolver {
    fn resolve(&self, position: u32, files: &mut SourceFiles) -> Option<SourceLocation> {
        let after = self.files.partition_point(|file| file.start <= position);
        let file = self.files[..after].last().filter(|file| position <= file.end)?;
        let (line, column) = file.line_and_column(position);
        // The files of a session do not overlap, so the start identifies the file.
        let file: FileId = files.intern_by_key(file.start, &file.file);
        Some(SourceLocation { file, line, column })
    }
}

impl<'tcx> CodegenCx<'tcx> {
    /// Returns the opaque position of a byte of the source, and notes its file.
    pub fn position_of(&self, position: BytePos) -> u32 {
        let mut positions = self.debug.positions.borrow_mut();
        if !positions.last_file.contains(&position.0) {
            let file = self.tcx.sess.source_map().lookup_source_file(position);
            positions.last_file = file.start_pos.0..file.end_position().0.saturating_add(1);
            let texts =
                if self.tcx.sess.opts.unstable_opts.embed_source { Texts::Embedded } else { Texts::OnDisk };
            positions.note(file.start_pos.0, || FileLines::new(&file, &self.compilation_directory(), texts));
        }
        position.0
    }

    /// Returns the position of the start of `span`.
    pub fn span_position(&self, span: Span) -> u32 {
        if span.is_dummy() { NO_POSITION } else { self.position_of(span.lo()) }
    }

    /// Returns the position where the item `def_id` is declared. For an item of a macro whose debug info is
    /// collapsed, that is the macro's call.
    pub fn item_declaration(&self, def_id: DefId) -> Option<u32> {
        let span = hygiene::walk_chain_collapsed(self.tcx.def_span(def_id), DUMMY_SP);
        (!span.is_dummy()).then(|| self.position_of(span.lo()))
    }
}
