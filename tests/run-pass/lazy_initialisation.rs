//! Once, OnceLock, LazyLock, OnceCell, LazyCell: made once, also when several threads race.

use std::cell::{LazyCell, OnceCell};
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::sync::{LazyLock, Once, OnceLock};
use std::thread;

static MADE: AtomicU32 = AtomicU32::new(0);

static SQUARES: LazyLock<BTreeMap<u32, u32>> = LazyLock::new(|| {
    MADE.fetch_add(1, SeqCst);
    (0..10).map(|i| (i, i * i)).collect()
});

static DEPENDENT: LazyLock<String> = LazyLock::new(|| format!("nine squared is {}", SQUARES[&9]));

static START: Once = Once::new();
static STARTED: AtomicU32 = AtomicU32::new(0);

fn instance() -> &'static Vec<u8> {
    static INSTANCE: OnceLock<Vec<u8>> = OnceLock::new();
    INSTANCE.get_or_init(|| {
        MADE.fetch_add(100, SeqCst);
        vec![1, 2, 3]
    })
}

fn main() {
    println!("{}", MADE.load(SeqCst));
    let sums = thread::scope(|scope| {
        let handles: Vec<_> = (0..4)
            .map(|i| {
                scope.spawn(move || {
                    START.call_once(|| _ = STARTED.fetch_add(1, SeqCst));
                    SQUARES[&i] as usize + instance().len()
                })
            })
            .collect();
        handles.into_iter().map(|handle| handle.join().unwrap()).collect::<Vec<_>>()
    });
    println!("{sums:?} {} {} {}", MADE.load(SeqCst), STARTED.load(SeqCst), START.is_completed());
    println!("{}", *DEPENDENT);
    println!("{}", std::ptr::eq(instance(), instance()));

    let cell = OnceCell::new();
    println!("{:?} {:?} {:?}", cell.get(), cell.set(5), cell.set(6));
    println!("{:?} {}", cell.get(), cell.get_or_init(|| unreachable!()));
    println!("{:?} {:?}", cell.clone().into_inner(), cell);

    let text = String::from("captured");
    let lazy = LazyCell::new(|| {
        println!("computing");
        text.len() * 2
    });
    println!("before");
    println!("{} {}", *lazy, *lazy + 1);

    let lock = OnceLock::<u8>::new();
    let failed = catch_unwind(AssertUnwindSafe(|| lock.get_or_init(|| std::panic::panic_any("first try"))));
    println!("{:?} {:?}", failed.unwrap_err().downcast_ref::<&str>(), lock.get());
    println!("{} {:?}", lock.get_or_init(|| 9), lock.clone().into_inner());

    let once = Once::new();
    let poisoned = catch_unwind(AssertUnwindSafe(|| once.call_once(|| std::panic::panic_any(1_u8))));
    println!("{} {}", poisoned.is_err(), once.is_completed());
    println!("{}", catch_unwind(AssertUnwindSafe(|| once.call_once(|| ()))).is_err());
    once.call_once_force(|state| println!("poisoned: {}", state.is_poisoned()));
    println!("{}", once.is_completed());
}
