//! Unions: reinterpretation, pattern matching, ManuallyDrop fields, nested in structs and arrays.

use std::mem::ManuallyDrop;

#[derive(Clone, Copy)]
union Bits {
    float: f32,
    int: u32,
    bytes: [u8; 4],
    halves: (u16, u16),
}

#[repr(C)]
#[derive(Clone, Copy)]
union Odd {
    three: [u8; 3],
    one: u8,
}

#[repr(C)]
union Big {
    wide: u128,
    doubles: [f64; 3],
    nothing: (),
}

union Owner {
    text: ManuallyDrop<String>,
    number: u64,
}

struct Tagged {
    is_text: bool,
    value: Owner,
}

impl Drop for Tagged {
    fn drop(&mut self) {
        if self.is_text {
            // SAFETY: the tag says which field is set, and nothing uses it afterwards.
            let text = unsafe { ManuallyDrop::take(&mut self.value.text) };
            println!("drop {text:?}");
        } else {
            println!("drop {}", unsafe { self.value.number });
        }
    }
}

#[repr(C)]
union Message {
    kind: u8,
    ping: (u8, u8),
    data: Data,
}

#[repr(C)]
#[derive(Clone, Copy)]
struct Data {
    kind: u8,
    length: u16,
}

#[inline(never)]
fn flip(mut bits: Bits) -> Bits {
    // SAFETY: every bit pattern is a value of each field.
    unsafe {
        bits.int ^= 0x8000_0000;
        bits.bytes[0] |= 1;
    }
    bits
}

#[inline(never)]
extern "C" fn odd(mut value: Odd) -> Odd {
    // SAFETY: as above.
    unsafe { value.three[2] += value.one };
    value
}

fn kind_of(bits: &Bits) -> &'static str {
    // SAFETY: as above.
    unsafe {
        match bits {
            Bits { int: 0 } => "zero",
            Bits { bytes: [_, _, _, 0x80..=255] } => "negative",
            Bits { float: 1.0..=2.0 } => "between 1 and 2",
            _ => "other",
        }
    }
}

fn main() {
    for float in [0.0, 1.0, 1.5, -2.0, 100.0, f32::INFINITY] {
        let bits = Bits { float };
        let flipped = flip(bits);
        // SAFETY: as above.
        unsafe {
            println!("{:08x} {:?} {:?} {}", bits.int, bits.bytes, { bits.halves }, kind_of(&bits));
            println!("{:?} {}", flipped.float, kind_of(&flipped));
        }
    }
    let changed = odd(Odd { three: [5, 6, 7] });
    println!("{:?} {} {}", unsafe { changed.three }, size_of::<Odd>(), size_of::<Big>());
    let mut big = Big { doubles: [1.0, -1.0, 0.5] };
    println!("{:032x} {}", unsafe { big.wide }, align_of::<Big>());
    big.wide = 7;
    println!("{:?}", unsafe { big.doubles[0].to_bits() + big.doubles[2].to_bits() });
    let () = unsafe { big.nothing };

    let _text = Tagged { is_text: true, value: Owner { text: ManuallyDrop::new("owned".into()) } };
    let _number = Tagged { is_text: false, value: Owner { number: 77 } };

    for message in [Message { ping: (1, 9) }, Message { data: Data { kind: 2, length: 513 } }] {
        // SAFETY: `kind` is at the same offset in every field.
        unsafe {
            match message {
                Message { kind: 1 } => println!("ping {}", message.ping.1),
                Message { data: Data { kind: 2, length } } => println!("data {length}"),
                _ => println!("?"),
            }
        }
    }
}
