//! Vendor intrinsics whose constant operands the library, or a generic function, computes.

#[cfg(target_arch = "x86_64")]
mod machine {
    use std::arch::x86_64::*;

    /// Each strategy is computed from the parameter by shifts, masks and divisions, at this function's opt-level.
    fn all_strategies<const BASE: i32>(address: *const i8) {
        // SAFETY: prefetching is allowed at any address.
        unsafe {
            _mm_prefetch::<_MM_HINT_T0>(address);
            _mm_prefetch::<_MM_HINT_T1>(address);
            _mm_prefetch::<_MM_HINT_T2>(address);
            _mm_prefetch::<_MM_HINT_NTA>(address);
            _mm_prefetch::<_MM_HINT_ET0>(address);
            _mm_prefetch::<_MM_HINT_ET1>(address);
            _mm_prefetch::<BASE>(address);
        }
    }

    pub fn run() {
        let bytes = [1i8; 256];
        all_strategies::<_MM_HINT_T0>(bytes.as_ptr());
        all_strategies::<_MM_HINT_ET0>(&bytes[64]);
        all_strategies::<_MM_HINT_NTA>(std::ptr::null());
        println!("{}", bytes.iter().map(|&byte| i32::from(byte)).sum::<i32>());
    }
}

#[cfg(not(target_arch = "x86_64"))]
mod machine {
    pub fn run() {
        println!("256");
    }
}

/// Operations of two constants, of which none is left when they are compiled; `black_box` makes the same at run time.
fn constants_and_values() {
    macro_rules! all {
        ($($ty:ty: $($left:expr, $right:expr);+)*) => {
            $($(
                let (left, right): ($ty, $ty) = ($left, $right);
                let (l, r) = (std::hint::black_box(left), std::hint::black_box(right));
                assert_eq!(left >> 3, l >> 3);
                assert_eq!(left << 2, l << 2);
                assert_eq!(left.wrapping_div(right), l.wrapping_div(r));
                assert_eq!(left.wrapping_rem(right), l.wrapping_rem(r));
                assert_eq!(left & right, l & r);
                assert_eq!(left.checked_div(right), l.checked_div(r));
            )+)*
        };
    }
    all! {
        i8: -128, -1; -100, 7; 127, -128
        u8: 255, 16; 200, 3
        i16: -32768, -1; -32767, 2
        i32: i32::MIN, -1; -1, 3; i32::MAX, i32::MIN
        u32: u32::MAX, 10
        i64: i64::MIN, -1; -5, 2
        u64: u64::MAX, 1 << 63
        i128: i128::MIN, -1; -(1 << 100), 3
        u128: u128::MAX, 1 << 127
    }
}

fn main() {
    machine::run();
    constants_and_values();
}
