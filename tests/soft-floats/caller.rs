//! Calls the functions of `callee.rs`, and collects the bits of their results.

#![no_std]
#![feature(f16, f128)]

extern crate callee;

use core::hint::black_box as hide;

use callee::{Mixed, Three, Two};

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {}
}

/// Makes the calls of one convention. Evaluates to the next free place.
macro_rules! call {
    ($module:ident, $bits:ident, $place:ident) => {
        use callee::$module::*;
        let mut keep = |bits: u128| {
            $bits[$place] = bits;
            $place += 1;
        };
        keep(formats(hide(1.5), hide(2.25), hide(3.5), hide(4.125)).to_bits().into());
        let three_floats = Three { a: 3.5, b: 4.5, c: 5.5 };
        let two = structs(hide(Two { a: 1.5, b: 2.5 }), hide(three_floats));
        keep(two.a.to_bits().into());
        keep(two.b.to_bits().into());
        let result = three(hide(three_floats), hide(200));
        keep(result.a.to_bits().into());
        keep(result.b.to_bits().into());
        keep(result.c.to_bits().into());
        let result = mixed(hide(Mixed { a: 1.5, b: 7, c: 2.5 }));
        keep(result.a.to_bits().into());
        keep(result.b.into());
        keep(result.c.to_bits().into());
        let [a, b, c, d, e, f, g] = hide([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.5]);
        keep(many(a, b, c, d, e, f, g, hide(8.25), hide(9.5), hide(10.0)).to_bits().into());
        keep(half(hide(1.5), hide(2.5)).to_bits().into());
        keep(quad(hide(1.0), hide(3.0)).to_bits());
        let pair = pairs(hide(Some(2.5)), hide((1.5, 3.5)));
        keep(pair.0.to_bits().into());
        keep(pair.1.to_bits().into());
        let [a, b, c, d, e] = hide([11, 12, 13, 14, 15]);
        keep(late_quad(a, b, c, d, e, hide(6.5)).to_bits());
        let two = hide(Two { a: 1.5, b: 2.5 });
        keep(late(a, b, c, d, e, hide(6.5), two, hide(9.5), hide(0.125)).to_bits().into());
    };
}

/// Writes the bits of all results, and returns how many there are.
#[unsafe(no_mangle)]
pub extern "C" fn run(bits: &mut [u128; 64]) -> usize {
    let mut place = 0;
    {
        call!(rust, bits, place);
    }
    {
        call!(c, bits, place);
    }
    place
}
