//! A jobserver like make's: a named pipe with one byte for each free token.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use build_system::files;

/// The pipe. It stays open on this side, so that the bytes stay in it.
pub struct Jobserver {
    path: PathBuf,
    pipe: File,
}

impl Jobserver {
    /// With `tokens` free tokens, not counting the one that every process owns.
    pub fn create(path: &Path, tokens: usize) -> Result<Jobserver> {
        files::remove(path)?;
        let context = || format!("cannot make the pipe {}", path.display());
        let mode = rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR;
        rustix::fs::mknodat(rustix::fs::CWD, path, rustix::fs::FileType::Fifo, mode, 0)
            .with_context(context)?;
        let mut pipe = File::options().read(true).write(true).open(path).with_context(context)?;
        pipe.write_all(&vec![b'+'; tokens]).with_context(context)?;
        Ok(Jobserver { path: path.to_owned(), pipe })
    }

    /// The value of `MAKEFLAGS` for processes that are to use it.
    pub fn flags(&self) -> String {
        format!("-j --jobserver-auth=fifo:{0} --jobserver-fds=fifo:{0}", self.path.display())
    }

    /// The number of free tokens.
    pub fn free(&self) -> Result<usize> {
        free_tokens(&self.pipe)
    }
}

/// How many bytes are in a jobserver's pipe.
pub fn free_tokens(pipe: &File) -> Result<usize> {
    Ok(usize::try_from(rustix::io::ioctl_fionread(pipe).context("cannot look into the jobserver's pipe")?)?)
}
