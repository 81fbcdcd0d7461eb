//! async/await with a hand-written executor: wakers, joins, async closures, streams, drops on cancel.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::{Future, poll_fn, ready};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::task::{Context, Poll, Wake, Waker};

struct CountingWaker(AtomicUsize);

impl Wake for CountingWaker {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, SeqCst);
    }
}

fn block_on<T>(future: impl Future<Output = T>) -> (T, usize) {
    let counter = Arc::new(CountingWaker(AtomicUsize::new(0)));
    let waker = Waker::from(Arc::clone(&counter));
    let mut context = Context::from_waker(&waker);
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return (value, counter.0.load(SeqCst));
        }
    }
}

/// Is pending `n` times before it is ready.
struct Yield(u32);

impl Future for Yield {
    type Output = u32;
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<u32> {
        if self.0 == 0 {
            return Poll::Ready(7);
        }
        self.0 -= 1;
        context.waker().wake_by_ref();
        Poll::Pending
    }
}

struct Noisy<'a>(&'a str, &'a RefCell<Vec<String>>);
impl Drop for Noisy<'_> {
    fn drop(&mut self) {
        self.1.borrow_mut().push(format!("drop {}", self.0));
    }
}

async fn work(name: &str, steps: u32, log: &RefCell<Vec<String>>) -> Result<u32, String> {
    let _noisy = Noisy(name, log);
    let mut total = 0;
    let buffer = [steps as u8; 100];
    for step in 0..steps {
        total += Yield(step).await + step;
        log.borrow_mut().push(format!("{name}{step}"));
    }
    if steps == 3 {
        Err(format!("{name} failed"))?;
    }
    Ok(total + u32::from(buffer[99]))
}

fn recursive(n: u32) -> Pin<Box<dyn Future<Output = u32>>> {
    Box::pin(async move { if n == 0 { Yield(1).await } else { recursive(n - 1).await + n } })
}

type Task = Pin<Box<dyn Future<Output = ()>>>;

/// Polls all tasks in turn until each has ended.
fn run_all(tasks: Vec<Task>) {
    let mut context = Context::from_waker(Waker::noop());
    let mut queue: VecDeque<Task> = tasks.into();
    while let Some(mut task) = queue.pop_front() {
        if task.as_mut().poll(&mut context).is_pending() {
            queue.push_back(task);
        }
    }
}

async fn apply<F: AsyncFn(u32) -> u32>(function: F) -> u32 {
    function(1).await * 10 + function(2).await
}

fn main() {
    let log = RefCell::new(Vec::new());
    println!("{:?}", block_on(work("a", 2, &log)));
    println!("{:?}", block_on(async { work("b", 3, &log).await.map(|n| n + 1) }));
    println!("{:?}", log.take());
    println!("{:?} {:?}", block_on(recursive(20)), block_on(ready(5)));

    let base = Cell::new(100);
    println!("{:?}", block_on(apply(async |x| x + Yield(x).await + base.replace(x))));

    let shared = Rc::new(RefCell::new(String::new()));
    let task = |name: char, count: u32| -> Task {
        let shared = Rc::clone(&shared);
        Box::pin(async move {
            for _ in 0..count {
                shared.borrow_mut().push(name);
                Yield(1).await;
            }
        })
    };
    run_all(vec![task('x', 3), task('y', 1), task('z', 4)]);
    println!("{} {}", shared.borrow(), Rc::strong_count(&shared));

    {
        let mut cancelled = Box::pin(work("c", 9, &log));
        let mut context = Context::from_waker(Waker::noop());
        for _ in 0..5 {
            print!("{} ", cancelled.as_mut().poll(&mut context).is_pending());
        }
    }
    println!("{:?}", log.take());
    let mut left = 3;
    let counted = poll_fn(|_| {
        left -= 1;
        if left == 0 { Poll::Ready("counted") } else { Poll::Pending }
    });
    println!("{:?} {}", block_on(counted), size_of_val(&Yield(1)));
}
