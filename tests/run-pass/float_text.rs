//! Floats to text and back: shortest digits, exact digits, extreme values, rounding at halfway cases.

use std::hint::black_box;

fn round_trip(bits: u64) {
    let double = f64::from_bits(bits);
    let single = f32::from_bits((bits >> 32) as u32);
    let (long, short) = (format!("{double:?}"), format!("{single:?}"));
    assert!(long.parse::<f64>().is_ok_and(|back| back.to_bits() == bits || double.is_nan()), "{long}");
    assert!(short.parse::<f32>().is_ok_and(|back| back == single || single.is_nan()), "{short}");
    println!("{long} {double:e} {short} {single:e}");
}

fn main() {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    for _ in 0..60 {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        round_trip(state & !(1 << 62) | (state & 1) << 62);
    }
    for bits in [
        0,
        1,
        1 << 63,
        0x000f_ffff_ffff_ffff,
        0x0010_0000_0000_0000,
        0x7fef_ffff_ffff_ffff,
        0x3ff0_0000_0000_0001,
    ] {
        round_trip(bits);
    }
    for text in [
        "0.1",
        "1e23",
        "9007199254740993",
        "9007199254740992.9999999999",
        "2.2250738585072011e-308",
        "4.9e-324",
        "2.4703282292062327e-324",
        "2.4703282292062328e-324",
        "1.7976931348623158e308",
        "1.7976931348623159e308",
        "0.000000000000000000000000000000000000000000000000000000000000001",
        "123456789012345678901234567890",
        "-.5e-3",
        "5.",
        "NaN",
        "-infinity",
        "+1e+2",
        "1e-400",
        "1e400",
    ] {
        let (double, single) = (text.parse::<f64>().unwrap(), text.parse::<f32>().unwrap());
        println!("{text}: {:016x} {:08x} {double} {single}", double.abs().to_bits(), single.abs().to_bits());
    }
    for text in ["", ".", "e5", "1e", "1.2.3", "0x1p3", "1_000", "+-1", "infin"] {
        print!("{} ", text.parse::<f64>().is_err());
    }
    println!();
    for value in [0.5, 1.5, 2.5, 0.125, 0.375, 1e-5, 999.9995, 0.05, 1.005, 123_456.789] {
        let value = black_box(value);
        println!("{value:.0} {value:.1} {value:.2} {value:.3} {value:.20} {value:.0e} {value:.3e}");
    }
    println!("{:.50}", black_box(0.1_f64));
    println!("{:.60}", black_box(f64::MIN_POSITIVE) * 1e300);
    println!("{} {}", f32::MAX, f64::MIN_POSITIVE.to_string().len());
}
