//! `#[track_caller]`: the caller's line and column through functions, methods, traits, closures.

use std::panic::Location;

#[track_caller]
fn here() -> (u32, u32) {
    let location = Location::caller();
    (location.line(), location.column())
}

#[track_caller]
fn through() -> (u32, u32) {
    here()
}

fn not_tracked() -> (u32, u32) {
    here()
}

struct Recorder(Vec<u32>);

impl Recorder {
    #[track_caller]
    fn note(&mut self) -> &mut Self {
        self.0.push(Location::caller().line());
        self
    }
}

trait Where {
    #[track_caller]
    fn place(&self) -> u32;
}

impl Where for u8 {
    #[track_caller]
    fn place(&self) -> u32 {
        Location::caller().line()
    }
}

impl Where for u16 {
    fn place(&self) -> u32 {
        Location::caller().line()
    }
}

#[track_caller]
fn call<T>(action: impl FnOnce() -> T) -> (T, u32) {
    (action(), Location::caller().line())
}

struct Index;
impl std::ops::Index<u32> for Index {
    type Output = str;
    #[track_caller]
    fn index(&self, _: u32) -> &str {
        if Location::caller().column() == 21 { "column 21" } else { "another column" }
    }
}

#[rustfmt::skip]
fn main() {
    // Lines are printed relative to this one, so that edits above it change nothing.
    let base = line!();
    println!("{:?}", (here().0 - base, here().1));
    println!("{:?}", (through().0 - base, through().1));
    println!("{}", not_tracked() == not_tracked());
    println!("{}", not_tracked().0 < base);

    let mut recorder = Recorder(Vec::new());
    recorder
        .note()
        .note();
    recorder.note();
    println!("{:?}", recorder.0.iter().map(|line| line - base).collect::<Vec<_>>());

    println!("{} {}", 1_u8.place() - base, 1_u16.place() < base);
    let dynamic: [&dyn Where; 2] = [&1_u8, &1_u16];
    println!("{:?}", dynamic.map(|place| place.place() < base));
    let pointer: fn() -> (u32, u32) = here;
    println!("{}", pointer() == here());

    let (inner, outer) = call(|| here().0);
    println!("{} {}", inner - base, outer - base);
    let location = Location::caller();
    println!("{} {}", location.file().ends_with("caller_location.rs"), location.line() - base);
    println!("{}", &Index[5]);
    println!("{}", &  Index[6]);

    let caught = std::panic::catch_unwind(|| {
        std::panic::set_hook(Box::new(move |info| {
            println!("{:?}", info.location().map(|place| place.line() - base));
        }));
        let none: Option<u8> = std::hint::black_box(None);
        none.unwrap()
    });
    println!("{}", caught.is_err());
}
