//! The return values of functions that are run to their end: each kind of register, pairs, aggregates, memory.

#[derive(Clone, Copy)]
#[repr(C)]
struct Floats {
    x: f32,
    y: f32,
    z: f32,
}

#[derive(Clone, Copy)]
#[repr(C)]
struct Mixed {
    number: i64,
    ratio: f64,
}

#[derive(Clone, Copy)]
#[repr(C)]
struct Pair {
    first: u64,
    second: u64,
}

#[derive(Clone, Copy)]
#[repr(C)]
struct Large {
    numbers: [u64; 4],
}

extern "C" fn byte() -> u8 {
    look(); // #byte
    200
}

extern "C" fn single() -> f32 {
    look(); // #single
    1.5
}

extern "C" fn character() -> char {
    look(); // #character
    'x'
}

extern "C" fn address() -> *const u32 {
    look(); // #address
    std::ptr::null()
}

extern "C" fn floats() -> Floats {
    look(); // #floats
    Floats { x: 1.0, y: 2.0, z: 3.5 }
}

extern "C" fn mixed() -> Mixed {
    look(); // #mixed
    Mixed { number: -7, ratio: 0.5 }
}

extern "C" fn pair() -> Pair {
    look(); // #pair
    Pair { first: 3, second: 4 }
}

extern "C" fn large() -> Large {
    look(); // #large
    Large { numbers: [1, 2, 3, 4] }
}

fn nothing() {
    look(); // #nothing
}

fn look() {}

fn main() {
    std::hint::black_box((byte(), single(), character(), address())); // #scalars
    std::hint::black_box((floats(), mixed(), pair())); // #aggregates
    std::hint::black_box((large(), nothing())); // #others
    //> break #byte
    //> break #single
    //> break #character
    //> break #address
    //> break #floats
    //> break #mixed
    //> break #pair
    //> break #large
    //> break #nothing
    //> run
    //both is: finish_kinds::byte at #byte
    //gdb> finish
    //gdb is: finish_kinds::main at #scalars returned 200
    //> continue
    //both is: finish_kinds::single at #single
    //> finish
    //both is: finish_kinds::main at #scalars returned 1.5
    //> continue
    //both is: finish_kinds::character at #character
    //gdb> finish
    //gdb is: finish_kinds::main at #scalars returned 120 'x'
    //> continue
    //both is: finish_kinds::address at #address
    //gdb> finish
    //gdb is: finish_kinds::main at #scalars returned (*mut u32) 0x0
    //> continue
    //both is: finish_kinds::floats at #floats
    //gdb> finish
    //gdb is: finish_kinds::main at #aggregates returned finish_kinds::Floats {x: 1, y: 2, z: 3.5}
    //> continue
    //both is: finish_kinds::mixed at #mixed
    //gdb> finish
    //gdb is: finish_kinds::main at #aggregates returned finish_kinds::Mixed {number: -7, ratio: 0.5}
    //> continue
    //both is: finish_kinds::pair at #pair
    //gdb> finish
    //gdb is: finish_kinds::main at #aggregates returned finish_kinds::Pair {first: 3, second: 4}
    //> continue
    //both is: finish_kinds::large at #large
    //gdb> finish
    //gdb is: finish_kinds::main at #others returned finish_kinds::Large {numbers: [1, 2, 3, 4]}
    //> continue
    //both is: finish_kinds::nothing at #nothing
    //gdb> finish
    //gdb is: finish_kinds::main at #others
}
