//! Instructions that the program asks the CPU for at run time: SSSE3 to AVX2, BMI2, CRC, carry-less products, AES, SHA.

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::*;
    use std::hint::black_box;

    fn show(name: &str, value: __m128i) {
        let lanes: [u32; 4] = unsafe { std::mem::transmute(value) };
        println!("{name}: {lanes:08x?}");
    }

    fn show_wide(name: &str, value: __m256i) {
        let lanes: [u32; 8] = unsafe { std::mem::transmute(value) };
        println!("{name}: {lanes:08x?}");
    }

    macro_rules! binary {
        ($show:ident $left:ident $right:ident: $($name:ident)*) => {
            $($show(stringify!($name), $name(black_box($left), black_box($right)));)*
        };
    }

    #[target_feature(enable = "sse4.2,ssse3")]
    fn sse4(left: __m128i, right: __m128i) {
        binary! { show left right:
            _mm_shuffle_epi8 _mm_maddubs_epi16 _mm_mulhrs_epi16 _mm_sign_epi8 _mm_sign_epi16 _mm_sign_epi32 _mm_hadd_epi16
            _mm_hsub_epi32 _mm_mullo_epi32 _mm_max_epi8 _mm_min_epu32 _mm_cmpeq_epi64 _mm_cmpgt_epi64 _mm_packus_epi32
            _mm_mul_epi32
        }
        show("abs", _mm_abs_epi8(left));
        show("alignr", _mm_alignr_epi8::<5>(left, right));
        show("blend", _mm_blend_epi16::<0b1010_0101>(left, right));
        show("blendv", _mm_blendv_epi8(left, right, left));
        show("minpos", _mm_minpos_epu16(left));
        show("mpsadbw", _mm_mpsadbw_epu8::<5>(left, right));
        show("insert", _mm_insert_epi8::<7>(left, 0x5a));
        show("widen", _mm_cvtepi8_epi32(left));
        show("widen", _mm_cvtepu16_epi64(right));
        println!("{} {} {}", _mm_testz_si128(left, right), _mm_testc_si128(left, left), _mm_testnzc_si128(left, right));
        println!("{:x} {:x}", _mm_extract_epi8::<3>(left), _mm_extract_epi64::<1>(right));
        let floats = _mm_set_ps(1.5, -2.5, 3.7, -0.2);
        show("floor", _mm_castps_si128(_mm_floor_ps(black_box(floats))));
        show("round", _mm_castps_si128(_mm_round_ps::<0>(black_box(floats))));
        show("dot", _mm_castps_si128(_mm_dp_ps::<0xf1>(floats, floats)));
        println!("{:x} {:x} {:x}", _mm_crc32_u8(1, black_box(0x7f)), _mm_crc32_u32(2, 0xdead_beef), _mm_crc32_u64(3, 0x0123_4567_89ab_cdef));
        const MODE: i32 = _SIDD_CMP_EQUAL_ORDERED;
        let (text, word) = (b"find the needle!", b"needle\0\0\0\0\0\0\0\0\0\0");
        let (text, word) = unsafe { (_mm_loadu_si128(text.as_ptr().cast()), _mm_loadu_si128(word.as_ptr().cast())) };
        println!("{} {} {}", _mm_cmpistri::<MODE>(word, text), _mm_cmpestri::<MODE>(word, 3, text, 16), _mm_cmpistrc::<MODE>(word, text));
        show("mask", _mm_cmpistrm::<_SIDD_CMP_EQUAL_ANY>(word, text));
    }

    #[target_feature(enable = "avx2")]
    fn avx2(left: __m256i, right: __m256i) {
        binary! { show_wide left right:
            _mm256_add_epi8 _mm256_sub_epi32 _mm256_adds_epu8 _mm256_subs_epi16 _mm256_mullo_epi16 _mm256_mullo_epi32
            _mm256_and_si256 _mm256_or_si256 _mm256_xor_si256 _mm256_andnot_si256 _mm256_cmpeq_epi8 _mm256_cmpgt_epi32
            _mm256_cmpeq_epi64 _mm256_max_epi8 _mm256_min_epu8 _mm256_shuffle_epi8 _mm256_sad_epu8 _mm256_maddubs_epi16
            _mm256_madd_epi16 _mm256_packus_epi16 _mm256_packs_epi32 _mm256_unpacklo_epi8 _mm256_unpackhi_epi64
            _mm256_permutevar8x32_epi32 _mm256_sllv_epi32 _mm256_srlv_epi64 _mm256_hadd_epi32 _mm256_sign_epi16
        }
        show_wide("shift", _mm256_slli_epi16::<3>(left));
        show_wide("shift", _mm256_srl_epi32(left, _mm_cvtsi32_si128(black_box(5))));
        show_wide("alignr", _mm256_alignr_epi8::<15>(left, right));
        show_wide("permute", _mm256_permute2x128_si256::<0x21>(left, right));
        show_wide("permute", _mm256_permute4x64_epi64::<0x1b>(left));
        show_wide("set", _mm256_set1_epi8(black_box(7)));
        show_wide("blend", _mm256_blendv_epi8(left, right, left));
        show_wide("abs", _mm256_abs_epi32(left));
        show("extract", _mm256_extracti128_si256::<1>(left));
        println!("{:x} {}", _mm256_movemask_epi8(left), _mm256_testz_si256(left, right));
        println!("{:x} {:x}", _mm256_extract_epi8::<17>(left), _mm256_extract_epi64::<2>(right));
        let table: Vec<i32> = (0..64).map(|x| x * x).collect();
        let indices = _mm256_set_epi32(1, 5, 9, 13, 17, 21, 63, 0);
        show_wide("gather", unsafe { _mm256_i32gather_epi32::<4>(table.as_ptr(), indices) });
        let mut stored = [0i32; 8];
        unsafe { _mm256_maskstore_epi32(stored.as_mut_ptr(), left, right) };
        println!("{stored:x?}");
        let floats = _mm256_cvtepi32_ps(_mm256_srai_epi32::<20>(left));
        show_wide("floats", _mm256_castps_si256(_mm256_div_ps(floats, _mm256_set1_ps(3.0))));
        show_wide("compare", _mm256_castps_si256(_mm256_cmp_ps::<_CMP_GT_OQ>(floats, _mm256_setzero_ps())));
        show_wide("round", _mm256_castps_si256(_mm256_floor_ps(_mm256_sqrt_ps(_mm256_mul_ps(floats, floats)))));
        _mm256_zeroupper();
    }

    #[target_feature(enable = "bmi1,bmi2,popcnt,lzcnt,adx")]
    fn bits(value: u64, mask: u64) {
        println!("{:x} {:x}", _pdep_u64(value, mask), _pext_u64(value, mask));
        println!("{:x} {:x}", _pdep_u32(value as u32, mask as u32), _pext_u32(value as u32, mask as u32));
        println!("{:x} {:x} {:x}", _bzhi_u64(value, 13), _bextr_u64(value, 4, 12), _blsr_u64(value));
        println!("{:x} {} {} {}", _andn_u64(value, mask), _popcnt64(value as i64), _lzcnt_u64(value), _tzcnt_u64(value));
        let mut sum = 0;
        for carry in [0, 1, 2] {
            let out = _addcarry_u64(carry, value, mask, &mut sum);
            print!("{out} {sum:x} ");
            let out = _subborrow_u64(carry, value, mask, &mut sum);
            println!("{out} {sum:x}");
        }
        let mut high = 0;
        println!("{:x} {high:x}", _mulx_u64(value, mask, &mut high));
    }

    #[target_feature(enable = "pclmulqdq,aes,sse2")]
    fn cryptography(left: __m128i, right: __m128i) {
        show("product", _mm_clmulepi64_si128::<0x00>(left, right));
        show("product", _mm_clmulepi64_si128::<0x11>(left, right));
        show("product", _mm_clmulepi64_si128::<0x10>(left, right));
        show("enc", _mm_aesenc_si128(left, right));
        show("enclast", _mm_aesenclast_si128(left, right));
        show("dec", _mm_aesdec_si128(left, right));
        show("imc", _mm_aesimc_si128(left));
        show("key", _mm_aeskeygenassist_si128::<0x1b>(left));
    }

    #[target_feature(enable = "sha,sse2")]
    fn hashes(a: __m128i, b: __m128i) {
        show("rounds", _mm_sha256rnds2_epu32(a, b, _mm_add_epi32(a, b)));
        show("message", _mm_sha256msg1_epu32(a, b));
        show("message", _mm_sha256msg2_epu32(a, b));
        show("sha1", _mm_sha1rnds4_epu32::<2>(a, b));
        show("sha1", _mm_sha1nexte_epu32(a, b));
    }

    pub fn main() {
        let low: (__m128i, __m128i) = unsafe {
            (_mm_set_epi32(0x0102_0380, 0x7fff_8000, -1, 0x1234_5678), _mm_set_epi32(0x7f80_ff01, 3, 0x1234, -2))
        };
        let wide: (__m256i, __m256i) = unsafe {
            (std::mem::transmute([low.0, low.1]), std::mem::transmute([low.1, low.0]))
        };
        if is_x86_feature_detected!("sse4.2") {
            unsafe { sse4(low.0, low.1) };
        }
        if is_x86_feature_detected!("avx2") {
            unsafe { avx2(wide.0, wide.1) };
        }
        if is_x86_feature_detected!("bmi2") && is_x86_feature_detected!("adx") {
            unsafe { bits(0x0123_4567_89ab_cdef, 0xff00_f0f0_cccc_aaaa) };
        }
        if is_x86_feature_detected!("pclmulqdq") && is_x86_feature_detected!("aes") {
            unsafe { cryptography(low.0, low.1) };
        }
        if is_x86_feature_detected!("sha") {
            unsafe { hashes(low.0, low.1) };
        }
        println!("{}", unsafe { _rdtsc() != 0 });
    }
}

fn main() {
    #[cfg(target_arch = "x86_64")]
    x86::main();
}
