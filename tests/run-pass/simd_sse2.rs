//! Vectors of 128 bits with the instructions that every x86_64 has (SSE and SSE2 of `core::arch`).

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::*;
    use std::hint::black_box;

    fn integers(value: __m128i) -> [u32; 4] {
        let mut lanes = [0u32; 4];
        unsafe { _mm_storeu_si128(lanes.as_mut_ptr().cast(), value) };
        lanes
    }

    fn show(name: &str, value: __m128i) {
        println!("{name}: {:08x?}", integers(value));
    }

    fn show_floats(name: &str, value: __m128) {
        show(name, unsafe { _mm_castps_si128(value) });
    }

    fn show_doubles(name: &str, value: __m128d) {
        show(name, unsafe { _mm_castpd_si128(value) });
    }

    macro_rules! binary {
        ($show:ident $left:ident $right:ident: $($name:ident)*) => {
            $($show(stringify!($name), unsafe { $name(black_box($left), black_box($right)) });)*
        };
    }

    macro_rules! immediate {
        ($show:ident $value:ident: $($name:ident $count:literal)*) => {
            $($show(stringify!($name), unsafe { $name::<$count>(black_box($value)) });)*
        };
    }

    fn arithmetic(left: __m128i, right: __m128i) {
        binary! { show left right:
            _mm_add_epi8 _mm_add_epi16 _mm_add_epi32 _mm_add_epi64 _mm_sub_epi8 _mm_sub_epi16 _mm_sub_epi32 _mm_sub_epi64
            _mm_adds_epi8 _mm_adds_epi16 _mm_adds_epu8 _mm_adds_epu16 _mm_subs_epi8 _mm_subs_epi16 _mm_subs_epu8
            _mm_subs_epu16 _mm_avg_epu8 _mm_avg_epu16 _mm_madd_epi16 _mm_mulhi_epi16 _mm_mulhi_epu16 _mm_mullo_epi16
            _mm_mul_epu32 _mm_sad_epu8 _mm_max_epi16 _mm_min_epi16 _mm_max_epu8 _mm_min_epu8
            _mm_and_si128 _mm_or_si128 _mm_xor_si128 _mm_andnot_si128
            _mm_cmpeq_epi8 _mm_cmpeq_epi16 _mm_cmpeq_epi32 _mm_cmpgt_epi8 _mm_cmpgt_epi16 _mm_cmpgt_epi32
            _mm_cmplt_epi8 _mm_cmplt_epi16 _mm_cmplt_epi32
            _mm_packs_epi16 _mm_packs_epi32 _mm_packus_epi16
            _mm_unpacklo_epi8 _mm_unpackhi_epi8 _mm_unpacklo_epi16 _mm_unpackhi_epi16 _mm_unpacklo_epi32
            _mm_unpackhi_epi32 _mm_unpacklo_epi64 _mm_unpackhi_epi64
            _mm_sll_epi16 _mm_srl_epi32 _mm_sra_epi16 _mm_sll_epi64
        }
    }

    fn shifts(value: __m128i) {
        immediate! { show value:
            _mm_slli_epi16 5 _mm_slli_epi32 31 _mm_slli_epi64 33 _mm_srli_epi16 4 _mm_srli_epi32 7 _mm_srli_epi64 63
            _mm_srai_epi16 3 _mm_srai_epi32 40 _mm_slli_epi16 16 _mm_slli_si128 5 _mm_srli_si128 9 _mm_bslli_si128 15
            _mm_shuffle_epi32 27 _mm_shuffle_epi32 0 _mm_shufflelo_epi16 57 _mm_shufflehi_epi16 198
        }
        let small = unsafe { _mm_cvtsi32_si128(black_box(9)) };
        binary! { show value small:
            _mm_sll_epi16 _mm_sll_epi32 _mm_sll_epi64 _mm_srl_epi16 _mm_srl_epi32 _mm_srl_epi64 _mm_sra_epi16 _mm_sra_epi32
        }
    }

    fn masks(value: __m128i) {
        unsafe {
            let value = black_box(value);
            println!("{:x} {:x} {:x}", _mm_movemask_epi8(value), _mm_movemask_ps(_mm_castsi128_ps(value)),
                _mm_movemask_pd(_mm_castsi128_pd(value)));
            println!("{:x} {:x} {:x}", _mm_extract_epi16::<5>(value), _mm_cvtsi128_si32(value), _mm_cvtsi128_si64(value));
            show("insert", _mm_insert_epi16::<3>(value, 0x7777));
            show("move", _mm_move_epi64(value));
            show("set", _mm_set_epi8(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, black_box(16)));
            show("set1", _mm_set1_epi16(black_box(-2)));
            show("set1", _mm_set1_epi64x(black_box(-3)));
            show("setzero", _mm_setzero_si128());
            let mut bytes = [0u8; 32];
            _mm_maskmoveu_si128(value, _mm_set1_epi16(black_box(-256)), bytes.as_mut_ptr().add(5).cast());
            _mm_storel_epi64(bytes.as_mut_ptr().add(23).cast(), value);
            println!("{bytes:x?}");
        }
    }

    fn singles(left: __m128, right: __m128) {
        binary! { show_floats left right:
            _mm_add_ps _mm_sub_ps _mm_mul_ps _mm_div_ps _mm_min_ps _mm_max_ps _mm_and_ps _mm_andnot_ps _mm_or_ps _mm_xor_ps
            _mm_add_ss _mm_sub_ss _mm_mul_ss _mm_div_ss _mm_min_ss _mm_max_ss
            _mm_cmpeq_ps _mm_cmplt_ps _mm_cmple_ps _mm_cmpgt_ps _mm_cmpge_ps _mm_cmpneq_ps _mm_cmpnlt_ps _mm_cmpnle_ps
            _mm_cmpord_ps _mm_cmpunord_ps _mm_cmpeq_ss _mm_cmplt_ss _mm_cmpgt_ss _mm_cmpneq_ss
            _mm_unpacklo_ps _mm_unpackhi_ps _mm_movehl_ps _mm_movelh_ps _mm_move_ss
        }
        unsafe {
            let (left, right) = (black_box(left), black_box(right));
            show_floats("sqrt", _mm_sqrt_ps(_mm_mul_ps(left, left)));
            show_floats("sqrt_ss", _mm_sqrt_ss(right));
            show_floats("shuffle", _mm_shuffle_ps::<0b10_01_11_00>(left, right));
            show("convert", _mm_cvtps_epi32(left));
            show("truncate", _mm_cvttps_epi32(right));
            show_floats("from", _mm_cvtepi32_ps(_mm_castps_si128(left)));
            show_doubles("widen", _mm_cvtps_pd(left));
            println!("{} {} {}", _mm_cvtss_si32(left), _mm_cvttss_si64(right), _mm_cvtss_f32(right));
            println!("{} {} {} {} {} {}", _mm_comieq_ss(left, right), _mm_comilt_ss(left, right), _mm_comile_ss(left, right),
                _mm_comigt_ss(left, right), _mm_ucomige_ss(left, right), _mm_ucomineq_ss(left, right));
        }
    }

    fn doubles(left: __m128d, right: __m128d) {
        binary! { show_doubles left right:
            _mm_add_pd _mm_sub_pd _mm_mul_pd _mm_div_pd _mm_min_pd _mm_max_pd _mm_add_sd _mm_div_sd _mm_min_sd _mm_max_sd
            _mm_sqrt_sd _mm_cmpeq_pd _mm_cmplt_pd _mm_cmpnle_pd _mm_cmpunord_pd _mm_cmplt_sd _mm_unpacklo_pd
            _mm_unpackhi_pd _mm_and_pd _mm_xor_pd
        }
        unsafe {
            let (left, right) = (black_box(left), black_box(right));
            show("convert", _mm_cvtpd_epi32(left));
            show("truncate", _mm_cvttpd_epi32(right));
            show_floats("narrow", _mm_cvtpd_ps(left));
            show_doubles("from", _mm_cvtepi32_pd(_mm_castpd_si128(left)));
            show_doubles("shuffle", _mm_shuffle_pd::<2>(left, right));
            println!("{} {} {}", _mm_cvtsd_si32(left), _mm_cvttsd_si64(right), _mm_cvtsd_f64(right));
            println!("{} {} {}", _mm_comieq_sd(left, right), _mm_comilt_sd(left, right), _mm_ucomige_sd(left, right));
        }
    }

    /// Finds a byte as string searches do: sixteen at a time.
    fn position(text: &[u8], byte: u8) -> Option<usize> {
        let wanted = unsafe { _mm_set1_epi8(byte as i8) };
        for (index, chunk) in text.chunks_exact(16).enumerate() {
            let equal = unsafe { _mm_cmpeq_epi8(_mm_loadu_si128(chunk.as_ptr().cast()), wanted) };
            let mask = unsafe { _mm_movemask_epi8(equal) };
            if mask != 0 {
                return Some(index * 16 + mask.trailing_zeros() as usize);
            }
        }
        let rest = text.len() / 16 * 16;
        text[rest..].iter().position(|&b| b == byte).map(|index| rest + index)
    }

    pub fn main() {
        let (a, b) = unsafe {
            (_mm_set_epi32(0x0102_0380, 0x7fff_8000u32 as i32, -1, 0x1234_5678), _mm_set_epi32(0x7f80_ff01, 3, 0x1234, -2))
        };
        arithmetic(a, b);
        arithmetic(b, b);
        shifts(a);
        masks(a);
        masks(b);
        unsafe {
            let left = _mm_set_ps(1.5, -2.5, 1e10, f32::INFINITY);
            singles(left, _mm_set_ps(1.5, 2.25, f32::NAN, -3.5));
            singles(_mm_set_ps(0.0, 3.75, -7.5, 2.5), _mm_set_ps(-0.0, 0.5, 1e-3, 2.5));
            doubles(_mm_set_pd(1.5, -2.5), _mm_set_pd(f64::NAN, 0.25));
            doubles(_mm_set_pd(1e20, 7.0), _mm_set_pd(3.0, 7.0));
            _mm_sfence();
            _mm_pause();
        }
        let text = b"the quick brown fox jumps over the lazy dog, and the dog sleeps on";
        println!("{:?} {:?} {:?} {:?}", position(text, b'z'), position(text, b't'), position(text, b'!'), position(text, b'p'));
    }
}

fn main() {
    #[cfg(target_arch = "x86_64")]
    x86::main();
}
