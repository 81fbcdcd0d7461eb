//! Unions.

#[repr(C)]
#[derive(Clone, Copy)]
union Bits {
    float: f32,
    integer: u32,
    bytes: [u8; 4],
}

union Either {
    signed: i16,
    pair: (u8, u8),
}

fn main() {
    let bits = Bits { float: 1.0 };
    let either = Either { signed: -1 };
    look(); // #here
    //> break #here
    //> run
    //both is: unions::main at #here
    //gdb> print bits
    //gdb is: unions::Bits {float: 1, integer: 1065353216, bytes: [0, 0, 128, 63]}
    //> print bits.integer
    //both is: 1065353216
    //> print bits.bytes
    //gdb is: [0, 0, 128, 63]
    //lldb is: "\0\0\x80?"
    //gdb> print either
    //gdb is: unions::Either {signed: -1, pair: (255, 255)}
    //lldb> print either.signed
    //lldb is: -1
    //> type bits
    //both is: unions::Bits
    let _ = unsafe { (bits.integer, bits.bytes, either.signed, either.pair) };
}

fn look() {}
