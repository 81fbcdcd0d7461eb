//! Drop order: locals, temporaries, fields, vectors, tuples, partial moves, conditional initialisation.

use std::mem;

struct Noisy(&'static str);

impl Drop for Noisy {
    fn drop(&mut self) {
        print!("{} ", self.0);
    }
}

impl Noisy {
    fn touch(&self) -> usize {
        self.0.len()
    }
}

struct Outer {
    first: Noisy,
    second: Inner,
}
struct Inner {
    a: Noisy,
    b: Option<Noisy>,
}
impl Drop for Inner {
    fn drop(&mut self) {
        print!("inner[");
        self.b.take();
        print!("] ");
    }
}

#[allow(dead_code)] // the second of `Two` is only dropped
enum Choice {
    One(Noisy),
    Two(Noisy, Noisy),
    Zero,
}

fn section(name: &str, action: impl FnOnce()) {
    print!("{name}: ");
    action();
    println!();
}

#[inline(never)]
fn conditional(first: bool, second: bool) {
    let later;
    let value = Noisy("value");
    if first {
        later = value;
        print!("<moved {}> ", later.touch());
    }
    let maybe = Noisy("maybe");
    if second {
        drop(maybe);
    }
    print!("end ");
}

fn early(n: u32) -> Option<Noisy> {
    let _guard = Noisy("guard");
    for i in 0.. {
        let _each = Noisy("each");
        if i == n {
            return None;
        }
        if i == 2 {
            break;
        }
    }
    Some(Noisy("result"))
}

fn arguments(_: Noisy, _named: Noisy, (_a, b): (Noisy, Noisy)) -> Noisy {
    print!("body ");
    b
}

fn main() {
    section("locals", || {
        let _a = Noisy("a");
        let _ = Noisy("ignored");
        let _b = Noisy("b");
        let _shadow = Noisy("s1");
        let _shadow = Noisy("s2");
    });
    section("fields", || {
        let b = Some(Noisy("in.b"));
        _ = Outer { first: Noisy("first"), second: Inner { a: Noisy("in.a"), b } }.second.a.touch();
    });
    section("partial move", || {
        let pair = (Noisy("p0"), Noisy("p1"), Noisy("p2"));
        let moved = pair.1;
        print!("{} ", moved.touch() + pair.0.touch());
        let outer = Outer { first: Noisy("f"), second: Inner { a: Noisy("x"), b: None } };
        let _first = outer.first;
    });
    section("conditional", || {
        conditional(true, true);
        conditional(false, false);
    });
    section("early", || print!("{} {} ", early(1).is_some(), early(9).is_some()));
    section("arguments", || _ = arguments(Noisy("1"), Noisy("2"), (Noisy("3"), Noisy("4"))).touch());
    section("temporaries", || {
        let length = Noisy("temp").touch() + Noisy("temp2").touch();
        print!("={length} ");
        match Noisy("scrutinee").touch() {
            9 => print!("arm "),
            _ => unreachable!(),
        }
        if Noisy("condition").touch() == 9 {
            print!("then ");
        }
        let extended = &Noisy("extended");
        print!("{} ", extended.touch());
    });
    section("containers", || {
        let mut values = vec![Noisy("v0"), Noisy("v1"), Noisy("v2"), Noisy("v3")];
        values.remove(1);
        values.truncate(2);
        let _array = [Noisy("a0"), Noisy("a1")];
        let _boxed: Box<dyn Send> = Box::new(Noisy("dyn"));
        let mut iter = vec![Noisy("i0"), Noisy("i1"), Noisy("i2")].into_iter();
        iter.next_back();
        print!("end ");
    });
    section("mem", || {
        let mut slot = Noisy("old");
        drop(mem::replace(&mut slot, Noisy("new")));
        mem::forget(Noisy("forgotten"));
        slot = Noisy("assigned");
        let closure = move || print!("{} ", slot.touch());
        closure();
        print!("end ");
    });
    section("enums", || {
        for choice in [Choice::One(Noisy("o")), Choice::Zero, Choice::Two(Noisy("t0"), Noisy("t1"))] {
            match choice {
                Choice::Two(first, _) | Choice::One(first) => print!("({}) ", first.touch()),
                Choice::Zero => print!("zero "),
            }
        }
    });
}
