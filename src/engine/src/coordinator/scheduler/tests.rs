//! Tests the rules of the scheduler, with one schedule for each.

use super::{CguId, Command, Cost, Destiny, Ending, Event, Limits, Scheduler, Work, WorkerId};

const LIMITS: Limits = Limits { threads: 4, queue_cost: Cost(100) };

/// A scheduler with one open CGU, and its commands for each event.
struct Driver(Scheduler);

impl Driver {
    fn new(limits: Limits) -> Driver {
        let mut driver = Driver(Scheduler::new(limits));
        driver.tell(Event::CguOpened);
        driver
    }

    fn tell(&mut self, event: Event) -> Vec<Command> {
        let mut commands = Vec::new();
        self.0.handle(event, &mut commands);
        commands
    }

    fn lowered(&mut self, cost: u64) -> Vec<Command> {
        self.tell(Event::BatchLowered { cgu: cgu(), cost: Cost(cost) })
    }
}

fn cgu() -> CguId {
    CguId::from_u32(0)
}

fn batch(batch: u32) -> Work {
    Work::Batch { cgu: cgu(), batch }
}

fn worker(number: u32) -> WorkerId {
    WorkerId::from_u32(number)
}

fn start(number: u32, work: Work) -> Command {
    Command::Start { worker: worker(number), work }
}

#[test]
fn one_token_is_requested_per_waiting_item_up_to_the_limit() {
    let mut driver = Driver::new(LIMITS);
    for _ in 0..3 {
        assert_eq!(driver.lowered(1), [Command::RequestToken]);
    }
    assert_eq!(driver.lowered(1), []);
}

#[test]
fn after_lowering_the_most_expensive_item_goes_first_and_equal_ones_in_order() {
    let mut driver = Driver::new(LIMITS);
    for cost in [5, 20, 20] {
        driver.lowered(cost);
    }
    driver.tell(Event::CguSealed { cgu: cgu(), destiny: Destiny::Finish(Cost(1)) });
    assert_eq!(driver.tell(Event::LoweringDone), [start(0, batch(1))]);
    assert_eq!(driver.tell(Event::TokenAcquired), [start(1, batch(2))]);
    assert_eq!(driver.tell(Event::TokenAcquired), [start(2, batch(0))]);
}

#[test]
fn while_functions_are_lowered_the_oldest_cgu_goes_first_and_is_finished() {
    let mut driver = Driver::new(LIMITS);
    driver.lowered(1);
    driver.tell(Event::CguSealed { cgu: cgu(), destiny: Destiny::Finish(Cost(1)) });
    driver.tell(Event::CguOpened);
    let next = CguId::from_u32(1);
    driver.tell(Event::BatchLowered { cgu: next, cost: Cost(50) });
    assert_eq!(driver.tell(Event::TokenAcquired), [start(0, batch(0))]);
    let finish = Work::FinishCgu { cgu: cgu() };
    assert_eq!(driver.tell(Event::WorkDone { worker: worker(0) }), [start(0, finish)]);
    let batch = Work::Batch { cgu: next, batch: 0 };
    assert_eq!(driver.tell(Event::WorkDone { worker: worker(0) }), [start(0, batch)]);
}

#[test]
fn a_full_queue_lends_the_implicit_token_until_any_worker_ends() {
    let mut driver = Driver::new(LIMITS);
    driver.lowered(40);
    driver.lowered(30);
    let commands = driver.lowered(30);
    assert_eq!(commands, [Command::PauseLowering, start(0, batch(0)), Command::RequestToken]);
    // The queue is still half full, so the token is lent again.
    assert_eq!(driver.tell(Event::WorkDone { worker: worker(0) }), [start(0, batch(1))]);
    assert_eq!(driver.tell(Event::WorkDone { worker: worker(0) }), [Command::ResumeLowering]);
}

#[test]
fn a_token_that_arrives_frees_the_lent_one() {
    let mut driver = Driver::new(LIMITS);
    driver.lowered(60);
    driver.lowered(60);
    // The worker that ran on the implicit token continues with the new one.
    assert_eq!(driver.tell(Event::TokenAcquired), [start(1, batch(1))]);
    assert_eq!(driver.tell(Event::TokenAcquired), [Command::ResumeLowering]);
    assert_eq!(driver.0.running(), 2);
}

#[test]
fn a_token_without_work_is_released_after_a_moment() {
    let mut driver = Driver::new(LIMITS);
    driver.lowered(10);
    driver.lowered(10);
    driver.tell(Event::TokenAcquired);
    assert_eq!(driver.tell(Event::WorkDone { worker: worker(0) }), [start(0, batch(1))]);
    let keep = Command::KeepToken { worker: worker(0) };
    assert_eq!(driver.tell(Event::WorkDone { worker: worker(0) }), [keep]);
    // The second token was requested when two batches were queued. It arrives too late.
    assert_eq!(driver.tell(Event::TokenAcquired), [Command::ReleaseToken]);
    assert_eq!(driver.tell(Event::GraceEnded { worker: worker(0) }), [Command::ReleaseToken]);
    assert_eq!(driver.tell(Event::GraceEnded { worker: worker(0) }), []);
}

#[test]
fn a_kept_token_needs_no_request() {
    let mut driver = Driver::new(LIMITS);
    driver.lowered(10);
    driver.tell(Event::TokenAcquired);
    for number in 1..5 {
        let keep = Command::KeepToken { worker: worker(0) };
        assert_eq!(driver.tell(Event::WorkDone { worker: worker(0) }), [keep]);
        assert_eq!(driver.lowered(10), [start(0, batch(number))]);
        // The token from the step before.
        assert_eq!(driver.tell(Event::GraceEnded { worker: worker(0) }), []);
    }
}

