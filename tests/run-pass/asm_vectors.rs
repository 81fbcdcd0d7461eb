//! Inline assembly: floats and vectors in xmm registers, instead of integers and in memory.
// machines: x86_64 (others: asm_MACHINE.rs, asm_details_MACHINE.rs)
use std::arch::asm;
use std::arch::x86_64::{__m128, __m128i, _mm_set_epi32, _mm_set_ps, _mm_setzero_ps, _mm_storeu_ps, _mm_storeu_si128};

fn floats() {
    let sum: f64;
    unsafe { asm!("addsd {0}, {1}", inlateout(xmm_reg) 1.5f64 => sum, in(xmm_reg) 2.25f64) };
    let root: f32;
    unsafe { asm!("sqrtss {}, {}", out(xmm_reg) root, in(xmm_reg) 2.0f32) };
    let bits: u32;
    unsafe { asm!("mov {:e}, {:e}", out(reg) bits, in(reg) 1.0f32) };
    let moved: u64;
    unsafe { asm!("movq {}, {}", out(reg) moved, in(xmm_reg) -0.5f64) };
    println!("{sum} {root} {bits:x} {moved:x}");
    let fixed: f64;
    unsafe {
        asm!("mulsd xmm5, xmm7", "movapd xmm0, xmm5", inout("xmm5") 3.0f64 => _, in("xmm7") 4.0f64, out("xmm0") fixed)
    };
    println!("{fixed}");
}

fn vectors() {
    let mut floats = [0.0f32; 4];
    let mut integers = [0i32; 4];
    unsafe {
        let (a, b) = (_mm_set_ps(4.0, 3.0, 2.0, 1.0), _mm_set_ps(0.5, 0.25, 0.125, 8.0));
        let mut product: __m128 = _mm_setzero_ps();
        asm!("movaps {0}, {1}", "mulps {0}, {2}", out(xmm_reg) product, in(xmm_reg) a, in(xmm_reg) b);
        _mm_storeu_ps(floats.as_mut_ptr(), product);
        let mut sum: __m128i = _mm_set_epi32(1, 2, 3, 4);
        asm!("paddd {0}, {0}", "pshufd {0}, {0}, {1}", inout(xmm_reg) sum, const 0b00_01_10_11);
        _mm_storeu_si128(integers.as_mut_ptr().cast(), sum);
    }
    println!("{floats:?} {integers:?}");
}

fn all_registers() {
    let total: f64;
    unsafe {
        asm!(
            "addsd {a}, {b}", "addsd {c}, {d}", "addsd {e}, {f}", "addsd {a}, {c}", "addsd {a}, {e}",
            "cvtsi2sd {b}, {g}", "addsd {a}, {b}",
            a = inout(xmm_reg) 1.0f64 => total, b = inout(xmm_reg) 2.0f64 => _, c = inout(xmm_reg) 3.0f64 => _,
            d = in(xmm_reg) 4.0f64, e = inout(xmm_reg) 5.0f64 => _, f = in(xmm_reg) 6.0f64, g = in(reg) 100u64,
        );
    }
    println!("{total}");
}

fn main() {
    floats();
    vectors();
    all_registers();
}
