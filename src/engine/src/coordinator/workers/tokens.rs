//! Sources of jobserver tokens.
//!
//! A source is a trait, because the `jobserver::Client` of rustc's session is from rustc's copy of that
//! crate. The backend implements [`TokenSource`] for it in the same few lines as [`JobserverTokens`].

use std::io;

/// A token. Dropping it releases it.
pub type Token = Box<dyn Send>;

/// Receives a token, or the error of acquiring it. Called once for each request, on any thread.
pub type DeliverToken = Box<dyn FnMut(io::Result<Token>) + Send>;

/// A source of tokens. The caller of [`super::Coordinator::start`] owns the implicit token, which is not from
/// here.
pub trait TokenSource {
    /// Starts the source. Each token that is requested from the result is passed to `deliver`. Dropping the
    /// result stops the source, and pending requests get no answer.
    ///
    /// # Errors
    ///
    /// If the source cannot be started.
    fn start(self: Box<Self>, deliver: DeliverToken) -> io::Result<Box<dyn TokenRequests>>;
}

/// A [`TokenSource`] that was started.
pub trait TokenRequests: Send + Sync {
    /// Requests one token. Must not block, and must not call `deliver` itself.
    fn request(&self);
}

/// Tokens of a jobserver client of the `jobserver` crate.
pub struct JobserverTokens(pub jobserver::Client);

impl TokenSource for JobserverTokens {
    fn start(self: Box<Self>, mut deliver: DeliverToken) -> io::Result<Box<dyn TokenRequests>> {
        let helper = self.0.into_helper_thread(move |acquired| {
            deliver(acquired.map(|token| Box::new(token) as Token));
        })?;
        Ok(Box::new(helper))
    }
}

impl TokenRequests for jobserver::HelperThread {
    fn request(&self) {
        self.request_token();
    }
}
