//! Jobserver tokens from the session's client, which belongs to rustc's copy of the `jobserver` crate.

use std::io;

use clif_engine::coordinator::{DeliverToken, Token, TokenRequests, TokenSource};
use rustc_data_structures::jobserver;

/// The jobserver that cargo or make gave to rustc, or rustc's own.
pub struct SessionTokens;

struct SessionRequests(jobserver::HelperThread);

impl TokenSource for SessionTokens {
    fn start(self: Box<Self>, mut deliver: DeliverToken) -> io::Result<Box<dyn TokenRequests>> {
        let helper = jobserver::client().into_helper_thread(move |acquired| {
            deliver(acquired.map(|token| Box::new(token) as Token));
        })?;
        Ok(Box::new(SessionRequests(helper)))
    }
}

impl TokenRequests for SessionRequests {
    fn request(&self) {
        self.0.request_token();
    }
}

/// For tests: takes every token from the jobserver, returns it, and reports an error instead.
pub struct FailingTokens;

impl TokenSource for FailingTokens {
    fn start(self: Box<Self>, mut deliver: DeliverToken) -> io::Result<Box<dyn TokenRequests>> {
        let helper = jobserver::client().into_helper_thread(move |_acquired| {
            deliver(Err(io::Error::other("a test asked for this error")));
        })?;
        Ok(Box::new(SessionRequests(helper)))
    }
}
