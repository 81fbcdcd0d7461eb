//! Inline assembly: labels, symbols, constants, clobbered ABIs, calls, both syntaxes, raw templates.
// machines: x86_64 (others: asm_MACHINE.rs, asm_details_MACHINE.rs)
// exit: 7
use std::arch::asm;

extern "C" fn callback(a: u64, b: u64) -> u64 {
    println!("callback({a}, {b})");
    a * 100 + b
}

static TABLE: [u32; 4] = [10, 20, 30, 40];
static mut COUNTER: u32 = 5;

struct Shift<const N: u32>;
impl<const N: u32> Shift<N> {
    fn apply(value: u64) -> u64 {
        let result: u64;
        unsafe { asm!("shl {}, {}", inout(reg) value => result, const N) };
        result
    }
}

fn generic<T: Copy + Into<u64>>(value: T) -> u64 {
    extern "C" fn inner<T>(value: u64) -> u64 {
        value + size_of::<T>() as u64
    }
    let result: u64;
    unsafe { asm!("call {}", sym inner::<T>, in("rdi") value.into(), lateout("rax") result, clobber_abi("C")) };
    result
}

fn calls() {
    let result: u64;
    unsafe {
        asm!("call {f}", f = sym callback, in("rdi") 3u64, in("rsi") 4u64, lateout("rax") result, clobber_abi("C"));
    }
    let pointer: extern "C" fn(u64, u64) -> u64 = callback;
    let indirect: u64;
    unsafe {
        asm!("call {}", in(reg) pointer, in("rdi") 5u64, in("rsi") 6u64, lateout("rax") indirect, clobber_abi("sysv64"));
    }
    println!("{result} {indirect} {} {}", generic(7u8), generic(7u32));
}

fn symbols() {
    let (third, counter): (u32, u32);
    unsafe {
        asm!("lea {0:r}, [rip + {1}]", "mov {0:e}, dword ptr [{0:r} + {2}]", out(reg) third, sym TABLE, const 2 * 4);
        asm!("add dword ptr [rip + {}], 2", "mov {:e}, dword ptr [rip + {0}]", sym COUNTER, out(reg) counter);
    }
    println!("{third} {counter} {}", Shift::<3>::apply(5) + Shift::<40>::apply(1));
}

fn classify(value: i32) -> &'static str {
    let mut doubled = 0i32;
    unsafe {
        asm!(
            "mov dword ptr [{1}], {0:e}",
            "shl dword ptr [{1}], 1",
            "cmp {0:e}, 10",
            "jl {2}",
            "je {3}",
            in(reg) value,
            in(reg) &raw mut doubled,
            label { return if value < 0 { "negative" } else { "small" } },
            label { println!("exactly"); return "ten" },
        );
    }
    println!("doubled {doubled}");
    "large"
}

fn goto_only(value: u64) -> u64 {
    unsafe {
        asm!("test {0}, {0}", "jz {1}", "jmp {2}", in(reg) value, label { return 1 }, label { return 2 }, options(noreturn))
    }
    unreachable!()
}

fn syntaxes() {
    let (a, b): (u64, u64);
    unsafe {
        asm!("movq $17, {0}", "leaq 1({0}), {1} // LLVM's comment", out(reg) a, out(reg) b, options(att_syntax));
        asm!("movq %rax, %rcx", in("rax") a, lateout("rcx") _, options(att_syntax, raw));
    }
    let c: u64;
    unsafe { asm!("mov rcx, 0x10 // a comment; not {code}", "inc rcx # another", out("rcx") c, options(raw)) };
    println!("{a} {b} {c}");
}

fn main() {
    calls();
    symbols();
    println!("{} {} {} {}", classify(-4), classify(4), classify(10), classify(11));
    println!("{} {}", goto_only(0), goto_only(9));
    syntaxes();
    for code in [1u64, 2] {
        let keeps: (u64, String) = (code, format!("text {code}"));
        unsafe { asm!("xor eax, eax", "xor ecx, ecx", "xor r8, r8", "xor r14, r14", "pxor xmm3, xmm3",
            out("eax") _, out("ecx") _, out("r8") _, out("r14") _, out("xmm3") _, out("st(0)") _, out("k1") _) };
        println!("{keeps:?}");
    }
    unsafe { asm!("mov edi, 7", "call {}", sym leave, options(noreturn)) }
}

extern "C" fn leave(code: i32) -> ! {
    println!("leaving with {code}");
    std::process::exit(code)
}
