//! Executes the steps of a plan.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use super::{ArtifactError, CguFiles, Destination, Notice, Step, Temporaries, files};

/// Executes `steps` one by one and passes messages to `tell`. An error does not stop the steps after it.
pub fn carry_out(steps: Vec<Step>, tell: &mut dyn FnMut(Notice)) {
    for step in steps {
        match step {
            Step::Copy { from, to } => {
                if let Err(error) = copy(&from, &to) {
                    let to = to.as_path().to_owned();
                    tell(Notice::Error(ArtifactError::Copy { from, to, error }));
                }
            }
            Step::Remove(path) => {
                if let Err(error) = remove(&path) {
                    tell(Notice::Error(ArtifactError::Remove { path, error }));
                }
            }
            Step::Warn(warning) => tell(Notice::Warning(warning)),
            Step::Refuse(refusal) => tell(Notice::Error(ArtifactError::Refused(refusal))),
            Step::Announce { path, kind } => tell(Notice::Artifact { path, kind }),
        }
    }
}

/// Removes the files of CGUs after an error, unless `temporaries` says to keep them.
pub fn remove_temporaries<'files>(temporaries: Temporaries, cgus: impl Iterator<Item = &'files CguFiles>) {
    if temporaries == Temporaries::Keep {
        return;
    }
    for CguFiles { object, dwarf_object, clif, assembly } in cgus {
        for path in [object, dwarf_object, clif, assembly].into_iter().flatten() {
            // The error that led here was reported.
            let _ = remove(path);
        }
    }
}

fn copy(from: &Path, to: &Destination) -> io::Result<()> {
    match to {
        Destination::File(path) => files::copy(from, path),
        Destination::Stdout => {
            let mut stdout = io::stdout().lock();
            io::copy(&mut File::open(from)?, &mut stdout)?;
            // If the pipe is closed, only this reports it: dropping the buffer loses the error.
            stdout.flush()
        }
    }
}

/// Removes a file, if it exists.
fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