#[test]
fn only_one_token_is_kept_and_none_while_lowering_waits() {
    let mut driver = Driver::new(LIMITS);
    driver.lowered(10);
    driver.lowered(10);
    driver.tell(Event::TokenAcquired);
    driver.tell(Event::TokenAcquired);
    let keep = Command::KeepToken { worker: worker(1) };
    assert_eq!(driver.tell(Event::WorkDone { worker: worker(1) }), [keep]);
    assert_eq!(driver.tell(Event::WorkDone { worker: worker(0) }), [Command::ReleaseToken]);
    driver.tell(Event::CguSealed { cgu: cgu(), destiny: Destiny::Combine });
    let commands = driver.tell(Event::LoweringDone);
    assert_eq!(commands, [start(0, Work::Combine), Command::ReleaseToken]);
}

#[test]
fn lowering_waits_for_copies_with_its_token_lent() {
    let mut driver = Driver::new(Limits { threads: 1, ..LIMITS });
    driver.tell(Event::CguUnchanged { cgu: cgu(), cost: Cost(1) });
    driver.tell(Event::CguOpened);
    let next = CguId::from_u32(1);
    driver.tell(Event::CguUnchanged { cgu: next, cost: Cost(1) });
    let copy = |cgu| Work::CopyCgu { cgu };
    let commands = driver.tell(Event::CopiesAwaited);
    assert_eq!(commands, [Command::PauseLowering, start(0, copy(cgu()))]);
    assert_eq!(driver.tell(Event::WorkDone { worker: worker(0) }), [start(0, copy(next))]);
    assert_eq!(driver.tell(Event::WorkDone { worker: worker(0) }), [Command::ResumeLowering]);
    assert_eq!(driver.tell(Event::CopiesAwaited), []);
}

#[test]
fn waiting_for_copies_replaces_the_token_of_a_running_copy() {
    let mut driver = Driver::new(LIMITS);
    driver.tell(Event::CguUnchanged { cgu: cgu(), cost: Cost(1) });
    driver.tell(Event::TokenAcquired);
    // The worker continues with the lowering thread's token.
    let commands = driver.tell(Event::CopiesAwaited);
    assert_eq!(commands, [Command::PauseLowering, Command::ReleaseToken, Command::RequestToken]);
    assert_eq!(driver.tell(Event::WorkDone { worker: worker(0) }), [Command::ResumeLowering]);
}

#[test]
fn after_lowering_the_implicit_token_replaces_another() {
    let mut driver = Driver::new(LIMITS);
    driver.lowered(10);
    driver.tell(Event::TokenAcquired);
    driver.tell(Event::CguSealed { cgu: cgu(), destiny: Destiny::Finish(Cost(1)) });
    assert_eq!(driver.tell(Event::LoweringDone), [Command::ReleaseToken]);
    let finish = Work::FinishCgu { cgu: cgu() };
    assert_eq!(driver.tell(Event::WorkDone { worker: worker(0) }), [start(0, finish)]);
    let end = driver.tell(Event::WorkDone { worker: worker(0) });
    assert_eq!(end, [Command::Finish(Ending::Completed)]);
}

#[test]
fn a_failure_clears_the_queue_and_waits_for_running_work() {
    let mut driver = Driver::new(LIMITS);
    for _ in 0..3 {
        driver.lowered(10);
    }
    driver.tell(Event::TokenAcquired);
    driver.tell(Event::TokenAcquired);
    assert_eq!(driver.tell(Event::WorkFailed { worker: worker(0) }), [Command::ReleaseToken]);
    let end = driver.tell(Event::WorkDone { worker: worker(1) });
    assert_eq!(end, [Command::ReleaseToken, Command::Finish(Ending::Aborted)]);
}

#[test]
fn a_paused_lowering_thread_resumes_after_an_abort_when_its_token_is_back() {
    let mut driver = Driver::new(LIMITS);
    driver.lowered(200);
    assert_eq!(driver.tell(Event::Abort), []);
    let end = driver.tell(Event::WorkDone { worker: worker(0) });
    assert_eq!(end, [Command::ResumeLowering, Command::Finish(Ending::Aborted)]);
}

#[test]
fn with_one_thread_no_token_is_requested() {
    let mut driver = Driver::new(Limits { threads: 1, ..LIMITS });
    assert_eq!(driver.lowered(99), []);
    assert_eq!(driver.lowered(1), [Command::PauseLowering, start(0, batch(0))]);
    assert_eq!(driver.tell(Event::WorkDone { worker: worker(0) }), [Command::ResumeLowering]);
}

#[test]
fn combined_cgus_become_one_after_lowering() {
    let mut driver = Driver::new(LIMITS);
    driver.tell(Event::CguSealed { cgu: cgu(), destiny: Destiny::Combine });
    assert_eq!(driver.tell(Event::LoweringDone), [start(0, Work::Combine)]);
    let combined = CguId::from_u32(1);
    let event = Event::Combined { worker: worker(0), batches: vec![Cost(1), Cost(5)], finish: Cost(1) };
    let next = Work::Batch { cgu: combined, batch: 1 };
    assert_eq!(driver.tell(event), [start(0, next), Command::RequestToken]);
    let next = Work::Batch { cgu: combined, batch: 0 };
    assert_eq!(driver.tell(Event::WorkDone { worker: worker(0) }), [start(0, next)]);
    let finish = Work::FinishCgu { cgu: combined };
    assert_eq!(driver.tell(Event::WorkDone { worker: worker(0) }), [start(0, finish)]);
}
