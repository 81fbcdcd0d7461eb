//! Operator overloading: arithmetic, compound assignment, indexing, comparison, Deref, ranges, hashing.

use std::collections::{BTreeSet, hash_map::DefaultHasher};
use std::hash::{Hash, Hasher};
use std::iter::Sum;
use std::ops::*;

#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Complex(f64, f64);

macro_rules! complex_operator {
    ($trait:ident $method:ident $assign:ident $assign_method:ident |$a:ident, $b:ident| $body:expr) => {
        impl $trait for Complex {
            type Output = Complex;
            fn $method(self, other: Complex) -> Complex {
                let ($a, $b) = (self, other);
                $body
            }
        }
        impl $assign for Complex {
            fn $assign_method(&mut self, other: Complex) {
                *self = self.$method(other);
            }
        }
    };
}
complex_operator!(Add add AddAssign add_assign |a, b| Complex(a.0 + b.0, a.1 + b.1));
complex_operator!(Sub sub SubAssign sub_assign |a, b| Complex(a.0 - b.0, a.1 - b.1));
complex_operator!(Mul mul MulAssign mul_assign |a, b| Complex(a.0 * b.0 - a.1 * b.1, a.0 * b.1 + a.1 * b.0));
complex_operator!(Div div DivAssign div_assign |a, b| {
    let scale = b.0 * b.0 + b.1 * b.1;
    Complex((a.0 * b.0 + a.1 * b.1) / scale, (a.1 * b.0 - a.0 * b.1) / scale)
});

impl Neg for Complex {
    type Output = Complex;
    fn neg(self) -> Complex {
        Complex(-self.0, -self.1)
    }
}
impl Mul<Complex> for f64 {
    type Output = Complex;
    fn mul(self, other: Complex) -> Complex {
        Complex(self * other.0, self * other.1)
    }
}
impl Sum for Complex {
    fn sum<I: Iterator<Item = Complex>>(values: I) -> Complex {
        values.fold(Complex::default(), Add::add)
    }
}

#[derive(Clone, PartialEq, Eq)]
struct Bits(Vec<u8>);
impl Shl<usize> for &Bits {
    type Output = Bits;
    fn shl(self, by: usize) -> Bits {
        Bits(self.0.iter().skip(by).copied().chain(std::iter::repeat_n(0, by)).collect())
    }
}
impl BitXor for &Bits {
    type Output = Bits;
    fn bitxor(self, other: &Bits) -> Bits {
        Bits(self.0.iter().zip(&other.0).map(|(a, b)| a ^ b).collect())
    }
}
impl Not for Bits {
    type Output = String;
    fn not(self) -> String {
        self.0.iter().map(|b| if *b == 0 { '1' } else { '0' }).collect()
    }
}
impl Index<RangeInclusive<usize>> for Bits {
    type Output = [u8];
    fn index(&self, range: RangeInclusive<usize>) -> &[u8] {
        &self.0[*range.start()..*range.end() + 1]
    }
}
impl Index<char> for Bits {
    type Output = u8;
    fn index(&self, which: char) -> &u8 {
        if which == 'h' { &self.0[0] } else { self.0.last().unwrap() }
    }
}
impl IndexMut<char> for Bits {
    fn index_mut(&mut self, _: char) -> &mut u8 {
        self.0.last_mut().unwrap()
    }
}
impl Deref for Bits {
    type Target = Vec<u8>;
    fn deref(&self) -> &Vec<u8> {
        &self.0
    }
}
impl DerefMut for Bits {
    fn deref_mut(&mut self) -> &mut Vec<u8> {
        &mut self.0
    }
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Version {
    Release(u32, u32),
    Named { name: String, minor: i8 },
    Unknown,
}

fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

fn main() {
    let (a, b) = (Complex(1.0, 2.0), Complex(-0.5, 3.0));
    let mut c = a * b + 2.0 * a - -b / a;
    println!("{c:?} {:?}", [a, b, c].into_iter().sum::<Complex>());
    c -= a;
    c *= c;
    c /= b;
    c += Complex(0.25, 0.0);
    println!("{c:?} {}", c == c);
    let mut bits = Bits(vec![1, 0, 1, 1]);
    bits['t'] ^= 1;
    let pushed = bits['h'] + 1;
    bits.push(pushed);
    println!("{:?} {:?} {} {}", &bits[1..=2], (&bits << 2).0, !(&bits ^ &(&bits << 1)), bits.len());
    let named = |name: &str, minor| Version::Named { name: name.into(), minor };
    let set: BTreeSet<_> =
        [Version::Unknown, named("b", -1), Version::Release(2, 0), named("a", 5), named("b", -2)].into();
    println!("{set:?}");
    println!(
        "{:?} {}",
        Version::Release(1, 9).partial_cmp(&Version::Release(1, 10)),
        named("", 0) >= Version::Unknown
    );
    println!("{:x} {:x}", hash(&Version::Release(3, 4)), hash(&("text", 5_u8, [1_i64, 2], named("n", 1))));
    println!(
        "{} {} {:?}",
        (1..5).contains(&4),
        (..=3.5).contains(&3.6),
        (Bound::Excluded(1), Bound::Unbounded::<i32>).contains(&1)
    );
}
