//! Zero-sized types: in vectors, arrays, maps, arguments, trait objects, with drops and alignment.

use std::cell::Cell;
use std::collections::{BTreeMap, HashSet, VecDeque};
use std::marker::PhantomData;
use std::rc::Rc;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
struct Unit;

#[repr(align(64))]
#[derive(Debug, Clone, Copy)]
struct AlignedUnit;

struct Counted;

thread_local! {
    static DROPS: Cell<u32> = const { Cell::new(0) };
}

impl Drop for Counted {
    fn drop(&mut self) {
        DROPS.set(DROPS.get() + 1);
    }
}

struct Typed<T>(u8, PhantomData<T>);

trait Speak {
    fn speak(&self) -> &'static str;
}
impl Speak for Unit {
    fn speak(&self) -> &'static str {
        "unit speaks"
    }
}
impl Speak for () {
    fn speak(&self) -> &'static str {
        "() speaks"
    }
}

#[inline(never)]
fn arguments(
    a: Unit,
    b: u32,
    c: (),
    d: [u64; 0],
    e: AlignedUnit,
    f: u32,
    g: PhantomData<String>,
) -> (Unit, u32, ()) {
    let _ = (c, d, e, g);
    (a, b * 100 + f, ())
}

#[inline(never)]
fn call<F: Fn() -> u8>(f: F) -> (u8, usize) {
    (f(), size_of::<F>())
}

enum OnlyUnits {
    First(Unit),
    Second((), Unit),
}

fn main() {
    let mut units = vec![Unit; 1000];
    units.push(Unit);
    units.truncate(999);
    println!("{} {} {:?}", units.len(), units.capacity() == usize::MAX, units.pop());
    println!("{} {:?}", units.iter().filter(|u| **u == Unit).count(), units.iter().rev().nth(997));
    println!("{:?}", units.chunks(300).map(<[Unit]>::len).collect::<Vec<_>>());
    println!("{:?} {:?}", units.binary_search(&Unit).is_ok(), &units[996..]);
    let deque: VecDeque<()> = (0..70).map(drop).collect();
    println!("{} {}", deque.len(), deque.iter().count());
    let set: HashSet<Unit> = units.iter().copied().collect();
    let map: BTreeMap<(), i32> = (0..5).map(|i| ((), i)).collect();
    println!("{} {map:?}", set.len());

    {
        let mut counted: Vec<Counted> = (0..10).map(|_| Counted).collect();
        counted.drain(..3);
        std::mem::forget(counted.pop());
        let _array = [Counted, Counted];
        let _boxed: Box<[Counted]> = vec![Counted; 0].into();
        let _rc = Rc::new(Counted);
    }
    println!("drops {}", DROPS.get());
    println!("{:?}", arguments(Unit, 5, (), [], AlignedUnit, 6, PhantomData));
    println!("{:?} {}", call(|| 7), call(arguments_as_closure()).0);
    let speakers: [&dyn Speak; 2] = [&Unit, &()];
    println!("{:?}", speakers.map(|s| (s.speak(), size_of_val(s))));
    let boxed: Box<dyn Speak> = Box::new(Unit);
    println!("{}", boxed.speak());
    for value in [OnlyUnits::First(Unit), OnlyUnits::Second((), Unit)] {
        match value {
            OnlyUnits::First(unit) => println!("first {unit:?}"),
            OnlyUnits::Second((), unit) => println!("second {unit:?} {}", size_of::<OnlyUnits>()),
        }
    }
    let aligned = [AlignedUnit; 3];
    println!("{} {}", (&raw const aligned).addr() % 64, size_of_val(&aligned));
    println!("{} {}", size_of::<Typed<String>>(), Typed::<u64>(3, PhantomData).0);
    println!("{:?} {}", Option::<Unit>::default(), size_of::<Option<Unit>>());
    println!("{}", Some(Unit).map_or(0, |_| 1) + Some(()).is_some() as i32);
}

fn arguments_as_closure() -> impl Fn() -> u8 {
    || 8
}

impl Clone for Counted {
    fn clone(&self) -> Self {
        Counted
    }
}
