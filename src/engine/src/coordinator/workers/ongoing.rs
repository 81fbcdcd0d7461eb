//! Waits for the remaining work of a compilation after lowering.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use crate::coordinator::scheduler::{Ending, Event};

use super::config::Lowering;
use super::executor::Executor;
use super::report::{Inlet, Report, Stopped};
use super::state::{Dispatch, Shared};
use super::statistics::Statistics;
use super::worker;

/// A compilation after lowering. Dropping it starts no new work, and waits for running work.
pub struct OngoingCompilation<E: Executor> {
    pub(super) shared: Arc<Shared<E>>,
    inlet: Mutex<Inlet>,
    /// Whether all work has ended and all threads are joined.
    is_over: bool,
}

impl<E: Executor> OngoingCompilation<E> {
    pub(super) fn new(shared: Arc<Shared<E>>, inlet: Inlet) -> Self {
        OngoingCompilation { shared, inlet: Mutex::new(inlet), is_over: false }
    }

    /// Passes the reports so far to `sink`, without waiting.
    pub fn drain_reports(&self, sink: &mut dyn FnMut(Report)) {
        self.inlet.lock().unwrap_or_else(PoisonError::into_inner).drain(sink);
    }

    /// Waits for the end of all work, and passes reports to `sink` as they arrive. Meanwhile, the calling
    /// thread's token is lent to the workers. Returns the outcomes in the order in which CGUs were opened,
    /// the combined CGU last.
    ///
    /// # Errors
    ///
    /// If the compilation failed or was given up. The outcomes are then discarded.
    pub fn join(self, sink: &mut dyn FnMut(Report)) -> Result<Vec<E::Outcome>, Stopped> {
        self.join_with_statistics(sink).0
    }

    /// Like [`OngoingCompilation::join`], but also returns statistics.
    pub fn join_with_statistics(
        mut self,
        sink: &mut dyn FnMut(Report),
    ) -> (Result<Vec<E::Outcome>, Stopped>, Statistics) {
        self.end_lowering();
        self.run_inline(&mut None);
        self.wait(sink);
        self.is_over = true;
        self.shared.update(|shared, _| shared.events.lowering(Lowering::Works));
        let statistics = self.shared.update(|_, state| state.statistics);
        (self.take_result(sink), statistics)
    }

    fn take_result(&self, sink: &mut dyn FnMut(Report)) -> Result<Vec<E::Outcome>, Stopped> {
        let (ending, outcomes) = self.shared.update(|_, state| (state.ending, state.cgus.take_outcomes()));
        if let Some(recorder) = &self.shared.recorder {
            let name = self.shared.update(|shared, state| {
                state.cgus.first().map(|cgu| shared.executor.cgu_name(cgu).to_owned())
            });
            let written = recorder.write(name.as_deref().unwrap_or("none"));
            if let Err(problem) = written {
                sink(Report { severity: super::Severity::Warning, cgu: None, problem });
            }
        }
        match ending {
            Some(Ending::Completed) => Ok(outcomes),
            Some(Ending::Aborted) | None => {
                self.discard(outcomes);
                Err(Stopped)
            }
        }
    }

    fn discard(&self, outcomes: Vec<E::Outcome>) {
        for outcome in outcomes {
            self.shared.executor.discard(outcome);
        }
    }

    /// Lends the implicit token: from now on, the calling thread only waits.
    fn end_lowering(&self) {
        self.shared.update(|shared, state| {
            shared.events.lowering(Lowering::Waits);
            shared.handle(state, Event::LoweringDone);
        });
    }

    /// Without worker threads, does the queued work on the calling thread.
    pub(super) fn run_inline(&self, scratch: &mut Option<E::Scratch>) {
        while let Some((id, job)) = self.shared.next_inline() {
            worker::perform(&self.shared, id, scratch, job);
        }
    }

    /// Waits for the end of all work and joins all threads.
    fn wait(&self, sink: &mut dyn FnMut(Report)) {
        self.inlet.lock().unwrap_or_else(PoisonError::into_inner).drain_to_end(sink);
        self.join_threads();
        self.shared.stop_requests();
        // The last token may have started another thread.
        self.join_threads();
        self.shared.release_all();
        // Threads that broke off the compilation report this after the end.
        self.drain_reports(sink);
    }

    /// Joins all threads. A running thread may start another one, so this repeats until there are no more.
    fn join_threads(&self) {
        loop {
            let threads = self.take_threads();
            if threads.is_empty() {
                return;
            }
            for thread in threads {
                // A worker's panic was reported when it happened.
                let _ = thread.join();
            }
        }
    }

    fn take_threads(&self) -> Vec<JoinHandle<()>> {
        self.shared.update(|_, state| match &mut state.dispatch {
            Dispatch::Threads { threads, .. } => std::mem::take(threads),
            Dispatch::Inline(_) => Vec::new(),
        })
    }
}

/// Runs `step` and stops a panic. The panic hook has already reported it.
fn quietly(step: impl FnOnce()) {
    let _ = catch_unwind(AssertUnwindSafe(step));
}

impl<E: Executor> Drop for OngoingCompilation<E> {
    fn drop(&mut self) {
        if self.is_over {
            return;
        }
        // This may run while a panic of a hook or of the executor unwinds. Another panic would end the
        // process.
        quietly(|| self.shared.update(|shared, state| shared.handle(state, Event::Abort)));
        quietly(|| self.end_lowering());
        while let Some((id, job)) = self.shared.next_inline() {
            quietly(|| worker::give_up(&self.shared, id));
            drop(job);
        }
        quietly(|| self.wait(&mut |_| {}));
        quietly(|| self.shared.events.lowering(Lowering::Works));
        for outcome in self.shared.update(|_, state| state.cgus.take_outcomes()) {
            quietly(|| self.shared.executor.discard(outcome));
        }
    }
}
