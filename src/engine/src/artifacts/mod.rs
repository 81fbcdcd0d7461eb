//! Copies the files of CGUs to their final names, and removes temporary files, after all CGUs are written.
//!
//! 1. [`plan`](plan()) is a pure function. It compares what the user requested ([`Request`]) with the files
//!    that exist ([`CguArtifacts`]) and returns a list of [`Step`]s: copies, removals, warnings, refusals and
//!    notifications. The result is the same as rustc's with LLVM.
//! 2. [`carry_out`] executes the steps. It continues after an error, so that all temporary files are removed.
//! 3. [`remove_temporaries`] removes the files of CGUs after a failed compilation.
//! 4. [`check_work_products`] checks the work products of a CGU before it is reused.
//! 5. [`files`] writes files so that an incomplete one is never visible.
//!
//! rustc itself writes `link`, `metadata`, `dep-info` and `mir`.
//!
//! To add a kind of output, extend [`ArtifactKind`] and [`CguFiles`].

pub(crate) mod files;
mod perform;
mod plan;
#[cfg(test)]
mod tests;
mod work_products;

use std::io;
use std::path::{Path, PathBuf};

pub use perform::{carry_out, remove_temporaries};
pub use plan::plan;
pub use work_products::check_work_products;

/// A kind of output that CGUs have, in the order in which rustc treats them (`OutputType`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ArtifactKind {
    Assembly,
    /// CLIF as text, which is the output of `--emit=llvm-ir`.
    Clif,
    Object,
}

impl ArtifactKind {
    /// Returns the name of the kind after `--emit=`.
    pub fn shorthand(self) -> &'static str {
        match self {
            ArtifactKind::Assembly => "asm",
            ArtifactKind::Clif => "llvm-ir",
            ArtifactKind::Object => "obj",
        }
    }

    /// Returns the extension of files of this kind.
    pub fn extension(self) -> &'static str {
        match self {
            ArtifactKind::Assembly => "s",
            ArtifactKind::Clif => "ll",
            ArtifactKind::Object => "o",
        }
    }

    /// Returns the first and last line of text outputs of the CGU `name`, which are comments.
    /// [`check_work_products`] recognises a complete file by them.
    pub(crate) fn first_and_last_line(self, name: &str) -> Option<[String; 2]> {
        let comment = match self {
            ArtifactKind::Assembly => '#',
            ArtifactKind::Clif => ';',
            ArtifactKind::Object => return None,
        };
        Some(["", "end of "].map(|words| format!("{comment} {words}codegen unit {name}\n")))
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

/// The paths of one CGU's files: one for each kind that is requested or exists.
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
    /// Returns, for each kind that both have, this path and the path in `other`.
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
    /// Returns the path that rustc names in messages.
    pub fn as_path(&self) -> &Path {
        match self {
            Destination::File(path) => path,
            Destination::Stdout => Path::new("stdout"),
        }
    }
}

/// Where the name of an output comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NameSource {
    /// The crate's name.
    Default,
    /// `--emit kind=path`.
    EmitPath,
    /// `-o path`.
    OutputOption,
}

/// A kind of output that the user requested with `--emit`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WantedArtifact {
    pub kind: ArtifactKind,
    /// Where it goes if there is only one CGU.
    pub destination: Destination,
    pub name_source: NameSource,
}

/// Whether rustc links or archives the crate afterwards (`link` is among the outputs).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Linking {
    Follows,
    No,
}

/// Whether to remove intermediate files (`-Csave-temps`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Temporaries {
    Remove,
    Keep,
}

/// What standard output is connected to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StandardOutput {
    Terminal,
    Other,
}

/// Whether to announce artifacts (`--json=artifacts`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Notifications {
    Wanted,
    No,
}

/// What the session requests.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Request {
    /// One for each requested kind.
    pub artifacts: Vec<WantedArtifact>,
    pub linking: Linking,
    pub temporaries: Temporaries,
    pub standard_output: StandardOutput,
    pub notifications: Notifications,
    /// The session's `-Ccodegen-units`. The crate may have fewer CGUs.
    pub codegen_units: usize,
}

/// The files of one regular CGU. The allocator shim is not one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CguArtifacts {
    pub name: Box<str>,
    pub files: CguFiles,
}

/// A step of the plan.
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

/// A message or notification that the session emits.
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

/// A requested output name that is ignored.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ArtifactWarning {
    #[error("ignoring emit path because multiple .{} files were produced", .0.extension())]
    EmitPath(ArtifactKind),
    #[error("ignoring -o because multiple .{} files were produced", .0.extension())]
    OutputOption(ArtifactKind),
}

/// A request that the plan already knows to be impossible.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Refusal {
    /// A mistake in the user's request.
    #[error(
        "option `-o` or `--emit` is used to write binary output type `{}` to stdout, but stdout is a tty",
        .0.shorthand()
    )]
    BinaryToTerminal(ArtifactKind),
    /// A bug, or a damaged incremental cache.
    #[error("no `{}` output was produced for codegen unit `{cgu}`", kind.shorthand())]
    NotProduced { kind: ArtifactKind, cgu: Box<str> },
}

/// Why an output is missing or a temporary file was left.
#[derive(Debug, thiserror::Error)]
pub enum ArtifactError {
    #[error(transparent)]
    Refused(Refusal),
    /// A problem of the environment: a full disk, a closed pipe, a folder without write permission.
    #[error("could not copy {from:?} to {to:?}: {error}")]
    Copy { from: PathBuf, to: PathBuf, error: io::Error },
    /// A problem of the environment.
    #[error("failed to remove {}: {error}", path.display())]
    Remove { path: PathBuf, error: io::Error },
}
