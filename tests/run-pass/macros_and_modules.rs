//! Declarative macros, nested modules, visibility, shadowing, constants in traits, generics over modules.

use std::collections::BTreeMap;

mod shapes {
    pub mod round {
        pub(in crate::shapes) const PI: f64 = 3.0;
        pub struct Circle {
            pub radius: f64,
        }
        impl super::Area for Circle {
            const CORNERS: u32 = 0;
            fn area(&self) -> f64 {
                PI * self.radius * self.radius
            }
        }
    }
    pub mod straight {
        use super::Area;
        pub struct Square(pub f64);
        impl Area for Square {
            const CORNERS: u32 = 4;
            fn area(&self) -> f64 {
                self.0 * self.0
            }
        }
        pub use self::Square as Box;
    }
    pub trait Area {
        const CORNERS: u32;
        fn area(&self) -> f64;
        fn describe(&self) -> String {
            format!("{} corners, {:.1}", Self::CORNERS, self.area())
        }
    }
    pub fn ring(outer: &round::Circle, inner: &round::Circle) -> f64 {
        (outer.radius.powi(2) - inner.radius.powi(2)) * round::PI
    }
}

use shapes::{Area, round::Circle, straight};

macro_rules! map {
    ($($key:expr => $value:expr),* $(,)?) => {{
        #[allow(unused_mut)]
        let mut map = BTreeMap::new();
        $( map.insert($key, $value); )*
        map
    }};
}

macro_rules! largest {
    ($only:expr) => { $only };
    ($first:expr, $($rest:expr),+) => {{
        let (first, rest) = ($first, largest!($($rest),+));
        if first > rest { first } else { rest }
    }};
}

macro_rules! count {
    () => { 0_usize };
    ($head:tt $($tail:tt)*) => { 1 + count!($($tail)*) };
}

macro_rules! enumeration {
    ($(#[$meta:meta])* $name:ident { $($variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$meta])*
        enum $name { $($variant),+ }
        impl $name {
            const ALL: [$name; count!($($variant)+)] = [$($name::$variant),+];
            fn text(&self) -> &'static str {
                match self { $($name::$variant => $text),+ }
            }
        }
        impl std::str::FromStr for $name {
            type Err = String;
            fn from_str(text: &str) -> Result<Self, String> {
                match text {
                    $($text => Ok($name::$variant),)+
                    other => Err(format!(concat!("no ", stringify!($name), " {}"), other)),
                }
            }
        }
    };
}

enumeration! {
    #[derive(Debug, Clone, Copy, PartialEq)]
    Colour { Red = "rot", Green = "grün", Blue = "blau" }
}

macro_rules! chain_of_functions {
    ($($name:ident -> $next:ident),*) => {
        $( fn $name(x: u64) -> u64 { $next(x.wrapping_mul(31) ^ stringify!($name).len() as u64) } )*
    };
}
chain_of_functions!(alpha -> beta, beta -> gamma, gamma -> last_one);
fn last_one(x: u64) -> u64 {
    x + u64::from(line!() > 1)
}

/// `$x` inside is not the `x` outside.
macro_rules! hygienic {
    ($value:expr) => {{
        let x = 100;
        $value + x
    }};
}

fn total(shapes: &[&dyn Fn() -> f64]) -> f64 {
    shapes.iter().map(|area| area()).sum()
}

fn main() {
    let (circle, square) = (Circle { radius: 2.0 }, straight::Box(1.5));
    println!("{} | {}", circle.describe(), square.describe());
    println!("{} {}", shapes::ring(&circle, &Circle { radius: 1.0 }), <Circle as Area>::CORNERS);
    println!("{}", total(&[&|| circle.area(), &|| square.area()]));
    println!("{:?} {:?}", map! { "b" => 2, "a" => 1, }, {
        let empty: BTreeMap<u8, u8> = map! {};
        empty
    });
    println!("{} {}", largest!(3, 9, 4), largest!("x"));
    println!("{} {}", count!(), count!(a b (c d) [e] + 5));
    println!("{:?}", Colour::ALL.map(|colour| colour.text()));
    println!("{:?} {:?}", "grün".parse::<Colour>(), "gelb".parse::<Colour>());
    println!("{} {}", alpha(1), module_path!());
    let x = 1;
    println!("{} {x}", hygienic!(x));
    let x = format!("{x}{}", {
        let x = x + 1;
        x * 2
    });
    println!("{x} {}", concat!("a", 1, 2.5, true));
    println!("{}", stringify!(a + b * (c)));
}
