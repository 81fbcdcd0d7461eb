//! `impl Trait`, associated types and traits with generics.

trait Source {
    type Item;
    fn next_item(&mut self) -> Option<Self::Item>;
}

struct Countdown {
    left: u8,
}

impl Source for Countdown {
    type Item = u8;

    fn next_item(&mut self) -> Option<u8> {
        let now = self.left.checked_sub(1)?;
        self.left = now; // #next
        Some(now)
    }
}

fn drain(mut source: impl Source<Item = u8>) -> u32 {
    let mut sum = 0;
    while let Some(item) = source.next_item() {
        sum += u32::from(item); // #item
    }
    sum // #drained
}

fn evens(limit: u32) -> impl Iterator<Item = u32> {
    (0..limit).filter(|number| number % 2 == 0)
}

fn main() {
    let sum = drain(Countdown { left: 2 });
    let mut even = evens(10);
    let second = even.nth(1);
    look(); // #here
    //> break #next
    //> run
    //gdb is: impl_trait::{impl#0}::next_item at #next
    //lldb is: _$LT$impl_trait..Countdown$u20$as$u20$impl_trait..Source$GT$::next_item at #next
    //> print now
    //gdb is: 1
    //lldb is: '\x01'
    //> print *self
    //gdb is: impl_trait::Countdown {left: 2}
    //lldb is: { left = '\x02' }
    //> break #item
    //> continue
    //gdb is: impl_trait::drain<impl_trait::Countdown> at #item
    //lldb is: impl_trait::drain at #item
    //> print item
    //gdb is: 1
    //lldb is: '\x01'
    //> print source
    //gdb is: impl_trait::Countdown {left: 1}
    //lldb is: { left = '\x01' }
    //> delete
    //> break #drained
    //> continue
    //gdb is: impl_trait::drain<impl_trait::Countdown> at #drained
    //lldb is: impl_trait::drain at #drained
    //> print sum
    //both is: 1
    //> break #here
    //> continue
    //both is: impl_trait::main at #here
    //> print second
    //gdb is: core::option::Option<u32>::Some(2)
    //lldb is: Some(2) { 0 = 2 }
    let _ = (sum, second);
}

fn look() {}
