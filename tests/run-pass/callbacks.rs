//! Functions and closures passed through `extern "C"` code and back, with user data and panics that are carried over.

use std::ffi::{c_int, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

unsafe extern "C" {
    fn qsort(start: *mut c_void, count: usize, size: usize, compare: Compare);
    fn bsearch(
        key: *const c_void,
        start: *const c_void,
        count: usize,
        size: usize,
        compare: Compare,
    ) -> *const c_void;
}

type Compare = extern "C" fn(*const c_void, *const c_void) -> c_int;
type Visit = extern "C" fn(*mut c_void, u32, f64) -> bool;

extern "C" fn by_length(a: *const c_void, b: *const c_void) -> c_int {
    // SAFETY: the callers below pass elements of slices of `&str`.
    let (a, b) = unsafe { (*a.cast::<&str>(), *b.cast::<&str>()) };
    (a.len(), a).cmp(&(b.len(), b)) as c_int
}

/// Stands for a C library that calls back with the pointer it was given.
#[inline(never)]
extern "C" fn visit_all(count: u32, visit: Visit, data: *mut c_void) -> u32 {
    (0..count).take_while(|i| visit(data, *i, f64::from(*i) / 4.0)).count() as u32
}

extern "C" fn call_closure<F: FnMut(u32, f64) -> bool>(data: *mut c_void, index: u32, value: f64) -> bool {
    // SAFETY: `visit_with` passes a pointer to a live `F`.
    let closure = unsafe { &mut *data.cast::<F>() };
    closure(index, value)
}

fn visit_with<F: FnMut(u32, f64) -> bool>(count: u32, mut closure: F) -> u32 {
    visit_all(count, call_closure::<F>, (&raw mut closure).cast())
}

/// Carries a panic of the closure over the C frames by hand.
fn visit_catching(count: u32, mut closure: impl FnMut(u32) -> bool) -> u32 {
    let mut caught = None;
    let visited = visit_with(count, |index, _| {
        catch_unwind(AssertUnwindSafe(|| closure(index))).unwrap_or_else(|payload| {
            caught = Some(payload);
            false
        })
    });
    match caught {
        Some(payload) => resume_unwind(payload),
        None => visited,
    }
}

fn sort(words: &mut [&str]) {
    // SAFETY: the element size and the comparison fit the slice.
    unsafe { qsort(words.as_mut_ptr().cast(), words.len(), size_of::<&str>(), by_length) };
}

fn position(words: &[&str], word: &str) -> Option<usize> {
    // SAFETY: as in `sort`.
    let found = unsafe {
        bsearch((&raw const word).cast(), words.as_ptr().cast(), words.len(), size_of::<&str>(), by_length)
    };
    (!found.is_null()).then(|| (found.addr() - words.as_ptr().addr()) / size_of::<&str>())
}

fn main() {
    let mut words = ["pear", "fig", "banana", "kiwi", "apple", "date"];
    sort(&mut words);
    println!("{words:?} {:?} {:?}", position(&words, "kiwi"), position(&words, "plum"));

    let mut seen = Vec::new();
    let visited = visit_with(10, |index, value| {
        seen.push(format!("{index}:{value}"));
        value < 0.75
    });
    println!("{visited} {seen:?}");
    let mut sum = 0.0;
    println!(
        "{} {}",
        visit_with(5, |_, value| {
            sum += value;
            true
        }),
        visit_with(0, |_, _| unreachable!())
    );
    println!("{sum}");
    println!("{}", visit_catching(4, |index| index != 2));
    std::panic::set_hook(Box::new(|_| {}));
    let outcome =
        catch_unwind(|| visit_catching(4, |index| if index == 1 { panic!("at {index}") } else { true }));
    println!("{:?}", outcome.unwrap_err().downcast_ref::<String>());
    let table: [(&str, Visit); 2] = [("never", never), ("count", count)];
    for (name, visit) in table {
        let mut counter = 0_u64;
        println!("{name} {} {counter}", visit_all(6, visit, (&raw mut counter).cast()));
    }
}

extern "C" fn never(_: *mut c_void, _: u32, _: f64) -> bool {
    false
}

extern "C" fn count(data: *mut c_void, index: u32, value: f64) -> bool {
    // SAFETY: `main` passes a pointer to its counter.
    let counter = unsafe { &mut *data.cast::<u64>() };
    *counter += u64::from(index) + value as u64;
    true
}
