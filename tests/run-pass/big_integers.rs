//! Arbitrary-precision arithmetic with carries through u128: factorials, powers, division, Fibonacci, pi.

use std::cmp::Ordering;
use std::fmt;
use std::ops::{Add, Mul, Sub};

/// Little-endian words, without zeros at the end.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Big(Vec<u64>);

impl From<u64> for Big {
    fn from(value: u64) -> Big {
        Big(vec![value]).trimmed()
    }
}

impl Big {
    fn trimmed(mut self) -> Big {
        while self.0.last() == Some(&0) {
            self.0.pop();
        }
        self
    }

    /// Quotient and remainder.
    fn div_small(&self, divisor: u64) -> (Big, u64) {
        let mut rest = 0_u128;
        let mut words = vec![0; self.0.len()];
        for (i, word) in self.0.iter().enumerate().rev() {
            let part = rest << 64 | u128::from(*word);
            words[i] = (part / u128::from(divisor)) as u64;
            rest = part % u128::from(divisor);
        }
        (Big(words).trimmed(), rest as u64)
    }

    fn pow(&self, mut exponent: u32) -> Big {
        let (mut base, mut result) = (self.clone(), Big::from(1));
        while exponent > 0 {
            if exponent & 1 == 1 {
                result = &result * &base;
            }
            base = &base * &base;
            exponent >>= 1;
        }
        result
    }
}

impl Add for &Big {
    type Output = Big;
    fn add(self, other: &Big) -> Big {
        let (long, short) = if self.0.len() < other.0.len() { (other, self) } else { (self, other) };
        let mut carry = false;
        let mut words = long.0.clone();
        for (i, word) in words.iter_mut().enumerate() {
            let (sum, first) = word.overflowing_add(short.0.get(i).copied().unwrap_or(0));
            let (sum, second) = sum.overflowing_add(carry.into());
            (*word, carry) = (sum, first | second);
        }
        words.extend(carry.then_some(1));
        Big(words)
    }
}

impl Sub for &Big {
    type Output = Big;
    fn sub(self, other: &Big) -> Big {
        let mut borrow = false;
        let words = self.0.iter().enumerate().map(|(i, word)| {
            let (first, a) = word.overflowing_sub(other.0.get(i).copied().unwrap_or(0));
            let (result, b) = first.overflowing_sub(borrow.into());
            borrow = a || b;
            result
        });
        Big(words.collect()).trimmed()
    }
}

impl Mul for &Big {
    type Output = Big;
    fn mul(self, other: &Big) -> Big {
        let mut words = vec![0_u64; self.0.len() + other.0.len()];
        for (i, a) in self.0.iter().enumerate() {
            let mut carry = 0_u128;
            for (j, b) in other.0.iter().enumerate() {
                let part = u128::from(*a) * u128::from(*b) + u128::from(words[i + j]) + carry;
                words[i + j] = part as u64;
                carry = part >> 64;
            }
            words[i + other.0.len()] = carry as u64;
        }
        Big(words).trimmed()
    }
}

impl PartialOrd for Big {
    fn partial_cmp(&self, other: &Big) -> Option<Ordering> {
        let by_length = self.0.len().cmp(&other.0.len());
        Some(by_length.then_with(|| self.0.iter().rev().cmp(other.0.iter().rev())))
    }
}

impl fmt::Display for Big {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mut value, mut parts) = (self.clone(), Vec::new());
        while !value.0.is_empty() {
            let (rest, part) = value.div_small(10_u64.pow(19));
            parts.push(part);
            value = rest;
        }
        let digits: String = parts.iter().rev().map(|part| format!("{part:019}")).collect();
        f.pad_integral(true, "", digits.trim_start_matches('0'))
    }
}

fn main() {
    let factorial = (1..=60).fold(Big::from(1), |product, n| &product * &Big::from(n));
    println!("{factorial}\n{:x?}", factorial.0);
    println!("{}", (1..=60).rev().fold(factorial.clone(), |value, n| value.div_small(n).0));
    println!("{} {}", Big::from(3).pow(200), Big::from(u64::MAX).pow(3));
    let (mut a, mut b) = (Big::from(0), Big::from(1));
    for _ in 0..1000 {
        (a, b) = (b.clone(), &a + &b);
    }
    println!("{a}");
    println!("{}", &b - &(&Big::from(2).pow(64) - &Big::from(1)));
    println!("{:?} {} {}", a.partial_cmp(&b), &b - &a < a, &(&b - &a) + &a == b);
    println!("{:?} {}", factorial.div_small(61), &Big::from(2).pow(64) - &Big::from(1));
    // Machin's formula with 70 digits.
    let scale = Big::from(10).pow(75);
    let arctan = |x: u64, factor: u64| {
        let (mut term, mut plus, mut minus) =
            ((&scale * &Big::from(factor)).div_small(x).0, Big::from(0), Big::from(0));
        for k in 0.. {
            let part = term.div_small(2 * k + 1).0;
            if part == Big::from(0) {
                break;
            }
            if k % 2 == 0 {
                plus = &plus + &part
            } else {
                minus = &minus + &part
            }
            term = term.div_small(x * x).0;
        }
        &plus - &minus
    };
    println!("{:.70}", (&arctan(5, 16) - &arctan(239, 4)).to_string());
}
