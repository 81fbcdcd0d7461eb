//! Inline assembly of core: `cpuid` through `core::arch`, detection of features, `black_box`, spin loops.
// machines: x86_64 (an instruction that others do not have)
use std::arch::x86_64::{__cpuid, __cpuid_count, __get_cpuid_max, _mm_pause};
use std::hint::black_box;

fn vendor() -> String {
    #[allow(unused_unsafe, reason = "safe in newer versions")]
    let leaf = unsafe { __cpuid(0) };
    let bytes: Vec<u8> = [leaf.ebx, leaf.edx, leaf.ecx].into_iter().flat_map(u32::to_le_bytes).collect();
    String::from_utf8_lossy(&bytes).into_owned()
}

fn main() {
    #[allow(unused_unsafe, reason = "safe in newer versions")]
    let (maximum, again, features, seventh) =
        unsafe { (__get_cpuid_max(0), __cpuid(0), __cpuid(1), __cpuid_count(7, 0)) };
    println!("{}", maximum.0 == again.eax && maximum.0 >= 7);
    let known = ["GenuineIntel", "AuthenticAMD", "HygonGenuine"];
    println!("{}", known.contains(&&*vendor()));
    // Every x86-64 processor has SSE2 (bit 26) and FXSAVE (bit 24).
    println!("{:x}", features.edx & (1 << 26 | 1 << 24));
    println!("{}", (seventh.ebx & (1 << 3) != 0) == is_x86_feature_detected!("bmi1"));
    println!("{}", is_x86_feature_detected!("sse2"));
    _mm_pause();
    std::hint::spin_loop();
    println!("{} {:?}", black_box(5), black_box([1, 2, 3]));
}
