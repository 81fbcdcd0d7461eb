//! A global allocator that counts: every allocation is freed, sizes and alignments are passed on.

use std::alloc::{GlobalAlloc, Layout, System};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

struct Counting;

static LIVE: AtomicUsize = AtomicUsize::new(0);
static CALLS: AtomicUsize = AtomicUsize::new(0);
static GROWN: AtomicUsize = AtomicUsize::new(0);
static ZEROED: AtomicUsize = AtomicUsize::new(0);
static LARGEST_ALIGN: AtomicUsize = AtomicUsize::new(0);

// SAFETY: everything is passed on to the system allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        LIVE.fetch_add(layout.size(), SeqCst);
        CALLS.fetch_add(1, SeqCst);
        LARGEST_ALIGN.fetch_max(layout.align(), SeqCst);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        LIVE.fetch_sub(layout.size(), SeqCst);
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        LIVE.fetch_add(layout.size(), SeqCst);
        ZEROED.fetch_add(1, SeqCst);
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        LIVE.fetch_add(new_size, SeqCst);
        LIVE.fetch_sub(layout.size(), SeqCst);
        GROWN.fetch_add(1, SeqCst);
        unsafe { System.realloc(pointer, layout, new_size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[repr(align(512))]
struct Aligned([u8; 512]);

/// Runs `action` and gives the bytes it allocated and did not free, and what it returned.
fn measure<T>(name: &str, action: impl FnOnce() -> T) -> T {
    let (live, calls, grown) = (LIVE.load(SeqCst), CALLS.load(SeqCst), GROWN.load(SeqCst));
    let zeroed = ZEROED.load(SeqCst);
    let result = std::hint::black_box(action());
    let (live, calls) = (LIVE.load(SeqCst) - live, CALLS.load(SeqCst) - calls);
    let (grown, zeroed) = (GROWN.load(SeqCst) - grown, ZEROED.load(SeqCst) - zeroed);
    println!("{name}: {live} bytes, {calls} calls, {grown} grown, {zeroed} zeroed");
    result
}

fn main() {
    println!("start");
    let boxed = measure("box", || Box::new([7_u32; 100]));
    let vector = measure("vec", || vec![0_u8; 12_345]);
    let grown = measure("grown", || {
        let mut values = Vec::with_capacity(10);
        values.extend(0..10_u64);
        values.push(std::hint::black_box(10));
        values.shrink_to_fit();
        values
    });
    let nothing = measure("nothing", Vec::<u64>::new);
    let text = measure("string", || String::from("0123456789"));
    let shared = measure("arc", || Arc::<[u16]>::from(vec![1, 2, 3]));
    let aligned = measure("aligned", || Box::new(Aligned([3; 512])));
    measure("freed", || drop(vec![String::from("a"), String::from("b")]));
    println!("{} {} {} {}", boxed[99], vector.len(), grown.capacity(), nothing.capacity());
    println!("{text} {shared:?} {} {}", aligned.0[511], LARGEST_ALIGN.load(SeqCst));
    let before = LIVE.load(SeqCst);
    let map: BTreeMap<u32, String> = (0..100).map(|i| (i, i.to_string())).collect();
    println!("{}", LIVE.load(SeqCst) > before + 100 * 24);
    println!("{:?}", map.get(&77));
    drop(map);
    println!("{}", LIVE.load(SeqCst) == before);
}
