//! The errors of reading inputs.

use std::io;
use std::path::PathBuf;

/// Why an input cannot be compared. Each names the file, and where in it the problem is.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("cannot read `{}`: {error}", path.display())]
    File { path: PathBuf, error: io::Error },
    /// A file that is not an object, archive or program of a supported machine.
    #[error("`{}` is not supported: {reason}", path.display())]
    Unsupported { path: PathBuf, reason: String },
    /// An object that breaks its own format. `place` names the section or symbol and the offset.
    #[error("`{file}` is damaged: {place}: {reason}")]
    Damaged { file: String, place: String, reason: String },
    /// A report that cannot be written.
    #[error("cannot write `{}`: {error}", path.display())]
    Output { path: PathBuf, error: io::Error },
    /// A mistake in the file of `--expect`.
    #[error("`{}`, line {line}: {reason}", path.display())]
    Expectations { path: PathBuf, line: usize, reason: String },
}

impl Error {
    /// An error at a place of the file that `view` shows.
    pub fn damaged(file: &str, place: impl ToString, reason: impl ToString) -> Self {
        Error::Damaged { file: file.to_owned(), place: place.to_string(), reason: reason.to_string() }
    }
}
