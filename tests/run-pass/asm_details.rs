//! Inline assembly: system calls, wide registers where there are any, all general registers at once, sections, CFI.
// machines: x86_64 (others: asm_MACHINE.rs, asm_details_MACHINE.rs)
use std::arch::asm;
use std::arch::x86_64::{
    __m128i, __m256i, _mm_storeu_si128, _mm256_set_epi32, _mm256_storeu_si256, _mm512_set1_epi32, _mm512_reduce_add_epi32,
};
use std::mem::MaybeUninit;

#[target_feature(enable = "avx,avx2")]
fn wide() -> ([i32; 8], [i32; 4]) {
    let numbers = _mm256_set_epi32(1, 2, 3, 4, 5, 6, 7, 8);
    let doubled: __m256i;
    let half: __m128i;
    let (mut all, mut upper) = ([0i32; 8], [0i32; 4]);
    unsafe {
        // LLVM's assembler needs no space after the prefix.
        asm!("{{vex}}vpaddd {0}, {1}, {1}", out(ymm_reg) doubled, in(ymm_reg) numbers);
        _mm256_storeu_si256(all.as_mut_ptr().cast(), doubled);
        asm!("vextracti128 {0}, {1}, 1", out(xmm_reg) half, in(ymm_reg) numbers);
        _mm_storeu_si128(upper.as_mut_ptr().cast(), half);
    }
    (all, upper)
}

#[target_feature(enable = "avx512f,avx512bw")]
fn wider() -> (u64, i32) {
    let inverted: u64;
    let mut vector = _mm512_set1_epi32(3);
    unsafe {
        asm!("knotq {0}, {1}", out(kreg) inverted, in(kreg) 5u64);
        asm!("vpaddd {0}, {0}, zmm20", inout(zmm_reg) vector, in("zmm20") _mm512_set1_epi32(4));
    }
    (inverted, _mm512_reduce_add_epi32(vector))
}

/// Linux: `getpid` twice, and `close` of what is not open.
fn system_calls() {
    let call = |number: isize, argument: isize| -> isize {
        let result;
        unsafe {
            asm!("syscall", inlateout("rax") number => result, in("rdi") argument, lateout("rcx") _, lateout("r11") _,
                options(nostack, preserves_flags))
        };
        result
    };
    println!("{} {}", call(39, 0) == std::process::id() as isize, call(3, -1));
}

fn unusual_values() {
    let mut number: MaybeUninit<u64> = MaybeUninit::uninit();
    let text = "pointed to";
    let (start, function): (*const u8, fn(u32) -> u32);
    unsafe {
        asm!("mov {}, 12", out(reg) number);
        asm!("mov {}, {}", out(reg) start, in(reg) text.as_ptr());
        asm!("mov {}, {}", lateout(reg) function, in(reg) (|x| x + 1) as fn(u32) -> u32);
        println!("{} {} {}", number.assume_init(), *start as char, function(1));
    }
}

fn directives() {
    let (stack, stored, kept): (u64, u64, u64);
    unsafe {
        asm!("mov {0}, rsp", out(reg) stack);
        asm!(
            ".pushsection .rodata.asm_details,\"a\",@progbits",
            "77: .quad 1234",
            ".popsection",
            "mov {}, [rip + 77b]",
            out(reg) stored,
        );
        asm!(
            "push rbx", ".cfi_remember_state", "mov ebx, 9", "mov {0}, rbx", "pop rbx", ".cfi_restore_state",
            out(reg) kept,
        );
    }
    println!("{} {stored} {kept}", stack % 16);
}

fn pressure() {
    let mut n: [u64; 12] = std::array::from_fn(|index| index as u64 * 11);
    let [a, b, c, d, e, f, g, h, i, j, k, l] = &mut n;
    unsafe {
        asm!(
            "inc {}", "inc {}", "inc {}", "inc {}", "inc {}", "inc {}", "inc {}", "inc {}", "inc {}", "inc {}", "inc {}",
            "add {}, 5",
            inout(reg) *a, inout(reg) *b, inout(reg) *c, inout(reg) *d, inout(reg) *e, inout(reg) *f, inout(reg) *g,
            inout(reg) *h, inout(reg) *i, inout(reg) *j, inout(reg) *k, inout(reg) *l,
        )
    };
    println!("{n:?}");
}

fn main() {
    if is_x86_feature_detected!("avx2") {
        println!("{:?}", unsafe { wide() });
    }
    if is_x86_feature_detected!("avx512bw") {
        println!("{:?}", unsafe { wider() });
    }
    system_calls();
    unusual_values();
    directives();
    pressure();
}
