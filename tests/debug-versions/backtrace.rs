//! Compiled by the suite `backtraces`: panics below closures, methods, iterators, `catch_unwind` and a thread.

use std::hint::black_box;

#[inline(always)]
fn element(values: &[u32], index: usize) -> u32 {
    values[index]
}

struct Wrapper<T>(T);

impl<T: Copy + Into<u64>> Wrapper<T> {
    #[inline(never)]
    fn method(&self, values: &[u32]) -> u64 {
        self.0.into() + u64::from(element(values, black_box(7)))
    }
}

trait Go {
    fn go(&self, values: &[u32]) -> u64;
}

impl Go for Wrapper<u8> {
    #[inline(never)]
    fn go(&self, values: &[u32]) -> u64 {
        self.method(values) + 1
    }
}

mod outer {
    pub mod inner {
        #[inline(never)]
        pub fn call(function: &mut dyn FnMut() -> u64) -> u64 {
            function() + 1
        }
    }
}

fn main() {
    let values = black_box(vec![1u32, 2, 3]);
    let result = std::panic::catch_unwind(|| {
        let object: &dyn Go = black_box(&Wrapper(3u8));
        let mut closure = || object.go(&values);
        println!("{}", outer::inner::call(&mut closure));
    });
    println!("{}", result.is_err());
    let thread = std::thread::spawn(move || {
        let below = |index| if index < values.len() { values[index] } else { panic!("no element {index}") };
        (0..2).map(|index| below(black_box(index + 5))).sum::<u32>()
    });
    println!("{}", thread.join().is_err());
}
