//! Where tokens come from. A trait, because rustc's session has a `jobserver::Client` of rustc's own copy of
//! that crate; the backend implements [`TokenSource`] for it in the same few lines as [`JobserverTokens`].

use std::io;

/// A token; dropping it gives it back.
pub type Token = Box<dyn Send>;

/// Is called once for each request, on any thread, with the token or the reason why there is none.
pub type DeliverToken = Box<dyn FnMut(io::Result<Token>) + Send>;

/// A place to get tokens from, not counting the implicit token that the caller of
/// [`super::Coordinator::start`] owns.
pub trait TokenSource {
    /// Begins; every token that is requested of the result goes to `deliver`. Dropping the result ends it,
    /// and requests that were not answered by then never are.
    fn start(self: Box<Self>, deliver: DeliverToken) -> io::Result<Box<dyn TokenRequests>>;
}

/// The asking side of a [`TokenSource`] that was started.
pub trait TokenRequests: Send + Sync {
    /// Asks for one token. Does not block and does not call the `deliver` function itself.
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
