//! Tells profilers which part of a job is running.
//!
//! A worker that begins a job installs an [`Observer`] for its thread ([`observed`]). The code that does one
//! part of the job calls [`measure`], which passes the part to the observer. Without an observer, `measure`
//! only reads a thread-local variable.

use std::cell::RefCell;
use std::rc::Rc;

/// A part of writing a CGU.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Phase {
    /// LLVM compiles the CGU's assembly and vendor intrinsics.
    Assemble,
    /// The object is made in memory, debug information included.
    Object,
    /// The debug information is made, as a part of [`Phase::Object`].
    DebugInfo,
    /// A file is written.
    Write,
}

/// Receives the parts of a job.
pub trait Observer {
    /// Must call `work` exactly once.
    fn around(&self, phase: Phase, work: &mut dyn FnMut());
}

thread_local! {
    static OBSERVER: RefCell<Option<Rc<dyn Observer>>> = const { RefCell::new(None) };
}

/// Reinstalls the previous observer when it is dropped, also after a panic.
struct Installed(Option<Rc<dyn Observer>>);

impl Drop for Installed {
    fn drop(&mut self) {
        let former = self.0.take();
        OBSERVER.with(|observer| *observer.borrow_mut() = former);
    }
}

/// Runs `work`, and passes its parts on this thread to `observer`.
pub fn observed<T>(observer: Rc<dyn Observer>, work: impl FnOnce() -> T) -> T {
    let _former = Installed(OBSERVER.with(|current| current.borrow_mut().replace(observer)));
    work()
}

/// Runs `work` as the part `phase` of this thread's job.
///
/// # Panics
///
/// If the observer does not call the work.
pub fn measure<T>(phase: Phase, work: impl FnOnce() -> T) -> T {
    let Some(observer) = OBSERVER.with(|observer| observer.borrow().clone()) else { return work() };
    let mut work = Some(work);
    let mut result = None;
    observer.around(phase, &mut || result = work.take().map(|work| work()));
    result.expect("an observer calls the work")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Log(RefCell<Vec<String>>);

    impl Observer for Log {
        fn around(&self, phase: Phase, work: &mut dyn FnMut()) {
            self.0.borrow_mut().push(format!("begin {phase:?}"));
            work();
            self.0.borrow_mut().push(format!("end {phase:?}"));
        }
    }

    #[test]
    fn parts_are_nested_and_observed_only_with_an_observer() {
        let log = Rc::new(Log::default());
        assert_eq!(measure(Phase::Write, || 1), 1);
        let result = observed(Rc::clone(&log) as Rc<dyn Observer>, || {
            measure(Phase::Object, || measure(Phase::DebugInfo, || 2))
        });
        assert_eq!((result, measure(Phase::Write, || 3)), (2, 3));
        assert_eq!(*log.0.borrow(), ["begin Object", "begin DebugInfo", "end DebugInfo", "end Object"]);
    }
}
