//! Vectors of the machine.
// machines: x86_64 aarch64 (riscv64 has no type for them in std::arch)

#[repr(C)]
struct Mixed {
    tag: u8,
    vector: Vector,
}

#[cfg(target_arch = "x86_64")]
type Vector = std::arch::x86_64::__m128i;
#[cfg(target_arch = "aarch64")]
type Vector = std::arch::aarch64::int64x2_t;

fn main() {
    let vector: Vector = unsafe { std::mem::transmute([1u64, 2u64]) };
    let mixed = Mixed { tag: 3, vector };
    look(); // #here
    //> break #here
    //> run
    //both is: simd::main at #here
    //> print vector
    //gdb is: core::core_arch::x86::__m128i ([1, 2])
    //lldb is: { 0 = { [0] = 1 [1] = 2 } }
    //> print mixed
    //gdb is: simd::Mixed {tag: 3, vector: core::core_arch::x86::__m128i ([1, 2])}
    //lldb is: { tag = '\x03' vector = { 0 = { [0] = 1 [1] = 2 } } }
    let _ = (mixed.tag, mixed.vector);
}

fn look() {}
