//! Instructions newer than AVX2 and AMD's own, where the CPU has them: SSE4a, FMA, F16C, VAES, VPCLMULQDQ, RTM's test, and
//! AVX-512 with masks, rounding, gathers and halves.

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::*;
    use std::hint::black_box;
    use std::mem::transmute;

    fn show(name: &str, value: __m128i) {
        println!("{name}: {:08x?}", unsafe { transmute::<__m128i, [u32; 4]>(value) });
    }

    fn show_wide(name: &str, value: __m256i) {
        println!("{name}: {:08x?}", unsafe { transmute::<__m256i, [u32; 8]>(value) });
    }

    fn show_widest(name: &str, value: __m512i) {
        println!("{name}: {:08x?}", unsafe { transmute::<__m512i, [u32; 16]>(value) });
    }

    fn show_doubles(name: &str, value: __m512d) {
        println!("{name}: {:?}", unsafe { transmute::<__m512d, [f64; 8]>(value) });
    }

    #[target_feature(enable = "sse4a")]
    fn bit_fields(left: __m128i, right: __m128i) {
        // Only the lower halves are defined.
        let show = |name: &str, value| println!("{name}: {:016x}", _mm_cvtsi128_si64(value));
        let control = _mm_set_epi64x(0, black_box(0x0714));
        show("extract", _mm_extract_si64(black_box(left), control));
        show("extracti", _mm_extracti_si64::<11, 9>(black_box(left)));
        show("insert", _mm_insert_si64(black_box(left), _mm_set_epi64x(0x0714, _mm_cvtsi128_si64(right))));
        show("inserti", _mm_inserti_si64::<17, 30>(black_box(left), black_box(right)));
        let mut stored = 0.0;
        unsafe { _mm_stream_sd(&raw mut stored, _mm_set1_pd(black_box(2.5))) };
        _mm_sfence();
        println!("streamed: {stored}");
    }

    #[target_feature(enable = "fma,f16c,avx")]
    fn floats() {
        let (a, b, c) = (_mm256_set1_pd(black_box(1.1)), _mm256_set1_pd(black_box(-3.7)), _mm256_set1_pd(0.3));
        for (name, value) in [
            ("fmadd", _mm256_fmadd_pd(a, b, c)),
            ("fmsub", _mm256_fmsub_pd(a, b, c)),
            ("fnmadd", _mm256_fnmadd_pd(a, b, c)),
            ("fmaddsub", _mm256_fmaddsub_pd(a, b, c)),
        ] {
            show_wide(name, _mm256_castpd_si256(value));
        }
        let floats = _mm256_set_ps(1.0, -2.5, 65520.0, 1e-8, f32::INFINITY, 0.1, -0.0, 3.14159);
        show("halves", _mm256_cvtps_ph::<_MM_FROUND_TO_ZERO>(black_box(floats)));
        let halves = _mm256_cvtps_ph::<_MM_FROUND_TO_NEAREST_INT>(black_box(floats));
        show_wide("singles", _mm256_castps_si256(_mm256_cvtph_ps(halves)));
        show("four halves", _mm_cvtps_ph::<_MM_FROUND_TO_NEG_INF>(_mm256_castps256_ps128(floats)));
    }

    #[target_feature(enable = "vaes,vpclmulqdq,avx2")]
    fn ciphers(text: __m256i, key: __m256i) {
        let (text, key) = (black_box(text), black_box(key));
        show_wide("aesenc", _mm256_aesenc_epi128(text, key));
        show_wide("aesenclast", _mm256_aesenclast_epi128(text, key));
        show_wide("aesdec", _mm256_aesdec_epi128(text, key));
        show_wide("aesdeclast", _mm256_aesdeclast_epi128(text, key));
        show_wide("product", _mm256_clmulepi64_epi128::<0x01>(text, key));
        show_wide("product", _mm256_clmulepi64_epi128::<0x10>(text, key));
    }

    #[target_feature(enable = "avx512f")]
    fn masks(left: __m512i, right: __m512i) {
        let (left, right) = (black_box(left), black_box(right));
        show_widest("add", _mm512_mask_add_epi32(left, 0x5a5a, left, right));
        show_widest("compress", _mm512_mask_compress_epi32(right, 0x0ff3, left));
        show_widest("expand", _mm512_maskz_expand_epi32(0x8421, left));
        show_widest("ternary", _mm512_ternarylogic_epi32::<0xca>(left, right, _mm512_set1_epi32(0x0f0f_3333)));
        show_widest("permute", _mm512_permutex2var_epi32(left, right, left));
        show("narrowed", _mm512_mask_cvtsepi32_epi8(_mm_set1_epi8(7), 0x0f0f, left));
        println!("{:x}", _mm512_mask_cmplt_epi32_mask(0xfff0, left, right));
        let table: Vec<i32> = (0..64).map(|index| index * index).collect();
        let places = _mm512_and_si512(left, _mm512_set1_epi32(63));
        let gathered = unsafe { _mm512_mask_i32gather_epi32::<4>(right, 0x3c3c, places, table.as_ptr().cast()) };
        show_widest("gathered", gathered);
    }

    #[target_feature(enable = "avx512f")]
    fn rounding() {
        let a = _mm512_set_pd(1.1, -2.2, 3.3, 1e300, -0.0, f64::NAN, 0.7, 42.0);
        let (a, b) = (black_box(a), black_box(_mm512_set1_pd(0.3)));
        const UP: i32 = _MM_FROUND_TO_POS_INF | _MM_FROUND_NO_EXC;
        show_doubles("add", _mm512_add_round_pd::<UP>(a, b));
        show_doubles("divided", _mm512_mask_div_round_pd::<UP>(b, 0x3c, a, b));
        show_doubles("scaled", _mm512_maskz_scalef_pd(0xaa, a, b));
        show_doubles("rounded", _mm512_roundscale_pd::<0x11>(a));
        show_doubles("exponents", _mm512_getexp_pd(a));
        println!("{:x}", _mm512_mask_cmp_pd_mask::<_CMP_LT_OQ>(0x7f, a, b));
        println!("{:?}", _mm_cvt_roundsd_u64::<UP>(_mm512_castpd512_pd128(a)));
    }

    #[target_feature(enable = "avx512fp16,avx512vl")]
    fn halves() {
        let a = _mm_castsi128_ph(black_box(_mm_set_epi32(0x3c00_4000, 0x4200_4400, 0x4500_4600, 0x4700_4800)));
        let b = _mm_castsi128_ph(black_box(_mm_set1_epi16(0x4500)));
        println!("{:x} {:x}", _mm_cmp_ph_mask::<1>(a, b), _mm_mask_cmp_ph_mask::<1>(0x55, a, b));
        show("sum", _mm_castph_si128(_mm_add_ph(a, b)));
        show("product", _mm_castph_si128(_mm_mask_mul_ph(a, 0x0f, a, b)));
    }

    pub fn main() {
        let low: (__m128i, __m128i) = unsafe {
            (_mm_set_epi32(0x0102_0380, 0x7fff_8000, -1, 0x1234_5678), _mm_set_epi32(0x7f80_ff01, 3, 0x1234, -2))
        };
        let wide: (__m256i, __m256i) = unsafe { (transmute([low.0, low.1]), transmute([low.1, low.0])) };
        let widest: (__m512i, __m512i) = unsafe { (transmute([wide.0, wide.1]), transmute([wide.1, wide.0])) };
        if is_x86_feature_detected!("sse4a") {
            unsafe { bit_fields(low.0, low.1) };
        }
        if is_x86_feature_detected!("fma") && is_x86_feature_detected!("f16c") {
            unsafe { floats() };
        }
        if is_x86_feature_detected!("vaes") && is_x86_feature_detected!("vpclmulqdq") {
            unsafe { ciphers(wide.0, wide.1) };
        }
        if is_x86_feature_detected!("avx512f") {
            unsafe { masks(widest.0, widest.1) };
            unsafe { rounding() };
        }
        if is_x86_feature_detected!("avx512fp16") && is_x86_feature_detected!("avx512vl") {
            unsafe { halves() };
        }
    }
}

fn main() {
    #[cfg(target_arch = "x86_64")]
    x86::main();
}
