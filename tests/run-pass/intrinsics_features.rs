//! Vendor intrinsics are compiled with the features of the function that calls them, whatever other functions are called
//! like it: closures, functions of functions, a definition that is declared a second time without features.

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::*;
    use std::hint::black_box;

    /// The same symbol without features.
    mod declared {
        unsafe extern "C" {
            pub safe fn features_widest(number: i32) -> i32;
        }
    }

    #[unsafe(no_mangle)]
    #[target_feature(enable = "avx512f,avx512vl,avx512bw")]
    extern "C" fn features_widest(number: i32) -> i32 {
        let lanes = _mm512_maskz_compress_epi32(0b1010, _mm512_set1_epi32(number));
        let mask = _mm512_cmp_epi8_mask::<_MM_CMPINT_LT>(_mm512_setzero_si512(), _mm512_set1_epi8(1));
        _mm512_reduce_add_epi32(lanes) + _mm512_mask_reduce_add_epi32(mask as u16, lanes)
    }

    #[target_feature(enable = "avx2")]
    fn sums(left: __m256i, right: __m256i) -> [i64; 4] {
        let twice = |lanes: __m256i| inner(_mm256_sad_epu8(lanes, right));
        unsafe { std::mem::transmute(twice(left)) }
    }

    #[target_feature(enable = "avx2")]
    fn inner(lanes: __m256i) -> __m256i {
        let permuted = _mm256_permutevar8x32_epi32(lanes, _mm256_setr_epi32(2, 3, 0, 1, 6, 7, 4, 5));
        _mm256_madd_epi16(permuted, _mm256_set1_epi16(black_box(2)))
    }

    #[target_feature(enable = "avx512fp16,avx512bf16,avx512vl")]
    fn halves(left: __m256h, right: __m512) -> u32 {
        let sums = _mm256_fmadd_ph(left, left, left);
        let rounded = _mm512_cvtneps_pbh(right);
        let products = _mm512_dpbf16_ps(right, unsafe { std::mem::zeroed() }, unsafe { std::mem::zeroed() });
        let bits: [u16; 16] = unsafe { std::mem::transmute(sums) };
        let other: [u16; 16] = unsafe { std::mem::transmute(rounded) };
        bits.iter().chain(&other).map(|&bits| u32::from(bits)).sum::<u32>()
            + _mm512_reduce_add_ps(products) as u32
    }

    pub fn run() {
        if is_x86_feature_detected!("avx2") {
            let (left, right) =
                unsafe { (_mm256_set1_epi8(black_box(5)), _mm256_set1_epi8(black_box(2))) };
            println!("{:?}", unsafe { sums(left, right) });
        }
        if is_x86_feature_detected!("avx512bw") && is_x86_feature_detected!("avx512vl") {
            println!("{}", declared::features_widest(black_box(3)));
        }
        if is_x86_feature_detected!("avx512fp16") && is_x86_feature_detected!("avx512bf16") {
            println!("{}", unsafe { halves(std::mem::zeroed(), std::mem::zeroed()) });
        }
    }
}

fn main() {
    #[cfg(target_arch = "x86_64")]
    x86::run();
}
