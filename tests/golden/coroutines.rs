//! Asynchronous functions, blocks and closures: state machines, and the checks of their state.
use std::future::Future;

pub fn asynchronous(future: impl Future<Output = u32>) -> impl Future<Output = u32> {
    async move { future.await + 1 }
}

pub fn start(value: u32) -> impl AsyncFn(u32) -> u32 {
    async move |other| std::future::ready(value + other).await
}

#[unsafe(no_mangle)]
pub fn ready_pair(value: u32) -> impl Future<Output = u32> {
    asynchronous(std::future::ready(value))
}

#[unsafe(no_mangle)]
pub fn polled(context: &mut std::task::Context<'_>) -> bool {
    std::pin::pin!(ready_pair(4)).poll(context).is_ready()
}
