//! What becomes of every output file, after all CGUs are written.
//!
//! 1. [`plan`](plan()): a pure function of what was asked for ([`Request`]) and what there is
//!    ([`CguArtifacts`]) makes a list of [`Step`]s: copies, removals, warnings, refusals, notifications. Its
//!    behaviour is rustc's with LLVM.
//! 2. [`carry_out`] does what the list says, and continues after an error, so that no temporary file is left
//!    behind.
//! 3. [`remove_temporaries`] after an error.
//! 4. [`check_files`]: whether the files of a CGU in the incremental cache can be used.
//! 5. [`files`]: half of a file is never visible.
//!
//! The linked artifacts (`link`, `metadata`) and `dep-info` and `mir` are rustc's own work and do not appear
//! here.
//!
//! To add a kind of output, touch [`ArtifactKind`] and [`CguFiles`].

mod cached;
pub(crate) mod files;
mod perform;
mod plan;
#[cfg(test)]
mod tests;

use std::io;
use std::path::{Path, PathBuf};

pub use cached::check_files;
pub use perform::{carry_out, remove_temporaries};
pub use plan::plan;

/// A kind of output that CGUs have, in the order in which rustc treats them (`OutputType`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ArtifactKind {
    Assembly,
    /// CLIF text, which is what `--emit=llvm-ir` gives.
    Clif,
    Object,
}

impl ArtifactKind {
    /// The name of the kind after `--emit=`.
    pub fn shorthand(self) -> &'static str {
        match self {
            ArtifactKind::Assembly => "asm",
            ArtifactKind::Clif => "llvm-ir",
            ArtifactKind::Object => "obj",
        }
    }

    /// The extension of files of this kind.
    pub fn extension(self) -> &'static str {
        match self {
            ArtifactKind::Assembly => "s",
            ArtifactKind::Clif => "ll",
            ArtifactKind::Object => "o",
        }
    }

    /// The first line of a text of the CGU `name`, by which it is known again.
    pub(crate) fn title(self, name: &str) -> Option<String> {
        let comment = match self {
            ArtifactKind::Assembly => '#',
            ArtifactKind::Clif => ';',
            ArtifactKind::Object => return None,
        };
        Some(format!("{comment} codegen unit {name}\n"))
    }

    fn is_text(self) -> bool {
        match self {
            ArtifactKind::Assembly | ArtifactKind::Clif => true,
            ArtifactKind::Object => false,
        }
    }

    fn of_cgu(self, files: &CguFiles) -> Option<&Path> {
        match self {
            ArtifactKind::Assembly => files.assembly.as_deref(),
            ArtifactKind::Clif => files.clif.as_deref(),
            ArtifactKind::Object => files.object.as_deref(),
        }
    }
}

/// One path for each kind of output that is wanted or exists.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct CguFiles {
    pub object: Option<PathBuf>,
    /// Split debug information.
    pub dwarf_object: Option<PathBuf>,
    /// CLIF as text, with real symbol names.
    pub clif: Option<PathBuf>,
    pub assembly: Option<PathBuf>,
}

impl CguFiles {
    /// Pairs of a path here and the path of the same kind in `other`, for the kinds that both have.
    pub(crate) fn pairs<'files>(
        &'files self,
        other: &'files CguFiles,
    ) -> impl Iterator<Item = (&'files Path, &'files Path)> {
        let kinds = [
            (&self.object, &other.object),
            (&self.dwarf_object, &other.dwarf_object),
            (&self.clif, &other.clif),
            (&self.assembly, &other.assembly),
        ];
        kinds.into_iter().filter_map(|(here, there)| Some((here.as_deref()?, there.as_deref()?)))
    }
}

/// Where an output goes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Destination {
    File(PathBuf),
    Stdout,
}

impl Destination {
    /// How rustc names it in messages.
    pub fn as_path(&self) -> &Path {
        match self {
            Destination::File(path) => path,
            Destination::Stdout => Path::new("stdout"),
        }
    }
}

/// Who chose the name of an output.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NameSource {
    /// No one; it follows from the crate's name.
    Default,
    /// `--emit kind=path`.
    EmitPath,
    /// `-o path`.
    OutputOption,
}

/// A kind of output that was asked for with `--emit`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WantedArtifact {
    pub kind: ArtifactKind,
    /// Its final place, if there is one CGU.
    pub destination: Destination,
    pub name_source: NameSource,
}

/// Whether the crate is linked or archived after this (`link` is among the outputs).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Linking {
    Follows,
    No,
}

/// What becomes of files that were only needed on the way (`-Csave-temps`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Temporaries {
    Remove,
    Keep,
}

/// What standard output is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StandardOutput {
    Terminal,
    Other,
}

/// Whether artifacts are announced (`--json=artifacts`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Notifications {
    Wanted,
    No,
}

/// What the session asks for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Request {
    /// One for each kind that was asked for.
    pub artifacts: Vec<WantedArtifact>,
    pub linking: Linking,
    pub temporaries: Temporaries,
    pub standard_output: StandardOutput,
    pub notifications: Notifications,
    /// The session's `-Ccodegen-units`, which may be more than there are.
    pub codegen_units: usize,
}

/// The files of one regular CGU (the allocator shim does not count as a CGU here).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CguArtifacts {
    pub name: Box<str>,
    pub files: CguFiles,
}

/// One thing to do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Step {
    Copy {
        from: PathBuf,
        to: Destination,
    },
    Remove(PathBuf),
    Warn(ArtifactWarning),
    Refuse(Refusal),
    /// For the session's `emit_artifact_notification`.
    Announce {
        path: PathBuf,
        kind: ArtifactKind,
    },
}

/// Something for the user, through the session.
#[derive(Debug)]
pub enum Notice {
    Warning(ArtifactWarning),
    Error(ArtifactError),
    /// For the session's `emit_artifact_notification`.
    Artifact {
        path: PathBuf,
        kind: ArtifactKind,
    },
}

/// What the user asked for and does not get, which does no harm.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ArtifactWarning {
    #[error("ignoring emit path because multiple .{} files were produced", .0.extension())]
    EmitPath(ArtifactKind),
    #[error("ignoring -o because multiple .{} files were produced", .0.extension())]
    OutputOption(ArtifactKind),
}

/// What cannot be done, as is known beforehand.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Refusal {
    /// The user's request.
    #[error(
        "option `-o` or `--emit` is used to write binary output type `{}` to stdout, but stdout is a tty",
        .0.shorthand()
    )]
    BinaryToTerminal(ArtifactKind),
    /// A bug, or a damaged incremental cache.
    #[error("no `{}` output was produced for unit `{cgu}`", kind.shorthand())]
    NotProduced { kind: ArtifactKind, cgu: Box<str> },
}

/// Why an output is not where it should be.
#[derive(Debug, thiserror::Error)]
pub enum ArtifactError {
    #[error(transparent)]
    Refused(Refusal),
    /// The surroundings: a full disk, a closed pipe, a folder that cannot be written to.
    #[error("could not copy {from:?} to {to:?}: {error}")]
    Copy { from: PathBuf, to: PathBuf, error: io::Error },
    /// The surroundings.
    #[error("failed to remove {}: {error}", path.display())]
    Remove { path: PathBuf, error: io::Error },
}
