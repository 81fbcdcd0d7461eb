//! Methods and associated functions: breakpoints by their names, and their `self`.

struct Counter {
    value: u32,
}

impl Counter {
    fn new(value: u32) -> Counter {
        Counter { value }
    }

    fn increase(&mut self, by: u32) -> u32 {
        self.value += by; // #increase
        self.value // #increased
    }

    fn consume(self) -> u32 {
        look(); // #consume
        self.value
    }
}

trait Doubled {
    fn doubled(&self) -> u32;
}

impl Doubled for Counter {
    fn doubled(&self) -> u32 {
        self.value * 2 // #double
    }
}

fn main() {
    //> break methods::Counter::increase
    //> run
    //both is: methods::Counter::increase at #increase
    //> args
    //gdb is: self = [..] by = 3
    //lldb is: (methods::Counter *) self = [..] (unsigned int) by = 3
    //> print *self
    //gdb is: methods::Counter {value: 5}
    //lldb is: { value = 5 }
    //> next
    //both is: methods::Counter::increase at #increased
    //gdb> print self.value
    //gdb is: 8
    //lldb> print self->value
    //lldb is: 8
    //> finish
    //both is: methods::main at #sum returned 8
    let mut counter = Counter::new(5);
    let sum = counter.increase(3); // #sum
    //gdb> break methods::{impl#1}::doubled
    //lldb> break doubled
    //> continue
    //gdb is: methods::{impl#1}::doubled at #double
    //lldb is: _$LT$methods..Counter$u20$as$u20$methods..Doubled$GT$::doubled at #double
    //> backtrace
    //gdb is: #0 methods::{impl#1}::doubled at #double #1 methods::main at #doubled
    //lldb is: #0 _$LT$methods..Counter$u20$as$u20$methods..Doubled$GT$::doubled at #double #1 methods::main at #doubled
    //> finish
    //both is: methods::main at #doubled returned 16
    let doubled = counter.doubled(); // #doubled
    //> break methods::Counter::consume
    //> continue
    //both is: methods::Counter::consume at #consume
    //> print self
    //gdb is: methods::Counter {value: 8}
    //lldb is: { value = 8 }
    //> finish
    //both is: methods::main at #consumed returned 8
    let consumed = counter.consume(); // #consumed
    let _ = (sum, consumed, doubled);
}

fn look() {}
