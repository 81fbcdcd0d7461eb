//! Global assembly and naked functions: called from Rust, calling Rust, with data, hidden and weak symbols.
// machines: x86_64 (others: asm_MACHINE.rs, asm_details_MACHINE.rs)
use std::arch::{asm, global_asm, naked_asm};

global_asm!(
    ".globl asm_global_sum",
    ".type asm_global_sum, @function",
    "asm_global_sum:",
    "    lea rax, [rdi + rsi]",
    "    add rax, [rip + asm_global_bias] // a comment",
    "    ret",
    ".size asm_global_sum, . - asm_global_sum",
    ".data",
    "asm_global_bias: .quad {bias}",
    ".text",
    bias = const 1000,
);

global_asm!(
    ".hidden asm_global_twice",
    ".globl asm_global_twice",
    "asm_global_twice:",
    "    pushq %rbx",
    "    movq %rdi, %rbx",
    "    call {rust}",
    "    addq %rbx, %rax",
    "    movq {number}(%rip), %rcx",
    "    addq %rcx, %rax",
    "    popq %rbx",
    "    ret",
    ".weak asm_global_weak",
    "asm_global_weak: movl $1, %eax",
    "    ret",
    rust = sym from_assembly,
    number = sym NUMBER,
    options(att_syntax),
);

static NUMBER: u64 = 5_000_000;

extern "C" fn from_assembly(value: u64) -> u64 {
    println!("from assembly: {value}");
    value * 10_000
}

unsafe extern "C" {
    fn asm_global_sum(left: u64, right: u64) -> u64;
    safe fn asm_global_twice(value: u64) -> u64;
    safe fn asm_global_weak() -> u32;
}

#[unsafe(naked)]
extern "C" fn naked_difference(left: u64, right: u64) -> u64 {
    naked_asm!("mov rax, rdi", "sub rax, rsi", "ret")
}

#[unsafe(naked)]
extern "sysv64" fn naked_generic<const N: u32>(value: u64) -> u64 {
    naked_asm!("mov rax, rdi", "shl rax, {}", "jmp {}", const N, sym done)
}

#[unsafe(naked)]
#[unsafe(no_mangle)]
extern "C" fn done() {
    naked_asm!("inc %rax", "ret", options(att_syntax))
}

mod inner {
    /// Instantiated in another codegen unit than its caller, perhaps.
    #[inline]
    pub fn rotate(value: u32, by: u8) -> u32 {
        let result: u32;
        unsafe { super::asm!("rol {:e}, cl", inout(reg) value => result, in("cl") by) };
        result
    }

    pub fn through<T: Copy>(value: T) -> T {
        let mut copy = value;
        let (pointer, size) = (&raw mut copy, size_of::<T>());
        unsafe {
            super::asm!("2:", "not byte ptr [{0}]", "inc {0}", "dec {1}", "jnz 2b", inout(reg) pointer => _,
                inout(reg) size => _)
        };
        copy
    }
}

fn main() {
    println!("{}", unsafe { asm_global_sum(20, 3) });
    println!("{}", asm_global_twice(7));
    println!("{}", asm_global_weak());
    println!("{} {}", naked_difference(50, 8), naked_generic::<4>(3));
    println!("{}", naked_generic::<1>(3));
    println!("{:x} {:x} {:x}", inner::rotate(0x8000_0001, 4), inner::through(1u16), inner::through(1u64));
    let pointer: extern "C" fn(u64, u64) -> u64 = naked_difference;
    println!("{}", pointer(9, 4));
}
