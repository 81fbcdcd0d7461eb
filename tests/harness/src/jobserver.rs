//! A jobserver like make's: a named pipe that contains one byte for each free token.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use build_system::files;

/// The pipe. It stays open here, so that the bytes are kept.
pub struct Jobserver {
    path: PathBuf,
    pipe: File,
}

impl Jobserver {
    /// Creates a jobserver with `tokens` free tokens. Every process has one more, implicit token.
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

    /// Returns the value of `MAKEFLAGS` for processes that use the jobserver.
    pub fn flags(&self) -> String {
        format!("-j --jobserver-auth=fifo:{0} --jobserver-fds=fifo:{0}", self.path.display())
    }

    /// Returns the number of free tokens.
    pub fn free(&self) -> Result<usize> {
        free_tokens(&self.pipe)
    }
}

/// Returns the number of bytes in a jobserver's pipe.
pub fn free_tokens(pipe: &File) -> Result<usize> {
    Ok(usize::try_from(rustix::io::ioctl_fionread(pipe).context("cannot inspect the jobserver's pipe")?)?)
}
