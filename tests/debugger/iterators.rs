//! Chains of iterators: a breakpoint in the closure, with the frames of std inlined by the compiler.

fn main() {
    let numbers = vec![1u32, 2, 3, 4];
    let limit = 3;
    let chosen: Vec<u32> = numbers
        .iter()
        .map(|number| {
            let square = number * number;
            square + limit // #map
        })
        .filter(|square| square % 2 == 0) // #filter
        .collect(); // #line
    look(); // #here
    //> break #map
    //> run
    //gdb is: iterators::main::{closure#0} at #map
    //lldb is: iterators::main::_$u7b$$u7b$closure$u7d$$u7d$ at #map
    //> print *number
    //both is: 1
    //> print square
    //both is: 1
    //> continue
    //gdb is: iterators::main::{closure#0} at #map
    //lldb is: iterators::main::_$u7b$$u7b$closure$u7d$$u7d$ at #map
    //> print square
    //both is: 4
    //> backtrace
    //gdb is: #0 iterators::main::{closure#0} at #map #1 core::iter::adapters::map::map_try_fold::{closure#0}<&u32, u32, (), core::ops::control_flow::ControlFlow<u32, ()>, iterators::main::{closure_env#0}, core::iter::traits::iterator::Iterator::find::check::{closure_env#0}<u32, &mut iterators::main::{closure_env#1}>> at map.rs:95 #2 core::iter::traits::iterator::Iterator::try_fold<core::slice::iter::Iter<u32>, (), core::iter::adapters::map::map_try_fold::{closure_env#0}<&u32, u32, (), core::ops::control_flow::ControlFlow<u32, ()>, iterators::main::{closure_env#0}, core::iter::traits::iterator::Iterator::find::check::{closure_env#0}<u32, &mut iterators::main::{closure_env#1}>>, core::ops::control_flow::ControlFlow<u32, ()>> at iterator.rs:2496 #3 core::iter::adapters::map::{impl#2}::try_fold<u32, core::slice::iter::Iter<u32>, iterators::main::{closure_env#0}, (), core::iter::traits::iterator::Iterator::find::check::{closure_env#0}<u32, &mut iterators::main::{closure_env#1}>, core::ops::control_flow::ControlFlow<u32, ()>> at map.rs:121 #4 core::iter::traits::iterator::Iterator::find<core::iter::adapters::map::Map<core::slice::iter::Iter<u32>, iterators::main::{closure_env#0}>, &mut iterators::main::{closure_env#1}> at iterator.rs:2973 #5 core::iter::adapters::filter::{impl#3}::next<core::iter::adapters::map::Map<core::slice::iter::Iter<u32>, iterators::main::{closure_env#0}>, iterators::main::{closure_env#1}> at filter.rs:98 #6 alloc::vec::Vec<u32, alloc::alloc::Global>::extend_desugared<u32, alloc::alloc::Global, core::iter::adapters::filter::Filter<core::iter::adapters::map::Map<core::slice::iter::Iter<u32>, iterators::main::{closure_env#0}>, iterators::main::{closure_env#1}>> at mod.rs:3995 #7 alloc::vec::spec_extend::{impl#0}::spec_extend<u32, core::iter::adapters::filter::Filter<core::iter::adapters::map::Map<core::slice::iter::Iter<u32>, iterators::main::{closure_env#0}>, iterators::main::{closure_env#1}>, alloc::alloc::Global> at spec_extend.rs:18 #8 alloc::vec::spec_from_iter_nested::{impl#0}::from_iter<u32, core::iter::adapters::filter::Filter<core::iter::adapters::map::Map<core::slice::iter::Iter<u32>, iterators::main::{closure_env#0}>, iterators::main::{closure_env#1}>> at spec_from_iter_nested.rs:41 #9 alloc::vec::spec_from_iter::{impl#0}::from_iter<u32, core::iter::adapters::filter::Filter<core::iter::adapters::map::Map<core::slice::iter::Iter<u32>, iterators::main::{closure_env#0}>, iterators::main::{closure_env#1}>> at spec_from_iter.rs:33 #10 alloc::vec::{impl#16}::from_iter<u32, core::iter::adapters::filter::Filter<core::iter::adapters::map::Map<core::slice::iter::Iter<u32>, iterators::main::{closure_env#0}>, iterators::main::{closure_env#1}>> at mod.rs:3891 #11 core::iter::traits::iterator::Iterator::collect<core::iter::adapters::filter::Filter<core::iter::adapters::map::Map<core::slice::iter::Iter<u32>, iterators::main::{closure_env#0}>, iterators::main::{closure_env#1}>, alloc::vec::Vec<u32, alloc::alloc::Global>> at iterator.rs:2092 #12 iterators::main at #line
    //lldb is: #0 iterators::main::_$u7b$$u7b$closure$u7d$$u7d$ at #map #1 core::iter::adapters::map::map_try_fold::_$u7b$$u7b$closure$u7d$$u7d$ at map.rs:95 #2 core::iter::traits::iterator::Iterator::try_fold at iterator.rs:2496 #3 _$LT$core..iter..adapters..map..Map$LT$I$C$F$GT$$u20$as$u20$core..iter..traits..iterator..Iterator$GT$::try_fold at map.rs:121 #4 core::iter::traits::iterator::Iterator::find at iterator.rs:2973 #5 _$LT$core..iter..adapters..filter..Filter$LT$I$C$P$GT$$u20$as$u20$core..iter..traits..iterator..Iterator$GT$::next at filter.rs:98 #6 alloc::vec::Vec$LT$T$C$A$GT$::extend_desugared at mod.rs:3995 #7 _$LT$alloc..vec..Vec$LT$T$C$A$GT$$u20$as$u20$alloc..vec..spec_extend..SpecExtend$LT$T$C$I$GT$$GT$::spec_extend at spec_extend.rs:18 #8 _$LT$alloc..vec..Vec$LT$T$GT$$u20$as$u20$alloc..vec..spec_from_iter_nested..SpecFromIterNested$LT$T$C$I$GT$$GT$::from_iter at spec_from_iter_nested.rs:41 #9 _$LT$alloc..vec..Vec$LT$T$GT$$u20$as$u20$alloc..vec..spec_from_iter..SpecFromIter$LT$T$C$I$GT$$GT$::from_iter at spec_from_iter.rs:33 #10 _$LT$alloc..vec..Vec$LT$T$GT$$u20$as$u20$core..iter..traits..collect..FromIterator$LT$T$GT$$GT$::from_iter at mod.rs:3891 #11 core::iter::traits::iterator::Iterator::collect at iterator.rs:2092 #12 iterators::main at #line
    //> delete
    //> break #here
    //> continue
    //both is: iterators::main at #here
    //> print chosen
    //gdb is: Vec(size=2) = {4, 12}
    //lldb is: size=2 { [0] = 4 [1] = 12 }
    //> print numbers
    //gdb is: Vec(size=4) = {1, 2, 3, 4}
    //lldb is: size=4 { [0] = 1 [1] = 2 [2] = 3 [3] = 4 }
    let _ = chosen;
}

fn look() {}
