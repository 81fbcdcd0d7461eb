//! Generics, const generics, associated types and consts, trait dispatch on type parameters.

use std::fmt::Debug;
use std::marker::PhantomData;
use std::ops::{Add, AddAssign, Index, IndexMut, Mul, Neg};

trait Unit {
    const NAME: &'static str;
    const FACTOR: f64;
}
#[derive(Debug)]
struct Metre;
#[derive(Debug)]
struct Foot;
impl Unit for Metre {
    const NAME: &'static str = "m";
    const FACTOR: f64 = 1.0;
}
impl Unit for Foot {
    const NAME: &'static str = "ft";
    const FACTOR: f64 = 0.3048;
}

#[derive(Debug)]
struct Length<U>(f64, PhantomData<U>);
impl<U: Unit> Length<U> {
    const LABEL: &'static str = U::NAME;
    fn new(value: f64) -> Self {
        Length(value, PhantomData)
    }
    fn to<V: Unit>(&self) -> Length<V> {
        Length::new(self.0 * U::FACTOR / V::FACTOR)
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Matrix<T, const R: usize, const C: usize>([[T; C]; R]);

impl<T: Copy + Default, const R: usize, const C: usize> Matrix<T, R, C> {
    const CELLS: usize = R * C;
    fn transpose(&self) -> Matrix<T, C, R> {
        Matrix(std::array::from_fn(|y| std::array::from_fn(|x| self.0[x][y])))
    }
}

impl<T, const R: usize, const K: usize, const C: usize> Mul<Matrix<T, K, C>> for Matrix<T, R, K>
where
    T: Copy + Default + Mul<Output = T> + AddAssign,
{
    type Output = Matrix<T, R, C>;
    fn mul(self, other: Matrix<T, K, C>) -> Self::Output {
        let mut out = Matrix([[T::default(); C]; R]);
        for (y, x) in (0..R).flat_map(|y| (0..C).map(move |x| (y, x))) {
            for k in 0..K {
                out[(y, x)] += self.0[y][k] * other.0[k][x];
            }
        }
        out
    }
}

impl<T, const R: usize, const C: usize> Index<(usize, usize)> for Matrix<T, R, C> {
    type Output = T;
    fn index(&self, (y, x): (usize, usize)) -> &T {
        &self.0[y][x]
    }
}
impl<T, const R: usize, const C: usize> IndexMut<(usize, usize)> for Matrix<T, R, C> {
    fn index_mut(&mut self, (y, x): (usize, usize)) -> &mut T {
        &mut self.0[y][x]
    }
}

trait Container {
    type Item: Debug;
    fn items(&self) -> impl Iterator<Item = &Self::Item>;
    fn show(&self) -> String {
        self.items().map(|item| format!("{item:?};")).collect()
    }
}
impl<T: Debug> Container for Option<T> {
    type Item = T;
    fn items(&self) -> impl Iterator<Item = &T> {
        self.iter()
    }
}
impl<A: Debug, const N: usize> Container for [A; N] {
    type Item = A;
    fn items(&self) -> impl Iterator<Item = &A> {
        self.as_slice().iter().rev()
    }
}

fn sum_all<T>(values: impl IntoIterator<Item = T>) -> T
where
    T: Default + Add<Output = T>,
{
    values.into_iter().fold(T::default(), |a, b| a + b)
}

fn negate_twice<T: Neg<Output = T> + Copy>(value: T) -> (T, T) {
    (-value, -(-value))
}

fn largest<T: PartialOrd>(values: &[T]) -> Option<&T> {
    let mut best = values.first()?;
    for value in values {
        if value > best {
            best = value;
        }
    }
    Some(best)
}

fn main() {
    let feet = Length::<Foot>::new(100.0);
    let metres: Length<Metre> = feet.to();
    println!("{}{} = {}{}", feet.0, Length::<Foot>::LABEL, metres.0, Length::<Metre>::LABEL);
    let a = Matrix([[1, 2, 3], [4, 5, 6]]);
    println!("{:?} {:?} {}", a.transpose(), a * a.transpose(), Matrix::<u8, 3, 7>::CELLS);
    println!("{:?}", a.transpose() * a);
    println!("{:?}", Matrix([[0.5], [2.0]]) * Matrix([[4.0, 8.0]]));
    println!("{} {} {}", Some("x").show(), [1, 2, 3].show(), None::<char>.show());
    println!("{} {} {:?}", sum_all([1_u64, 2, 3]), sum_all(vec![0.5, 0.25]), sum_all::<i8>([]));
    println!("{:?} {:?}", negate_twice(5_i128), negate_twice(-2.5_f32));
    println!("{:?} {:?} {:?}", largest(&[3, 9, 2]), largest(&["b", "a"]), largest::<()>(&[]));
}
