//! `extern "C"` functions with structs of every register class: by value, in memory, returned.

use std::hint::black_box;

macro_rules! c_struct {
    ($($name:ident { $($field:ident: $ty:ty = $value:expr),* })*) => {$(
        #[repr(C)]
        #[derive(Debug, Clone, Copy, PartialEq)]
        struct $name { $($field: $ty),* }
        impl $name {
            fn sample() -> Self {
                $name { $($field: $value),* }
            }
        }
    )*};
}

c_struct! {
    OneByte { a: u8 = 200 }
    ThreeBytes { a: [u8; 3] = [1, 2, 3] }
    FiveBytes { a: [u8; 5] = [1, 2, 3, 4, 5] }
    SixBytes { a: u16 = 60_000, b: u16 = 2, c: u16 = 3 }
    SevenBytes { a: [u8; 7] = [7, 6, 5, 4, 3, 2, 1] }
    Ints { a: i32 = -5, b: i64 = i64::MIN }
    Singles { a: f32 = 1.5, b: f32 = -2.5 }
    ThreeSingles { a: f32 = 1.0, b: f32 = 2.0, c: f32 = 3.0 }
    Doubles { a: f64 = 1e100, b: f64 = -1e-100 }
    IntFloat { a: i64 = 77, b: f64 = 0.125 }
    FloatInt { a: f64 = 0.25, b: i32 = -88 }
    SharedWord { a: f32 = 9.0, b: i32 = 10, c: f64 = 11.0 }
    Seventeen { a: [u8; 17] = [17; 17] }
    InMemory { a: u64 = 1, b: f64 = 2.0, c: u8 = 3 }
    Large { a: [u32; 20] = [4; 20], b: u8 = 5 }
    Wide { a: u128 = 1 << 100, b: u8 = 6 }
    Nested { a: Singles = Singles::sample(), b: Pointer = Pointer { p: &STATIC } }
    Pointer { p: &'static i16 = &STATIC }
    Four { a: f64 = 1.0, b: f64 = 2.0, c: f64 = 3.0, d: f64 = 4.0 }
    Empty { }
}

static STATIC: i16 = -321;

macro_rules! round_trip {
    ($($name:ident)*) => {$({
        extern "C" fn identity(value: $name) -> $name {
            value
        }
        extern "C" fn between(a: u8, value: $name, b: f32, again: &$name, c: i64) -> bool {
            a == 3 && value == *again && b == 0.5 && c == -9
        }
        /// The integer registers are used up before the struct comes.
        extern "C" fn late(
            a: u64, b: u64, c: u64, d: u64, e: u64, value: $name, f: u64, second: $name,
        ) -> (u64, $name, bool) {
            (a + b * 2 + c * 3 + d * 4 + e * 5 + f * 6, value, value == second)
        }
        extern "C" fn both(x: f64, value: $name, y: f64, second: $name) -> $name {
            assert_eq!((x, y), (1.0, 2.0));
            assert_eq!(value, second);
            second
        }
        let sample = black_box($name::sample());
        let same = black_box(identity as extern "C" fn($name) -> $name)(sample);
        let ok = black_box(between as extern "C" fn(u8, $name, f32, &$name, i64) -> bool)(3, sample, 0.5, &sample, -9);
        let (sum, value, equal) = late(1, 2, 3, 4, 5, sample, 6, sample);
        println!("{} {ok} {sum} {equal} {}", size_of::<$name>(), value == sample);
        println!("  {same:?} {}", both(1.0, sample, 2.0, same) == sample);
    })*};
}

#[allow(improper_ctypes_definitions)] // the tuple and the empty struct have no C counterpart
fn main() {
    round_trip! {
        OneByte ThreeBytes FiveBytes SixBytes SevenBytes Ints Singles ThreeSingles Doubles IntFloat
        FloatInt SharedWord Seventeen InMemory Large Wide Nested Pointer Four Empty
    }
}
